"""Guards the rules of identity: one name, one actor. Costs nothing to speak of: two rows each."""

import pytest
from conftest import world_of

from csodata.validation.rules.identity import names_are_one_actors


def told(*names: str) -> list[str]:
    actors = [{"actor_id": f"actor-{number}", "name": name} for number, name in enumerate(names)]
    return [problem.code for problem in names_are_one_actors(world_of({"actors": actors}))]


@pytest.mark.parametrize(
    "names",
    [("Sœurs", "Soeurs"), ("Łódź", "Lodz"), ("Ørsted", "Orsted"), ("№ 7", "No 7"), ("𝐓oy", "Toy")],
)
def test_names_that_read_alike_collide(names: tuple[str, str]) -> None:
    assert told(*names) == ["same-name", "same-name"]


@pytest.mark.parametrize("names", [("कु", "के"), ("???", "!!!"), ("???", "???"), ("Toy", "Toys")])
def test_names_that_do_not_are_two(names: tuple[str, str]) -> None:
    assert told(*names) == []
