"""What has to be decided of a contribution: which new rows look like a known one, or like another that was sent."""

from dataclasses import dataclass

from csodata.report import Problem
from csodata.validation.contribution import Contribution
from csodata.validation.records import Record
from csodata.validation.rules.likeness import Likeness, likenesses, problem_of, same_names
from csodata.validation.rules.world import World


@dataclass(frozen=True)
class Question:
    """Whether a new row is another one: what asks for it, and the two rows."""

    problem: Problem
    ours: Record
    theirs: Record
    key: str
    other: str
    is_published: bool
    """Whether the other row is published; if not, it was sent too."""
    names: tuple[str, str]
    """The further names of the two."""

    @property
    def where(self) -> str:
        """The cell that asks for it."""
        return " ".join(filter(None, (self.problem.file, self.problem.sheet, self.problem.place)))

    def sides(self) -> list[dict[str, str]]:
        """Return what the two rows say, column by column, and where they stand."""
        ours, theirs = _place(self.ours), "published" if self.is_published else _place(self.theirs)
        columns = dict.fromkeys([*self.theirs.cells, *self.ours.cells])
        further = ("further names", *self.names)
        lines = [
            *((name, self.ours[name], self.theirs[name]) for name in columns),
            further,
            ("stands in", ours, theirs),
        ]
        return [dict(zip(("", "sent", "known"), line, strict=True)) for line in lines if any(line[1:])]


def questions(found: Contribution) -> list[Question]:
    """Return what has to be decided of a contribution, in the order of its rows."""
    published = {(row.table, _key(found, row)) for rows in found.published.values() for row in rows}
    sent = [*found.sent, *found.evidence]
    ids = {(row.table, _key(found, row)) for row in found.sent}
    tables = {
        table: [
            *(row for row in found.published.get(table, []) if (table, _key(found, row)) not in ids),
            *(row for row in sent if row.table == table),
        ]
        for table in found.schemas
    }
    world = World(found.schemas, tables, focus=sent, published=published)
    likes: dict[tuple[str, frozenset[str]], Likeness] = {}
    for like in [*same_names(world), *likenesses(world)]:
        if (like.table, like.key) in world.by_key and (like.table, like.key) not in published:
            likes.setdefault(like.pair, like)
    order = {id(row): number for number, row in enumerate(found.sent)}
    asked = [_question(world, like) for like in likes.values()]
    return sorted(asked, key=lambda question: order.get(id(question.ours), 0))


def _question(world: World, like: Likeness) -> Question:
    ours, theirs = world.by_key[like.table, like.key], world.by_key[like.table, like.other]
    further = {
        key: "; ".join(
            row["name"] for row in world.rows("names") if (row["table_name"], row["record_id"]) == (like.table, key)
        )
        for key in (like.key, like.other)
    }
    is_published = (like.table, like.other) in (world.published or ())
    names = (further[like.key], further[like.other])
    return Question(problem_of(like), ours, theirs, like.key, like.other, is_published, names)


def _place(row: Record) -> str:
    return ", ".join(filter(None, (row.origin.file, row.origin.sheet, f"row {row.row}")))


def _key(found: Contribution, row: Record) -> str:
    return row[found.schemas[row.table].names[0]]
