"""Commands that check: validate, verify, explain."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from csodata.cli.group import LANG, TEXT_OR_JSON, here, main
from csodata.printing import print_rows
from csodata.shell import Pair, RuleCode, TableName

if TYPE_CHECKING:
    from csodata.messages import Language
    from csodata.report import Report

STDIN = Path("-")


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
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "markdown", "github"]), default="text", show_default=True
)
@click.option(
    "--marked-copy",
    "copy",
    metavar="OUT.xlsx",
    type=click.Path(path_type=Path),
    help="Write the one FILE as a workbook whose problems are coloured, commented and listed.",
)
@LANG
def validate(
    files: tuple[Path, ...],
    table: str | None,
    schema: Path | None,
    parents: Sequence[tuple[str, str]],
    limits: Sequence[tuple[str, str]],
    form: str,
    copy: Path | None,
    lang: "Language",
) -> None:
    """Check the dataset, or files with rows for it (CSV, XLSX, ODS, Parquet) together with what is published.

    A dash as FILE is standard input.

    \b
    Examples:
      csodata validate                          the dataset in this folder
      csodata validate forums.csv rows.xlsx     rows that somebody sends
      csodata validate x.csv --table forums
      csodata validate x.csv --schema schemas/forums.json
      csodata validate rows.xlsx --marked-copy to-mend.xlsx
    """
    if parents and schema is None:
        raise click.UsageError("--parent goes with --schema.")
    if table is not None and not files:
        raise click.UsageError("--table goes with files.")
    if schema is not None and (len(files) != 1 or table is not None):
        raise click.UsageError("--schema takes exactly one FILE, and no --table.")
    if copy is not None and (len(files) != 1 or files[0] == STDIN or schema is not None):
        raise click.UsageError("--marked-copy takes exactly one FILE, not standard input, and no --schema.")
    from csodata.reading import limits_with, read_rows, spooled

    allowed = limits_with(dict(limits))
    if schema is not None:
        from csodata.validation import validate_table

        above = {name: read_rows(Path(file), limits=allowed) for name, file in parents}
        if files[0] == STDIN:
            with spooled(sys.stdin.buffer, "standard input", allowed.file_bytes) as stream:
                _finish(validate_table(schema, stream, above, limits=allowed, name="standard input"), form, lang)
        _finish(validate_table(schema, files[0], above, limits=allowed), form, lang)
    from csodata.validation import validate_contribution, validate_dataset

    dataset = here()
    if not files:
        _finish(validate_dataset(dataset), form, lang)
    if copy is not None:
        from csodata.contribution.marked import check_target, write_marked_copy

        check_target(files[0], copy)
        report = validate_contribution(dataset, files, table, limits=allowed)
        write_marked_copy(files[0], report.in_language(lang), copy, table, limits=allowed)
        click.echo(f"Marked copy: {copy}", err=True)
        _finish(report, form, lang)
    sources = [sys.stdin.buffer if file == STDIN else file for file in files]
    _finish(validate_contribution(dataset, sources, table, limits=allowed), form, lang)


@main.command()
def verify() -> None:
    """Hold every file of the dataset against the bytes and the hash in its descriptor.

    Example: csodata verify
    """
    differences = here().verify()
    for difference in differences:
        click.echo(difference)
    if differences:
        click.echo("Run make build if you have edited the tables; otherwise get the dataset again.", err=True)
        sys.exit(1)
    click.echo("All good: every file is as its descriptor says.")


@main.command()
@click.argument("rule", required=False, type=RuleCode())
@click.option("--format", "form", type=TEXT_OR_JSON, default="text", show_default=True)
@LANG
def explain(rule: str | None, form: str, lang: "Language") -> None:
    """Explain a rule: what it asks, why, and an example each that fails and that passes. Without RULE: list them.

    Example: csodata explain end-before-start
    """
    from csodata.messages import catalogue
    from csodata.messages import rule as find_rule
    from csodata.pages import explained

    if rule is None:
        print_rows([{"rule": code, "severity": found.severity} for code, found in catalogue().items()], form)
    elif form == "json":
        click.echo(json.dumps(asdict(find_rule(rule)), indent=2, ensure_ascii=False))
    else:
        click.echo(explained(rule, lang))


def _finish(report: "Report", form: str, lang: "Language") -> NoReturn:
    report = report.in_language(lang)
    click.echo(report.to_json() if form == "json" else import_module(f"csodata.report.{form}").render(report))
    sys.exit(0 if report.valid else 1)
