"""Guards the recipes in docs/recipes/: each gives the verdict of validate_table on a small file with planted faults.

Costs 25 s where Java and pyspark are (`make recipes`); skipped elsewhere.
"""

import csv
import json
import os
import runpy
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

from csodata.schema import read
from csodata.validation import validate_table

if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
    pytest.skip("Spark needs Java, and there is none", allow_module_level=True)
pyspark = pytest.importorskip("pyspark", reason="pyspark is not installed: make recipes installs it")

SCHEMA: dict[str, Any] = {
    "fields": [
        {"name": "id", "type": "integer", "constraints": {"required": True}},
        {"name": "title", "type": "string", "constraints": {"required": True, "maxLength": 30}},
        {"name": "forum", "type": "string", "constraints": {"pattern": "(?:[a-z0-9-]+)"}},
        {"name": "day", "type": "date"},
        {"name": "share", "type": "number", "constraints": {"unique": True, "minimum": 0}},
        {"name": "answers", "type": "integer"},
        {"name": "number", "type": "integer"},
    ],
    "missingValues": ["", "-"],
    "primaryKey": ["id"],
    "uniqueKeys": [["forum", "number"]],
    "foreignKeys": [
        {"fields": ["forum"], "reference": {"resource": "forums", "fields": ["forum_id"]}},
        {"fields": ["answers"], "reference": {"resource": "", "fields": ["id"]}},
    ],
}
FORUMS = ["forum_id,name", "gfmd,Global Forum", 'tana,"Tana, ""Forum"""', "cop,"]
FAULTS = {  # by row, of 600
    0: {"title": ""},
    5: {"id": "x"},
    6: {"id": "+5"},  # beside 00005, which became x: none
    9: {"id": "008"},
    63: {"title": 'of "thirty" and more characters, that is'},
    64: {"forum": "nowhere"},
    65: {"forum": "GFMD"},
    66: {"forum": ""},
    100: {"day": "2019-02-30"},
    101: {"day": "-"},
    130: {"share": "-1"},
    131: {"share": "NaN"},
    132: {"share": "nan"},
    133: {"share": "134.50"},
    134: {"share": "134.5"},
    200: {"answers": "007"},
    201: {"answers": "999"},
    300: {"forum": "tana", "number": "7"},
    301: {"forum": "tana", "number": "+7"},
    302: {"forum": "tana", "number": ""},
    303: {"forum": "tana", "number": ""},
    400: dict.fromkeys(["id", "title", "forum", "day", "share", "answers", "number"], ""),
    401: dict.fromkeys(["id", "title", "forum", "day", "share", "answers", "number"], "-"),
    599: {"title": "", "day": "2019-1-1"},
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("spark")
    with (folder / "t.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(read(SCHEMA).names)
        for row in range(600):
            title = ["two\nlines", 'a "word"', "a\\b", "x,y", "Médecins"][row % 5]
            good = {"id": f"{row:05}", "title": title, "forum": ["gfmd", "tana", "cop"][row % 3], "day": "2019-10-09"}
            good |= {"share": f"{row}.25", "answers": "", "number": str(1000 + row)}
            cells = list((good | FAULTS.get(row, {})).values())
            writer.writerow({500: cells[:-2], 501: [*cells, "more"]}.get(row, cells))
    (folder / "forums.csv").write_text("\n".join(FORUMS) + "\n", encoding="utf-8")
    (folder / "t.json").write_text(json.dumps(SCHEMA), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    from pyspark.sql import SparkSession

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        folder = tmp_path_factory.mktemp("warehouse")
        builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
        builder = builder.config("spark.sql.shuffle.partitions", "2").config("spark.sql.warehouse.dir", str(folder))
        session = builder.getOrCreate()
        session.sparkContext.setLogLevel("ERROR")
        yield session
        session.stop()


Fault = tuple[int, str, str]


def expected(folder: Path) -> Counter[Fault]:
    forums = [dict(zip(["forum_id", "name"], line, strict=True)) for line in csv.reader(FORUMS[1:])]
    report = validate_table(SCHEMA, folder / "t.csv", {"forums": forums})
    found: Counter[Fault] = Counter()
    for problem in report.problems:
        if problem.code in ("short-row", "long-row"):
            found[(problem.row or 0, "", "wrong-width")] = 1
        else:
            field = "forum" if problem.code == "duplicate-combination" else problem.field or ""
            found[(problem.row or 0, field, problem.code)] += 1
    return found


@pytest.mark.parametrize("small", [100_000, 0], ids=["parents sent along", "parents joined"])
@pytest.mark.parametrize("files", [1, 4])
def test_spark_gives_the_verdict_of_validate_table(spark: Any, folder: Path, small: int, files: int) -> None:
    recipe = runpy.run_path(str(ROOT / "docs" / "recipes" / "spark.py"))
    schema, forums = read(folder / "t.json"), spark.read.options(**recipe["CSV"]).csv(str(folder / "forums.csv"))
    rows = recipe["table"](spark, str(folder / "t.csv"), schema)
    if files > 1:
        rows = rows.repartition(files)  # after the rows have their numbers
    faults = recipe["validate"](rows, schema, {"forums": forums}, small=small)
    assert faults.columns == ["row", "field", "code", "value"]
    told = faults.collect()
    assert Counter((fault.row + 2, fault.field, fault.code) for fault in told) == expected(folder)
    assert {fault.value for fault in told if fault.code == "unknown-reference"} == {"nowhere", "GFMD", "999"}


def test_spark_refuses_another_heading(spark: Any, folder: Path) -> None:
    recipe = runpy.run_path(str(ROOT / "docs" / "recipes" / "spark.py"))
    (folder / "other.csv").write_text("id,title,forum,day,share,number,answers\n1,a,gfmd,,,,\n", encoding="utf-8")
    schema = read(folder / "t.json")
    with pytest.raises(Exception, match="header"):
        recipe["validate"](recipe["table"](spark, str(folder / "other.csv"), schema), schema, {}).collect()
