"""What names a version of the dataset → its folder: a folder, a version number, or a revision of the checkout."""

import io
import re
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from csodata.dataset import DESCRIPTOR, Dataset, find_checkout
from csodata.errors import CsodataError, NoDatasetError

NUMBER = re.compile(r"v?([0-9]+\.[0-9]+\.[0-9]+)")
PATHS = (DESCRIPTOR, "data", "schemas", "CHANGELOG.md", "CITATION.cff", "croissant.json", "LICENSE-DATA", "PRIVACY.md")


@contextmanager
def named(what: str) -> Iterator[Dataset]:
    """Give the dataset that a word names, for as long as it is looked at.

    Args:
        what: a folder with a dataset; a version: its tag in the git repository that one stands in, else from the
            cache, installed, or at the remote; else a revision of that repository.

    Raises:
        CsodataError: it names none of these.
    """
    if (Path(what) / DESCRIPTOR).is_file():
        yield Dataset(Path(what))
        return
    reasons = []
    here = _checkout()
    if match := NUMBER.fullmatch(what):
        what = f"v{match[1]}"  # as releases are tagged
        if here and _commit(here, what):
            with at_revision(here, what) as dataset:
                yield dataset
            return
        from csodata.releases.download import open_version

        try:
            release = open_version(match[1])
        except CsodataError as error:
            reasons.append(str(error))
        else:
            if release.path != here:
                yield release
                return
            reasons.append(f"this checkout is on its way to or from version {match[1]}, and may differ from it")
    if here is None:
        reasons.append("you stand in no checkout, of which it could be a revision")
        raise CsodataError(_none(what, reasons))
    with at_revision(here, what, reasons) as dataset:
        yield dataset


@contextmanager
def at_revision(folder: Path, revision: str, reasons: list[str] | None = None) -> Iterator[Dataset]:
    """Give the dataset as it stands in a revision of its git repository, in a folder that is removed afterwards.

    Args:
        folder: the checkout.
        revision: a tag, branch or commit.
        reasons: why the word was nothing else, for the error.

    Raises:
        CsodataError: there is no such revision, or no dataset in it.
    """
    commit = _commit(folder, revision)
    listed = _git(folder, "ls-tree", "--name-only", commit, *PATHS) if commit else None
    if listed is None or DESCRIPTOR not in listed.decode().split("\n"):
        raise CsodataError(_none(revision, [*(reasons or []), "git knows no such revision with a dataset in it"]))
    packed = _git(folder, "archive", "--format=tar", commit, "--", *listed.decode().split())
    with tempfile.TemporaryDirectory(prefix="csodata-") as temporary:
        with tarfile.open(fileobj=io.BytesIO(packed or b"")) as archive:
            archive.extractall(temporary, filter="data")
        yield Dataset(Path(temporary))


def _checkout() -> Path | None:
    try:
        return find_checkout().path
    except NoDatasetError:
        return None


def _commit(folder: Path, revision: str) -> str:
    found = _git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    return (found or b"").decode().strip()


def _git(folder: Path, *arguments: str) -> bytes | None:
    try:
        done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, check=False)
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None


def _none(what: str, reasons: list[str]) -> str:
    said = "".join(f"\n- {reason.rstrip('.')}" for reason in reasons)
    return f"'{what}' names no version of the dataset: it is no folder with a {DESCRIPTOR}, and:{said}."
