"""What the published citations of a row say of it, once an update has changed some of its values.

A citation of the whole row vouches for every filled column: left alone, it would vouch for a value that its source does
not have. An update that brings no evidence of its own touches no citation: it puts right what the cited source says.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from csodata.contribution.changes import Change
from csodata.dataset import EVIDENCE_TABLES, REFERENCE_TABLES
from csodata.validation.records import Record

Row = dict[str, str]
Place = tuple[str, str]


def narrowed(changes: Sequence[Change], published: Sequence[Record], sent: Sequence[Record]) -> list[Change]:
    """Return how the published citations of the rows that change are to change.

    For each value that is sent with evidence, the sources that are cited already contradict it by the value that they
    vouched for, or no longer vouch for it; one that had contradicted the row by this very value supports it. What a
    source is sent along for again is not touched.

    Args:
        changes: what a contribution changes.
        published: the citations as they are.
        sent: the citations of the contribution.

    Returns:
        Changes of the table of citations.
    """
    before, along = _by_record(published), _by_record(sent)
    taken = {record["citation_id"] for record in [*published, *sent]}
    found = []
    for change in changes:
        place = change.table, change.key
        if change.before is None or change.table in (*EVIDENCE_TABLES, *REFERENCE_TABLES) or place not in along:
            continue
        supported = {row["column_name"] for row in along[place] if row["stance"] == "supports"}
        values = {
            name: (old, new) for name, old, new in change.values if new and name != "note" and supported & {name, ""}
        }
        for was, row in _rows(change.before, values, before[place], along[place]):
            if was is None:
                while row["citation_id"] in taken:
                    row["citation_id"] += "--2"
                taken.add(row["citation_id"])
            found.append(Change("citations", row["citation_id"], was, row, change.place))
    return found


def _by_record(citations: Sequence[Record]) -> "defaultdict[Place, list[Row]]":
    found: defaultdict[Place, list[Row]] = defaultdict(list)
    for record in citations:
        found[record["table_name"], record["record_id"]].append({name: record[name] for name in record.cells})
    return found


def _rows(
    before: Mapping[str, str], values: Mapping[str, tuple[str, str]], cited: Sequence[Row], sent: Sequence[Row]
) -> Iterator[tuple[Row | None, Row]]:
    """Yield the citations of a row that change, as they were and as they are then, and those that are new.

    `before` is the row as it was, `values` are the old and the new value of the columns that change with evidence.
    """
    for citation in cited:
        column, source = citation["column_name"], citation["source_id"]
        again = {row["column_name"] for row in sent if row["source_id"] == source}
        old, new = values.get(column, ("", ""))
        if citation["stance"] == "contradicts":
            if new and citation["other_value"] == new and column not in again:
                yield citation, citation | {"stance": "supports", "other_value": ""}
        elif column:
            if old and not again & {column, ""}:
                yield citation, citation | {"stance": "contradicts", "other_value": old}
        elif "" not in again:
            own = again | {row["column_name"] for row in cited if row["source_id"] == source}
            yield from _of_whole_row(citation, before, {name: values[name] for name in values if name not in own}, own)


def _of_whole_row(
    citation: Row, before: Mapping[str, str], values: Mapping[str, tuple[str, str]], own: Collection[str]
) -> Iterator[tuple[Row | None, Row]]:
    """Yield what becomes of a citation of a whole row; `own` are the columns that its source is cited for by itself."""
    rows = [
        citation | {"column_name": name, "stance": "contradicts", "other_value": old}
        for name, (old, _) in values.items()
        if old
    ]
    if any(not old for old, _ in values.values()):  # of what was empty it says nothing: it is cut into its columns
        kept = [name for name in list(before)[1:] if before[name] and name not in ("note", *values, *own)]
        rows = [*(citation | {"column_name": name} for name in kept), *rows]
        if rows:
            yield citation, rows.pop(0)  # an id that was published stays
    for row in rows:
        yield None, row | {"citation_id": f"{citation['citation_id']}--{row['column_name'].replace('_', '-')}"}
