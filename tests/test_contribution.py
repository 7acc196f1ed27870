"""Guards what a contribution may do to published rows: no change goes unseen, uncited, or at the cost of another row.

Costs 2 s.
"""

from pathlib import Path

import pytest
from conftest import toy_rows, write_rows

from csodata.dataset import Dataset
from csodata.errors import UnreadableError
from csodata.messages import refusal
from csodata.report import Problem
from csodata.validation import validate_contribution, validate_dataset

EVIDENCE = {"source": "toy-source", "locator": "p. 1", "citation_basis": "stated"}
MAKER = {"commitment_actor_id": "toy-pledge--toy-ministry--maker", "commitment_role": "endorser"}
CITED = "forums--toy-forum--toy-source"


def sent(toy: Dataset, table: str, *changes: dict[str, str]) -> list[Problem]:
    return validate_contribution(toy, [written(toy, table, *changes)]).problems


def written(toy: Dataset, table: str, *changes: dict[str, str]) -> Path:
    """Write a file with published rows as they are changed; the changed columns come first, then those that are filled.

    What is empty in all rows is left out, as senders do.
    """
    published = toy_rows(table)
    key = next(iter(published[0]))
    rows = [next((row for row in published if row[key] == change[key]), {}) | change for change in changes]
    names = [*changes[0], *(name for name in published[0] if name not in changes[0])]
    lines = [names, *([row.get(name, "") for name in names] for row in rows)]
    path = toy.path / f"{table}.csv"
    path.write_text("".join(",".join(line) + "\n" for line in lines), encoding="utf-8")
    return path


def errors(problems: list[Problem]) -> list[tuple[str, str]]:
    return [(each.code, each.place) for each in problems if each.severity == "error"]


def test_a_pledge_may_not_lose_its_maker(toy: Dataset) -> None:
    found = sent(toy, "commitment_actors", MAKER | EVIDENCE)
    assert errors(found) == [("breaks-published-row", "row 2")]
    [problem] = [each for each in found if each.severity == "error"]
    assert "'toy-pledge' in 'commitments': This pledge has no maker" in problem.message
    other = {"commitment_id": "toy-pledge", "actor_id": "toy-ministry"}
    new = {"commitment_actor_id": "new-1", "commitment_role": "maker"} | other
    assert errors(sent(toy, "commitment_actors", MAKER | other | EVIDENCE, new | EVIDENCE)) == []


@pytest.mark.parametrize(
    "change",
    [
        {"stance": "contradicts", "column_name": "name", "other_value": "Toy Meeting"},
        {"record_id": "toy-series"},
        {"table_name": "actors", "record_id": "toy-network"},
    ],
)
def test_a_row_may_not_lose_its_citation(toy: Dataset, change: dict[str, str]) -> None:
    [problem] = [each for each in sent(toy, "citations", {"citation_id": CITED, **change}) if each.severity == "error"]
    assert (problem.code, problem.place, problem.value) == ("breaks-published-row", "row 2", "toy-forum")


def test_two_rows_that_clash_are_told_at_the_one_that_is_sent(toy: Dataset) -> None:
    renamed = {"actor_id": "toy-ministry", "name": "TOY network"} | EVIDENCE
    assert errors(sent(toy, "actors", renamed)) == [("same-name", "B2")]
    ring = {"forum_id": "toy-series", "series_forum_id": "toy-forum"} | EVIDENCE
    assert errors(sent(toy, "forums", ring)) == [("cycle", "B2")]


def test_what_was_wrong_before_is_not_laid_at_the_senders_door(toy: Dataset) -> None:
    path = toy.csv_path("citations")
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith("objectives--")), encoding="utf-8")
    assert errors(sent(toy, "forums", {"forum_id": "toy-forum", "city": "Thiès"} | EVIDENCE)) == []


def test_a_changed_value_needs_a_citation_of_its_own(toy: Dataset) -> None:
    changed = {"forum_id": "toy-forum", "city": "Thiès"}
    assert [(each.code, each.place) for each in sent(toy, "forums", changed)] == [
        ("updates-row", "A2"),
        ("change-without-citation", "B2"),
    ]
    assert [each.code for each in sent(toy, "forums", changed | EVIDENCE)] == ["updates-row"]
    assert [each.code for each in sent(toy, "forums", {"forum_id": "toy-forum", "note": "Ours."})] == ["updates-row"]
    assert sent(toy, "forums", {"forum_id": "toy-forum", "city": "Dakar"}) == []
    # An empty cell leaves what is published: who fills in a template does not mean to erase the rest.
    assert sent(toy, "forums", {"forum_id": "toy-forum", "city": ""}) == []


def test_a_citation_of_the_changed_column_is_enough(toy: Dataset) -> None:
    forums, citations = written(toy, "forums", {"forum_id": "toy-forum", "city": "Thiès"}), toy.path / "citations.csv"
    head = "citation_id,table_name,record_id,column_name,source_id,locator,citation_basis,stance\n"
    for column, codes in (("city", {"updates-row": 1}), ("name", {"change-without-citation": 1, "updates-row": 1})):
        cited = f"new-1,forums,toy-forum,{column},toy-source,p. 1,stated,supports\n"
        citations.write_text(head + cited, encoding="utf-8")
        assert validate_contribution(toy, [forums, citations]).counts.by_code == codes


def test_every_file_that_cannot_be_read_is_named(toy: Dataset, tmp_path: Path) -> None:
    (tmp_path / "picture.csv").write_bytes(b"\x89PNG\r\n\x1a\n")
    with pytest.raises(UnreadableError, match=r"(?s)missing\.csv.*picture\.csv") as caught:
        validate_contribution(toy, [tmp_path / "missing.csv", tmp_path / "picture.csv"])
    missing, picture = refusal(caught.value.refused, "fr").splitlines()
    assert missing.endswith("missing.csv : ce fichier n’existe pas. Vérifiez son nom et le dossier.")
    assert "picture.csv : c’est une image PNG" in picture


def test_what_is_wrong_with_an_id_is_told_once(toy: Dataset, tmp_path: Path) -> None:
    path = tmp_path / "forums.csv"
    path.write_text("forum_id,source,locator,citation_basis\nfo-rum\u200b,toy-source,p. 1,stated\n", encoding="utf-8")
    found = validate_contribution(toy, [path]).problems
    assert [problem.place for problem in found if problem.code == "look-alike-id"] == ["A2"]


def test_all_problems_of_the_dataset_are_counted_and_the_first_are_shown(toy: Dataset) -> None:
    rows = [{"theme_id": f"theme-{number}", "name": "A theme", "parent_theme_id": "none"} for number in range(1_100)]
    write_rows(toy, "themes", [*toy_rows("themes"), *rows])
    report = validate_dataset(toy)
    assert report.counts.by_code["unknown-reference"] == 1_100
    assert sum(problem.code == "unknown-reference" for problem in report.problems) == 1_000
