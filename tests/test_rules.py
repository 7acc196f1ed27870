"""Guards the catalogue of rules: each code is really reported where its example says so, and not where it says not.

Costs about 20 s: each example is a dataset of its own, checked whole.
"""

import ast
import csv
import io
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from conftest import ROOT, write_rows
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from csodata import canonical
from csodata.dataset import STAGING, Dataset
from csodata.messages import LONGEST_SHOWN, catalogue, refusals
from csodata.messages import words as besides
from csodata.report import Report
from csodata.report.text import render
from csodata.schema import read
from csodata.validation import validate_contribution, validate_dataset, validate_table

EXAMPLES = [
    pytest.param(code, kind, getattr(rule, kind), id=f"{code}-{kind}")
    for code, rule in catalogue().items()
    for kind in ("fails", "passes")
    if isinstance(getattr(rule, kind), dict)
]


def rows_of(dataset: Dataset, table: str) -> list[dict[str, str]]:
    return canonical.read_rows(dataset.csv_path(table), read(dataset.schema_path(table)))


def change(dataset: Dataset, table: str, columns: dict[str, str]) -> None:
    """Change the first row of a table; a copy of it where the key is changed."""
    rows = rows_of(dataset, table)
    key = read(dataset.schema_path(table)).names[0]
    changed = rows[0] | columns
    write_rows(dataset, table, [changed, *(rows if changed[key] not in ("", rows[0][key]) else rows[1:])])


ENGLISH = (
    r"\b(?:an|and|are|but|cell|column|file|from|has|here|is|it|its|not|of|row|sheet|that|the|there|this|to|was|what"
    r"|where|which|with|would|write)\b"
)


NOT_OURS = re.compile(r"«.*?»|\S+/\S+", re.DOTALL)  # what is quoted, and paths


def told_badly(*reports: Report) -> list[str]:
    """Return what a reader would stumble over: a gap that is not filled in, or English in what is told in French."""
    found = []
    for problem in (problem for report in reports for problem in report.problems):
        french = problem.in_language("fr")
        for each, wrong in ((problem, "…"), (french, "[…']|" + ENGLISH)):
            own = NOT_OURS.sub("«»", f"{each.message} {each.suggestion}")
            cut = len(problem.value or "") > LONGEST_SHOWN  # a value that was cut ends in an ellipsis too
            found += [own] if re.search(wrong, own) and not cut else []
    return found


@pytest.mark.parametrize(("code", "kind", "example"), EXAMPLES)
def test_example_in_the_catalogue(toy: Dataset, code: str, kind: str, example: dict[str, str]) -> None:
    columns = dict(example)
    table = columns.pop("table")
    change(toy, table, columns)
    # A table by itself tells what the dataset's report says in other words: an empty key is a missing value there.
    reports = [validate_dataset(toy), validate_table(toy.schema_path(table), toy.csv_path(table))]
    found = {problem.code for report in reports for problem in report.problems}
    assert (code in found) == (kind == "fails"), found
    assert told_badly(*reports) == []


# ---- the codes whose examples are in words: each is made here

HEAD = "forum_id name forum_type level is_collective forum_status source locator citation_basis".split()
GOOD = ["new-1", "Café Forum", "summit", "local", "false", "held", "toy-source", "lines 1-2", "stated"]


def text(*rows: list[str], delimiter: str = ",") -> str:
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return stream.getvalue()


PLAIN = text(HEAD, GOOD)

TEXTS: dict[str, str | bytes] = {  # files that are sent
    "empty-file": "",
    "stray-byte": PLAIN.encode().replace(b"Forum", b"F\xffrum"),
    "read-as-utf-16": PLAIN.encode("utf-16"),
    "read-as-windows-1252": PLAIN.encode("cp1252"),
    "semicolons-read": text(HEAD, GOOD, delimiter=";"),
    "tabs-read": text(HEAD, GOOD, delimiter="\t"),
    "unclosed-quote": PLAIN + '"new-2,',
    "cell-too-long": PLAIN.replace("Café", "x" * 100_001),
    "no-rows": text(HEAD),
    "missing-heading": text(GOOD),
    "title-rows-skipped": text(["Our forums"], HEAD, GOOD),
    "headings-in-words": PLAIN.replace("forum_type", "Forum type"),
    "unknown-column": text([*HEAD, "colour"], [*GOOD, "red"]),
    "missing-column": text([*HEAD[:1], *HEAD[2:]], [*GOOD[:1], *GOOD[2:]]),
    "duplicate-column": text([*HEAD, "name"], [*GOOD, ""]),
    "blank-column": text([*HEAD, ""], [*GOOD, "red"]),
    "blank-rows-skipped": text(HEAD, [""] * 3, GOOD),
    "short-row": text(HEAD, GOOD[:6]),
    "long-row": text(HEAD, [*GOOD, "red"]),
    "updates-row": PLAIN.replace("new-1", "toy-forum"),
    "change-without-citation": "forum_id,city\ntoy-forum,Thiès\n",
    "text-tidied": PLAIN.replace("Café Forum", "Café Forum "),
    "name-resolved": text([*HEAD, "country_code"], [*GOOD, "Sénégal"]),
    "ambiguous-name": text([*HEAD, "series_forum_id"], [*GOOD, "cafe forum"], ["new-2", *GOOD[1:], ""]),
    "label-resolved": PLAIN.replace("summit", "Sommet"),
    "day-resolved": text([*HEAD, "start_date"], [*GOOD, "25/06/2022"]),
    "ambiguous-day": text([*HEAD, "start_date"], [*GOOD, "05/06/2022"]),
    "example-row-skipped": text(HEAD, [f"(example) {cell}" for cell in GOOD], GOOD),
    "example-left": text(HEAD, [GOOD[0], "(example) Forum", *GOOD[2:]]),
    "blank-columns-skipped": text([HEAD[0], "", *HEAD[1:]], [GOOD[0], "", *GOOD[1:]]),
}
SHEETS: dict[str, Callable[[Workbook, Worksheet], Any]] = {  # what is done to a good sheet, whose J1 is start_date
    "native-date": lambda book, sheet: sheet.cell(2, 10, date(2019, 10, 9)),
    "ambiguous-date": lambda book, sheet: setattr(sheet.cell(2, 10, date(2019, 10, 1)), "number_format", "dd"),
    "native-number": lambda book, sheet: sheet.cell(2, 10, 2019),
    "native-boolean": lambda book, sheet: sheet.cell(2, 10, True),
    "error-cell": lambda book, sheet: sheet.cell(2, 2, "#REF!"),
    "merged-cells": lambda book, sheet: sheet.merge_cells("A2:A3"),
    "hidden-rows-or-columns": lambda book, sheet: setattr(sheet.row_dimensions[2], "hidden", True),
    "sheet-skipped": lambda book, sheet: book.create_sheet("Remarks").append(["Thank you for looking at this."]),
    "hidden-sheet": lambda book, sheet: (book.create_sheet("empty"), setattr(sheet, "sheet_state", "hidden")),
}


def of_type(type_: str, **constraints: Any) -> dict[str, Any]:
    return {"fields": [{"name": "a", "type": type_, "constraints": constraints}, {"name": "b", "type": "string"}]}


AB = of_type("string")
TABLES: dict[str, tuple[dict[str, Any], bytes, bytes]] = {  # a schema, a table that fails, one that passes
    "bad-encoding": (AB, b"a,b\n\xe9,1\n", b"a,b\n\xc3\xa9,1\n"),
    "wrong-column": (AB, b"b,a\n1,2\n", b"a,b\n1,2\n"),
    "blank-row": (AB, b"a,b\n1,2\n,\n", b"a,b\n1,2\n"),
    "too-short": (of_type("string", minLength=2), b"a,b\nx,1\n", b"a,b\nxx,1\n"),
    "too-long": (of_type("string", maxLength=40), b"a,b\n%b,1\n" % (b"x" * 400), b"a,b\n%b,1\n" % (b"x" * 40)),
    "duplicate-key": (AB | {"primaryKey": "a"}, b"a,b\nx,1\nx,2\n", b"a,b\nx,1\ny,2\n"),
    "duplicate-value": (of_type("integer", unique=True), b"a,b\n7,1\n7,2\n", b"a,b\n7,1\n8,2\n"),
    "duplicate-combination": (AB | {"uniqueKeys": [["a", "b"]]}, b"a,b\nx,1\nx,1\n", b"a,b\nx,1\nx,2\n"),
    "unchecked-reference": (
        AB | {"foreignKeys": [{"fields": "a", "reference": {"resource": "other", "fields": "a"}}]},
        b"a,b\nx,1\n",
        b"a,b\n",
    ),
}
DATASETS: dict[str, Callable[[Dataset], Any]] = {  # what is done to a good dataset
    "bad-descriptor": lambda toy: (toy.path / "data" / "meetings.csv").write_text("meeting_id\n"),
    "wrong-hash": lambda toy: edit(toy.csv_path("forums"), "Toy Forum 2019", "Toy Forum"),
    "unfinished-write": lambda toy: toy.path.joinpath(STAGING, "0").mkdir(parents=True),
    "not-canonical": lambda toy: write_rows(toy, "forums", rows_of(toy, "forums")[::-1]),
    "stale-file": lambda toy: edit(toy.path / "data" / "README.md", "Data dictionary", "Dictionary"),
    "uncited-row": lambda toy: write_rows(toy, "citations", rows_of(toy, "citations")[1:]),
    "bad-schema": lambda toy: edit(toy.schema_path("forums"), '"pattern"', '"patern"'),
}


def edit(path: Path, old: str, new: str) -> None:
    before = path.read_text(encoding="utf-8")
    assert old in before
    path.write_text(before.replace(old, new), encoding="utf-8")


def sent(toy: Dataset, name: str, content: str | bytes) -> dict[str, int]:
    path = toy.path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    report = validate_contribution(toy, [path])
    assert told_badly(report) == []
    return report.counts.by_code


@pytest.mark.parametrize(("code", "content"), TEXTS.items(), ids=TEXTS)
def test_text_that_is_sent(toy: Dataset, code: str, content: str | bytes) -> None:
    assert code in sent(toy, "forums.csv", content)


def test_good_text_has_nothing_to_report(toy: Dataset) -> None:
    assert sent(toy, "forums.csv", PLAIN) == {}


def test_unknown_table(toy: Dataset) -> None:
    assert sent(toy, "meetings.csv", PLAIN) == {"unknown-table": 1}


MAKER = "toy-pledge--toy-ministry--maker,toy-pledge,toy-ministry,{},toy-source,p. 1,stated\n"


def test_a_change_that_breaks_a_published_row(toy: Dataset) -> None:
    head = "commitment_actor_id,commitment_id,actor_id,commitment_role,source,locator,citation_basis\n"
    changed = head + MAKER.format("endorser")
    assert sent(toy, "commitment_actors.csv", changed) == {"updates-row": 1, "breaks-published-row": 1}
    changed += MAKER.replace("maker,", "maker-2,", 1).format("maker")
    assert sent(toy, "commitment_actors.csv", changed) == {"updates-row": 1}


def test_a_link_to_a_file(toy: Dataset) -> None:
    (toy.path / "elsewhere.csv").write_text(PLAIN, encoding="utf-8")
    (toy.path / "forums.csv").symlink_to("elsewhere.csv")
    report = validate_contribution(toy, [toy.path / "forums.csv"])
    assert report.counts.by_code == {"link-followed": 1}
    assert told_badly(report) == []


def test_macros(toy: Dataset) -> None:
    book = Workbook()
    book.active.title = "forums"
    for row in (HEAD, GOOD):
        book.active.append(row)
    book.save(toy.path / "plain.xlsx")
    with ZipFile(toy.path / "plain.xlsx") as plain, ZipFile(toy.path / "sent.xlsm", "w") as sent:
        for name in plain.namelist():
            macro = b'<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>'
            part = plain.read(name)
            sent.writestr(name, part.replace(b"</Types>", macro) if name == "[Content_Types].xml" else part)
        sent.writestr("xl/vbaProject.bin", b"Sub Workbook_Open()")
    assert validate_contribution(toy, [toy.path / "plain.xlsx"]).counts.by_code == {}
    assert validate_contribution(toy, [toy.path / "sent.xlsm"]).counts.by_code == {"macros-ignored": 1}


def test_new_actors_that_look_like_others(toy: Dataset) -> None:
    head = "actor_id,name,actor_type,is_collective,actor_status,website_url,wikidata_id,source,locator,citation_basis\n"
    new = "{},{},cso,false,active,{},{},toy-source,p. 1,stated\n"
    assert sent(toy, "actors.csv", head + new.format("new-1", "Toy Networks", "", "")) == {"similar-name": 1}
    site = new.format("new-1", "Play Circle", "http://example.org/about", "Q1")
    assert sent(toy, "actors.csv", head + site) == {"same-website": 1}
    twin = new.format("new-2", "Ring", "", "Q1")
    assert sent(toy, "actors.csv", head + site + twin) == {"same-website": 1, "same-identifier": 1}
    pairs = toy.path / "distinct_pairs.csv"
    pairs.write_text(
        "distinct_pair_id,table_name,record_id,other_record_id,decided_date,reason\n"
        "new-1,actors,toy-network,new-1,2024-05-14,Another seat.\nnew-2,actors,new-1,new-2,2024-05-14,A branch.\n"
    )
    assert validate_contribution(toy, [toy.path / "actors.csv", pairs]).counts.by_code == {}


def test_a_pair_of_one(toy: Dataset) -> None:
    head = "distinct_pair_id,table_name,record_id,other_record_id,decided_date,reason\n"
    pair = "new-1,actors,toy-network,{},2024-05-14,Another seat.\n"
    assert sent(toy, "distinct_pairs.csv", head + pair.format("toy-network")) == {"paired-with-itself": 1}
    assert sent(toy, "distinct_pairs.csv", head + pair.format("toy-ministry")) == {}


@pytest.mark.parametrize("code", [*SHEETS, None])
def test_workbook_that_is_sent(toy: Dataset, code: str | None) -> None:
    book = Workbook()
    sheet = book.active
    sheet.title = "forums"
    sheet.append([*HEAD, "start_date"])
    sheet.append(GOOD)
    if code:
        SHEETS[code](book, sheet)
    path = toy.path / "sent.xlsx"
    book.save(path)
    report = validate_contribution(toy, [path])
    assert code in report.counts.by_code if code else report.problems == []
    assert told_badly(report) == []


@pytest.mark.parametrize(("code", "case"), TABLES.items(), ids=TABLES)
def test_table_by_itself(code: str, case: tuple[dict[str, Any], bytes, bytes]) -> None:
    schema, fails, passes = case
    report = validate_table(schema, fails)
    assert set(report.counts.by_code) == {code}
    assert told_badly(report) == []
    assert validate_table(schema, passes).counts.by_code == {}


@pytest.mark.parametrize(("code", "spoil"), DATASETS.items(), ids=DATASETS)
def test_dataset_that_is_spoilt(toy: Dataset, code: str, spoil: Callable[[Dataset], Any]) -> None:
    spoil(toy)
    report = validate_dataset(Dataset(toy.path))
    assert code in report.counts.by_code
    assert told_badly(report) == []


def test_good_dataset_has_nothing_to_report(toy: Dataset) -> None:
    report = validate_dataset(toy)
    assert report.problems == []
    assert render(report).startswith("All good: 36 rows in 24 files checked.")


MADE_ABOVE = {
    "breaks-published-row",
    "paired-with-itself",
    "link-followed",
    "macros-ignored",
    "same-identifier",
    "same-website",
    "similar-name",
}


def test_every_code_is_made_here() -> None:
    in_words = {
        code for code, rule in catalogue().items() if isinstance(rule.fails, str) or isinstance(rule.passes, str)
    }
    assert in_words == {*TEXTS, *SHEETS, *TABLES, *DATASETS, "unknown-table", *MADE_ABOVE}


def test_codes_in_the_sources_are_those_of_the_catalogue() -> None:
    words: set[str] = set()
    for path in (ROOT / "csodata").rglob("*.py"):
        if path.name not in ("ods.py", "archive.py", "descriptor.py", "revisions.py"):  # of XML, profiles, git
            tree = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            words |= {node.value for node in tree if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    codes = set(catalogue())
    assert codes <= words, "a code that nothing reports"
    kebab = {
        word
        for word in words
        if re.fullmatch(r"[a-z]+(-[a-z0-9]+)+", word) and not word.startswith(("utf-", "tabular-"))
    }
    said = {name for kind in ("phrases", "suggestions") for name in besides()[kind]} | set(refusals())
    assert kebab <= codes | said, "a code that the catalogue does not have"
