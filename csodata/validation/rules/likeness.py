"""Rules of likeness: one name, one record; and what else makes a new row look like one that is known already.

Names that are equal but for case, accents and punctuation are an error everywhere. What is only like another is a
warning, and told of new rows of a contribution alone: scores do not separate the same from the different, so a person
decides. A pair that stands in `distinct_pairs` has been decided, and is not told again.
"""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from csodata.folding import folded
from csodata.report import Problem
from csodata.validation.records import Record, problem_in
from csodata.validation.rules.apart import are_two
from csodata.validation.rules.websites import same_websites
from csodata.validation.rules.world import World

TABLES = ("actors", "forums", "instruments", "sources")
# Of 100, with the words in order of the alphabet. Each of the 263 records of the first version held against the others
# gives 2.3 false alarms per 100 at 85, 5.7 at 80, 9.1 at 75; of 58 other spellings in sources 15, 17 and 21 are found.
LIKE = 85
SHORTEST = LIKE / (200 - LIKE)  # how long a name must be at least, against another, to be like it
MOST_NEW = 2_000  # new rows whose names are compared: more would take minutes, and nobody reads so many warnings
MOST_HOLDERS = 50  # records of one name, or like one, that are looked at
MOST_TOLD = 3  # records that one is told to be like
LONGEST = 500  # characters of a name that are looked at: no table takes more
LONGEST_ALIKE = 150  # and held against others that are not the same

IDENTIFIERS = ("ror_id", "wikidata_id")
IN_BRACKETS = re.compile(r"[(\[][^)\]]*[)\]]")
WORD = re.compile(r"\w[\w'’ʼ.]*")
NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Likeness:
    """A record that may be the same as another, and the cell that shows it."""

    code: str
    record: Record
    """Where the cell stands: the record itself, or a row of `names`."""
    column: str
    table: str
    key: str
    """The record that may be another."""
    other: str
    shown: str
    """What the other is called where the two meet."""

    @property
    def pair(self) -> tuple[str, frozenset[str]]:
        """The two records, in no order."""
        return self.table, frozenset((self.key, self.other))


@dataclass(frozen=True, slots=True)
class _Spelling:
    record: Record
    column: str
    owner: Record
    key: str
    is_acronym: bool

    @property
    def text(self) -> str:
        return self.record[self.column][:LONGEST]


def names_are_of_one(world: World) -> Iterator[Problem]:
    """Yield the names, acronyms excepted, that belong to another record of the table too."""
    return map(problem_of, same_names(world))


def new_rows_are_new(world: World) -> Iterator[Problem]:
    """Yield what makes a new row of a contribution look like another that is published, or sent with it."""
    return map(problem_of, likenesses(world))


def problem_of(likeness: Likeness) -> Problem:
    """Return a likeness as it is told."""
    detail = f"{likeness.other} ({likeness.shown})"
    return problem_in(likeness.record, likeness.code, likeness.column, detail=detail)


def same_names(world: World) -> Iterator[Likeness]:
    """Yield the names in focus that another record has too, where nothing tells the two apart."""
    focus, decided = set(map(id, world.focus)), _decided(world)
    for table in TABLES:
        named = [each for each in _spellings(world, table) if not each.is_acronym]
        holders = _holders(named)
        for each in named:
            if id(each.record) in focus:
                found = (
                    Likeness("same-name", each.record, each.column, table, each.key, key, other.text)
                    for key, other in islice(holders.get(folded(each.text), {}).items(), MOST_HOLDERS)
                    # An actor has its name to itself, whatever else tells it from another.
                    if key != each.key and (table == "actors" or not are_two(world, each.owner, other.owner))
                )
                yield from islice((like for like in found if like.pair not in decided), MOST_TOLD)


def likenesses(world: World) -> Iterator[Likeness]:
    """Yield, for the new rows of a contribution, the records that they may be: each pair once, for its best reason."""
    if world.published is None:
        return
    added = [row for row in world.focus_on(*TABLES) if (row.table, world.key(row)) not in world.published]
    told = _decided(world) | {like.pair for like in same_names(world) if added}
    count: dict[tuple[str, str], int] = defaultdict(int)
    for table in dict.fromkeys(row.table for row in added):
        rows = [row for row in added if row.table == table]
        # Of two new rows, the later one is told to be like the earlier one.
        new = {world.key(row): number for number, row in enumerate(rows)}
        for like in chain(
            _same_identifiers(world, table, rows),
            _like_names(world, table, new),
            (_of_rows("same-website", world, *met) for met in same_websites(world, table, rows)),
        ):
            ours = (table, like.key)
            if like.pair not in told and new.get(like.other, -1) < new[like.key] and count[ours] < MOST_TOLD:
                told.add(like.pair)
                count[ours] += 1
                yield like


def _decided(world: World) -> set[tuple[str, frozenset[str]]]:
    return {
        (pair["table_name"], frozenset((pair["record_id"], pair["other_record_id"])))
        for pair in world.rows("distinct_pairs")
    }


def _spellings(world: World, table: str) -> Iterator[_Spelling]:
    """Yield every name and acronym of the records of a table."""
    for record in world.rows(table):
        for column in ("name", "title", "acronym"):
            if record[column]:
                yield _Spelling(record, column, record, world.key(record), column == "acronym")
    for record in world.rows("names"):
        if record["table_name"] == table and record["name"]:
            owner = world.by_key.get((table, record["record_id"]), record)
            yield _Spelling(record, "name", owner, record["record_id"], record["name_type"] == "acronym")


def _holders(spellings: Iterable[_Spelling]) -> dict[str, dict[str, _Spelling]]:
    """Return the records that bear a name, by the name as it is folded; one without a letter or digit is like none."""
    found: dict[str, dict[str, _Spelling]] = defaultdict(dict)
    for each in spellings:
        found[folded(each.text)].setdefault(each.key, each)
    found.pop("", None)
    return found


def _like_names(world: World, table: str, new: Mapping[str, int]) -> Iterator[Likeness]:
    """Yield the names that are like another, and the acronyms that another record bears or is called by."""
    from rapidfuzz import fuzz, process

    spellings = [each for each in _spellings(world, table) if new.get(each.key, 0) < MOST_NEW]
    holders, by_words = _holders(spellings), defaultdict[str, list[_Spelling]](list)
    for each in spellings:
        if not each.is_acronym:
            by_words[_sorted_words(each.text)].append(each)
    by_words.pop("", None)
    choices = sorted(by_words, key=len)
    for each in spellings:
        if each.key not in new:
            continue
        alike = islice(holders.get(folded(each.text), {}).values(), MOST_HOLDERS)
        found = [other for other in alike if each.is_acronym or other.is_acronym]
        words = "" if each.is_acronym else _sorted_words(each.text)
        # Names of very different lengths cannot be alike: what is left out here is most of them.
        first = bisect_left(choices, len(words) * SHORTEST, key=len)
        last = bisect_right(choices, len(words) / SHORTEST, key=len)
        near = process.extract(words, choices[first:last], scorer=fuzz.ratio, score_cutoff=LIKE, limit=MOST_HOLDERS)
        for choice, _, _ in near:
            found += [other for other in by_words[choice][:MOST_HOLDERS] if _may_be_one(each, other)]
        for other in found:
            if other.key != each.key and not are_two(world, each.owner, other.owner):
                yield Likeness("similar-name", each.record, each.column, table, each.key, other.key, other.text)


def _sorted_words(name: str) -> str:
    """Return the words of a name in the order of the alphabet, without what stands in brackets."""
    name = name[: 2 * LONGEST_ALIKE]
    words = WORD.findall(IN_BRACKETS.sub("", name)) or WORD.findall(name)
    return " ".join(sorted(filter(None, map(folded, words))))[:LONGEST_ALIKE]


def _may_be_one(each: _Spelling, other: _Spelling) -> bool:
    """Tell whether the numbers in two names do not tell them apart, as in the 12th and the 13th meeting."""
    numbers, others = (set(NUMBER.findall(spelling.text)) for spelling in (each, other))
    return not numbers or not others or numbers == others


def _same_identifiers(world: World, table: str, new: Sequence[Record]) -> Iterator[Likeness]:
    """Yield the identifiers that another record has too."""
    for column in IDENTIFIERS:
        holders: dict[str, list[Record]] = defaultdict(list)
        for row in world.rows(table):
            holders[row[column]].append(row)
        for row in new:
            for other in holders[row[column]][:MOST_HOLDERS] if row[column] else ():
                if other is not row:
                    yield _of_rows("same-identifier", world, row, column, other)


def _of_rows(code: str, world: World, row: Record, column: str, other: Record) -> Likeness:
    shown = other["name"] or other["title"]
    return Likeness(code, row, column, row.table, world.key(row), world.key(other), shown)
