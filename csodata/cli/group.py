"""The command `csodata`, to which the other modules add theirs, and what several of them need."""

import click

from csodata.dataset import Dataset, find, find_here
from csodata.messages import LANGUAGES
from csodata.shell import Commands, keep_language

TEXT_OR_JSON = click.Choice(["text", "json"])
LANG = click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    default="en",
    show_default=True,
    callback=keep_language,
    help="English or French.",
)


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


def here() -> Dataset:
    """Return the dataset that one stands in, and say on stderr which it is."""
    dataset = find_here()
    click.echo(f"Dataset: {dataset.path}, version {dataset.version}", err=True)
    return dataset
