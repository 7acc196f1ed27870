"""Commands about released versions: download, diff, export."""

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click

from csodata.cli.group import here, main
from csodata.dataset import find
from csodata.shell import TableName


@main.command()
@click.argument("version", required=False)
@click.option("--from", "source", metavar="URL|DIR|ZIP", help="Where it is published; else $CSODATA_REMOTE.")
@click.option("--to", type=click.Path(path_type=Path), help="A new or empty folder; else the cache.")
def download(version: str | None, source: str | None, to: Path | None) -> None:
    """Fetch a released version of the dataset, whole and checked, and print its folder.

    Without VERSION the newest one; without --from and $CSODATA_REMOTE the installed copy. Every file is held against
    its size and hash on its way. What is in the cache, csodata.open("0.1.0") finds without a network. A checkout is on
    its way to its version: its own folder is printed, and nothing is cached.

    \b
    Examples:
      csodata download 0.1.0 --from https://example.org/csodata
      csodata download --from csodata-0.1.0.zip --to csodata-0.1.0
    """
    from csodata.releases.download import download as fetch

    with ExitStack() as stack:
        bar: Any = None

        def progress(came: int, whole: int) -> None:
            nonlocal bar
            bar = bar or stack.enter_context(click.progressbar(length=whole, label="Fetching", file=sys.stderr))
            bar.update(came - bar.pos)

        # Where stderr is no terminal, a bar would be a line that says nothing.
        folder = fetch(version, source, to, progress=progress if sys.stderr.isatty() else None)
    click.echo(folder)


@main.command()
@click.argument("old", required=False)
@click.argument("new", required=False)
@click.option("--since", metavar="VERSION", help="The same as OLD, when it is held against what is here.")
@click.option("--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True)
def diff(old: str | None, new: str | None, since: str | None, form: str) -> None:
    """Tell what changed between two versions: rows, values with the evidence behind them, schemas, merged ids.

    OLD and NEW are versions, folders, or git revisions of the checkout that one stands in; a version is looked for
    among its tags, then in the cache. Without NEW: the dataset in this folder, or the installed one.

    \b
    Examples:
      csodata diff --since 0.1.0
      csodata diff 0.1.0 0.2.0 --format markdown
      csodata diff HEAD
    """
    if (old is None) == (since is None) or (since is not None and new is not None):
        raise click.UsageError("Name OLD, and NEW if you like; or --since VERSION alone.")
    from csodata.releases import telling
    from csodata.releases.compare import compare
    from csodata.releases.revisions import named

    with ExitStack() as stack:
        before = stack.enter_context(named(old or since or ""))
        after = stack.enter_context(named(new)) if new else here()
        found = compare(before, after, (old or since or "", new or str(after.path)))
    tell = {"text": telling.as_text, "json": telling.as_json, "markdown": telling.as_markdown}
    click.echo(tell[form](found))


@main.command()
@click.argument("tables", nargs=-1, type=TableName())
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "parquet", "xlsx", "sqlite", "dta"]),
    required=True,
    help="dta is Stata's.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="A new file, or a folder.")
@click.option("--excel-safe", is_flag=True, help="CSV of which a spreadsheet runs nothing.")
def export(tables: tuple[str, ...], form: str, output: Path, excel_safe: bool) -> None:
    """Write TABLES, or all, for another tool: CSV, Parquet, a workbook, SQLite, Stata.

    A workbook and SQLite hold all tables in one file; of the others each table is a file in the folder OUTPUT. SQLite
    has foreign keys, indexes and full-text search. Stata needs pip install 'csodata[stata]'. A spreadsheet takes
    2019-10 in a CSV file for a day, --excel-safe or not; in a workbook it stays as it is.

    \b
    Examples:
      csodata export --format sqlite -o csodata.sqlite
      csodata export forums access --format dta -o stata
      csodata export forums --format csv --excel-safe -o forums.csv
    """
    if excel_safe and form != "csv":
        raise click.UsageError("--excel-safe goes with --format csv; a workbook is safe as it is.")
    from csodata.releases.exports import export as write

    written = write(find(), tables, form, output, excel_safe=excel_safe)
    click.echo("\n".join(map(str, written)))
