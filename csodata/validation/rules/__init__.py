"""The rules across columns and tables, one small function each; each yields the problems that it finds."""

from collections.abc import Callable, Iterator

from csodata.report import Problem
from csodata.validation.rules import dates, evidence, identity, likeness, lookalikes, privacy, structure, text
from csodata.validation.rules.world import World

ALL: tuple[Callable[[World], Iterator[Problem]], ...] = (
    text.text_rules,
    privacy.personal_data,
    dates.calendar_dates,
    dates.ends_after_starts,
    structure.no_cycles,
    structure.editions_have_series,
    structure.objectives_have_holders,
    structure.commitments_match_others,
    structure.commitments_have_people,
    likeness.names_are_of_one,
    likeness.new_rows_are_new,
    identity.pairs_are_of_two,
    identity.facts_stand_once,
    lookalikes.names_have_no_twins,
    evidence.rows_are_cited,
    evidence.pointers_lead_somewhere,
    evidence.contradictions_give_values,
    evidence.citations_say_where,
    evidence.fulfilments_are_cited,
    evidence.sources_are_originals,
)


def problems(world: World) -> Iterator[Problem]:
    """Yield the problems that all rules find in the records in focus."""
    for rule in ALL:
        yield from rule(world)
