"""Commands that look at the dataset: list, describe, show, cite, info."""

import json
from collections.abc import Sequence

import click

from csodata.cli.group import TEXT_OR_JSON, main
from csodata.dataset import find
from csodata.errors import CsodataError
from csodata.printing import card, print_rows, values_of
from csodata.shell import TableName
from csodata.values import to_text


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
@click.argument("version", required=False)
@click.option("--format", "form", type=click.Choice(["text", "bibtex"]), default="text", show_default=True)
def cite(version: str | None, form: str) -> None:
    """Print how to cite the dataset, or the released VERSION that was used.

    \b
    Examples:
      csodata cite --format bibtex
      csodata cite 0.1.0
    """
    from csodata.citing import citation

    if version is None:
        dataset = find()
    else:
        from csodata.releases.download import open_version

        dataset = open_version(version)
    click.echo(citation(dataset, form))


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
