"""Guards the comparison of two versions: rows, values, evidence, merged ids, schemas; the version they ask for.

Costs 3 s.
"""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from csodata.canonical import build
from csodata.dataset import Dataset
from csodata.releases.compare import TableChanges, compare, next_version
from csodata.releases.schema_changes import schema_changes
from csodata.releases.telling import as_json, as_markdown, as_text
from csodata.schema import TableSchema, read


@pytest.fixture
def pair(toy: Dataset, tmp_path: Path) -> tuple[Dataset, Dataset]:
    """The toy dataset, and a copy of it."""
    copy = tmp_path / "newer"
    shutil.copytree(toy.path, copy)
    return toy, Dataset(copy)


def edit(dataset: Dataset, table: str, old: str, new: str) -> None:
    path = dataset.csv_path(table)
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_nothing_changed(pair: tuple[Dataset, Dataset]) -> None:
    found = compare(*pair)
    assert (found.level, found.tables, found.schemas, found.vanished) == (None, {}, [], [])
    assert as_text(found).endswith("nothing changed.")


def test_a_value_that_was_corrected_is_a_patch_with_its_evidence(pair: tuple[Dataset, Dataset]) -> None:
    edit(pair[1], "forums", "Dakar", "Thiès")
    found = compare(*pair)
    [changed] = found.tables["forums"].changed
    [value] = changed.values
    assert (changed.key, value.column, value.old, value.new) == ("toy-forum", "city", "Dakar", "Thiès")
    assert [(each.source_id, each.locator) for each in value.evidence] == [("toy-source", "lines 3-4")]
    assert found.level == "patch"
    assert "city: Dakar → Thiès [toy-source, lines 3-4]" in as_text(found)


def test_a_citation_of_another_column_is_not_behind_a_value(pair: tuple[Dataset, Dataset]) -> None:
    edit(pair[1], "forums", "Dakar", "Thiès")
    edit(pair[1], "citations", "forums,toy-forum,,", "forums,toy-forum,name,")
    assert compare(*pair).tables["forums"].changed[0].values[0].evidence == []


def test_a_source_that_contradicts_a_column_is_not_behind_its_value(pair: tuple[Dataset, Dataset]) -> None:
    edit(pair[1], "forums", "Dakar", "Thiès")
    path = pair[1].csv_path("citations")
    whole = next(line for line in path.read_text(encoding="utf-8").splitlines() if "forums,toy-forum,," in line)
    column = whole.replace("forums,toy-forum,,", "forums,toy-forum,city,").replace("supports", "contradicts")
    with path.open("a", encoding="utf-8") as file:
        file.write(f"own-{column}\n")
    assert compare(*pair).tables["forums"].changed[0].values[0].evidence == []


def test_a_row_that_was_added_is_minor(pair: tuple[Dataset, Dataset]) -> None:
    with pair[1].csv_path("themes").open("a", encoding="utf-8") as file:
        file.write("new-theme," + "," * (len(read(pair[1].schema_path("themes")).names) - 2) + "\n")
    found = compare(*pair)
    assert [added.key for added in found.tables["themes"].added] == ["new-theme"]
    assert found.level == "minor"


def test_an_id_that_is_gone_has_vanished_unless_it_was_merged(pair: tuple[Dataset, Dataset]) -> None:
    old, new = pair
    for table in ("actors", "participations", "citations", "names", "commitment_actors", "counts"):
        path = new.csv_path(table)
        path.write_text(path.read_text(encoding="utf-8").replace("toy-network", "toy-net"), encoding="utf-8")
    assert ("actors", "toy-network") in compare(old, new).vanished
    redirects = new.csv_path("redirects")
    names = read(new.schema_path("redirects")).names
    row = {"redirect_id": "r", "table_name": "actors", "old_id": "toy-network", "new_id": "toy-net"}
    with redirects.open("a", encoding="utf-8") as file:
        file.write(",".join(row.get(name, "x") for name in names) + "\n")
    found = compare(old, new)
    assert ("actors", "toy-network") not in found.vanished
    assert found.tables["actors"].merged == {"toy-network": "toy-net"}
    # What only follows the merge is no change of its own.
    changed = [row for row in found.tables.get("commitment_actors", found.tables["actors"]).changed]
    assert not [value for row in changed for value in row.values if value.column == "actor_id"]
    assert "merged: toy-network is now toy-net" in as_text(found)


def redirected(pair: tuple[Dataset, Dataset], *rows: tuple[str, str]) -> TableChanges:
    """Rename the row toy-network, say so in `redirects`, and return what changed in actors."""
    edit(pair[1], "actors", "toy-network", "toy-net")
    with pair[1].csv_path("redirects").open("a", encoding="utf-8") as file:
        file.writelines(f"r{old},actors,{old},{new},0.2.0,It was entered twice.,\n" for old, new in rows)
    return compare(*pair).tables["actors"]


def test_an_id_is_followed_as_far_as_it_leads(pair: tuple[Dataset, Dataset]) -> None:
    assert redirected(pair, ("toy-network", "between"), ("between", "toy-net")).merged == {"toy-network": "toy-net"}


@pytest.mark.parametrize("rows", [[("toy-network", "")], [("toy-network", "between"), ("between", "")]])
def test_a_row_that_was_withdrawn_has_not_vanished(pair: tuple[Dataset, Dataset], rows: list[tuple[str, str]]) -> None:
    found = redirected(pair, *rows)
    assert (found.withdrawn, found.merged, found.removed) == ({"toy-network": "It was entered twice."}, {}, [])
    assert "withdrawn: toy-network (It was entered twice.)" in as_text(compare(*pair))


@pytest.mark.parametrize("rows", [[("toy-network", "nobody")], [("toy-network", "b"), ("b", "toy-network")]])
def test_a_redirect_that_leads_nowhere_is_none(pair: tuple[Dataset, Dataset], rows: list[tuple[str, str]]) -> None:
    assert redirected(pair, *rows).removed == ["toy-network"]


def test_a_value_that_was_emptied_has_no_evidence(pair: tuple[Dataset, Dataset]) -> None:
    edit(pair[1], "forums", "Dakar", "")
    assert compare(*pair).tables["forums"].changed[0].values[0].evidence == []
    assert "city: Dakar → (empty)\n" in as_text(compare(*pair)) + "\n"


def test_a_change_at_the_end_of_a_long_text_is_seen(pair: tuple[Dataset, Dataset]) -> None:
    edit(pair[0], "forums", "Dakar", "word " * 40 + "old")
    edit(pair[1], "forums", "Dakar", "word " * 40 + "new")
    assert "word old → word" in as_text(compare(*pair))
    assert "word new [" in as_text(compare(*pair))


def test_versions_are_named_as_they_were_asked_for(pair: tuple[Dataset, Dataset]) -> None:
    assert as_text(compare(*pair, ("HEAD", "v0.1.0"))) == "From 0.1.0 (HEAD) to 0.1.0: nothing changed."


def changes(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str | None, str]]:
    old, new = (read({"fields": [{"name": "a", "type": "string", **each}]}) for each in (before, after))
    return [(change.column, change.level) for change in schema_changes({"t": old}, {"t": new})]


@pytest.mark.parametrize(
    ("before", "after", "level"),
    [
        ({}, {"constraints": {"required": True}}, "major"),
        ({"constraints": {"required": True}}, {}, "minor"),
        ({"constraints": {"enum": ["x"]}}, {"constraints": {"enum": ["x", "y"]}}, "minor"),
        ({"constraints": {"enum": ["x", "y"]}}, {"constraints": {"enum": ["x"]}}, "major"),
        ({"constraints": {"maxLength": 5}}, {"constraints": {"maxLength": 4}}, "major"),
        ({"constraints": {"maxLength": 5}}, {"constraints": {"maxLength": 6}}, "minor"),
        ({"constraints": {"minLength": 5}}, {"constraints": {"minLength": 6}}, "major"),
        ({"constraints": {"minLength": 5}}, {"constraints": {"minLength": 4}}, "minor"),
        ({"constraints": {"pattern": "a"}}, {"constraints": {"pattern": "b"}}, "major"),
        (
            {"type": "integer", "constraints": {"minimum": 0}},
            {"type": "integer", "constraints": {"minimum": -5}},
            "minor",
        ),
        (
            {"type": "integer", "constraints": {"minimum": -5}},
            {"type": "integer", "constraints": {"minimum": 0}},
            "major",
        ),
        (
            {"type": "integer", "constraints": {"maximum": 5}},
            {"type": "integer", "constraints": {"maximum": 0}},
            "major",
        ),
        ({"constraints": {"unique": True}}, {}, "minor"),
        ({}, {"constraints": {"unique": True}}, "major"),
        ({}, {"constraints": {"enum": ["x"]}}, "major"),
        ({"constraints": {"enum": ["x"]}}, {}, "minor"),
        ({"constraints": {"pattern": "a"}}, {}, "minor"),
        ({"type": "integer"}, {}, "major"),
        ({"format": "uri"}, {}, "major"),
        ({"title": "A"}, {"title": "B"}, "patch"),
    ],
)
def test_a_change_of_a_column_has_its_level(before: dict[str, Any], after: dict[str, Any], level: str) -> None:
    assert changes(before, after) == [("a", level)]


def test_columns_and_tables_that_come_go_or_move_are_major() -> None:
    def table(*names: str, **keys: Any) -> TableSchema:
        return read({"fields": [{"name": name, "type": "string"} for name in names], **keys})

    def levels(old: dict[str, TableSchema], new: dict[str, TableSchema]) -> list[str]:
        return [change.level for change in schema_changes(old, new)]

    assert levels({"t": table("a")}, {"t": table("a"), "u": table("a")}) == ["major"]
    assert levels({"t": table("a"), "u": table("a")}, {"t": table("a")}) == ["major"]
    assert levels({"t": table("a", "b")}, {"t": table("a", "c")}) == ["major", "major"]
    assert levels({"t": table("a", "b")}, {"t": table("b", "a")}) == ["major"]
    assert levels({"t": table("a")}, {"t": table("a", primaryKey=["a"])}) == ["major"]
    assert levels({"t": table("a")}, {"t": table("a", uniqueKeys=[["a"]])}) == ["major"]
    assert levels({"t": table("a", uniqueKeys=[["a"]])}, {"t": table("a")}) == ["minor"]


def test_changes_of_a_table_and_of_its_columns_stand_in_order(pair: tuple[Dataset, Dataset]) -> None:
    path = pair[1].schema_path("themes")
    told = json.loads(path.read_text(encoding="utf-8"))
    told["description"] += " More."
    told["fields"][1]["title"] = "Another"
    path.write_text(json.dumps(told), encoding="utf-8")
    assert [change.column for change in compare(*pair).schemas] == [None, "name"]


def test_the_next_version() -> None:
    assert [next_version("0.1.2", level) for level in ("patch", "minor", "major")] == ["0.1.3", "0.2.0", "0.2.0"]
    assert [next_version("1.1.2", level) for level in ("patch", "minor", "major")] == ["1.1.3", "1.2.0", "2.0.0"]


def test_values_are_no_markup_and_json_has_all(pair: tuple[Dataset, Dataset]) -> None:
    edit(pair[1], "forums", "Dakar", "<b>[x](y)|\u202e")
    found = compare(*pair)
    assert "&lt;b&gt;\\[x\\](y)\\|&lt;U+202E&gt;" in as_markdown(found)
    told = json.loads(as_json(found))
    assert told["tables"]["forums"]["changed"][0]["values"][0]["new"] == "<b>[x](y)|\u202e"


def test_a_build_changes_nothing_that_is_told(pair: tuple[Dataset, Dataset]) -> None:
    build(pair[1])
    assert compare(*pair).level is None
