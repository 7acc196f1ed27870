"""A report in Markdown, for the comment on a pull request or the summary of a job; what was sent is never markup."""

import html
import re
from collections.abc import Iterator
from itertools import groupby

from csodata.messages import phrase, visible
from csodata.report import Problem, Report
from csodata.report.text import SEVERITIES, totals

LONGEST = 60_000  # characters in all: a comment holds 65 536, a job's summary a million bytes
LONGEST_CELL = 700
# What would be markup inside of a line, in which a cell always is.
MARKUP = re.compile(r"[\\`*_\[\]|~]")
# Where GitHub would make a mention, a reference, an address or a picture: a blank of no width breaks it up.
LINKED = re.compile(r"(@|#|:|\bGH-|\bwww)(?=[\w./-])", re.IGNORECASE)
NOTHING = "&#8203;"


def render(report: Report) -> str:
    """Return the report as Markdown: the totals, then what is to mend before the rest, with a table for each file.

    It is in the language of the report.
    """
    counts = report.counts
    text, shown = [f"### csodata: {escaped(totals(report))}"], 0
    size = len(text[0])
    for line, is_problem in _lines(report):
        size += len(line) + 1
        if size > LONGEST:
            break
        text.append(line)
        shown += is_problem
    if rest := counts.errors + counts.warnings + counts.repairs - shown:
        text += ["", phrase("not-shown", report.language, count=rest)]
    return "\n".join(text)


def _lines(report: Report) -> Iterator[tuple[str, bool]]:
    """Yield each line below the heading, and whether it is a problem."""
    language = report.language
    columns = " | ".join(phrase(name, language) for name in ("place", "what-is-wrong", "what-to-do", "rule"))
    for severity in SEVERITIES:
        chosen = [problem for problem in report.problems if problem.severity == severity]
        if chosen:
            yield f"\n#### {phrase(f'head-{severity}', language)}", False
        for (file, sheet), problems in groupby(chosen, key=lambda problem: (problem.file, problem.sheet)):
            where = filter(
                None, (file or phrase("dataset", language), sheet and phrase("sheet", language, sheet=sheet))
            )
            yield f"\n**{escaped(', '.join(where))}**\n\n| {columns} |\n|---|---|---|---|", False
            for problem in problems:
                yield _row(problem), True


def _row(problem: Problem) -> str:
    line = problem.line if problem.line and problem.line != problem.row else None
    place = f"{problem.place} ({phrase('line', problem.language, line=line)})" if line else problem.place
    return f"| {' | '.join(map(escaped, (place, problem.message, problem.suggestion or '')))} | `{problem.code}` |"


def escaped(text: str) -> str:
    """Return a text that Markdown shows as it stands: visible, cut, in one line, with nothing in it that is markup."""
    text = visible(text)
    text = text if len(text) <= LONGEST_CELL else text[:LONGEST_CELL] + "…"
    parts = LINKED.split(" ".join(text.split()))  # every second part is what would be linked
    plain = (MARKUP.sub(r"\\\g<0>", html.escape(part, quote=False)) for part in parts)
    joined = "".join(part + (NOTHING if index % 2 else "") for index, part in enumerate(plain))
    return joined.replace("$", "<span>$</span>")  # as GitHub says to keep it from being mathematics
