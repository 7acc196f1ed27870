"""A report as text, for a terminal or a mail: grouped by file, a problem in a sentence, totals at the end."""

from collections import Counter
from collections.abc import Iterator
from itertools import groupby

from csodata.messages import Language, phrase
from csodata.report import Problem, Report

SEVERITIES = ("error", "warning", "repair")
SHOWN, SHOWN_REPAIRS = 200, 3  # of one kind in one file; the totals count all


def render(report: Report) -> str:
    """Return the report, in its language, as text that ends with its totals."""
    return "\n".join([*_body(report), *_beyond(report), totals(report)])


def _beyond(report: Report) -> Iterator[str]:
    """Yield a line for each kind of problem of which only the first are in the report."""
    language = report.language
    listed = Counter(problem.code for problem in report.problems)
    for code, count in report.counts.by_code.items():
        if count > listed[code]:
            told = {"count": _number(count, language), "listed": _number(listed[code], language)}
            yield phrase("first-listed", language, code=code, **told)


def totals(report: Report) -> str:
    """Return what was checked and what was found, in one line."""
    counts, language = report.counts, report.language
    rows, files = (counted(name, getattr(counts, name), language) for name in ("rows", "files"))
    checked = phrase("checked", language, rows=rows, files=files)
    rest = [
        counted(name, count, language)
        for name, count in (("warnings", counts.warnings), ("repairs", counts.repairs))
        if count
    ]
    if report.valid:
        return phrase("all-good", language, checked=", ".join([checked, *rest]))
    found = ", ".join([counted("errors", counts.errors, language), *rest])
    return phrase("not-good", language, found=found, checked=checked)


def counted(name: str, count: int, language: Language) -> str:
    """Return a number of files, rows, errors, warnings or repairs in words."""
    is_one = count == 1 or (count == 0 and language == "fr")
    return phrase(f"{name}-1" if is_one else name, language, count=count)


def _number(count: int, language: Language) -> str:
    return f"{count:,}" if language == "en" else f"{count:,}".replace(",", " ")


def _body(report: Report) -> Iterator[str]:
    language = report.language
    for (file, sheet), group in groupby(report.problems, key=lambda problem: (problem.file, problem.sheet)):
        problems = list(group)
        of = f", {phrase('sheet', language, sheet=sheet)}" if sheet else ""
        yield f"{file or phrase('dataset', language)}{of}"
        for severity in SEVERITIES:
            chosen = [problem for problem in problems if problem.severity == severity]
            if chosen:
                yield f"  {phrase(f'head-{severity}', language)}{phrase('colon', language)}"
            for _, alike in groupby(sorted(chosen, key=_kind), key=_kind):
                yield from _some(list(alike), SHOWN_REPAIRS if severity == "repair" else SHOWN)
        yield ""


def _kind(problem: Problem) -> str:
    # Repairs are read kind by kind, the rest in the order of their places.
    return problem.code if problem.severity == "repair" else ""


def _some(problems: list[Problem], most: int) -> Iterator[str]:
    for problem in problems[:most]:
        yield from _lines(problem)
    if len(problems) > most:
        yield f"    {phrase('more', problems[0].language, count=len(problems) - most)}"


def _lines(problem: Problem) -> Iterator[str]:
    language = problem.language
    line = problem.line if problem.line and problem.line != problem.row else None
    place = problem.place + (f" ({phrase('line', language, line=line)})" if line else "")
    told = f"{place}{phrase('colon', language)} {problem.message}" if place else problem.message
    yield f"    {told}  [{problem.code}]"
    if problem.suggestion and problem.severity != "repair":
        yield f"        {problem.suggestion}"
