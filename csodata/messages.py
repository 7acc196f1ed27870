"""Rule code + place + cell → a sentence with a suggestion. The catalogue stands in catalogue/."""

import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from csodata.errors import CsodataError

Severity = Literal["error", "warning", "repair"]
Example = str | dict[str, str]
LONGEST_SHOWN = 80  # characters of a value in a message
LONGEST_DETAIL = 500  # and of anything else that is filled in
GROUPS = ["files", "headings", "rows", "cells", "keys", "contribution", "likeness", "rules", "dataset"]
LIKE = 70  # of 100: where a word is probably meant for another


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that csodata reports: its code, severity, words and examples (see catalogue/README.md)."""

    code: str
    severity: Severity
    message: str
    advice: str
    why: str
    fails: Example
    passes: Example
    message_fr: str = ""
    advice_fr: str = ""
    why_fr: str = ""
    fails_fr: str = ""
    passes_fr: str = ""
    frictionless: str | None = None


@cache
def catalogue() -> Mapping[str, Rule]:
    """Return every rule by its code."""
    found: dict[str, Rule] = {}
    for path in sorted(Path(__file__).with_name("catalogue").glob("*.toml"), key=_place):
        entries = tomllib.loads(path.read_text(encoding="utf-8"))
        if twice := found.keys() & entries.keys():
            raise CsodataError(f"{path}: {', '.join(sorted(twice))} stands in another file of the catalogue too.")
        found |= {code: Rule(code, **entry) for code, entry in entries.items()}
    return found


def _place(path: Path) -> tuple[int, str]:
    return (GROUPS.index(path.stem) if path.stem in GROUPS else len(GROUPS), path.stem)


def frictionless_types() -> dict[str, str]:
    """Return the error type of frictionless-py for each of our codes that has one."""
    return {rule.code: rule.frictionless for rule in catalogue().values() if rule.frictionless}


def rule(code: str) -> Rule:
    """Return one rule; raises CsodataError, which names the codes that are near."""
    rules = catalogue()
    if code not in rules:
        hint = did_you_mean(code, list(rules)) or f"The rules are: {', '.join(sorted(rules))}."
        raise CsodataError(f"There is no rule '{code}'. {hint}")
    return rules[code]


def sentences(code: str, details: Mapping[str, Any]) -> tuple[str, str]:
    """Return the message and the advice of a rule, with the details filled in and made safe to print."""
    found, safe = rule(code), _Safe(details)
    return found.message.format_map(safe), found.advice.format_map(safe)


# What to do, where more is known than the rule's own advice says.
SUGGESTIONS = {
    "did-you-mean": "Did you mean '{value}'?",
    "one-of": "Write one of: {detail}.",
    "true-or-false": "Write true or false: true for yes, false for no.",
    "date-forms": "Write the year, month and day as 2019-10-09, or 2019-10, or 2019, as the source says.",
    "pattern": "Write it in the form {detail}.",
    "type": "Write it as {detail}.",
    "fill-in": "Fill it in.",
    "code": "Write one of the codes in '{detail}': csodata show {detail} lists them.",
}


def suggestion(name: str, detail: str = "", value: Any = "") -> str:
    """Return one of the SUGGESTIONS, filled in and made safe to print."""
    return SUGGESTIONS[name].format(detail=visible(_cut(detail, LONGEST_DETAIL)), value=shown(value))


class _Safe(dict[str, str]):
    """The details that a sentence asks for, made safe to print; one that is not given leaves an ellipsis."""

    def __init__(self, details: Mapping[str, Any]) -> None:
        self._details = details

    def __missing__(self, key: str) -> str:
        if key not in self._details:
            return "…"
        value = self._details[key]
        self[key] = shown(value) if key == "value" else visible(_cut(str(value), LONGEST_DETAIL))
        return self[key]


def visible(text: str) -> str:
    """Return a text with what cannot be seen, or would disturb a terminal, written as its code point."""
    if text.isprintable():
        return text
    text = text.replace("\r\n", "⏎").replace("\n", "⏎")
    return "".join(
        f"<U+{ord(character):04X}>"
        if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
        else character
        for character in text
    )


def shown(value: Any) -> str:
    """Return a value as it is shown in a message: visible, and cut."""
    return visible(_cut(str(value), LONGEST_SHOWN))


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[:most] + "…"


class Guesses:
    """Offers, for words that are not among some choices, the choice which was probably meant.

    `choices` may be a mapping: what may be written for each choice, and the choice. Only the first words are looked
    at: where there are more, they are no slips of the pen, and looking would take minutes.
    """

    MOST = 200

    def __init__(self, choices: Iterable[str] | Mapping[str, str]) -> None:
        choices = choices if isinstance(choices, Mapping) else {choice: choice for choice in choices}
        self._folded = {spelling.casefold(): choices[spelling] for spelling in sorted(choices, reverse=True)}
        self._found: dict[str, str | None] = {}

    def __call__(self, word: str) -> str | None:
        """Return the question that offers a choice, or None."""
        if word not in self._found and len(self._found) < self.MOST:
            self._found[word] = self._nearest(word)
        return self._found.get(word)

    def _nearest(self, word: str) -> str | None:
        if len(word) <= 2:
            return None  # two letters are like too many others
        from rapidfuzz import fuzz, process  # difflib takes 0.4 s a word for 3 000 choices

        for joint in " _-":
            sought = word.strip().casefold().replace(" ", joint)
            if near := process.extractOne(sought, self._folded.keys(), scorer=fuzz.ratio, score_cutoff=LIKE):
                return suggestion("did-you-mean", value=self._folded[near[0]])
        return None


def did_you_mean(word: str, choices: Iterable[str] | Mapping[str, str]) -> str | None:
    """Return the question that offers the choice which was probably meant, if there is one."""
    return Guesses(choices)(word)
