"""Guards what is put into cells that were sent in words, and that it is listed: ids, values, codes, days, labels.

Costs 6 s.
"""

from collections.abc import Sequence
from pathlib import Path

import pytest
from conftest import toy_rows, write_rows

from csodata.dataset import Dataset
from csodata.report import Problem
from csodata.validation.contribution import Contribution, check_contribution
from csodata.validation.records import Record

PROOF = {"source": "toy-source", "locator": "p. 1", "citation_basis": "stated"}
FORUM = {
    "forum_id": "new-1",
    "name": "New Forum",
    "forum_type": "summit",
    "level": "local",
    "is_collective": "false",
    "forum_status": "held",
} | PROOF
PARTICIPATION = {"participation_id": "new-1", "forum_id": "toy-forum", "actor_id": "toy-ministry"}
PARTICIPATION |= {"participation_role": "funder"} | PROOF
ACTOR = {"actor_id": "new-1", "name": "Office of Toys", "actor_type": "state_body", "is_collective": "false"}
ACTOR |= {"actor_status": "active"} | PROOF
CITATION = {"citation_id": "new-1", "table_name": "forums", "record_id": "toy-forum", "source_id": "toy-source"}
CITATION |= {"locator": "p. 7", "citation_basis": "stated", "stance": "supports"}


def file(toy: Dataset, table: str, *rows: dict[str, str], folder: str = "sent") -> Path:
    (toy.path / folder).mkdir(exist_ok=True)
    path = toy.path / folder / f"{table}.csv"
    lines = [list(rows[0]), *([row[name] for name in rows[0]] for row in rows)]
    path.write_text("".join(",".join(line) + "\n" for line in lines), encoding="utf-8")
    return path


def check(toy: Dataset, table: str, *rows: dict[str, str]) -> Contribution:
    return check_contribution(toy, [file(toy, table, *rows)])


def told(problems: Sequence[Problem]) -> list[tuple[str, str]]:
    return [(each.code, each.place) for each in problems]


def without(row: dict[str, str], *columns: str) -> dict[str, str]:
    return {name: cell for name, cell in row.items() if name not in columns}


@pytest.mark.parametrize(
    ("column", "text", "id_"),
    [
        ("actor_id", "Toy Ministry", "toy-ministry"),
        ("actor_id", "TÓY  ministry", "toy-ministry"),
        ("actor_id", "Toy Ministry [toy-ministry]", "toy-ministry"),
        ("on_behalf_of_actor_id", "TN", "toy-network"),
        ("on_behalf_of_actor_id", "Réseau jouet", "toy-network"),
        ("forum_id", "Toy Forum", "toy-series"),
    ],
)
def test_a_name_becomes_the_id(toy: Dataset, column: str, text: str, id_: str) -> None:
    found = check(toy, "participations", PARTICIPATION | {column: text})
    [problem] = found.report.problems
    assert (problem.code, problem.severity, problem.field, problem.value) == ("name-resolved", "repair", column, text)
    assert f"'{id_}'" in problem.message
    assert found.sent[0][column] == id_


def test_the_source_at_the_end_of_a_row_may_be_named(toy: Dataset) -> None:
    found = check(toy, "forums", FORUM | {"source": "Report of the Toy Forum", "citation_basis": "Énoncé"})
    assert told(found.report.problems) == [("name-resolved", "G2"), ("label-resolved", "I2")]
    assert (found.evidence[0]["source_id"], found.evidence[0]["citation_basis"]) == ("toy-source", "stated")


def test_a_record_is_named_in_its_table(toy: Dataset) -> None:
    found = check(toy, "citations", CITATION | {"table_name": "Acteurs", "record_id": "Toy Network"})
    assert told(found.report.problems) == [("label-resolved", "B2"), ("name-resolved", "C2")]
    assert (found.sent[0]["table_name"], found.sent[0]["record_id"]) == ("actors", "toy-network")
    pair = {"distinct_pair_id": "new-1", "table_name": "actors", "record_id": "TN", "other_record_id": "Toy Ministry"}
    found = check(toy, "distinct_pairs", pair | {"decided_date": "2024-05-14", "reason": "Two bodies."})
    assert told(found.report.problems) == [("name-resolved", "C2"), ("name-resolved", "D2")]


def test_a_name_of_two_rows_is_asked_about_once(toy: Dataset) -> None:
    twin = next(row for row in toy_rows("forums") if row["forum_id"] == "toy-series") | {"forum_id": "toy-two"}
    write_rows(toy, "forums", [*toy_rows("forums"), twin])
    found = check(toy, "participations", PARTICIPATION | {"forum_id": "toy forum"})
    [problem] = found.report.problems
    assert (problem.code, problem.place) == ("ambiguous-name", "B2")
    assert "toy-series (Toy Forum), toy-two (Toy Forum)" in problem.message
    cited = check(toy, "citations", CITATION | {"record_id": "Toy Forum"})
    assert told(cited.report.problems) == [("ambiguous-name", "C2")]


def test_a_name_of_no_row_is_told_as_before(toy: Dataset) -> None:
    [problem] = check(toy, "participations", PARTICIPATION | {"actor_id": "Toy Networks"}).report.problems
    assert (problem.code, problem.suggestion) == ("unknown-reference", "Did you mean 'toy-network'?")


@pytest.mark.parametrize("text", ["=TN", "../../tn", "T\u200bN", "\u202eTN"])
def test_what_hides_something_names_nobody(toy: Dataset, text: str) -> None:
    found = check(toy, "participations", PARTICIPATION | {"actor_id": text})
    assert not found.report.valid and found.sent[0]["actor_id"] == text


def test_new_rows_are_named_too_and_by_their_other_names(toy: Dataset) -> None:
    name = {"name_id": "", "table_name": "actors", "record_id": "Office of Toys", "name": "Toy Bureau"}
    name |= {"name_type": "alias"} | PROOF
    rows = [
        file(toy, "participations", PARTICIPATION | {"actor_id": "toy bureau"}),
        file(toy, "actors", ACTOR | {"actor_id": ""}),
        file(toy, "names", name),
    ]
    found = check_contribution(toy, rows)
    assert set(found.report.counts.by_code) == {"name-resolved"}
    by_table = {record.table: record for record in found.sent}
    assert by_table["participations"]["actor_id"] == by_table["names"]["record_id"] == "new-actor-2"


def test_one_line_tells_of_a_text_that_stands_often(toy: Dataset) -> None:
    rows = [PARTICIPATION | {"participation_id": f"new-{n}", "from_date": f"20{n}"} for n in range(10, 40)]
    found = check(toy, "participations", *(row | {"actor_id": "Toy Ministry"} for row in rows))
    assert told(found.report.problems) == [("name-resolved", "C2")]
    assert {record["actor_id"] for record in found.sent} == {"toy-ministry"}


@pytest.mark.parametrize(
    ("column", "text", "value"),
    [
        ("forum_type", "Sommet", "summit"),
        ("forum_type", "Working group", "working_group"),
        ("forum_type", "WORKING_GROUP", "working_group"),
        ("level", "Régional", "regional"),
        *[("is_collective", word, "true") for word in ("yes", "Oui", "VRAI")],
        *[("is_collective", word, "false") for word in ("No", "non", "faux")],
    ],
)
def test_a_label_becomes_the_value(toy: Dataset, column: str, text: str, value: str) -> None:
    found = check(toy, "forums", FORUM | {column: text})
    assert [each.code for each in found.report.problems] == ["label-resolved"]
    assert found.sent[0][column] == value


@pytest.mark.parametrize("text", ["Senegal", "Sénégal", "sen", "SENEGAL"])
def test_a_country_becomes_its_code(toy: Dataset, text: str) -> None:
    found = check(toy, "forums", FORUM | {"country_code": text})
    assert [each.code for each in found.report.problems] == ["name-resolved"]
    assert found.sent[0]["country_code"] == "SEN"


def test_two_letters_are_no_country(toy: Dataset) -> None:
    assert set(check(toy, "forums", FORUM | {"country_code": "SN"}).report.counts.by_code) == {"unknown-reference"}


@pytest.mark.parametrize(
    ("text", "day", "code"),
    [
        ("25/06/2022", "2022-06-25", "day-resolved"),
        ("6/25/2022", "2022-06-25", "day-resolved"),
        ("05.05.2022", "2022-05-05", "day-resolved"),
        ("05/06/2022", None, "ambiguous-day"),
        ("5-6-2022", None, "ambiguous-day"),
        ("30/02/2022", None, "wrong-pattern"),
        ("05/06/22", None, "wrong-pattern"),
        ("2022-06", "2022-06", None),
    ],
)
def test_a_day_with_its_year_behind(toy: Dataset, text: str, day: str | None, code: str | None) -> None:
    found = check(toy, "forums", FORUM | {"start_date": text})
    assert [each.code for each in found.report.problems] == ([code] if code else [])
    assert found.sent[0]["start_date"] == day or not found.report.valid
    if code == "ambiguous-day":
        assert "2022-06-05, 2022-05-06" in found.report.problems[0].message


@pytest.mark.parametrize("lacks", [True, False])
def test_a_row_without_an_id_is_given_a_label(toy: Dataset, lacks: bool) -> None:
    row = without(FORUM, "forum_id") if lacks else FORUM | {"forum_id": ""}
    found = check(toy, "forums", row, row | {"name": "Another Forum"})
    assert found.report.problems == []
    assert keys(found.sent, "forum_id") == keys(found.evidence, "record_id") == ["new-forum-2", "new-forum-3"]


def test_labels_differ_in_all_files(toy: Dataset) -> None:
    row = FORUM | {"forum_id": ""}
    paths = [
        file(toy, "forums", row, row | {"name": "Second", "forum_id": "new-forum-2"}),
        file(toy, "forums", row | {"name": "Third"}, folder="too"),
    ]
    found = check_contribution(toy, paths)
    assert found.report.problems == []
    assert keys(found.sent, "forum_id") == ["new-forum-2-2", "new-forum-2", "new-forum-2-2-2"]
    assert keys(found.evidence, "record_id") == keys(found.sent, "forum_id")


def test_a_label_is_made_of_the_tables_name(toy: Dataset) -> None:
    row = {"commitment_id": "toy-pledge", "actor_id": "Toy Network", "commitment_role": "endorser"} | PROOF
    assert check(toy, "commitment_actors", row).sent[0]["commitment_actor_id"] == "new-commitment-actor-2"


def test_a_code_that_is_missing_is_told(toy: Dataset) -> None:
    country = {"country_code": "", "name": "Toyland", "name_fr": "Jouetterie"}
    assert set(check(toy, "countries", country).report.counts.by_code) == {"missing-value"}


def test_an_id_that_could_not_be_read_is_not_made_up(toy: Dataset) -> None:
    found = check(toy, "forums", FORUM | {"forum_id": "../../x"})
    assert set(found.report.counts.by_code) == {"wrong-pattern"}


def test_garbled_letters_are_told_once_and_not_put_right(toy: Dataset) -> None:
    row = PARTICIPATION | {"actor_id": "RÃ©seau jouet", "participation_role": "Ã‰diteur"}
    found = check(toy, "participations", row)
    assert told(found.report.problems) == [("mojibake", "C2"), ("mojibake", "D2")]
    assert "'Réseau jouet'" in (found.report.problems[0].suggestion or "")
    assert found.sent[0]["actor_id"] == "RÃ©seau jouet"


def keys(records: Sequence[Record], column: str) -> list[str]:
    return [record[column] for record in records]
