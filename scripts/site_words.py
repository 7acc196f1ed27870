"""Words for people, in English and French: titles, values, what an empty cell means, dates."""

import re
from collections.abc import Mapping

from csodata.schema import Field, TableSchema

_EMPTY = {"en": re.compile(r"Empty = ([^.]*)\."), "fr": re.compile(r"Vide = ([^.]*)\.")}
_DAY = re.compile(r"([0-9]{4})(?:-(0[1-9]|1[0-2]|2[1-4]))?(?:-([0-9]{2}))?([~?%]?)")


def title(thing: Field | TableSchema, lang: str) -> str:
    """Return the title of a column or a table in a language."""
    return (thing.title_fr if lang == "fr" else thing.title) or thing.title or thing.name or ""


def description(thing: Field | TableSchema, lang: str) -> str:
    """Return the description of a column or a table in a language."""
    return (thing.description_fr if lang == "fr" else thing.description) or ""


def without_id(words: str) -> str:
    """Return the title of a column of ids as it is where names stand in their place: Forum ID is Forum."""
    words = re.sub(r" (?:ID|code)$|^(?:Identifiant|Code) (?:de la |de l’|du |d’)", "", words)
    return words[:1].upper() + words[1:]


def empty(field: Field, lang: str) -> str | None:
    """Return what an empty cell of a column means, as its description says it."""
    match = _EMPTY[lang].search(description(field, lang))
    return match[1] if match else None


def label(field: Field, value: str, lang: str) -> str:
    """Return the word for a value of an enum."""
    for category in field.categories or []:
        if category.value == value:
            return (category.label_fr if lang == "fr" else None) or category.label
    return value


def date_text(text: str, t: Mapping[str, str]) -> str:
    """Return an EDTF date in words, no more exact than it is."""
    if text.startswith("../"):
        return t["a_until"].format(date_text(text[3:], t))
    if text.endswith("/.."):
        return t["a_since"].format(date_text(text[:-3], t))
    if re.fullmatch(r"[0-9]{3}X", text):
        return t["a_decade"].format(f"{text[:3]}0")
    match = _DAY.fullmatch(text)
    if not match:
        return text
    year, month, day, mark = match.groups()
    if month in ("21", "22", "23", "24"):
        told = t[f"a_season_{month}"].format(year)
    elif month:
        name = t["a_months"].split()[int(month) - 1]
        told = f"{int(day)} {name} {year}" if day else f"{name} {year}"
    else:
        told = year
    return t[{"": "a_exact", "~": "a_about", "?": "a_uncertain", "%": "a_about_uncertain"}[mark]].format(told)
