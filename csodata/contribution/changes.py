"""What a contribution changes, told row by row for the terminal, and as the text of a pull request."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from csodata.messages import shown, visible
from csodata.report import Problem, Report
from csodata.report.markdown import escaped
from csodata.validation.records import Record

Told = tuple[str, str, str]  # a table, an id, and what is said of it
MOST = 200  # rows of one table, and warnings, that are told one by one
FEWER = (MOST, 50, 10, 3)  # where a text with so many is too long
LONGEST = 60_000
"""Characters of a pull request's text; GitHub takes 65 536."""


@dataclass(frozen=True)
class Change:
    """A row that is new, or that is not as it was."""

    table: str
    key: str
    before: Mapping[str, str] | None
    """The row as it is published; None for a new one."""
    after: Mapping[str, str]
    place: str

    @property
    def values(self) -> list[tuple[str, str, str]]:
        """The columns that change, with the old and the new value; of a new row, those that are filled in."""
        before = self.before or {}
        return [(name, before.get(name, ""), text) for name, text in self.after.items() if text != before.get(name, "")]


def place_of(record: Record) -> str:
    """Return where a row was sent: file, sheet and row."""
    file = PurePath(record.origin.file).name if record.origin.file else "standard input"
    sheet = f", sheet {record.origin.sheet}" if record.origin.sheet else ""
    return visible(f"{file}{sheet}, row {record.row}")


def difference(changes: Sequence[Change], known: Sequence[Told] = (), doubts: Sequence[Told] = ()) -> str:
    """Return the changes for the terminal: each row by its key, each value as it was and as it is.

    `known` are rows that are passed over (table, id, place), `doubts` new rows to look at (table,
    id, and what is doubtful).
    """
    return "\n".join(_difference(changes, known, doubts))


def _difference(changes: Sequence[Change], known: Sequence[Told], doubts: Sequence[Told]) -> Iterator[str]:
    for table, group in by_table(changes).items():
        yield f"{table}: {summary(group)}"
        for change in group[:MOST]:
            sign = "+" if change.before is None else "~"
            yield f"  {sign} {change.key} ({change.place})"
            for name, old, new in change.values:
                if change.before is None and f"--{new.replace('_', '-')}--" in f"--{change.key}--":
                    continue  # the id says it
                yield f"      {name}: {_quoted(new) if change.before is None else f'{_quoted(old)} → {_quoted(new)}'}"
        if len(group) > MOST:
            yield f"  … and {len(group) - MOST} more rows."
    if known:
        yield f"There already, and passed over: {len(known)} row{'' if len(known) == 1 else 's'}"
        yield from (f"  = {table} {shown(key)} ({place})" for table, key, place in known[:MOST])
    if len(known) > MOST:
        yield f"  … and {len(known) - MOST} more rows."
    for table, new, said in doubts:
        yield f"To look at: {table} {shown(new)} {said}."


def by_table(changes: Sequence[Change]) -> dict[str, list[Change]]:
    """Return the changes of each table, in the order in which the tables come."""
    groups: dict[str, list[Change]] = {}
    for change in changes:
        groups.setdefault(change.table, []).append(change)
    return groups


def summary(changes: Sequence[Change]) -> str:
    """Return how many rows are new and how many change: `2 rows added, 1 changed`."""
    counts = Counter("added" if change.before is None else "changed" for change in changes)
    told = [f"{count} {word}" for word in ("added", "changed") if (count := counts[word])]
    first, *rest = told
    number, word = first.split()
    return ", ".join([f"{number} row{'' if number == '1' else 's'} {word}", *rest])


def pull_request(
    changes: Sequence[Change],
    sources: Mapping[str, Mapping[str, str]],
    report: Report,
    doubts: Sequence[Told] = (),
) -> str:
    """Return the text of a pull request, its title first; what was sent is never markup in it.

    `sources` are all rows of the sources by their ids; `doubts` are new rows to look at: table, id, and what is
    doubtful.
    """
    text = ""
    for most in FEWER:
        text = "\n".join(_pull_request(changes, sources, report, doubts, most))
        if len(text) <= LONGEST:
            break
    return text[:LONGEST]


def _pull_request(
    changes: Sequence[Change],
    sources: Mapping[str, Mapping[str, str]],
    report: Report,
    doubts: Sequence[Told],
    most: int,
) -> Iterator[str]:
    groups = by_table(changes)
    facts = {table: group for table, group in groups.items() if table != "citations"} or groups
    yield f"Data: {', '.join(f'{summary(group)} in {table}' for table, group in facts.items())}"
    for table, group in groups.items():
        told = [change for change in group if table != "citations" or _is_news(change)]
        if told:
            yield from ("", f"### {table}: {summary(told)}", "")
            yield from _first(most, map(_item, told))
    cited = Counter(change.after["source_id"] for change in groups.get("citations", ()))
    if cited:
        yield from ("", "### Sources", "")
        counted = (
            f"- {_source(source_id, sources.get(source_id, {}))}, {count} citation{'' if count == 1 else 's'}"
            for source_id, count in cited.items()
        )
        yield from _first(most, counted)
    warnings = [p for p in report.problems if p.severity == "warning" and p.code != "updates-row"]  # told above
    if warnings or doubts:
        yield from ("", "### To look at", "")
        looked = (f"- {table}: `{new}` {escaped(said)}" for table, new, said in doubts)
        yield from _first(most, looked)
        yield from _first(most, map(_warning, warnings))


def _first(most: int, lines: Iterable[str]) -> Iterator[str]:
    told = list(lines)
    yield from told[:most]
    if len(told) > most:
        yield f"- … and {len(told) - most} more"


def _warning(problem: Problem) -> str:
    parts = (PurePath(problem.file or "").name, problem.sheet, problem.place)
    return f"- {escaped(', '.join(part for part in parts if part))}: {escaped(problem.message)} `{problem.code}`"


def _is_news(citation: Change) -> bool:
    """Tell whether a citation is named: most say nothing to who does not see what they are for."""
    return citation.before is not None or citation.after.get("stance") == "contradicts"


def _item(change: Change) -> str:
    if change.before is None and change.after.get("other_value"):
        column, other = change.after["column_name"], escaped(_quoted(change.after["other_value"]))
        return f"- `{change.key}`: `{change.after['source_id']}` has {other} as `{column}`"
    if change.before is None:
        name = next((change.after[column] for column in ("name", "title", "question") if change.after.get(column)), "")
        return f"- `{change.key}`" + (f": {escaped(shown(name))}" if name else "")
    values = (f"`{name}` {escaped(_quoted(old))} → {escaped(_quoted(new))}" for name, old, new in change.values)
    return f"- `{change.key}`: {'; '.join(values)}"


def _source(source_id: str, source: Mapping[str, str]) -> str:
    parts = [escaped(shown(text)) for name in ("title", "publisher", "published_date") if (text := source.get(name))]
    address = source.get("canonical_url", "")
    parts += [f"<{address}>"] if re.fullmatch(r"https?://[!-~]+", address) and not set(address) & set("<>`") else []
    return ", ".join([*parts, f"`{source_id}`"])


def _quoted(text: str) -> str:
    return f"'{shown(text)}'" if text else "(empty)"
