"""Guards the rules of identity: a pair is of two rows. Costs nothing to speak of: one row each."""

from conftest import world_of

from csodata.validation.rules.identity import pairs_are_of_two


def told(one: str, other: str) -> list[str]:
    pairs = [{"distinct_pair_id": "pair", "table_name": "actors", "record_id": one, "other_record_id": other}]
    return [problem.code for problem in pairs_are_of_two(world_of({"distinct_pairs": pairs}))]


def test_a_pair_is_of_two() -> None:
    assert told("actor-1", "actor-1") == ["paired-with-itself"]
    assert told("actor-1", "actor-2") == []
