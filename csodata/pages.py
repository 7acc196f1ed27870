"""What a rule is about, told to people: in a terminal (csodata explain), and as a page in docs/rules/."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Literal

from csodata.errors import BadSchemaError
from csodata.messages import Language, Rule, catalogue, phrase, rule, sentence, visible

FOLDERS: Mapping[Language, str] = {"en": "docs/rules", "fr": "docs/rules/fr"}
INDEX = "README"
GENERATED = "<!-- Written by scripts/build.py from csodata/catalogue/. Edit that, then run: make build -->"
GAPS = ("value", "field", "table", "row", "detail", "description", "example")
Kind = Literal["fails", "passes"]
KINDS: tuple[Kind, ...] = ("fails", "passes")


def explained(code: str, language: Language) -> str:
    """Return what a rule asks, why, and its examples, as text; raises CsodataError where there is no such rule."""
    found = rule(code)
    severity = phrase(f"severity-short-{found.severity}", language)
    said = [
        f"{code} ({severity})",
        "",
        *_sentences(found, language),
        "",
        _told("why", found.told("why", language), language),
    ]
    for kind in KINDS:
        example = found.told(kind, language)
        if not isinstance(example, str):
            cells = ", ".join(f"{name} = {text!r}" for name, text in _cells(example).items())
            example = phrase("example-in", language, table=example["table"], cells=cells)
        said.append(_told(kind, example, language))
    return "\n".join(said)


def _told(name: str, text: str, language: Language) -> str:
    return f"{phrase(name, language)}{phrase('colon', language)} {text}"


def _sentences(found: Rule, language: Language) -> tuple[str, str]:
    """Return the message and the advice of a rule, with words in their gaps."""
    gaps = {gap: phrase(f"gap-{gap}", language) for gap in GAPS}
    return sentence(found.code, "message", gaps, language), sentence(found.code, "advice", gaps, language)


def _cells(example: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in example.items() if name != "table"}


def rule_pages(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Yield path and content of the page of each rule, and of the lists of them, in every language.

    Raises BadSchemaError where a page is left that belongs to no rule.
    """
    for language, place in FOLDERS.items():
        pages = {INDEX: _index(language)} | {code: _page(found, language) for code, found in catalogue().items()}
        for path in sorted((folder / place).glob("*.md")):
            if path.stem not in pages:
                raise BadSchemaError(f"{place}/{path.name} is the page of a rule that is no more. Delete it.")
        for name, text in pages.items():
            yield folder / place / f"{name}.md", text.encode()


def _index(language: Language) -> str:
    lines = [f"# {phrase('rules', language)}", "", GENERATED, "", phrase("about-rules", language), ""]
    lines.append(f"[{phrase('other-language', language)}]({_other(INDEX, language)})")
    for group, rules in groupby(catalogue().values(), key=lambda found: found.group):
        lines += ["", f"## {phrase(f'group-{group}', language)}", "", phrase("rule-columns", language), "|---|---|---|"]
        for found in rules:
            severity, message = phrase(f"severity-short-{found.severity}", language), _sentences(found, language)[0]
            lines.append(f"| [{found.code}]({found.code}.md) | {severity} | {_escaped(message)} |")
    return "\n".join(lines) + "\n"


def _page(found: Rule, language: Language) -> str:
    message, advice = _sentences(found, language)
    lines = [f"# {found.code}", "", GENERATED, "", phrase(f"severity-{found.severity}", language)]
    for name, text in (("what-is-wrong", message), ("what-to-do", advice), ("why", found.told("why", language))):
        lines += ["", f"## {phrase(name, language)}", "", _escaped(text)]
    for kind in KINDS:
        lines += ["", f"## {phrase(f'example-{kind}', language)}", "", *_example(found.told(kind, language), language)]
    if found.frictionless:
        lines += ["", phrase("frictionless", language, type=found.frictionless)]
    lines += [
        "",
        f"[{phrase('all-rules', language)}]({INDEX}.md) · "
        f"[{phrase('other-language', language)}]({_other(found.code, language)})",
    ]
    return "\n".join(lines) + "\n"


def _other(name: str, language: Language) -> str:
    """Return where the same page stands in the other language."""
    return f"{'fr' if language == 'en' else '..'}/{name}.md"


def _example(example: str | Mapping[str, str], language: Language) -> list[str]:
    if isinstance(example, str):
        return [_escaped(example)]
    cells = _cells(example)
    values = [_cell(text) or phrase("empty", language) for text in cells.values()]
    names = [f"`{name}`" for name in cells]
    rows = [f"| {' | '.join(row)} |" for row in (names, ["---"] * len(names), values)]
    return [*rows, "", phrase("cells-of", language, table=example["table"])]


def _cell(text: str) -> str:
    """Return a cell as code in which nothing is hidden, not even a blank at its end."""
    inner = visible(text).strip()
    if not inner:
        return ""
    before, _, after = visible(text).partition(inner)
    return f"`{'␣' * len(before)}{inner}{'␣' * len(after)}`".replace("|", "\\|")


def _escaped(text: str) -> str:
    """Return text with what Markdown would take for its own escaped."""
    for mark in "\\`*_<>|[]#":
        text = text.replace(mark, f"\\{mark}")
    return text
