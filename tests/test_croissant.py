"""Guards the metadata for machines: each file with its hash, each column once, a card that YAML reads. Costs 1 s."""

import json

from csodata.citing import citation
from csodata.croissant import card_head, croissant
from csodata.dataset import Dataset
from csodata.schema import read


def test_croissant_has_every_file_and_column(toy: Dataset) -> None:
    models = {table: read(toy.schema_path(table)) for table in toy.tables}
    told = json.loads(croissant(toy.descriptor, models, citation(toy)))
    assert {each["@id"]: f"sha256:{each['sha256']}" for each in told["distribution"]} == {
        resource["path"]: resource["hash"] for resource in toy.resources.values()
    }
    assert {each["name"]: [field["name"] for field in each["field"]] for each in told["recordSet"]} == {
        table: model.names for table, model in models.items()
    }
    ids = [field["@id"] for each in told["recordSet"] for field in each["field"]]
    assert len(ids) == len(set(ids))
    assert told["version"] == toy.version


def test_the_card_names_files_that_are_there(toy: Dataset) -> None:
    head = card_head(toy.descriptor, 40).splitlines()
    assert head[0] == head[-1] == "---"
    files = [line.partition(": ")[2] for line in head if line.strip().startswith("data_files:")]
    assert [toy.path / "data" / name for name in files] == [toy.parquet_path(table) for table in toy.tables]
    assert "size_categories: [n<1K]" in head
