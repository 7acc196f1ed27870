"""Guards: a row model takes what its schema takes, and refuses what it refuses. Costs a second."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from csodata import schema
from csodata.rows import row_model, singular

SCHEMAS = sorted((Path(__file__).parent.parent / "schemas").glob("*.json"))


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.stem)
def test_the_examples_of_a_schema_make_a_row(path: Path) -> None:
    table = schema.read(path)
    model = row_model(path.stem, table)
    row = {field.name: field.example for field in table.fields}
    assert model.model_validate(row).model_dump() == row
    required = {field.name for field in table.fields if field.constraints.required}
    assert {name for name, info in model.model_fields.items() if info.is_required()} == required | set(
        table.primary_key
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"forum_id": "Ä"},
        {"forum_id": None},
        {"edition": 0},
        {"forum_type": "sumit"},
        {"colour": "red"},
        {"name": "x" * 301},
        {"name": ""},
        {"acronym": ""},
        {"is_collective": "yes"},
        {"edition": "1_000"},
        {"edition": True},
    ],
)
def test_what_the_schema_refuses_is_refused(wrong: dict[str, object]) -> None:
    table = schema.read(SCHEMAS[0].parent / "forums.json")
    row = {field.name: field.example for field in table.fields} | wrong
    with pytest.raises(ValidationError):
        row_model("forums", table).model_validate(row)


def test_names_of_models() -> None:
    names = {
        "forums": "Forum",
        "countries": "Country",
        "searches": "Search",
        "access": "Access",
        "commitment_actors": "CommitmentActor",
    }
    assert {table: singular(table) for table in names} == names
