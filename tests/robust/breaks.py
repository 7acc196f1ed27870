"""Guards: whatever breaks a write, at whichever call, the dataset is all old or all new. `make test-robust` runs it.

Costs some ten minutes (1 500 broken processes), so it is no part of `make test`; tests/test_store.py runs a part of it.
"""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from robust.harness import HOW, Runner, all_at_once, break_everywhere, killed_at_random, runners, spoilt

from csodata.dataset import Dataset

CONTRIBUTION = (
    "forum_id,name,forum_type,level,is_collective,forum_status,start_date,city,country_code,source,locator,citation_basis\n"
    "play-days,Play Days,conference,national,false,held,2020-05-14,Dakar,SEN,toy-source,lines 40-41,stated\n"
)


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    with Runner(tmp_path_factory.mktemp("runner")) as runner:
        yield runner


def seconds_of(runner: Runner, toy: Dataset) -> float:
    """Return how long adding a row takes here."""
    return min(runner.do(toy.path, "add-row", "actors", f"timed-{number}").seconds for number in range(3))


@pytest.mark.parametrize("how", HOW)
def test_a_build_is_broken_at_every_call(how: str, runner: Runner, toy: Dataset, tmp_path: Path) -> None:
    print(f"\nbuild, {how}: {break_everywhere(runner, spoilt(toy), ['build'], how, scratch=tmp_path)}")


@pytest.mark.skipif(find_spec("csodata.contribution.add") is None, reason="there is no csodata add yet")
@pytest.mark.parametrize("how", HOW)
def test_an_addition_is_broken_at_every_call(how: str, runner: Runner, toy: Dataset, tmp_path: Path) -> None:
    rows = tmp_path / "forums.csv"
    rows.write_text(CONTRIBUTION)
    print(f"\nadd, {how}: {break_everywhere(runner, toy.path, ['csodata', 'add', str(rows)], how, scratch=tmp_path)}")


def test_killed_at_200_random_moments(runner: Runner, toy: Dataset) -> None:
    print(f"\nkilled: {killed_at_random(runner, toy, 200, seconds_of(runner, toy), seed=20191009)}")


def test_eight_write_at_once(toy: Dataset, tmp_path: Path) -> None:
    with runners(tmp_path, 8) as crowd:
        print(f"\neight at once, 50 rounds: {all_at_once(crowd, toy, 50, seconds_of(crowd[0], toy))}")
