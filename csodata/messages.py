"""Rule code + place + cell → a sentence with a suggestion, in English or French. The words stand in catalogue/."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any, Literal, get_args

from csodata.errors import CsodataError, Refused, UnreadableError

Severity = Literal["error", "warning", "repair"]
Language = Literal["en", "fr"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
Example = str | dict[str, str]
LONGEST_SHOWN = 80  # characters of a value in a message
LONGEST_DETAIL = 500  # and of anything else that is filled in
WORDS = "words"  # the file of the catalogue that has no rules, but what is said besides
REFUSALS = "refusals"  # and the one of files that cannot be read at all
GROUPS = ["files", "headings", "rows", "cells", "keys", "contribution", "likeness", "rules", "dataset"]
LIKE = 70  # of 100: where a word is probably meant for another


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that csodata reports: its code, severity, words and examples (see catalogue/README.md)."""

    code: str
    group: str
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

    def told(self, key: Literal["message", "advice", "why", "fails", "passes"], language: Language) -> Any:
        """Return what stands under a key in a language; an example that is no prose is the same in both."""
        return (language == "fr" and getattr(self, f"{key}_fr")) or getattr(self, key)


@cache
def catalogue() -> Mapping[str, Rule]:
    """Return every rule by its code."""
    found: dict[str, Rule] = {}
    for path in sorted(_folder().glob("*.toml"), key=_place):
        if path.stem in (WORDS, REFUSALS):
            continue
        entries = tomllib.loads(path.read_text(encoding="utf-8"))
        if twice := found.keys() & entries.keys():
            raise CsodataError(f"{path}: {', '.join(sorted(twice))} stands in another file of the catalogue too.")
        found |= {code: Rule(code, path.stem, **entry) for code, entry in entries.items()}
    return found


def _folder() -> Path:
    return Path(__file__).with_name("catalogue")


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


def sentence(
    code: str, key: Literal["message", "advice"], details: Mapping[str, Any], language: Language = "en"
) -> str:
    """Return the message or the advice of a rule, with the details filled in and made safe to print."""
    template: str = rule(code).told(key, language)
    return template.format_map(_Safe(details, language))


class _Safe(dict[str, str]):
    """The details that a sentence asks for, made safe to print; one that is not given leaves an ellipsis.

    In French a detail `name_fr` goes before `name`, and of the others what are words of ours are told in French.
    """

    def __init__(self, details: Mapping[str, Any], language: Language) -> None:
        self._details, self._language = details, language

    def __missing__(self, key: str) -> str:
        details, own = self._details, f"{key}_{self._language}"
        if key not in details and own not in details:
            return "…"
        if key == "value":
            self[key] = shown(details[key])
        else:
            text = str(details[own]) if details.get(own) else translated(str(details[key]), self._language)
            self[key] = visible(_cut(text, LONGEST_DETAIL))
        return self[key]


@cache
def words() -> Mapping[str, Mapping[str, Any]]:
    """Return what is said besides the rules: `phrases` and `suggestions` by name, and the French of `details`."""
    return tomllib.loads((_folder() / f"{WORDS}.toml").read_text(encoding="utf-8"))


def phrase(name: str, language: Language = "en", **gaps: Any) -> str:
    """Return one of the phrases, filled in."""
    template: str = words()["phrases"][name][language]
    return template.format(**gaps)


def suggestion(name: str, detail: str = "", value: Any = "") -> str:
    """Return what to do where more is known than a rule's own advice, in English; safe to print."""
    template: str = words()["suggestions"][name]["en"]
    return template.format(detail=visible(_cut(detail, LONGEST_DETAIL)), value=shown(value))


def translated(text: str, language: Language) -> str:
    """Return a suggestion, or a detail that is in words of ours, in a language; any other text as it is.

    Details come from below, where they are also told as errors: there they are plain English sentences.
    """
    if language == "en":
        return text
    for pattern, french in _french():
        if found := pattern.fullmatch(text):
            return french.format(**{gap: translated(part, language) for gap, part in found.groupdict().items()})
    return text


@cache
def _french() -> list[tuple[re.Pattern[str], str]]:
    """Return a pattern for each suggestion and detail in English, and what it is in French."""
    pairs = [*words()["details"].items(), *((each["en"], each["fr"]) for each in words()["suggestions"].values())]
    return [(_pattern(english), french) for english, french in pairs]


def _pattern(template: str) -> re.Pattern[str]:
    """Return what matches a template that is filled in; a gap that stands twice has the same in it."""
    parts, seen = [], set()
    for text, gap, _, _ in Formatter().parse(template):
        parts.append(re.escape(text))
        if gap:
            parts.append(f"(?P={gap})" if gap in seen else f"(?P<{gap}>.+?)")
            seen.add(gap)
    return re.compile("".join(parts), re.DOTALL)


@cache
def refusals() -> Mapping[str, Mapping[str, str]]:
    """Return why a file cannot be read at all, by code: `message` and `message_fr`."""
    return tomllib.loads((_folder() / f"{REFUSALS}.toml").read_text(encoding="utf-8"))


def unreadable(file: str, code: str, **details: Any) -> UnreadableError:
    """Make the error about a file that cannot be read; without its name where that is not known yet."""
    refused = [Refused(file, code, details)]
    return UnreadableError(refusal(refused), refused)


def refusal(refused: Sequence[Refused], language: Language = "en") -> str:
    """Return why files cannot be read, a line for each; safe to print."""
    key = "message" if language == "en" else f"message_{language}"
    told = []
    for file, code, details in refused:
        numbers = {name: _number(each, language) for name, each in details.items() if isinstance(each, (int, float))}
        why = refusals()[code][key].format_map(_Safe({**details, **numbers}, language))
        file = phrase("standard-input", language) if file == phrase("standard-input") else visible(file)
        told.append(phrase("refusal", language, file=file, why=why) if file else why)
    return "\n".join(told)


def _number(value: float, language: Language) -> str:
    """Return a number with its thousands set apart."""
    text = f"{value:,}"
    return text if language == "en" else text.translate({ord(","): "\u202f", ord("."): ","})


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
