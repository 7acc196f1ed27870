"""Validate a CSV of any size against its Table Schema on Spark, with the verdict of csodata on one machine.

    spark-submit spark.py commitments.csv commitments.json forums=forums.csv sources=sources.csv

`CellCheck` travels to the workers and checks their batches. What it takes several rows to see is Spark's own work: keys
are grouped to see which stand twice, and a foreign key to a large table is an anti join.
"""

import sys
from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import DataFrame, SparkSession, Window
from pyspark.sql import functions as F

from csodata.schema import TableSchema, read
from csodata.validation.cells import CellCheck
from csodata.validation.keys import NAN, combined

# Spark expects a backslash before a quotation mark in quotes; in CSV it is doubled. With multiLine a cell may hold line
# breaks, and a file is read by one worker: cut a large table into several files, or leave it out if no cell has one.
# An empty cell is read as null: right where the empty text is among the schema's missingValues, as it mostly is.
CSV: dict[str, Any] = {"header": True, "escape": '"', "multiLine": True, "enforceSchema": False}


def table(spark: SparkSession, csv: str, schema: TableSchema, **options: Any) -> DataFrame:
    """Return a CSV as texts, each row with its number, and in `_cut` the record if it has too few or too many cells.

    `row` is no line number. It rises by one from 0, the first row beneath the heading, and leaps where the next
    partition begins (monotonically_increasing_id); blank lines, which Spark leaves out, are not counted.
    A heading that is not that of the schema ends the job.
    """
    columns = ", ".join(f"`{name}` string" for name in [*schema.names, "_cut"])
    rows = spark.read.options(**CSV | options).csv(csv, columns, columnNameOfCorruptRecord="_cut")
    return rows.withColumn("row", F.monotonically_increasing_id())


def validate(rows: DataFrame, schema: TableSchema, parents: Mapping[str, DataFrame], small: int = 100_000) -> DataFrame:
    """Return the faults of a `table`: row, field (of a key the first), code, value. Of equal keys the first is right.

    `parents` are the tables that foreign keys point to, and a key to any other is not checked. Those of at most `small`
    rows travel with the check.
    """
    above = {**parents, "": rows}
    foreign = [key for key in schema.foreign_keys if key.reference.resource in above]
    heads = {name: above[name].limit(small + 1).collect() for name in {key.reference.resource for key in foreign}}
    near = {name: [row.asDict() for row in head] for name, head in heads.items() if len(head) <= small}
    check = CellCheck(schema, near)
    faults = rows.select("row", "_cut", *schema.names).mapInArrow(
        lambda batches: cell_faults(check, batches), "row long, field string, code string, value string"
    )
    uniques = [("duplicate-value", [field.name], True) for field in schema.fields if field.constraints.unique]
    uniques += [("duplicate-key", schema.primary_key, False)] if schema.primary_key else []
    uniques += [("duplicate-combination", key, True) for key in schema.unique_keys]
    for code, fields, whole in uniques:
        first = F.min("row").over(Window.partitionBy("key"))  # a group-by that keeps its rows
        twice = keys(check, rows, fields, whole=whole).withColumn("first", first).where("row > first")
        faults = faults.union(told(twice, fields[0], code, "key"))
    for key in foreign:
        if key.reference.resource not in near:  # its columns by our names: their values are read as ours are
            columns = [F.col(theirs).alias(own) for theirs, own in zip(key.reference.fields, key.fields, strict=True)]
            known = keys(
                check, above[key.reference.resource].select(F.lit(0).cast("long").alias("row"), *columns), key.fields
            )
            lost = keys(check, rows, key.fields, nan=True).join(known, "key", "left_anti")
            faults = faults.union(told(lost, key.fields[0], "unknown-reference", "key"))
    return faults


def told(rows: DataFrame, field: str, code: str, value: str) -> DataFrame:
    """Return a fault for each row."""
    return rows.select("row", F.lit(field), F.lit(code), F.translate(value, "\x1f", ",").alias("value"))


def cell_faults(check: CellCheck, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Yield what is wrong with the cells of each batch, and with the width of its rows."""
    for batch in batches:
        found = [each[:3] for each in check(batch.select(check.schema.names)).found]
        found.append(("wrong-width", None, pc.indices_nonzero(batch["_cut"].is_valid())))
        for code, field, rows in found:
            same = [pa.repeat(text, len(rows)) for text in (field or "", code)]
            columns = [batch["row"].take(rows), *same, batch[field or "_cut"].take(rows)]
            yield pa.RecordBatch.from_arrays(columns, ["row", "field", "code", "value"])


def keys(check: CellCheck, rows: DataFrame, fields: list[str], *, whole: bool = False, nan: bool = False) -> DataFrame:
    """Return the rows that have a key (all its parts, if it counts as a `whole` only), and it as one text.

    7, 007 and +7 are one integer, and one text. NaN equals nothing, and is left out where it could.
    """
    numbers = [name for name in fields if check.schema.by_name[name].type == "number" and not nan]

    def texts(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            parts = check(batch.select(fields)).keys
            key = combined([parts[name] for name in fields], whole=whole)
            for name in numbers:
                key = pc.if_else(pc.fill_null(pc.equal(parts[name], NAN), False), None, key)
            yield pa.RecordBatch.from_arrays([batch["row"], key], ["row", "key"])

    return rows.select("row", *fields).mapInArrow(texts, "row long, key string").where("key is not null")


def main(csv: str, schema: str, *parents: str) -> None:
    """Show the faults of a CSV; `parents` are name=file."""
    spark, model = SparkSession.builder.getOrCreate(), read(schema)
    above = {name: spark.read.options(**CSV).csv(path) for name, path in (each.split("=", 1) for each in parents)}
    validate(table(spark, csv, model), model, above).orderBy("row").show(1000, truncate=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
