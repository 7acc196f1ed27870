"""Guards: a set of files is written whole or not at all, finished by the next run, under a lock. Costs 15 s.

The whole of it, every call and every way to break, is `make test-robust` (tests/robust/).
"""

import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from robust.harness import HOW, Runner, break_everywhere, killed_at_random

from csodata import store
from csodata.dataset import MANIFEST, STAGING, Dataset
from csodata.errors import CsodataError
from csodata.validation import validate_dataset


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with a file of each kind that a write may meet."""
    (tmp_path / "set/data").mkdir(parents=True)
    (tmp_path / "set/data/a.csv").write_text("old a")
    (tmp_path / "set/datapackage.json").write_text("old")
    return tmp_path / "set"


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    with Runner(tmp_path_factory.mktemp("runner")) as runner:
        yield runner


def left(place: Path) -> dict[str, str]:
    files = (path for path in place.rglob("*") if path.is_file() and path.name != store.LOCK)
    return {path.relative_to(place).as_posix(): path.read_text(errors="replace") for path in files}


OLD = {"data/a.csv": "old a", "datapackage.json": "old"}
NEW = {"data/a.csv": "new a", "docs/deep/b.md": "new b", "datapackage.json": "new"}


def write(place: Path, files: dict[str, str] = NEW) -> None:
    with store.locked(place, "a test"):
        store.write_set(place, {place / name: text.encode() for name, text in files.items()})


def broken_off(place: Path, monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    """Leave a write behind of which so many files are in their place, as a loss of power would."""
    real, done = os.replace, 0

    def replace(source: Path, target: Path) -> None:
        nonlocal done
        done += target.name != MANIFEST
        if done > after:
            raise OSError(5, "Input/output error", str(source), None, str(target))
        real(source, target)

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", replace)
        with pytest.raises(CsodataError, match="the next run finishes the write"):
            write(place)


def test_new_files_new_folders_and_kept_modes(place: Path) -> None:
    (place / "data/a.csv").chmod(0o640)
    write(place)
    assert left(place) == NEW
    assert stat.S_IMODE((place / "data/a.csv").stat().st_mode) == 0o640
    assert (place / store.LOCK).read_text() == ""
    assert not (place / STAGING).exists()
    write(place, {})
    assert left(place) == NEW


def test_a_call_may_write_less_than_it_was_given(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write
    with monkeypatch.context() as patched:
        patched.setattr(os, "write", lambda handle, content: real(handle, content[:3]))
        write(place)
    assert left(place) == NEW


def test_the_descriptor_is_renamed_last(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken_off(place, monkeypatch, after=2)
    staged = left(place)
    assert staged["datapackage.json"] == "old"
    assert {name: staged[name] for name in NEW if name != "datapackage.json"} == dict(list(NEW.items())[:2])


@pytest.mark.parametrize("after", range(3))
def test_the_next_run_finishes_what_counts(after: int, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken_off(place, monkeypatch, after)
    assert "make build" in (store.unfinished(place) or "")
    with store.locked(place, "a test"):
        assert left(place) == NEW
    assert store.unfinished(place) is None
    assert store.recover(place) is False


def test_what_does_not_count_yet_is_cleared_away(place: Path) -> None:
    (place / STAGING).mkdir()
    (place / STAGING / "0").write_text("half")
    assert "before it changed anything" in (store.unfinished(place) or "")
    assert store.recover(place) is True
    assert left(place) == OLD


def test_what_a_person_changed_in_between_is_not_lost(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken_off(place, monkeypatch, after=0)
    (place / "data/a.csv").write_text("mine")
    with pytest.raises(CsodataError, match=r"a\.csv was changed after a write of it was broken off") as caught:
        write(place, {"datapackage.json": "newer"})
    assert left(place)["data/a.csv"] == "mine"
    assert STAGING in str(caught.value)
    (place / "data/a.csv").rename(place.parent / "a.csv")  # as the sentence says
    store.recover(place)
    assert left(place) == NEW


@pytest.mark.parametrize(
    "content", ["{", "[]", '{"files": [{}]}', '{"files": [{"path": 3, "bytes": 1, "hash": "", "was": ""}]}', b"\xff"]
)
def test_a_damaged_manifest_changes_nothing(content: str | bytes, place: Path) -> None:
    (place / STAGING).mkdir()
    (place / STAGING / MANIFEST).write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(CsodataError, match="is damaged"):
        store.recover(place)
    assert OLD.items() <= {name: text for name, text in left(place).items() if STAGING not in name}.items()


def test_a_damaged_staged_file_is_not_taken(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken_off(place, monkeypatch, after=0)
    (place / STAGING / "1").write_text("torn")
    with pytest.raises(CsodataError, match=r"is damaged: a write of docs/deep/b\.md"):
        store.recover(place)
    assert left(place)["data/a.csv"] == "old a"


@pytest.mark.parametrize("name", ["../x", "/etc/x", "data/../../x", ".git/hooks/x", "", "a\\b", "c:x"])
def test_no_manifest_leads_out_of_the_folder(name: str, place: Path) -> None:
    (place / STAGING).mkdir()
    (place / STAGING / "0").write_text("x")
    entry = {"path": name, "bytes": 1, "hash": "sha256:", "was": None}
    (place / STAGING / MANIFEST).write_text(json.dumps({"files": [entry]}))
    with pytest.raises(CsodataError, match="leads out of the dataset's folder"):
        store.recover(place)


def test_what_is_no_plain_file_of_the_folder_is_refused(place: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/b.csv").write_text("outside")
    (place / "data/link.csv").symlink_to(tmp_path / "outside/b.csv")
    (place / "linked").symlink_to(tmp_path / "outside")
    os.mkfifo(place / "data/pipe")
    for name, why in {
        "data/link.csv": "is a link",
        "linked/b.csv": "is a link",
        "data": "in its way",
        "data/pipe": "in its way",
        "data/a.csv/x": "in its way",
        "../outside/b.csv": "leads out",
        "data/.hidden": "hidden",
    }.items():
        with pytest.raises(CsodataError, match=why) as caught:
            write(place, {"datapackage.json": "new", name: "new"})
        assert "Nothing was changed" in str(caught.value)
        assert (place / "datapackage.json").read_text() == "old"
    with pytest.raises(CsodataError, match="leads out"), store.locked(place, "a test"):
        store.write_set(place, {tmp_path / "outside/b.csv": b"new"})
    assert (tmp_path / "outside/b.csv").read_text() == "outside"


def test_a_staging_folder_that_is_a_link_is_not_followed(place: Path, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home/letter").write_text("dear")
    (place / STAGING).symlink_to(tmp_path / "home")
    with pytest.raises(CsodataError, match="is no folder"):
        write(place)
    assert (tmp_path / "home/letter").read_text() == "dear"


def test_the_lock_says_who_holds_it_and_a_dead_holder_holds_nothing(place: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from csodata import store\n"
        "with store.locked(Path(sys.argv[1]), 'csodata add rows.xlsx'):\n"
        "    print('held', flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen([sys.executable, "-c", script, str(place)], stdout=subprocess.PIPE, text=True)
    assert holder.stdout
    with holder, holder.stdout:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(CsodataError) as caught:
            write(place)
        assert f"being written by csodata add rows.xlsx (process {holder.pid} on " in str(caught.value)
        assert "Nothing was changed" in str(caught.value)
        assert left(place) == OLD
        holder.kill()
    write(place)
    assert left(place) == NEW


def test_the_lock_is_free_after_an_error(place: Path) -> None:
    with pytest.raises(ZeroDivisionError), store.locked(place, "a test"):
        raise ZeroDivisionError
    write(place)


def test_a_folder_that_cannot_be_written_is_a_sentence(place: Path) -> None:
    (place / store.LOCK).mkdir()
    with pytest.raises(CsodataError, match=r"\.csodata-lock cannot be written: .*Nothing was changed"):
        write(place)


def test_verify_and_validate_tell_a_broken_off_write(toy: Dataset) -> None:
    (toy.path / STAGING).mkdir()
    assert toy.verify() == []  # nothing was staged, or all is done
    (toy.path / STAGING / "0").write_text("half")
    assert [difference.partition(":")[0] for difference in toy.verify()] == [STAGING]
    assert [problem.file for problem in validate_dataset(toy).problems] == [STAGING]


@pytest.mark.parametrize("how", HOW)
def test_a_write_is_broken_at_its_calls(how: str, runner: Runner, toy: Dataset, tmp_path: Path) -> None:
    found = break_everywhere(runner, toy.path, ["rewrite"], how, step=2, scratch=tmp_path)
    assert found.all_old
    assert found.all_new


def test_killed_at_some_moments(runner: Runner, toy: Dataset) -> None:
    seconds = runner.do(toy.path, "add-row", "actors", "timed").seconds
    assert sum(killed_at_random(runner, toy, 3, seconds, seed=1).values()) == 3
