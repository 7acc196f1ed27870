"""Rules of identity: a pair is of two, one fact is one row. That one name is one record stands in likeness.py."""

from collections.abc import Iterator

from csodata.report import Problem
from csodata.validation.records import Record, problem_in
from csodata.validation.rules.world import World

# Links and histories, where the key says nothing that the other columns do not say.
FACT_TABLES = (
    "participations commitment_actors commitment_objectives commitment_updates instruments instrument_actors "
    "actor_relations forum_relations objective_links classifications access counts names"
).split()


def pairs_are_of_two(world: World) -> Iterator[Problem]:
    """Yield the pairs of records judged to be different that have one record twice."""
    for record in world.focus_on("distinct_pairs"):
        if record["record_id"] and record["record_id"] == record["other_record_id"]:
            yield problem_in(record, "paired-with-itself", "other_record_id")


def facts_stand_once(world: World) -> Iterator[Problem]:
    """Yield the rows of links and histories that are alike in every column but key and note."""
    focus = set(map(id, world.focus))
    for table in FACT_TABLES:
        if table not in world.schemas:
            continue
        columns = [name for name in world.schemas[table].names[1:] if name != "note"]
        first: dict[tuple[str, ...], Record] = {}
        for record in sorted(world.rows(table), key=lambda record: id(record) in focus):
            earlier = first.setdefault(tuple(record[column] for column in columns), record)
            if earlier is not record and id(record) in focus:
                yield problem_in(record, "repeated-fact", detail=world.key(earlier))
