"""Guards the review: what each answer writes into the copy, and that nothing decided is asked again.

Costs 6 s, most of it two dialogues in a terminal of their own (pty).
"""

import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import Workbook, load_workbook

from csodata.cli import main
from csodata.contribution.questions import questions
from csodata.contribution.review import Answer, check_target, decide, reviewed_copy
from csodata.dataset import Dataset
from csodata.errors import CsodataError
from csodata.validation.contribution import check_contribution

EVIDENCE = ["source", "locator", "citation_basis"]
CITED = ["toy-source", "p. 1", "stated"]
ACTORS = ["actor_id", "name", "actor_type", "is_collective", "actor_status", "website_url", "city", *EVIDENCE]
SAME, LATER, QUIT = Answer("same"), Answer("later"), Answer("quit")
DIFFERENT = Answer("different", "They meet in two countries.")
TODAY = date(2026, 11, 22)
Sheets = dict[str, list[list[str]]]


def actor(key: str, name: str, website: str = "", city: str = "") -> list[str]:
    return [key, name, "cso_network", "false", "active", website, city, *CITED]


SENT: Sheets = {
    "Acteurs": [
        ["Our actors"],
        ACTORS,
        actor("new-1", "Toy Networks", city="Brussels"),
        actor("", "Toi Ministry"),
        actor("new-3", "Play Circle"),
    ],
    "participations": [
        ["forum_id", "actor_id", "participation_role", *EVIDENCE],
        ["toy-forum", "new-1", "funder", *CITED],
        ["toy-forum", "Toi Ministry", "partner", *CITED],
    ],
    "counts": [
        ["table_name", "record_id", "counted", "count_value", "qualifier", *EVIDENCE],
        ["actors", "new-1", "members", "30", "about", *CITED],
    ],
}


def workbook(path: Path, sheets: Sheets) -> Path:
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        page = book.create_sheet(title)
        for row in rows:
            page.append([cell or None for cell in row])
    book.save(path)
    return path


def cells(path: Path) -> Sheets:
    return {
        page.title: [[cell or "" for cell in row] for row in page.iter_rows(values_only=True)]
        for page in load_workbook(path).worksheets
    }


def reviewed(toy: Dataset, file: Path, *answers: Answer) -> Path:
    """Return the copy of a file after some answers."""
    found = check_contribution(toy, [file])
    rest: Iterator[Answer] = iter(answers)
    decided, _ = decide(questions(found), lambda question: next(rest))
    assert next(rest, None) is None, "an answer that nothing asked for"
    out = file.with_name("copy.xlsx")
    reviewed_copy(file, found, decided, TODAY).save(out)
    return out


def codes(toy: Dataset, file: Path) -> dict[str, int]:
    counts = dict(check_contribution(toy, [file]).report.counts.by_code)
    return {code: count for code, count in counts.items() if code not in ("title-rows-skipped", "name-resolved")}


def asked(toy: Dataset, file: Path) -> list[tuple[str, str]]:
    return [(question.key, question.other) for question in questions(check_contribution(toy, [file]))]


def test_the_same_takes_the_published_id_everywhere(toy: Dataset, tmp_path: Path) -> None:
    file = workbook(tmp_path / "sent.xlsx", SENT)
    before = file.read_bytes()
    copy = cells(reviewed(toy, file, SAME, SAME))
    ours = ["cso_network", "false", "active", "https://www.example.org/", "Brussels", *CITED]
    assert copy["Acteurs"][2] == ["toy-network", "Toy Network", *ours]
    assert copy["Acteurs"][3][:2] == ["toy-ministry", "Toy Ministry"]
    assert [row[1] for row in copy["participations"][1:]] == ["toy-network", "toy-ministry"]
    assert copy["counts"][1][1] == "toy-network"
    assert copy["names"] == [
        ["table_name", "record_id", "name", "name_type", *EVIDENCE],
        ["actors", "toy-network", "Toy Networks", "source_spelling", *CITED],
        ["actors", "toy-ministry", "Toi Ministry", "source_spelling", *CITED],
    ]
    assert "distinct_pairs" not in copy
    assert file.read_bytes() == before
    assert asked(toy, tmp_path / "copy.xlsx") == []
    # The city, and the type of the ministry, are what the rows say otherwise.
    assert codes(toy, tmp_path / "copy.xlsx") == {"updates-row": 2}


def test_the_different_become_a_pair(toy: Dataset, tmp_path: Path) -> None:
    file = workbook(tmp_path / "sent.xlsx", SENT)
    copy = cells(reviewed(toy, file, DIFFERENT, DIFFERENT))
    assert copy["distinct_pairs"] == [
        ["table_name", "record_id", "other_record_id", "decided_date", "reason"],
        ["actors", "new-1", "toy-network", "2026-11-22", DIFFERENT.reason],
        ["actors", "new-actor-4", "toy-ministry", "2026-11-22", DIFFERENT.reason],
    ]
    assert copy["Acteurs"][3][0] == "new-actor-4"
    assert copy["participations"] == SENT["participations"]
    assert asked(toy, tmp_path / "copy.xlsx") == []
    assert codes(toy, tmp_path / "copy.xlsx") == {}


@pytest.mark.parametrize(
    ("answers", "left"),
    [
        ([LATER, DIFFERENT], [("new-1", "toy-network")]),
        ([DIFFERENT, QUIT], [("new-actor-4", "toy-ministry")]),
        ([QUIT], [("new-1", "toy-network"), ("new-actor-4", "toy-ministry")]),
    ],
)
def test_what_is_left_is_asked_again(
    toy: Dataset, tmp_path: Path, answers: list[Answer], left: list[tuple[str, str]]
) -> None:
    assert asked(toy, reviewed(toy, workbook(tmp_path / "sent.xlsx", SENT), *answers)) == left


def test_a_text_file_becomes_a_workbook_of_text(toy: Dataset, tmp_path: Path) -> None:
    file = tmp_path / "actors.csv"
    lines = [ACTORS, actor("new-1", "TOY  network"), [""], actor("new-2", "Another"), actor("new-3", "Toy Networks")]
    file.write_text("\n".join(";".join(line) for line in lines) + "\n", encoding="utf-8")
    copy = reviewed(toy, file, SAME, Answer("different", "=1+1"))
    rows = cells(copy)
    assert list(rows) == ["actors", "distinct_pairs"]  # a spelling that only folds otherwise is known
    assert [row[:2] for row in rows["actors"][1:]] == [
        ["toy-network", "Toy Network"],
        ["", ""],
        ["new-2", "Another"],
        ["new-3", "Toy Networks"],
    ]
    assert {cell.data_type for page in load_workbook(copy) for row in page for cell in row if cell.value} == {"s"}


def test_sheets_that_are_there_get_the_rows(toy: Dataset, tmp_path: Path) -> None:
    own = {"name_id": "toy-own", "table_name": "actors", "record_id": "new-3", "name": "Ring", "name_type": "alias"}
    sheets = SENT | {"Noms": [list(own), list(own.values()), [], []], "Distinct pairs": [["distinct_pair_id"]]}
    copy = cells(reviewed(toy, workbook(tmp_path / "sent.xlsx", sheets), SAME, DIFFERENT))
    assert copy["Noms"] == [
        [*own, *EVIDENCE],
        [*own.values(), "", "", ""],
        ["", "actors", "toy-network", "Toy Networks", "source_spelling", *CITED],
    ]
    assert copy["Distinct pairs"] == [
        ["distinct_pair_id", "table_name", "record_id", "other_record_id", "decided_date", "reason"],
        ["", "actors", "new-actor-4", "toy-ministry", "2026-11-22", DIFFERENT.reason],
    ]


def test_a_sheet_without_an_id_column_gets_one(toy: Dataset, tmp_path: Path) -> None:
    sheets = {"actors": [row[1:] for row in (ACTORS, actor("", "Toy Networks"))]}
    copy = cells(reviewed(toy, workbook(tmp_path / "sent.xlsx", sheets), SAME))
    assert [(row[0], row[-1]) for row in copy["actors"]] == [("name", "actor_id"), ("Toy Network", "toy-network")]


def test_a_source_that_is_known_is_cited_by_its_id(toy: Dataset, tmp_path: Path) -> None:
    proof = ["new-source", "p. 1", "stated"]
    sheets = {
        "actors": [ACTORS, [*actor("new-1", "Toy Networks")[:-3], *proof]],
        "sources": [["source_id", "title", "source_type"], ["new-source", "Reports of the Toy Forum", "organiser"]],
    }
    copy = cells(reviewed(toy, workbook(tmp_path / "sent.xlsx", sheets), SAME, SAME))
    assert copy["actors"][1][-3] == copy["names"][1][-3] == copy["sources"][1][0] == "toy-source"
    assert len(copy["names"]) == 2  # a title with a slip in it is no name


def test_two_rows_that_were_sent_are_not_made_one(toy: Dataset, tmp_path: Path) -> None:
    sheets = {"actors": [ACTORS, actor("new-1", "Play Circle"), actor("new-2", "Play Circles")]}
    file = workbook(tmp_path / "sent.xlsx", sheets)
    [question] = questions(check_contribution(toy, [file]))
    assert (question.key, question.other, question.is_published) == ("new-2", "new-1", False)
    assert decide([question], lambda _: SAME) == ([], [question])
    assert asked(toy, reviewed(toy, file, DIFFERENT)) == []


def test_a_row_that_is_one_is_not_asked_about_again(toy: Dataset, tmp_path: Path) -> None:
    file = workbook(tmp_path / "sent.xlsx", {"actors": [ACTORS, actor("new-1", "Toy Networks")]})
    [question] = questions(check_contribution(toy, [file]))
    other = replace(question, other="toy-ministry")
    assert decide([question, other], lambda _: SAME) == ([(question, SAME)], [])
    assert [each.other for each, _ in decide([question, other], lambda _: DIFFERENT)[0]] == ["toy-network", other.other]


def test_different_from_one_and_the_same_as_another(toy: Dataset, tmp_path: Path) -> None:
    sheets = {"actors": [ACTORS, actor("new-1", "Toy Ministri"), actor("new-2", "Toy Ministrie")]}
    file = workbook(tmp_path / "sent.xlsx", sheets)
    pairs = [("new-1", "toy-ministry"), ("new-2", "new-1"), ("new-2", "toy-ministry")]
    assert asked(toy, file) == pairs
    copy = cells(reviewed(toy, file, SAME, DIFFERENT))  # that new-2 is new-1 is now that it is the ministry
    assert [row[:3] for row in copy["distinct_pairs"][1:]] == [["actors", "new-2", "toy-ministry"]]
    found = check_contribution(toy, [file])
    decided = [(question, DIFFERENT) for question in questions(found)]
    decided[2] = (decided[2][0], SAME)
    reviewed_copy(file, found, decided, TODAY).save(tmp_path / "copy.xlsx")
    told = [row[:3] for row in cells(tmp_path / "copy.xlsx")["distinct_pairs"][1:]]
    assert told == [["actors", "new-1", "toy-ministry"]]


def test_merged_cells_are_written(toy: Dataset, tmp_path: Path) -> None:
    file = workbook(tmp_path / "sent.xlsx", SENT)
    book = load_workbook(file)
    book["Acteurs"].merge_cells("A4:A5")
    book.save(file)
    assert cells(reviewed(toy, file, LATER, DIFFERENT))["Acteurs"][3][0] == "new-actor-4"


def test_where_a_copy_may_be_written(toy: Dataset, tmp_path: Path) -> None:
    file = workbook(tmp_path / "sent.xlsx", SENT)
    (tmp_path / "linked").symlink_to(toy.path / "data")
    for out in (file, toy.path / "data" / "x.xlsx", tmp_path / "linked" / "x.xlsx", tmp_path / "x.csv"):
        with pytest.raises(CsodataError):
            check_target(toy, file, out, overwrite=True)
    with pytest.raises(CsodataError, match="there is no folder"):
        check_target(toy, file, tmp_path / "nowhere" / "x.xlsx")
    (tmp_path / "old.xlsx").touch()
    with pytest.raises(CsodataError, match="--overwrite"):
        check_target(toy, file, tmp_path / "old.xlsx")
    check_target(toy, file, tmp_path / "old.xlsx", overwrite=True)
    check_target(toy, file, tmp_path / "new.xlsx")


# ---- the dialogue


def dialogue(toy: Dataset, answers: str, *arguments: str) -> tuple[int, str]:
    """Return the exit code and the words of a review in a terminal, where somebody types the answers."""
    ours, theirs = pty.openpty()
    try:
        with subprocess.Popen(
            [sys.executable, "-c", "from csodata.cli import main; main()", "review", *arguments],
            stdin=theirs,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=toy.path,
            text=True,
        ) as process:
            os.write(ours, answers.encode())
            words, _ = process.communicate(timeout=60)
            return process.returncode, words
    finally:
        os.close(ours)
        os.close(theirs)


def test_a_dialogue(toy: Dataset, tmp_path: Path) -> None:
    file = workbook(tmp_path / "sent.xlsx", SENT)
    code, words = dialogue(toy, "x\nd\n\nTwo countries.\ns\n", str(file))
    assert code == 0, words
    assert "Toi Ministry" in words and "'x' is not one of" in words and "Not decided" not in words
    copy = tmp_path / "sent-reviewed.xlsx"
    assert cells(copy)["distinct_pairs"][1][-1] == "Two countries."
    assert asked(toy, copy) == []


def test_the_end_of_input_keeps_what_was_decided(toy: Dataset, tmp_path: Path) -> None:
    file, out = workbook(tmp_path / "sent.xlsx", SENT), tmp_path / "out.xlsx"
    code, words = dialogue(toy, "s\n\x04", str(file), "-o", str(out))
    assert code == 1
    assert "Not decided" in words and "Toi Ministry" in words.partition("Not decided")[2]
    assert asked(toy, out) == [("new-actor-4", "toy-ministry")]


def test_without_a_terminal_the_questions_are_told(
    toy: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = workbook(tmp_path / "sent.xlsx", SENT)
    monkeypatch.chdir(toy.path)
    result = CliRunner().invoke(main, ["review", str(file)], input="s\ns\n")
    assert result.exit_code == 1
    assert result.output.count("Not decided") == 2 and "in a terminal" in result.output
    assert not (tmp_path / "sent-reviewed.xlsx").exists()


def test_nothing_to_decide(toy: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = workbook(tmp_path / "sent.xlsx", {"actors": [ACTORS, actor("new-1", "Play Circle")]})
    monkeypatch.chdir(toy.path)
    result = CliRunner().invoke(main, ["review", str(file)])
    assert (result.exit_code, "nothing to decide" in result.output) == (0, True)
    assert [path.name for path in tmp_path.glob("*.xlsx")] == ["sent.xlsx"]
