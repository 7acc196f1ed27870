"""Commands that bring rows in: template, review, add."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from csodata.cli.group import LANG, here, main
from csodata.dataset import find_checkout
from csodata.messages import Language, shown
from csodata.printing import print_rows
from csodata.shell import TableName

if TYPE_CHECKING:
    from csodata.contribution.questions import Question
    from csodata.contribution.review import Answer


@main.command()
@click.argument("tables", nargs=-1, type=TableName())
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="The file: .xlsx, or .csv.")
@LANG
def template(tables: tuple[str, ...], output: Path, lang: Language) -> None:
    """Write a file to fill in: a workbook with a sheet for each TABLE, with hints, lists to choose from and examples.

    Without TABLE: forums, actors, participations, access, objectives, commitments, commitment_actors, sources and
    citations. The sources always come along. A CSV file has the heading of one TABLE alone; it is for programs, since a
    spreadsheet would turn 2019-10 in it into a day. A file that is there already is never overwritten.

    \b
    Examples:
      csodata template -o rows.xlsx
      csodata template forums access -o forums.xlsx --lang fr
      csodata template forums -o forums.csv
    """
    from csodata.contribution.template import write_template

    written = write_template(here(), output, tables, lang)
    click.echo(f"{output}: {', '.join(written)}")


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--table", type=TableName(), help="The table of a file that is not named after one.")
@click.option("--update", is_flag=True, help="Also change rows that are published already.")
@click.option("--dry-run", is_flag=True, help="Only show what would be changed.")
def add(files: tuple[Path, ...], table: str | None, update: bool, dry_run: bool) -> None:
    """Add the rows of files to the dataset in this folder: check them, give them ids, write all that follows.

    Nothing is written unless all is well. The text of a pull request goes to stdout, what changes row by row to stderr.
    Exit 0: added, or there already. 1: problems. 2: something cannot be read, or somebody else is writing.

    \b
    Examples:
      csodata add rows.xlsx --dry-run
      csodata add rows.xlsx > pull-request.md
      csodata add corrections.csv --table forums --update
    """
    from csodata.contribution.add import add as add_rows
    from csodata.contribution.changes import difference
    from csodata.report.text import render

    dataset = find_checkout()
    click.echo(f"Dataset: {dataset.path}, version {dataset.version}", err=True)
    found = add_rows(dataset, files, table, update=update, dry_run=dry_run)
    click.echo(render(found.report), err=found.taken)
    if found.changes or found.known:
        click.echo(difference(found.changes, found.known, found.doubts), err=True)
    if not found.taken:
        click.echo("\n".join([*found.refusals, "Nothing was changed."]), err=True)
        sys.exit(1)
    if not found.changes:
        why = "all of it is there already" if found.known else "there are no rows"
        click.echo(f"Nothing was changed: {why}.", err=True)
        return
    click.echo("Nothing was changed: this was a dry run." if dry_run else "Done. The text of a pull request:", err=True)
    click.echo(found.pull_request)


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--table", type=TableName(), help="The table of a file that is not named after one.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The reviewed copy; else FILE-reviewed.xlsx.")
@click.option("--overwrite", is_flag=True, help="Write over a copy that is there already.")
def review(file: Path, table: str | None, output: Path | None, overwrite: bool) -> None:
    """Decide, one by one, whether new rows of FILE that look like known ones are the same; write a reviewed copy.

    The same: the row of the copy gets the published id, and the spelling that was sent goes into the sheet 'names'.
    Different: the two go into the sheet 'distinct_pairs'. What was decided is not asked again. FILE and the dataset
    stay as they are. Exit 0: all is decided. 1: something is left. 2: something cannot be read or written.

    \b
    Examples:
      csodata review rows.xlsx
      csodata review forums.csv -o decided.xlsx
    """
    from datetime import date

    from csodata.contribution.questions import questions
    from csodata.contribution.review import REVIEWED, check_target, decide, reviewed_copy
    from csodata.validation.contribution import check_contribution

    dataset, target = here(), output or file.with_name(file.stem + REVIEWED)
    check_target(dataset, file, target, overwrite=overwrite)
    found = check_contribution(dataset, [file], table)
    asked = questions(found)
    if not asked:
        click.echo("There is nothing to decide: no new row looks like one that is known.")
        return
    terminal = sys.stdin.isatty()
    decided, left = decide(asked, _ask) if terminal else ([], asked)
    if decided:
        for what in reviewed_copy(file, found, decided, date.today()).save(target):
            click.echo(f"The copy lacks what csodata cannot keep: {what}.", err=True)
        click.echo(f"{target}: decided: {len(decided)}. Check it: csodata validate {target}")
    for question in left:
        click.echo(f"Not decided: {question.where}: {question.problem.message}", err=True)
    if not terminal:
        click.echo("Run csodata review in a terminal: it asks about each of them.", err=True)
    sys.exit(1 if left else 0)


def _ask(question: "Question") -> "Answer":
    """Show both rows, and ask whether they are one; the end of input is as good as `quit`."""
    from csodata.contribution.review import Answer

    click.echo(f"\n{question.where}: {question.problem.message}\n")
    print_rows([{name: shown(text) for name, text in line.items()} for line in question.sides()], "text")
    choices = ["s", "d", "l", "q"] if question.is_published else ["d", "l", "q"]
    same = "[s]ame, " if question.is_published else "Both were sent: if they are one, delete one later. "
    try:
        letter = click.prompt(f"\n{same}[d]ifferent, [l]ater, [q]uit", type=click.Choice(choices), show_choices=False)
        if letter == "s":
            return Answer("same")
        reason = ""
        while letter == "d" and not reason:
            reason = click.prompt("Why are they two? (one sentence)").strip()
    except click.Abort:
        click.echo("")
        return Answer("quit")
    return Answer("different", reason) if reason else Answer("later" if letter == "l" else "quit")
