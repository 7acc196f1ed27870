"""How complete the dataset is, and how well it is backed: data/QUALITY.md, from the rows and their citations."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from csodata.dataset import EVIDENCE_TABLES, REFERENCE_TABLES
from csodata.edtf import bounds
from csodata.errors import BadDateError
from csodata.schema import TableSchema

Row = Mapping[str, str]
Rows = Mapping[str, Sequence[Row]]
HEAD = """# How complete the dataset is

<!-- Written by scripts/build.py from data/. Run: make build -->

An empty cell means that the source does not say, so a low share is no fault by itself. A citation of a row vouches for
each of its filled columns, one of a column for that column alone, and goes before it there. *Cited*, *twice* (by two
sources or more) and *inferred only* (concluded from what a source says, and nowhere stated) are shares of the filled
cells; in the first table, of the rows, with all that is cited of any of their columns. *Contradicted*: in how many of
them another source gives another value. *Oldest*: the earliest date of publication among the sources cited.
"""
MEASURES = "cited | twice | inferred only | contradicted | oldest"
RULE = "|---|--:|--:|--:|--:|--:|---|"


@dataclass
class _Backing:
    """The citations of one record or one of its columns."""

    sources: set[str] = field(default_factory=set)
    stated: set[str] = field(default_factory=set)
    """Those of the sources that say so themselves."""
    contradicting: list[str] = field(default_factory=list)
    """The sources that give another value, one for each citation."""

    def vouching(self, column: "_Backing") -> "_Backing":
        """Return what backs a column, where this backs its row: it vouches for the column, and contradicts it not.

        What a source is cited for in the column itself goes before what it is cited for in the row.
        """
        own = column.sources.union(column.contradicting)
        return _Backing(self.sources - own | column.sources, self.stated - own | column.stated, column.contradicting)


def quality(models: Mapping[str, TableSchema], rows: Rows) -> str:
    """Return how much is filled, cited, cited twice, inferred and contradicted, by table and column; and the gaps."""
    backing = _backings(rows.get("citations", ()))
    published = {row["source_id"]: row["published_date"] for row in rows.get("sources", ())}
    facts = {table: model for table, model in models.items() if table not in (*EVIDENCE_TABLES, *REFERENCE_TABLES)}
    lines = [HEAD, f"| table | rows | {MEASURES} |", RULE]
    for table, model in facts.items():
        keys = [row[model.names[0]] for row in rows[table]]
        cells = [_whole(backing, table, key, model.names) for key in keys]
        lines.append(f"| [{table}](#{table}) | {len(keys)} | {' | '.join(_shares(cells, published))} |")
    for table, model in facts.items():
        lines += ["", f"## {table}", ""]
        if not rows[table]:
            lines.append("No rows yet.")
            continue
        lines += [f"| column | filled | {MEASURES} |", RULE]
        for name in model.names[1:]:
            filled = [row[model.names[0]] for row in rows[table] if row[name]]
            cells = [backing[table, key, ""].vouching(backing[table, key, name]) for key in filled]
            share = _share(len(filled), len(rows[table]))
            lines.append(f"| `{name}` | {share} | {' | '.join(_shares(cells, published))} |")
    return "\n".join([*lines, *_gaps(facts, rows), *_searches(rows.get("searches", ()))]) + "\n"


def _backings(citations: Iterable[Row]) -> "defaultdict[tuple[str, str, str], _Backing]":
    found: defaultdict[tuple[str, str, str], _Backing] = defaultdict(_Backing)
    for row in citations:
        backing = found[row["table_name"], row["record_id"], row["column_name"]]
        if row["stance"] == "contradicts":
            backing.contradicting.append(row["source_id"])
        else:
            backing.sources.add(row["source_id"])
            backing.stated |= {row["source_id"]} if row["citation_basis"] == "stated" else set()
    return found


def _whole(
    backing: "defaultdict[tuple[str, str, str], _Backing]", table: str, key: str, names: Sequence[str]
) -> _Backing:
    """Return all that backs, or contradicts, any part of a record."""
    whole = _Backing()
    for name in ("", *names):
        if (table, key, name) in backing:
            part = backing[table, key, name]
            whole = _Backing(
                whole.sources | part.sources, whole.stated | part.stated, whole.contradicting + part.contradicting
            )
    return whole


def _shares(cells: Sequence[_Backing], published: Mapping[str, str]) -> list[str]:
    sources = {source for cell in cells for source in cell.sources}
    dates = sorted(date for source in sources if (date := published.get(source, "")) and _first_day(date))
    return [
        _share(sum(bool(cell.sources) for cell in cells), len(cells)),
        _share(sum(len(cell.sources) > 1 for cell in cells), len(cells)),
        _share(sum(bool(cell.sources) and not cell.stated for cell in cells), len(cells)),
        str(sum(bool(cell.contradicting) for cell in cells)),
        min(dates, key=_first_day, default="–"),
    ]


def _first_day(date: str) -> str:
    try:
        earliest = bounds(date)[0]
    except BadDateError:
        return ""
    return earliest.isoformat() if earliest else ""


def _share(part: int, whole: int) -> str:
    share = 100 * part / whole if whole else 0
    return "–" if not whole else "<1 %" if 0 < share < 1 else f"{int(share)} %"


def _gaps(facts: Mapping[str, TableSchema], rows: Rows) -> list[str]:
    """Return the tables without rows and the columns without values."""
    lines = ["", "## Gaps", ""]
    for table, model in facts.items():
        if not rows[table]:
            lines.append(f"- `{table}` has no rows.")
            continue
        empty = [f"`{name}`" for name in model.names if not any(row[name] for row in rows[table])]
        lines += [f"- `{table}`: nothing yet in {', '.join(empty)}."] if empty else []
    return lines if len(lines) > 3 else [*lines, "None: every column has a value somewhere."]


def _searches(searches: Sequence[Row]) -> list[str]:
    """Return what was looked for, where, and what came of it."""
    lines = ["", "## Searches", ""]
    if not searches:
        return [*lines, "None is recorded yet."]
    lines += ["| question | where | when | outcome |", "|---|---|---|---|"]
    for row in searches:
        cells = (row[name].replace("|", "\\|") for name in ("question", "where_searched", "searched_date", "outcome"))
        lines.append(f"| {' | '.join(cells)} |")
    return lines
