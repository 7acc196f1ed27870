"""The main job on the real data: validate, load, look, and check an example contribution with mistakes."""

import sys
from collections import Counter
from os.path import relpath
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

import csodata
from csodata.dataset import find_here
from csodata.report.text import render
from csodata.validation import validate_contribution, validate_dataset

ROWS_SHOWN = 7
EXAMPLE = Path("docs/examples/forums-with-mistakes.csv")
Row = dict[str, Any]


def main() -> int:
    """Run the demonstration; return 0 if the dataset is valid and the example's mistakes were found."""
    console = Console()
    if not console.is_terminal:
        console.width = 120
    dataset = find_here()
    console.rule(f"csodata {dataset.version}: how civil society takes part in the governance of migration")

    console.print("\n[bold]1. The dataset is checked: every cell, key, rule, hash and citation.[/]")
    report = validate_dataset(dataset)
    console.print(Text(render(report)))

    console.print('\n[bold]2. A table is one line of Python:[/] csodata.load("forums")')
    tables = {table: csodata.load(table, dataset.path, as_="rows") for table in csodata.tables(dataset.path)}
    console.print(Text(", ".join(f"{len(rows)} {table}" for table, rows in tables.items() if rows)))

    console.print("\n[bold]3. Who took part where[/] (the forums with most actors, by role)")
    console.print(who_took_part(tables))

    console.print("\n[bold]4. How civil society got in[/]")
    console.print(how_they_got_in(tables))

    console.print("\n[bold]5. What was asked of whom, and the place in the source that says so[/]")
    console.print(what_was_asked(tables))

    console.print(f"\n[bold]6. Somebody sends rows:[/] csodata validate {EXAMPLE} --table forums")
    answer = validate_contribution(dataset, [Path(relpath(dataset.path / EXAMPLE))], "forums")
    console.print(Text(render(answer)))
    console.rule()
    console.print(Text(csodata.cite(dataset.path)))
    return 0 if report.valid and not answer.valid else 1


def who_took_part(tables: dict[str, list[Row]]) -> Table:
    """Return the forums with the most actors, each with its roles."""
    names = {forum["forum_id"]: forum["name"] for forum in tables["forums"]}
    actors = {actor["actor_id"]: actor["acronym"] or actor["name"] for actor in tables["actors"]}
    by_forum: dict[str, list[Row]] = {}
    for link in tables["participations"]:
        by_forum.setdefault(link["forum_id"], []).append(link)
    shown = _table("forum", "actors", "who, in which role")
    for forum, links in sorted(by_forum.items(), key=lambda item: -len({link["actor_id"] for link in item[1]}))[:6]:
        roles: dict[str, list[str]] = {}
        for link in links:
            roles.setdefault(link["participation_role"].replace("_", " "), []).append(actors[link["actor_id"]])
        said = "; ".join(f"{role}: {_few(who)}" for role, who in roles.items())
        shown.add_row(Text(names[forum]), str(len({link["actor_id"] for link in links})), Text(said))
    return shown


def how_they_got_in(tables: dict[str, list[Row]]) -> Table:
    """Return by which way civil society entered, and into which forums."""
    names = {forum["forum_id"]: forum["acronym"] or forum["name"] for forum in tables["forums"]}
    shown = _table("way in", "forums")
    for mode, _ in Counter(row["access_mode"] for row in tables["access"]).most_common(7):
        forums = dict.fromkeys(names[row["forum_id"]] for row in tables["access"] if row["access_mode"] == mode)
        shown.add_row(mode.replace("_", " "), Text(_few(list(forums))))
    return shown


def what_was_asked(tables: dict[str, list[Row]]) -> Table:
    """Return demands and recommendations, with who asked whom, and the citation of each."""
    actors = {actor["actor_id"]: actor["acronym"] or actor["name"] for actor in tables["actors"]}
    people: dict[tuple[str, str], list[str]] = {}
    for link in tables["commitment_actors"]:
        people.setdefault((link["commitment_id"], link["commitment_role"]), []).append(actors[link["actor_id"]])
    proof = {row["record_id"]: f"{row['source_id']}, {row['locator']}" for row in reversed(tables["citations"])}
    shown = _table("who", "asks whom", "for what", "source")
    seen: set[str] = set()
    for row in tables["commitments"]:
        makers, addressees = (people.get((row["commitment_id"], role), []) for role in ("maker", "addressee"))
        if row["speech_act"] in ("demand", "recommendation") and makers and addressees and makers[0] not in seen:
            seen.add(makers[0])
            if len(seen) > ROWS_SHOWN:
                break
            shown.add_row(
                Text(_few(makers)), Text(_few(addressees)), Text(row["title"]), Text(proof[row["commitment_id"]])
            )
    return shown


def _few(words: list[str], most: int = 4) -> str:
    return ", ".join(words[:most]) + (f" and {len(words) - most} more" if len(words) > most else "")


def _table(*columns: str) -> Table:
    return Table(*columns, box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))


if __name__ == "__main__":
    sys.exit(main())
