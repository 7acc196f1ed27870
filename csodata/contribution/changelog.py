"""The changes of a contribution → a line for each table under what is not released yet in CHANGELOG.md."""

import re
from collections.abc import Sequence

from csodata.contribution.changes import Change, by_table

UNRELEASED, PART = "## Unreleased", "### Data"
PIECE = re.compile(r"(\d+)(?: rows?)? (added|changed)(?: \(([^)]*)\))?")
MOST = 5  # ids in a line


def with_changes(text: str, changes: Sequence[Change]) -> str:
    """Return a changelog with the changes; a line that tells of the same table since the last release grows."""
    lines = text.splitlines()
    if UNRELEASED not in lines:
        first = next((index for index, line in enumerate(lines) if line.startswith("## ")), len(lines))
        lines[first:first] = ["", UNRELEASED, ""]
    start = lines.index(UNRELEASED)
    if PART not in lines[start : _end(lines, start, "## ")]:
        lines[start + 1 : start + 1] = ["", PART, ""]
    part = lines.index(PART, start)
    stop = _end(lines, part, ("## ", "### "))
    items = "\n".join(lines[part + 1 : stop]).strip("\n").splitlines()
    for table, group in by_table(changes).items():
        place = next((index for index, line in enumerate(items) if _is_ours(line, table)), len(items))
        items[place : place + 1] = [_line(table, items[place] if place < len(items) else "", group)]
    lines[part + 1 : stop] = ["", *items, ""]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n") + "\n"


def _end(lines: Sequence[str], start: int, headings: str | tuple[str, ...]) -> int:
    """Return where the part ends that begins at a line: at the next heading, or with the text."""
    return next((index for index in range(start + 1, len(lines)) if lines[index].startswith(headings)), len(lines))


def _is_ours(line: str, table: str) -> bool:
    head = f"- {table}: "
    return line.startswith(head) and not PIECE.sub("", line.removeprefix(head)).strip(",. ")


def _line(table: str, before: str, changes: Sequence[Change]) -> str:
    """Return a line on a table; what the line before it says is counted in."""
    counts: dict[str, int] = {"added": 0, "changed": 0}
    ids: dict[str, list[str]] = {"added": [], "changed": []}
    for count, word, told in PIECE.findall(before):
        counts[word] += int(count)
        ids[word] += told.removesuffix(", …").split(", ") if told else []
    for change in changes:
        word = "added" if change.before is None else "changed"
        counts[word] += 1
        # What a link or a citation joins says little, and at length.
        ids[word] += [change.key] if "--" not in change.key else []
    pieces: list[str] = []
    for word, count in counts.items():
        if count:
            noun = "" if pieces else " row" if count == 1 else " rows"
            known = list(dict.fromkeys(ids[word]))
            more = ["…"] if count > len(known[:MOST]) else []
            told = f" ({', '.join([*known[:MOST], *more])})" if known else ""
            pieces.append(f"{count}{noun} {word}{told}")
    return f"- {table}: {', '.join(pieces)}."
