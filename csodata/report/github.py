"""A report as workflow commands, which GitHub shows as notes beside the lines of a pull request."""

from collections.abc import Iterator

from csodata.messages import Severity, phrase, visible
from csodata.report import Problem, Report
from csodata.report.text import totals

SHOWN = 10  # notes of each kind that GitHub shows of one step; what is beyond vanishes in silence
COMMANDS: dict[Severity, str] = {"error": "error", "warning": "warning", "repair": "notice"}


def render(report: Report) -> str:
    """Return the first problems of each severity as commands, errors first, a notice of the rest, and the totals.

    It is in the language of the report.
    """
    return "\n".join([*_commands(report), totals(report)])


def _commands(report: Report) -> Iterator[str]:
    counts = report.counts
    found = counts.errors + counts.warnings + counts.repairs
    kinds = {severity: [p for p in report.problems if p.severity == severity] for severity in COMMANDS}
    shown = [problem for problems in kinds.values() for problem in problems[:SHOWN]]
    if found > len(shown):
        del shown[sum(len(kinds[severity][:SHOWN]) for severity in ("error", "warning")) + SHOWN - 1 :]  # room for one
    yield from map(_command, shown)
    if found > len(shown):
        yield f"::notice title=csodata::{message(phrase('not-shown', report.language, count=found - len(shown)))}"


def _command(problem: Problem) -> str:
    title = " ".join(filter(None, (problem.sheet, problem.place, f"[{problem.code}]")))
    properties = {
        "file": problem.file,
        "line": problem.line,  # None in a workbook: its cell stands in the title
        "title": title,
    }
    told = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items() if value is not None)
    text = "\n".join(visible(part) for part in (problem.message, problem.suggestion) if part)
    return f"::{COMMANDS[problem.severity]} {told}::{message(text)}"


def message(text: str) -> str:
    """Return a text as a command carries it, in one line."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return message(visible(text)).replace(":", "%3A").replace(",", "%2C")
