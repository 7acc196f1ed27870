"""The command line: formatting and exit codes only. Data goes to stdout, talk to stderr.

Exit 0: fine. Exit 1: problems were found. Exit 2: something cannot be read, or the command was used wrongly.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from csodata.dataset import Dataset, find, find_here
from csodata.errors import CsodataError
from csodata.printing import card, example_in_words, print_rows, values_of
from csodata.shell import Commands, Pair, RuleCode, TableName
from csodata.values import to_text

if TYPE_CHECKING:
    from csodata.report import Report

TEXT_OR_JSON = click.Choice(["text", "json"])
STDIN = Path("-")


def _version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value:
        click.echo(f"csodata {find().version}")
        ctx.exit()


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version.")
def main() -> None:
    """Forums, actors, objectives and commitments: how civil society takes part in the governance of migration.

    \b
    csodata list                         which tables there are
    csodata show forums                  read one
    csodata validate my-rows.xlsx        check rows before sending them

    Shell completion: eval "$(_CSODATA_COMPLETE=bash_source csodata)", or zsh_source, or fish_source.
    """


@main.command("list")
@click.option("--format", "form", type=click.Choice(["text", "json", "csv"]), default="text", show_default=True)
def list_tables(form: str) -> None:
    """List the tables, with their rows and what a row is.

    Example: csodata list --format csv
    """
    from csodata.arrow import count_rows

    dataset = find()
    counts = count_rows(dataset)
    first = {table: dataset.schema_descriptor(table)["description"].partition(". ")[0] for table in dataset.tables}
    print_rows([{"table": table, "rows": counts[table], "what": first[table]} for table in dataset.tables], form)


@main.command()
@click.argument("table", type=TableName())
@click.option("--format", "form", type=TEXT_OR_JSON, default="text", show_default=True)
def describe(table: str, form: str) -> None:
    """Describe a table: what a row is, and what stands in each column.

    Example: csodata describe commitments
    """
    schema = find().schema_descriptor(table)
    if form == "json":
        click.echo(json.dumps(schema, indent=2, ensure_ascii=False))
        return
    click.echo(f"{schema['title']}: {schema['description']}\n")
    for field in schema["fields"]:
        needed = ", required" if field.get("constraints", {}).get("required") else ""
        click.echo(f"{field['name']} ({field['type']}{needed}; {to_text(field['example'])}): {field['description']}")
        for category in field.get("categories", []):
            click.echo(f"    {category['value']}: {category.get('description') or category['label']}")


@main.command()
@click.argument("table", type=TableName())
@click.argument("key", required=False)
@click.option("--columns", help="Columns, divided by commas; text shows the required ones unless told otherwise.")
@click.option("--where", "conditions", multiple=True, metavar="COLUMN=VALUE", help="Only rows with this value.")
@click.option("--limit", type=click.IntRange(min=1), help="At most so many rows.")
@click.option("--format", "form", type=click.Choice(["text", "json", "csv"]), default="text", show_default=True)
def show(
    table: str, key: str | None, columns: str | None, conditions: Sequence[str], limit: int | None, form: str
) -> None:
    """Show the rows of a table; with KEY, one of them, with all that is linked to it and the evidence for it.

    \b
    Examples:
      csodata show participations --where participation_role=host --format csv
      csodata show forums gfmd-2007
    """
    from csodata.arrow import load

    dataset = find()
    if key is not None:
        if columns or conditions or limit or form != "text":
            raise click.UsageError("KEY goes alone: it shows one row whole.")
        dataset.resource(table)
        click.echo(card(dataset, table, key))
        return
    data = load(dataset, table)
    required = [field.name for field in data.schema if not field.nullable]
    wanted = (
        [name.strip() for name in columns.split(",")] if columns else required if form == "text" else data.column_names
    )
    tests = [condition.partition("=")[::2] for condition in conditions]
    if not all("=" in condition for condition in conditions):
        raise click.UsageError("--where takes COLUMN=VALUE.")
    for name in [*wanted, *(name for name, _ in tests)]:
        if name not in data.column_names:
            raise CsodataError(f"{table} has no column '{name}'. The columns are: {', '.join(data.column_names)}.")
    rows = [row for row in data.to_pylist() if all(to_text(row[name]) == value for name, value in tests)]
    if not rows:
        values = [f"{name}: {values_of(data[name].to_pylist())}" for name, _ in tests]
        click.echo("\n".join(["No rows.", *values]), err=True)
    print_rows([{name: row[name] for name in wanted} for row in rows[:limit]], form, wanted)


@main.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--table", type=TableName(), help="The table of a file that is not named after one.")
@click.option("--schema", type=click.Path(path_type=Path), help="Check one file against this Table Schema alone.")
@click.option(
    "--parent",
    "parents",
    multiple=True,
    type=Pair("TABLE=FILE"),
    help="With --schema: the rows that its foreign keys to TABLE point to.",
)
@click.option("--limit", "limits", multiple=True, type=Pair("NAME=NUMBER"), help="Raise a limit of docs/limits.md.")
@click.option("--format", "form", type=TEXT_OR_JSON, default="text", show_default=True)
def validate(
    files: tuple[Path, ...],
    table: str | None,
    schema: Path | None,
    parents: Sequence[tuple[str, str]],
    limits: Sequence[tuple[str, str]],
    form: str,
) -> None:
    """Check the dataset, or files with rows for it (CSV, XLSX, ODS, Parquet) together with what is published.

    A dash as FILE is standard input.

    \b
    Examples:
      csodata validate                          the dataset in this folder
      csodata validate forums.csv rows.xlsx     rows that somebody sends
      csodata validate x.csv --table forums
      csodata validate x.csv --schema schemas/forums.json
    """
    if parents and schema is None:
        raise click.UsageError("--parent goes with --schema.")
    if table is not None and not files:
        raise click.UsageError("--table goes with files.")
    if schema is not None and (len(files) != 1 or table is not None):
        raise click.UsageError("--schema takes exactly one FILE, and no --table.")
    from csodata.reading import limits_with, read_rows, spooled

    allowed = limits_with(dict(limits))
    if schema is not None:
        from csodata.validation import validate_table

        above = {name: read_rows(Path(file), limits=allowed) for name, file in parents}
        if files[0] == STDIN:
            with spooled(sys.stdin.buffer, "standard input", allowed.file_bytes) as stream:
                _finish(validate_table(schema, stream, above, limits=allowed, name="standard input"), form)
        _finish(validate_table(schema, files[0], above, limits=allowed), form)
    from csodata.validation import validate_contribution, validate_dataset

    dataset = _here()
    if not files:
        _finish(validate_dataset(dataset), form)
    sources = [sys.stdin.buffer if file == STDIN else file for file in files]
    _finish(validate_contribution(dataset, sources, table, limits=allowed), form)


@main.command()
def verify() -> None:
    """Hold every file of the dataset against the bytes and the hash in its descriptor.

    Example: csodata verify
    """
    differences = _here().verify()
    for difference in differences:
        click.echo(difference)
    if differences:
        click.echo("Run make build if you have edited the tables; otherwise get the dataset again.", err=True)
        sys.exit(1)
    click.echo("All good: every file is as its descriptor says.")


@main.command()
@click.option("--format", "form", type=click.Choice(["text", "bibtex"]), default="text", show_default=True)
def cite(form: str) -> None:
    """Print how to cite the dataset.

    Example: csodata cite --format bibtex
    """
    from csodata.citing import citation

    click.echo(citation(find(), form))


@main.command()
@click.argument("rule", required=False, type=RuleCode())
@click.option("--format", "form", type=TEXT_OR_JSON, default="text", show_default=True)
def explain(rule: str | None, form: str) -> None:
    """Explain a rule: what it asks, why, and an example each that fails and that passes. Without RULE: list them.

    Example: csodata explain end-before-start
    """
    from csodata.messages import catalogue, sentences
    from csodata.messages import rule as find_rule

    if rule is None:
        print_rows([{"rule": code, "severity": found.severity} for code, found in catalogue().items()], form)
        return
    found = find_rule(rule)
    if form == "json":
        click.echo(json.dumps(asdict(found), indent=2, ensure_ascii=False))
        return
    message, advice = sentences(rule, {})
    click.echo(f"{found.code} ({found.severity})\n\n{message}\n{advice}\n\nWhy: {found.why}")
    for word, example in (("Fails", found.fails), ("Passes", found.passes)):
        click.echo(f"{word}: {example_in_words(example)}")


@main.command()
@click.option("--format", "form", type=TEXT_OR_JSON, default="text", show_default=True)
def info(form: str) -> None:
    """Tell which dataset is read, its version and its size.

    Example: csodata info --format json
    """
    from csodata.arrow import count_rows

    dataset = find()
    rows = count_rows(dataset)
    if form == "json":
        facts = {"name": "csodata", "version": dataset.version, "path": str(dataset.path), "rows": rows}
        click.echo(json.dumps(facts, indent=2))
        return
    click.echo(f"csodata {dataset.version}: {sum(rows.values())} rows in {len(rows)} tables\n{dataset.path}")


def _here() -> Dataset:
    dataset = find_here()
    click.echo(f"Dataset: {dataset.path}, version {dataset.version}", err=True)
    return dataset


def _finish(report: "Report", form: str) -> NoReturn:
    from csodata.report.text import render

    click.echo(report.to_json() if form == "json" else render(report))
    sys.exit(0 if report.valid else 1)
