"""Guards the report as workflow commands: one line each, escaped, on the right physical line, ten of a kind.

Costs 1 s.
"""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from csodata.dataset import Dataset
from csodata.messages import LANGUAGES, Language, visible
from csodata.report import Problem, Report, report
from csodata.report.github import SHOWN, render
from csodata.validation import validate_contribution, validate_dataset

COMMAND = re.compile(r"::(error|warning|notice) ([^:]*)::(.*)")


def problem(**more: object) -> Problem:
    return Problem.model_validate({"code": "wrong-type", "severity": "error", "message": "It is wrong.", **more})


def of(*problems: Problem) -> Report:
    return report(problems, files=1, rows=2)


def read(line: str) -> tuple[str, dict[str, str], str]:
    """Read a command as the runner does."""
    match = COMMAND.fullmatch(line)
    assert match, line
    properties = dict(each.split("=", 1) for each in match[2].split(",")) if match[2] else {}
    plain = {name: _plain(text.replace("%3A", ":").replace("%2C", ",")) for name, text in properties.items()}
    return match[1], plain, _plain(match[3])


def _plain(text: str) -> str:
    return text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")


def test_a_cell_of_a_csv_file_is_told_on_its_physical_line(toy: Dataset) -> None:
    path = toy.path / "forums.csv"
    path.write_text('forum_id,name,summary\nnew-1,A,"two\nlines"\nnew-2,,x\n', encoding="utf-8")
    commands = [read(line) for line in render(validate_contribution(toy, [path])).splitlines()[:-1]]
    [told] = [each for each in commands if "B3" in each[1]["title"]]
    assert told[0] == "error"
    assert told[1] == {"file": str(path), "line": "4", "title": "B3 [missing-value]"}
    assert "'name'" in told[2] and "\n" in told[2]


def test_a_row_of_the_dataset_is_told_in_its_file(toy: Dataset) -> None:
    path = toy.csv_path("forums")
    path.write_text(path.read_text(encoding="utf-8").replace(",conference,", ",confrence,"), encoding="utf-8")
    commands = [read(line) for line in render(validate_dataset(toy)).splitlines()[:-1]]
    assert [each[1]["file"] for each in commands if "[not-in-list]" in each[1]["title"]] == ["data/forums.csv"]


def test_a_cell_of_a_workbook_stands_in_the_title(toy: Dataset) -> None:
    book = Workbook()
    book.active.title = "forums"
    for row in (["forum_id", "name", "forum_type"], ["new-1", "A", "sumit"]):
        book.active.append(row)
    book.save(toy.path / "sent.xlsx")
    lines = render(validate_contribution(toy, [toy.path / "sent.xlsx"])).splitlines()[:-1]
    told = [read(line)[1] for line in lines]
    assert {"file": str(toy.path / "sent.xlsx"), "title": "forums C2 [not-in-list]"} in told


@given(st.text(min_size=1, max_size=40) | st.text("%:,=\r\n ab#[]", min_size=1, max_size=40))
def test_nothing_that_was_sent_ends_a_command(text: str) -> None:
    command, totals = render(of(problem(file=text, sheet=text, row=1, message=text, suggestion=text))).splitlines()
    _, properties, message = read(command)
    assert properties["file"] == visible(text)
    assert properties["title"] == f"{visible(text)} row 1 [wrong-type]"
    assert message == "\n".join(2 * [visible(text)])
    assert totals == "1 problem; 2 rows in 1 file checked."


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_github_would_not_show_is_summed_up(lang: Language) -> None:
    severities = ("repair", "warning", "error")
    found = [problem(severity=severity, row=row) for row in range(1, 31) for severity in severities]
    commands = [read(line) for line in render(of(*found).in_language(lang)).splitlines()[:-1]]
    kinds = [kind for kind, _, _ in commands]
    assert kinds == ["error"] * SHOWN + ["warning"] * SHOWN + ["notice"] * SHOWN
    assert " 61 " in commands[-1][2] and commands[-1][1] == {"title": "csodata"}


def test_what_fits_needs_no_summary() -> None:
    found = [problem(severity="repair", row=row) for row in range(SHOWN)]
    assert [read(line)[0] for line in render(of(*found)).splitlines()[:-1]] == ["notice"] * SHOWN
    assert render(of()) == "All good: 2 rows in 1 file checked."


def test_what_the_report_only_counts_is_summed_up_too() -> None:
    lines = render(report([problem()], files=1, rows=2, beyond={"wrong-type": 41})).splitlines()
    assert lines[1].startswith("::notice title=csodata::Not shown here: 41 more")
