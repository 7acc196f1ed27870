"""Guards keys: primary, unique and foreign ones, over several files and other tables, with the place of each fault.

Costs 1 s. That it agrees with frictionless: test_table.py.
"""

import time
from typing import Any

from conftest import write_rows
from openpyxl import Workbook

from csodata import canonical
from csodata.dataset import Dataset
from csodata.report import Report
from csodata.validation import validate_contribution, validate_table

FIELDS = {"fields": [{"name": "a", "type": "string"}, {"name": "b", "type": "integer"}]}


def told(
    schema: dict[str, Any], text: str, tables: dict[str, list[dict[str, Any]]] | None = None
) -> list[tuple[str, str]]:
    return [(each.code, each.place) for each in check(schema, text, tables).problems]


def check(schema: dict[str, Any], text: str, tables: dict[str, list[dict[str, Any]]] | None = None) -> Report:
    return validate_table(FIELDS | schema, f"a,b\n{text}".encode(), tables)


def refer(*columns: str, to: str, targets: list[str]) -> dict[str, Any]:
    return {"foreignKeys": [{"fields": list(columns), "reference": {"resource": to, "fields": targets}}]}


def test_a_primary_key_stands_once() -> None:
    assert told({"primaryKey": "a"}, "x,1\ny,1\n") == []
    assert told({"primaryKey": "a"}, "x,1\ny,1\nx,2\nx,3\n") == [("duplicate-key", "A4"), ("duplicate-key", "A5")]
    [problem] = check({"primaryKey": "a"}, "x,1\nx,2\n").problems
    assert problem.message == "'x' stands twice as 'a'; the other is in row 2."


def test_a_composite_key_stands_once_and_is_whole() -> None:
    key = {"primaryKey": ["a", "b"]}
    assert told(key, "x,1\nx,2\ny,1\n") == []
    assert told(key, "x,1\nx,+1\n") == [("duplicate-key", "row 3")]
    assert told(key, "x,\n,1\n") == [("missing-key", "B2"), ("missing-key", "A3")]
    [problem] = check(key, "x,1\nx,1\n").problems
    assert (problem.field, problem.value) == (None, "x, 1")


def test_unique_keys_hold_and_nulls_are_exempt() -> None:
    key = {"uniqueKeys": [["a", "b"]]}
    assert told(key, "x,1\nx,2\n") == []
    assert told(key, "x,\nx,\n,\n,1\n,1\n") == [("blank-row", "row 4")]
    assert told(key, "x,1\nx,01\n") == [("duplicate-combination", "row 3")]
    assert told({"uniqueKeys": [["a"], ["b"]]}, "x,1\nx,1\n") == [
        ("duplicate-combination", "A3"),
        ("duplicate-combination", "B3"),
    ]


def test_a_foreign_key_points_to_a_row() -> None:
    schema = refer("a", to="other", targets=["id"])
    other = {"other": [{"id": "x"}, {"id": "y"}, {"id": None}]}
    assert told(schema, "x,1\ny,1\n,1\n", other) == []
    assert told(schema, "z,1\n", other) == [("unknown-reference", "A2")]
    assert told(schema, "x,1\n", {"other": []}) == [("unknown-reference", "A2")]


def test_a_foreign_key_to_its_own_table_may_point_forward() -> None:
    schema = {"fields": [{"name": "a", "type": "integer"}, {"name": "b", "type": "integer"}]}
    schema |= refer("b", to="", targets=["a"])
    assert told(schema, "1,2\n2,\n3,03\n") == []
    assert told(schema, "1,9\n") == [("unknown-reference", "B2")]


def test_a_foreign_key_of_two_columns_is_one() -> None:
    schema = refer("a", "b", to="other", targets=["p", "q"])
    other = {"other": [{"p": "x", "q": 1}, {"p": "y", "q": 2}]}
    assert told(schema, "x,1\ny,2\n", other) == []
    assert told(schema, "x,2\nx,\n", other) == [("unknown-reference", "A2"), ("unknown-reference", "A3")]


def test_two_wrong_cells_are_not_alike() -> None:
    schema = {"fields": [{"name": "a", "type": "string"}, {"name": "b", "type": "string", "format": "email"}]}
    schema |= refer("a", "b", to="other", targets=["p", "q"])
    found = told(schema, "x,wrong\n", {"other": [{"p": "x", "q": "wrong too"}]})
    assert found == [("unknown-reference", "A2"), ("wrong-type", "B2")]


def test_a_key_whose_column_the_file_lacks_is_passed_over() -> None:
    report = validate_table(FIELDS | {"primaryKey": "b"}, b"a\nx\nx\n")
    assert [each.code for each in report.problems] == ["missing-column"]


def test_a_reference_to_a_key_that_the_file_lacks_is_no_crash() -> None:
    schema = {"fields": [{"name": name, "type": "string"} for name in ("name", "parent", "id")]}
    schema |= refer("parent", to="", targets=["id"])
    report = validate_table(schema, b"name,parent\nx,y\n")
    assert [each.code for each in report.problems] == ["missing-column", "unknown-reference"]
    assert "''" not in " ".join(each.message for each in report.problems)


def test_an_empty_id_is_never_offered() -> None:
    schema = refer("a", to="other", targets=["id"])
    [problem] = check(schema, "None,1\n", {"other": [{"id": None, "name": "None"}, {"id": None}]}).problems
    assert problem.suggestion and "Did you mean" not in problem.suggestion


def test_what_was_meant_is_offered() -> None:
    schema = refer("a", to="other", targets=["id"])
    [problem] = check(schema, "goree-2018,1\n", {"other": [{"id": "goree-2019"}, {"id": "berne"}]}).problems
    assert problem.suggestion == "Did you mean 'goree-2019'?"
    [problem] = check(schema, "xyz,1\n", {"other": [{"id": "goree-2019"}]}).problems
    assert problem.suggestion and "Write the id of a row" in problem.suggestion


def test_many_unknown_references_do_not_take_for_ever() -> None:
    schema = refer("a", to="other", targets=["id"])
    other = {"other": [{"id": f"actor-number-{number}-of-a-long-list"} for number in range(2000)]}
    text = "".join(f"actr-nmber-{number}-of-list,1\n" for number in range(200))
    start = time.monotonic()
    assert check(schema, text, other).counts.errors == 200
    assert time.monotonic() - start < 10, "likeness is to be found by rapidfuzz: difflib took a minute and more"


def test_a_key_that_stands_in_two_files_is_told_with_the_file(toy: Dataset) -> None:
    text = (
        "forum_id,name,forum_type,level,is_collective,forum_status,source,locator,citation_basis\n"
        "new-1,{},summit,local,false,held,toy-source,p. 1,stated\n"
    )
    paths = [toy.path / "one.csv", toy.path / "two.csv"]
    for path in paths:
        path.write_text(text.format(path.stem), encoding="utf-8")
    found = validate_contribution(toy, paths, "forums").problems
    assert [(each.code, each.file, each.place) for each in found] == [("duplicate-key", str(paths[1]), "A2")]
    assert f"row 2 of {paths[0]}" in found[0].message


def test_a_key_that_stands_in_two_sheets_is_told_with_the_sheet(toy: Dataset) -> None:
    book = Workbook()
    for sheet, title in [(book.active, "forums"), (book.create_sheet(), "Forum")]:
        sheet.title = title
        sheet.append("forum_id name forum_type level is_collective forum_status source locator citation_basis".split())
        sheet.append(["new-1", title, "summit", "local", "false", "held", "toy-source", "p. 1", "stated"])
    path = toy.path / "two.xlsx"
    book.save(path)
    [problem] = validate_contribution(toy, [path], "forums").problems
    assert (problem.code, problem.sheet, problem.place) == ("duplicate-key", "Forum", "A2")
    assert problem.message.endswith("row 2 of the sheet forums.")


def test_a_combination_that_is_published_is_taken(toy: Dataset) -> None:
    pair = dict.fromkeys(("table_name", "record_id", "other_record_id", "decided_date", "reason"), "")
    pair |= {"table_name": "actors", "record_id": "toy-network", "other_record_id": "toy-ministry", "reason": "Two."}
    pair["decided_date"] = "2024-05-14"
    write_rows(toy, "distinct_pairs", [{"distinct_pair_id": "pair", **pair}])
    canonical.build(toy)
    path = toy.path / "distinct_pairs.csv"
    path.write_text(toy.csv_path("distinct_pairs").read_text().replace("pair,", "new-1,", 1), encoding="utf-8")
    assert "new-1," in path.read_text()
    [problem] = validate_contribution(Dataset(toy.path), [path]).problems
    assert (problem.code, problem.row) == ("duplicate-combination", 2)
    assert problem.message.endswith("stands in row 2 of data/distinct_pairs.csv.")


def test_a_fact_sent_twice_is_told_once(toy: Dataset) -> None:
    link = "commitment_actor_id,commitment_id,actor_id,commitment_role,source,locator,citation_basis\n"
    for key in ("new-1", "new-2"):
        link += f"{key},toy-pledge,toy-network,endorser,toy-source,p. 1,stated\n"
    path = toy.path / "commitment_actors.csv"
    path.write_text(link, encoding="utf-8")
    assert validate_contribution(toy, [path]).counts.by_code == {"repeated-fact": 1}
