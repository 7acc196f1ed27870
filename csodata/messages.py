"""Rule code + place + cell → a sentence with a suggestion. The catalogue stands in messages.toml."""

import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from csodata.errors import CsodataError

Severity = Literal["error", "warning", "repair"]
Example = str | dict[str, str]
LONGEST_SHOWN = 80  # characters of a value in a message


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that csodata reports: its code, severity, words and examples (see the head of messages.toml)."""

    code: str
    severity: Severity
    message: str
    advice: str
    why: str
    fails: Example
    passes: Example
    frictionless: str | None = None


@cache
def catalogue() -> Mapping[str, Rule]:
    """Return every rule by its code."""
    text = Path(__file__).with_name("messages.toml").read_text(encoding="utf-8")
    return {code: Rule(code, **entry) for code, entry in tomllib.loads(text).items()}


def frictionless_types() -> dict[str, str]:
    """Return the error type of frictionless-py for each of our codes that has one."""
    return {rule.code: rule.frictionless for rule in catalogue().values() if rule.frictionless}


def rule(code: str) -> Rule:
    """Return one rule; raises CsodataError, which names the codes that are near."""
    rules = catalogue()
    if code not in rules:
        near = nearest(code, rules)
        hint = f"Did you mean '{near}'?" if near else f"The rules are: {', '.join(sorted(rules))}."
        raise CsodataError(f"There is no rule '{code}'. {hint}")
    return rules[code]


def sentences(code: str, details: Mapping[str, Any]) -> tuple[str, str]:
    """Return the message and the advice of a rule, with the details filled in and made safe to print."""
    found = rule(code)
    safe = {key: shown(value) if key == "value" else visible(str(value)) for key, value in details.items()}
    return found.message.format_map(_Gaps(safe)), found.advice.format_map(_Gaps(safe))


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
    return SUGGESTIONS[name].format(detail=visible(detail), value=shown(value))


class _Gaps(dict[str, str]):
    """A detail that is not given leaves an ellipsis, not a traceback."""

    def __missing__(self, key: str) -> str:
        return "…"


def visible(text: str) -> str:
    """Return a text with what cannot be seen, or would disturb a terminal, written as its code point."""
    text = text.replace("\r\n", "⏎").replace("\n", "⏎")
    return "".join(
        f"<U+{ord(character):04X}>"
        if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
        else character
        for character in text
    )


def shown(value: Any) -> str:
    """Return a value as it is shown in a message: visible, and cut."""
    text = str(value)
    return visible(text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + "…")


def nearest(word: str, choices: Any) -> str | None:
    """Return the choice that is most like a word, if one is likely to have been meant."""
    from difflib import get_close_matches

    folded = {choice.casefold(): choice for choice in sorted(choices, reverse=True)}
    near = get_close_matches(word.strip().casefold().replace(" ", "_"), folded, n=1, cutoff=0.7)
    near = near or get_close_matches(word.strip().casefold().replace(" ", "-"), folded, n=1, cutoff=0.7)
    return folded[near[0]] if near else None
