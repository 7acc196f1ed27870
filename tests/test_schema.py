"""Guards the strict reading of schemas: every fault is found, and the message names the file and the key.

Costs 1 s: each fault is planted into a small pair of schemas on disk.
"""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

from csodata.dataset import Dataset
from csodata.errors import BadSchemaError
from csodata.schema import Field, faults, read, read_all, to_text

Schemas = dict[str, dict[str, Any]]
ID = "(?:[a-z]+)"


def column(name: str, title: str, **more: Any) -> dict[str, Any]:
    words = {
        "title": title,
        "title_fr": f"{title} (fr)",
        "description": "What it is.",
        "description_fr": "Ce que c’est.",
    }
    return {"name": name, "type": "string", **words, "example": "a", **more}


WORDS = {
    "title": "T",
    "title_fr": "T",
    "description": "One row is a thing.",
    "description_fr": "Une ligne est une chose.",
}
KEY = {"required": True, "pattern": ID, "maxLength": 9}
KIND = [{"value": value, "label": value, "label_fr": value, "description": "It."} for value in ("big", "small")]
GOOD: Schemas = {
    "boxes": WORDS
    | {
        "fields": [
            column("box_id", "Box", constraints=KEY),
            column("kind", "Kind", example="big", categories=KIND, constraints={"enum": ["big", "small"]}),
            column("size", "Size", type="integer", example=3, constraints={"minimum": 1, "maximum": 9}),
            column("label", "Label", constraints={"minLength": 1, "maxLength": 9, "pattern": ID}),
            column("outer_box_id", "Outer box", constraints={"pattern": ID}),
            column("note", "Note"),
        ],
        "missingValues": [""],
        "primaryKey": ["box_id"],
        "foreignKeys": [{"fields": ["outer_box_id"], "reference": {"resource": "", "fields": ["box_id"]}}],
    },
    "things": WORDS
    | {
        "fields": [
            column("thing_id", "Thing", constraints=KEY),
            column("box_id", "Box", constraints={"pattern": ID}),
            column("kind", "Kind", example="small", categories=KIND, constraints={"enum": ["big", "small"]}),
            column("note", "Note"),
        ],
        "missingValues": [""],
        "primaryKey": ["thing_id"],
        "foreignKeys": [{"fields": ["box_id"], "reference": {"resource": "boxes", "fields": ["box_id"]}}],
    },
}


def told(folder: Path, schemas: Schemas) -> str:
    """Return what is said of the schemas, once they are written to a folder; nothing if they are good."""
    paths = {table: folder / "schemas" / f"{table}.json" for table in schemas}
    (folder / "schemas").mkdir()
    for table, path in paths.items():
        path.write_text(json.dumps(schemas[table]), encoding="utf-8")
    try:
        read_all(paths)
    except BadSchemaError as error:
        return str(error)
    return ""


def of(schemas: Schemas, table: str, name: str) -> dict[str, Any]:
    [found] = [each for each in schemas[table]["fields"] if each["name"] == name]
    return found


def test_good_schemas_have_no_fault(tmp_path: Path) -> None:
    assert told(tmp_path, GOOD) == ""


def test_the_schemas_of_the_dataset_have_no_fault() -> None:
    dataset = Dataset(ROOT)
    schemas = read_all({table: dataset.schema_path(table) for table in dataset.tables})
    assert len(schemas) == 24


FAULTS: dict[str, tuple[Callable[[Schemas], Any], list[str]]] = {  # what is done; what the message must name
    # keys
    "unknown key of the schema": (lambda s: s["boxes"].update(fieldz=[]), ["boxes.json", "fieldz"]),
    "misspelt key of a field": (lambda s: of(s, "boxes", "kind").update(titel="x"), ["boxes.json", "kind.titel"]),
    "misspelt constraint": (
        lambda s: of(s, "boxes", "kind")["constraints"].update(patern="x"),
        ["kind.constraints.patern"],
    ),
    "unknown key of a category": (lambda s: of(s, "boxes", "kind")["categories"][0].update(x=1), ["boxes.json", "x"]),
    "unknown type": (lambda s: of(s, "boxes", "kind").update(type="text"), ["boxes.json", "kind.type"]),
    "unknown format": (lambda s: of(s, "boxes", "kind").update(format="url"), ["boxes.json", "kind", "format"]),
    "no fields": (lambda s: s["boxes"].pop("fields"), ["boxes.json", "fields"]),
    "a column twice": (lambda s: s["boxes"]["fields"].append(of(s, "boxes", "kind")), ["boxes.json", "kind", "twice"]),
    "primary key to nowhere": (lambda s: s["boxes"].update(primaryKey=["id"]), ["boxes.json", "primaryKey", "'id'"]),
    "unique key to nowhere": (lambda s: s["boxes"].update(uniqueKeys=[["id"]]), ["boxes.json", "uniqueKeys", "'id'"]),
    "pattern that does not compile": (
        lambda s: of(s, "boxes", "label")["constraints"].update(pattern="(?:["),
        ["label", "(?:["],
    ),
    "constraint of another type": (
        lambda s: of(s, "boxes", "size")["constraints"].update(minLength=1),
        ["size", "minLength"],
    ),
    "bound of another type": (lambda s: of(s, "boxes", "size")["constraints"].update(minimum="x"), ["size", "minimum"]),
    # examples
    "example of another type": (
        lambda s: of(s, "boxes", "size").update(example="x"),
        ["boxes.json", "size", "example", "integer"],
    ),
    "example not in the enum": (lambda s: of(s, "boxes", "kind").update(example="x"), ["kind", "'x'", "not-in-list"]),
    "example against the pattern": (lambda s: of(s, "boxes", "label").update(example="A"), ["label", "wrong-pattern"]),
    "example too long": (lambda s: of(s, "boxes", "label").update(example="a" * 10), ["label", "too-long"]),
    "example too short": (lambda s: of(s, "boxes", "label")["constraints"].update(minLength=2), ["label", "too-short"]),
    "example too small": (lambda s: of(s, "boxes", "size").update(example=0), ["size", "too-small"]),
    "example too large": (lambda s: of(s, "boxes", "size").update(example=10), ["size", "too-large"]),
    "no example": (lambda s: of(s, "boxes", "size").pop("example"), ["boxes.json", "size", "example"]),
    # words
    "no title": (lambda s: of(s, "boxes", "size").pop("title"), ["boxes.json", "size", "'title'"]),
    "no French title": (lambda s: of(s, "boxes", "size").pop("title_fr"), ["boxes.json", "size", "'title_fr'"]),
    "no description": (
        lambda s: of(s, "boxes", "size").update(description=""),
        ["boxes.json", "size", "'description'"],
    ),
    "no French description": (lambda s: of(s, "boxes", "size").pop("description_fr"), ["size", "'description_fr'"]),
    "no title of the table": (lambda s: s["boxes"].pop("title"), ["boxes.json", "'title'"]),
    "a title twice": (lambda s: of(s, "boxes", "size").update(title="Label"), ["boxes.json", "title", "Label"]),
    "a French title twice": (
        lambda s: of(s, "boxes", "size").update(title_fr="Label (fr)"),
        ["title_fr", "Label (fr)"],
    ),
    "a category too few": (
        lambda s: of(s, "boxes", "kind").update(categories=KIND[:1]),
        ["boxes.json", "kind", "categories"],
    ),
    "categories in another order": (
        lambda s: of(s, "boxes", "kind").update(categories=KIND[::-1]),
        ["kind", "categories"],
    ),
    "categories without an enum": (lambda s: of(s, "boxes", "label").update(categories=KIND), ["label", "categories"]),
    "a category without a French label": (
        lambda s: of(s, "boxes", "kind").update(
            categories=[{k: c[k] for k in ("value", "label", "description")} for c in KIND]
        ),
        ["boxes.json", "kind", "categories", "label_fr"],
    ),
    # the house
    "a keyword of Python": (lambda s: of(s, "boxes", "size").update(name="class"), ["boxes.json", "class", "keyword"]),
    "a keyword of SQL": (lambda s: of(s, "boxes", "size").update(name="order"), ["boxes.json", "order", "keyword"]),
    "pattern not grouped": (
        lambda s: of(s, "boxes", "label")["constraints"].update(pattern="a|b"),
        ["label", "pattern", "(?:"],
    ),
    "pattern of two groups": (
        lambda s: of(s, "boxes", "label")["constraints"].update(pattern="(?:a)|(?:b)"),
        ["boxes.json", "label", "pattern", "(?:"],
    ),
    "missing values": (lambda s: s["boxes"].update(missingValues=["", "-"]), ["boxes.json", "missingValues"]),
    "key not the first column": (lambda s: s["boxes"].update(primaryKey=["kind"]), ["boxes.json", "primaryKey"]),
    "key not required": (
        lambda s: of(s, "boxes", "box_id").update(constraints={"pattern": ID}),
        ["boxes.json", "box_id", "required"],
    ),
    "note not last": (lambda s: s["boxes"]["fields"].reverse(), ["boxes.json", "note"]),
    "foreign key to no table": (lambda s: reference(s).update(resource="x"), ["things.json", "foreignKeys", "'x'"]),
    "foreign key to no column": (lambda s: reference(s).update(fields=["x"]), ["things.json", "foreignKeys", "['x']"]),
    "foreign key to what is no key": (
        lambda s: reference(s).update(fields=["kind"]),
        ["things.json", "foreignKeys", "kind"],
    ),
    # two meanings of one name
    "another type": (lambda s: of(s, "things", "kind").update(type="integer"), ["things.json", "kind"]),
    "another enum": (
        lambda s: of(s, "things", "kind").update(categories=KIND[1:], constraints={"enum": ["small"]}),
        ["things.json", "boxes.json", "kind", "constraints.enum"],
    ),
    "another pattern": (
        lambda s: of(s, "things", "box_id")["constraints"].update(pattern="(?:[a-z]*)"),
        ["things.json", "boxes.json", "box_id", "constraints.pattern"],
    ),
    "another title": (
        lambda s: of(s, "things", "kind").update(title="Sort"),
        ["things.json", "kind", "title", "'Sort'"],
    ),
    "another French title": (
        lambda s: of(s, "things", "kind").update(title_fr="Sorte"),
        ["things.json", "kind", "title_fr"],
    ),
    "another foreign key": (
        lambda s: s["things"].update(
            foreignKeys=[{"fields": ["box_id"], "reference": {"resource": "", "fields": ["thing_id"]}}]
        ),
        ["things.json", "box_id", "foreignKeys"],
    ),
    "no foreign key": (lambda s: s["things"].pop("foreignKeys"), ["things.json", "box_id", "foreignKeys"]),
}


def reference(schemas: Schemas) -> dict[str, Any]:
    found: dict[str, Any] = schemas["things"]["foreignKeys"][0]["reference"]
    return found


@pytest.mark.parametrize(("plant", "words"), FAULTS.values(), ids=FAULTS)
def test_a_planted_fault_is_named(tmp_path: Path, plant: Callable[[Schemas], Any], words: list[str]) -> None:
    schemas = copy.deepcopy(GOOD)
    plant(schemas)
    message = told(tmp_path, schemas)
    assert [word for word in words if word not in message] == [], message
    assert ".json" in message


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "{" * 100_000, "\0"])
def test_a_file_that_is_no_schema_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "boxes.json"
    path.write_text(text, encoding="utf-8")
    for source in (path, tmp_path / "none.json", tmp_path):
        with pytest.raises(BadSchemaError, match=source.name):
            read(source)


def test_a_mapping_is_read_and_a_key_may_be_a_bare_name() -> None:
    key = {"fields": "a", "reference": {"resource": "", "fields": "b"}}
    schema = read(
        {"fields": [{"name": name, "type": "date"} for name in "ab"], "primaryKey": "a", "foreignKeys": [key]}
    )
    assert (schema.primary_key, schema.references, schema.missing_values) == (["a"], {"a": ""}, [""])


def test_values_and_their_texts() -> None:
    assert [to_text(value) for value in (None, True, False, 3, 1.5, "x")] == ["", "true", "false", "3", "1.5", "x"]
    integer = Field(name="a", type="integer")
    assert [faults(integer, value) for value in (3, "3", " 3 ", "1_0", "١", True)] == [
        [],
        [],
        [],
        *[["wrong-type"]] * 3,
    ]
    assert faults(Field(name="a", type="date"), "2019-02-30") == ["wrong-type"]
