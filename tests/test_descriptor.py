"""Guards: a descriptor that is not as it should be is told by its key, and never builds. Costs a second."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from csodata import canonical
from csodata.dataset import DESCRIPTOR, Dataset
from csodata.errors import BadSchemaError
from csodata.schema.descriptor import descriptor_faults
from csodata.validation import validate_dataset

Change = Callable[[dict[str, Any]], object]

FAULTS: dict[str, tuple[Change, str]] = {
    "a version that is none": (lambda d: d.update(version="banana"), "'version'"),
    "a version with a blank": (lambda d: d.update(version="1.0.0 rc"), "'version'"),
    "no version": (lambda d: d.pop("version"), "'version'"),
    "a day in words": (lambda d: d.update(created="yesterday"), "'created'"),
    "a year as a number": (lambda d: d.update(created=7), "'created'"),
    "no licence": (lambda d: d.update(licenses=[]), "'licenses'"),
    "no source": (lambda d: d.update(sources=[]), "'sources'"),
    "no keyword": (lambda d: d.update(keywords=[]), "'keywords'"),
    "a contributor without a title": (lambda d: d["contributors"][0].pop("title"), "'contributors.0.title'"),
    "no table": (lambda d: d.update(resources=[]), "'resources'"),
    "a table twice": (lambda d: d["resources"].append(d["resources"][0]), "the same name"),
    "a misspelt key": (lambda d: d.update(licences=[]), "'licences' is not known"),
    "a key in a resource that is not known": (lambda d: d["resources"][0].update(dialect={}), "dialect' is not known"),
    "another format": (lambda d: d["resources"][0].update(format="xlsx"), "'resources.forums.format'"),
    "no size": (lambda d: d["resources"][0].pop("bytes"), "'resources.forums.bytes'"),
    "no size of the Parquet file": (lambda d: d["resources"][0]["parquet"].pop("bytes"), "parquet.bytes'"),
    "a Parquet file elsewhere": (lambda d: d["resources"][0]["parquet"].update(path="pyproject.toml"), "the files of"),
    "a schema of another table": (lambda d: d["resources"][0].update(schema="schemas/actors.json"), "the files of"),
}


@pytest.mark.parametrize(("change", "says"), FAULTS.values(), ids=FAULTS)
def test_each_fault_is_told_and_builds_nothing(change: Change, says: str, toy: Dataset) -> None:
    descriptor = copy.deepcopy(toy.descriptor)
    change(descriptor)
    (toy.path / DESCRIPTOR).write_text(json.dumps(descriptor), encoding="utf-8")
    spoilt = Dataset(toy.path)
    assert any(says in fault for fault in descriptor_faults(spoilt))
    report = validate_dataset(spoilt)
    assert set(report.counts.by_code) == {"bad-descriptor"}
    before = {path: path.read_bytes() for path in toy.path.rglob("*") if path.is_file()}
    with pytest.raises(BadSchemaError, match=DESCRIPTOR):
        canonical.build(spoilt)
    assert {path: path.read_bytes() for path in toy.path.rglob("*") if path.is_file()} == before
    spoilt.verify()  # says what it can, and does not break off


def test_the_descriptor_as_it_is(toy: Dataset) -> None:
    assert descriptor_faults(toy) == []
