"""Decide of each question whether two rows are one, and write the decisions into a copy of the contributed file."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Literal

from csodata.contribution.questions import Question
from csodata.contribution.reviewed import Copy
from csodata.dataset import Dataset
from csodata.errors import CsodataError
from csodata.folding import folded
from csodata.validation.contribution import Contribution
from csodata.validation.records import Record
from csodata.validation.rules.evidence import POINTERS
from csodata.validation.sheets import EVIDENCE_COLUMNS

REVIEWED = "-reviewed.xlsx"  # how the name of a copy ends


@dataclass(frozen=True)
class Answer:
    """What was decided of a question; two rows that are different are so for a reason."""

    kind: Literal["same", "different", "later", "quit"]
    reason: str = ""


Decision = tuple[Question, Answer]


def decide(asked: Sequence[Question], ask: Callable[[Question], Answer]) -> tuple[list[Decision], list[Question]]:
    """Ask one question after the other; return what was decided, and what is left.

    A row that is the same as a published one is not asked about again.
    """
    decided: list[Decision] = []
    left: list[Question] = []
    same: set[tuple[str, str]] = set()
    for number, question in enumerate(asked):
        table = question.ours.table
        if same & {(table, question.key), (table, question.other)}:
            continue
        answer = ask(question)
        if answer.kind == "quit":
            return decided, [*left, *asked[number:]]
        if answer.kind == "same" and question.is_published:
            same.add((table, question.key))
        if answer.kind == "different" or (table, question.key) in same:
            decided.append((question, answer))
        else:
            left.append(question)
    return decided, left


def check_target(dataset: Dataset, file: Path, out: Path, *, overwrite: bool = False) -> None:
    """Raise CsodataError if a reviewed copy of a file must not be written to `out`."""
    if out.suffix.lower() != ".xlsx":
        raise CsodataError(f"{out}: a reviewed copy is a workbook; give it a name that ends in .xlsx.")
    if not out.parent.is_dir():
        raise CsodataError(f"{out}: there is no folder {out.parent}.")
    if out.resolve().is_relative_to((dataset.path / "data").resolve()):
        raise CsodataError(f"{out}: data/ holds what is published; write the copy somewhere else, with -o.")
    if out.exists() and file.exists() and out.samefile(file):
        raise CsodataError(f"{out}: this is the file that is reviewed; give the copy another name, with -o.")
    if (out.exists() or out.is_symlink()) and not overwrite:
        raise CsodataError(f"{out}: there is a file already; give the copy another name, with -o, or add --overwrite.")


def reviewed_copy(file: Path, found: Contribution, decided: Sequence[Decision], today: date) -> Copy:
    """Return a copy of a contributed file into which decisions are written.

    The same: the id of the published row stands wherever the label stood, its name where the row has another, and the
    spelling that was sent becomes a row of `names`. What else the row says stays; an empty cell is to change nothing,
    so it gets what is published. Different: the pair becomes a row of `distinct_pairs`.

    Args:
        file: the file; what is no XLSX workbook becomes one that has its cells as text.
        found: what is in it.
        decided: what was decided.
        today: the date of the decisions.
    """
    copy = Copy(file, found)
    review = _Review(found, copy, decided)
    for question, answer in decided:
        if answer.kind == "same":
            review.merge(question)
        else:
            review.part(question, answer.reason, today)
    return copy


@dataclass
class _Review:
    """Decisions on their way into a copy."""

    found: Contribution
    copy: Copy
    decided: Sequence[Decision]
    pairs: list[set[str]] = field(default_factory=list)

    @cached_property
    def merged(self) -> dict[tuple[str, str], str]:
        """The published id for each label of a row that is the same as a published one."""
        return {
            (question.ours.table, question.key): question.other
            for question, answer in self.decided
            if answer.kind == "same"
        }

    def merge(self, question: Question) -> None:
        ours, theirs, table = question.ours, question.theirs, question.ours.table
        key, *others = self.found.schemas[table].names
        self.copy.write(ours, key, question.other)
        for record, column in self._pointing(table, question.key):
            self.copy.write(record, column, question.other)
        for column in others:
            taken_over = column in ("name", "title") or ours.cells.get(column) == ""
            if taken_over and column in ours.origin.columns and theirs[column]:
                self.copy.write(ours, column, theirs[column])
        # The title of a source is as its publisher gives it: a slip in it is no name of the source.
        if table != "sources" and folded(ours["name"]) not in map(folded, self._names(table, question)):
            self.copy.append(
                "names",
                {
                    "table_name": table,
                    "record_id": question.other,
                    "name": ours["name"],
                    "name_type": "source_spelling",
                    **self._evidence(table, question.key),
                },
            )

    def part(self, question: Question, reason: str, today: date) -> None:
        """Write that a row is another."""
        table = question.ours.table
        column = self.found.schemas[table].names[0]
        sides = [(question.ours, question.key)] + [(question.theirs, question.other)] * (not question.is_published)
        new = [(row, key) for row, key in sides if (table, key) not in self.merged]
        one, other = (self.merged.get((table, key), key) for key in (question.key, question.other))
        if not new or {one, other} in self.pairs:
            return  # the row has turned out to be a published one, or two rows have turned out to be one
        self.pairs.append({one, other})
        for row, key in new:  # the pair points to the label of a row, even to one that was made up for it
            self.copy.write(row, column, key)
        pair = {"table_name": table, "record_id": one, "other_record_id": other}
        self.copy.append("distinct_pairs", pair | {"decided_date": today.isoformat(), "reason": reason})

    def _pointing(self, table: str, key: str) -> Iterator[tuple[Record, str]]:
        """Yield the sent cells that point to a row."""
        for record in [*self.found.sent, *self.found.evidence]:
            targets = {**self.found.schemas[record.table].references, **dict.fromkeys(POINTERS, record["table_name"])}
            for column, target in targets.items():
                if record[column] == key and (target or record.table) == table and column in record.origin.columns:
                    yield record, column

    def _names(self, table: str, question: Question) -> Iterator[str]:
        yield question.theirs["name"]
        for row in [*self.found.published.get("names", []), *self.found.sent]:
            if (
                row.table == "names"
                and row["table_name"] == table
                and row["record_id"] in (question.key, question.other)
            ):
                yield row["name"]

    def _evidence(self, table: str, key: str) -> dict[str, str]:
        """Return the evidence of a row, for the columns at the end of another."""
        for row in [*self.found.evidence, *self.found.sent]:
            if (
                row.table == "citations"
                and (row["table_name"], row["record_id"]) == (table, key)
                and row["stance"] == "supports"
            ):
                evidence = {name: row[column] for name, column in EVIDENCE_COLUMNS.items()}
                return evidence | {"source": self.merged.get(("sources", evidence["source"]), evidence["source"])}
        return {}
