"""Answer the questions of docs/questions/*.sql: write the results into README.md, and a picture of each beside it.

Usage: python scripts/questions.py [--check]

Each query reads data/*.csv with DuckDB. With --check nothing is written; exit 1 where the README's results are not
those of today. Pictures are not compared: their bytes change with matplotlib's version.
"""

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
BEGIN, END = "<!-- questions: written by scripts/questions.py -->", "<!-- end of questions -->"
SHOWN, LONGEST = 12, 160
YEAR = re.compile("[0-9]{4}")
# What the picture shows of each: the columns of names and of numbers.
PICTURES = {
    "1-formal-seat": (["when", "forum"], []),
    "2-conveners": (["actor"], ["forums"]),
    "3-objectives-and-pledges": (["objective", "title"], ["pledges", "asks"]),
    "4-asks-and-answers": (["objective"], ["asks", "promises"]),
    "5-overlap": (["process", "and"], ["shared"]),
}
Answer = tuple[list[str], list[tuple[Any, ...]]]


def main() -> int:
    """Run all; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="only tell whether the README is up to date")
    given = parser.parse_args()
    answers = {
        path: answer(path.read_text(encoding="utf-8")) for path in sorted((ROOT / "docs/questions").glob("*.sql"))
    }
    text = README.read_text(encoding="utf-8")
    section = "\n".join([BEGIN, "", *(line for path, found in answers.items() for line in _told(path, found)), END])
    new = re.sub(rf"{re.escape(BEGIN)}.*{re.escape(END)}", lambda _: section, text, flags=re.DOTALL)
    if given.check:
        if new != text:
            print(
                "README.md: the answers are not those of today's data. Run: python scripts/questions.py",
                file=sys.stderr,
            )
        return int(new != text)
    README.write_text(new, encoding="utf-8")
    for path, found in answers.items():
        _draw(path, found)
    return 0


def answer(query: str) -> Answer:
    """Return the columns and rows that a query gives."""
    import duckdb

    with duckdb.connect() as connection:
        connection.execute(f"SET file_search_path = '{ROOT}'")
        found = connection.execute(query)
        return [column[0] for column in found.description or ()], found.fetchall()


def _told(path: Path, found: Answer) -> Iterator[str]:
    """Yield the question, its answer as a table, its picture, and where the query stands."""
    columns, rows = found
    question = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("-- ")
    yield from (f"**{question}**", "", f"| {' | '.join(columns)} |", "|---" * len(columns) + "|")
    shown = rows if path.stem.startswith("3") else rows[:SHOWN]
    yield from (f"| {' | '.join(map(_cell, row))} |" for row in shown)
    if len(shown) < len(rows):
        yield f"| … and {len(rows) - len(shown)} more |" + " |" * (len(columns) - 1)
    where = path.relative_to(ROOT)
    yield from ("", f"[Query]({where}) · ![{question}]({where.with_suffix('.svg')})", "")


def _cell(value: Any) -> str:
    text = "" if value is None else str(value)
    return (text if len(text) <= LONGEST else f"{text[:LONGEST]}…").replace("|", "\\|")


def _draw(path: Path, found: Answer) -> None:
    """Draw bars of the numbers, or, where there are none, one mark for each row that has a year."""
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    matplotlib.rcParams["svg.hashsalt"] = path.stem
    columns, rows = found
    names, numbers = PICTURES[path.stem]
    dated = [(int(year[0]), row) for row in rows if (year := YEAR.search(str(row[0])))]
    rows = rows if numbers else [row for _, row in dated]
    labels = [_label(row, columns, names) for row in rows]
    figure, axes = pyplot.subplots(figsize=(9, 0.32 * len(rows) + 1.2))
    if numbers:
        height = 0.8 / len(numbers)
        for index, name in enumerate(numbers):
            places = [place + index * height for place in range(len(rows))]
            axes.barh(places, [row[columns.index(name)] for row in rows], height=height, label=name)
        axes.set_yticks([place + 0.4 - height / 2 for place in range(len(rows))], labels)
        axes.legend(frameon=False)
    else:
        axes.scatter([year for year, _ in dated], range(len(rows)))
        axes.set_yticks(range(len(rows)), labels)
    axes.invert_yaxis()
    axes.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(path.with_suffix(".svg"), metadata={"Date": None})
    pyplot.close(figure)


def _label(row: Sequence[Any], columns: Sequence[str], names: Sequence[str]) -> str:
    text = ", ".join(str(row[columns.index(name)]) for name in names if row[columns.index(name)] is not None)
    return text if len(text) <= 60 else f"{text[:60]}…"


if __name__ == "__main__":
    sys.exit(main())
