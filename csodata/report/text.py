"""A report as text, for a terminal or a mail: grouped by file, a problem in a sentence, totals at the end."""

from collections import Counter
from collections.abc import Iterator
from itertools import groupby

from csodata.report import Problem, Report

HEADS = {"error": "To mend", "warning": "To look at", "repair": "Put right while reading"}
SHOWN, SHOWN_REPAIRS = 200, 3  # of one kind in one file; the totals count all


def render(report: Report) -> str:
    """Return the report as text that ends with its totals."""
    return "\n".join([*_body(report), *_beyond(report), totals(report)])


def _beyond(report: Report) -> Iterator[str]:
    """Yield a line for each kind of problem of which only the first are in the report."""
    listed = Counter(problem.code for problem in report.problems)
    for code, count in report.counts.by_code.items():
        if count > listed[code]:
            yield f"Of {count:,} problems [{code}], the first {listed[code]:,} are listed."


def totals(report: Report) -> str:
    """Return what was checked and what was found, in one line."""
    counts = report.counts
    checked = f"{_number(counts.rows, 'row')} in {_number(counts.files, 'file')} checked"
    rest = [_number(counts.warnings, "warning")] if counts.warnings else []
    rest += [_number(counts.repairs, "repair")] if counts.repairs else []
    if report.valid:
        return f"All good: {', '.join([checked, *rest])}."
    return f"{', '.join([_number(counts.errors, 'problem'), *rest])}; {checked}."


def _body(report: Report) -> Iterator[str]:
    for (file, sheet), group in groupby(report.problems, key=lambda problem: (problem.file, problem.sheet)):
        problems = list(group)
        yield f"{file or 'the dataset'}{f', sheet {sheet}' if sheet else ''}"
        for severity, head in HEADS.items():
            chosen = [problem for problem in problems if problem.severity == severity]
            if chosen:
                yield f"  {head}:"
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
        yield f"    … and {len(problems) - most} more of this kind."


def _lines(problem: Problem) -> Iterator[str]:
    line = f" (line {problem.line})" if problem.line and problem.line != problem.row else ""
    place = f"{problem.place}{line}"
    yield f"    {f'{place}: ' if place else ''}{problem.message}  [{problem.code}]"
    if problem.suggestion and problem.severity != "repair":
        yield f"        {problem.suggestion}"


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
