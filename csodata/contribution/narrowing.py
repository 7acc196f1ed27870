"""What the published citations of a row still vouch for, once an update has changed some of its values.

A citation of the whole row vouches for every filled column: left alone, it would vouch for a value that its source does
not have.
"""

from collections.abc import Collection, Iterator, Sequence

from csodata.contribution.changes import Change
from csodata.dataset import EVIDENCE_TABLES, REFERENCE_TABLES
from csodata.validation.records import Record

Row = dict[str, str]


def narrowed(changes: Sequence[Change], published: Sequence[Record], sent: Sequence[Record]) -> list[Change]:
    """Return how the published citations of the rows that change are to change.

    A citation of a whole row becomes one for each column that stays; what it vouched for and is another value now, it
    contradicts. Where its source is sent along again for the row, it vouches for the row as it is now, and stays.

    Args:
        changes: what a contribution changes.
        published: the citations as they are.
        sent: the citations of the contribution.

    Returns:
        Changes of the table of citations.
    """
    sent_ids = {change.key for change in changes if change.table == "citations"}
    taken = {record["citation_id"] for record in published} | sent_ids
    cited: dict[tuple[str, str], list[Row]] = {}
    for record in published:
        if record["stance"] == "supports" and record["citation_id"] not in sent_ids:
            row = {name: record[name] for name in record.cells}
            cited.setdefault((record["table_name"], record["record_id"]), []).append(row)
    again = {(record["table_name"], record["record_id"], record["source_id"]) for record in sent}
    return [
        Change("citations", after["citation_id"], before, after, change.place)
        for change in changes
        if change.before is not None and change.table not in (*EVIDENCE_TABLES, *REFERENCE_TABLES)
        for citation in cited.get((change.table, change.key), ())
        if (change.table, change.key, citation["source_id"]) not in again
        for before, after in _split(change, citation, taken)
    ]


def _split(change: Change, citation: Row, taken: Collection[str]) -> Iterator[tuple[Row | None, Row]]:
    """Yield a citation of a row that changes, as it was and as it is then, and those that are new beside it."""
    was = change.before or {}
    changed = {name: old for name, old, new in change.values if new and name != "note"}
    whole = [name for name in list(was)[1:] if was[name] and name != "note"]
    vouched = [citation["column_name"]] if citation["column_name"] else whole
    if not (changed.keys() & vouched if citation["column_name"] else changed):
        return
    rows = [citation | {"column_name": name} for name in vouched if name not in changed]
    rows += [
        citation | {"column_name": name, "stance": "contradicts", "other_value": changed[name]}
        for name in vouched
        if changed.get(name)
    ]
    for number, row in enumerate(rows):
        if number == 0:  # an id that was published stays
            yield citation, row
        else:
            key = f"{citation['citation_id']}--{row['column_name'].replace('_', '-')}"
            while key in taken:
                key += "--2"
            yield None, row | {"citation_id": key}
