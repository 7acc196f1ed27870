"""Cut a release: check, raise the version, commit and tag it, and write the folder that any static host can serve.

Usage: python scripts/release.py patch|minor|major|again [--dist DIR] [--date 2026-11-22]

`again` writes the files of the release that is checked out once more: the same bytes from the same commit. The first
release is of the version that the descriptor has. Nothing is published: that is `git push --tags`, and copying DIR.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NoReturn

from csodata import canonical
from csodata.dataset import DESCRIPTOR, Dataset, find_checkout, hash_of
from csodata.errors import CsodataError
from csodata.releases.compare import compare, next_version
from csodata.releases.exports import export
from csodata.releases.layout import write_archive, write_index, write_release
from csodata.releases.revisions import at_revision
from csodata.releases.schema_changes import LEVELS, Level
from csodata.validation import validate_dataset

UNRELEASED = "## Unreleased"
KNOWN = Path("csodata/releases/known.json")
"""The hash of the descriptor of each version before this one, which the package carries."""


def main(arguments: list[str] | None = None) -> int:
    """Run all; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("raise_", metavar="patch|minor|major|again", choices=[*LEVELS, "again"])
    parser.add_argument("--dist", type=Path, default=Path("dist"), help="the folder that is served")
    parser.add_argument("--date", type=date.fromisoformat, default=datetime.now(UTC).date(), help="of the release")
    given = parser.parse_args(arguments)
    try:
        dataset = find_checkout()
        _refuse_dirty(dataset)
        if given.raise_ != "again":
            _cut(dataset, given.raise_, given.date, given.dist)
            dataset = Dataset(dataset.path)
        elif f"v{dataset.version}" not in _git(dataset, "tag", "--points-at", "HEAD").split():
            raise CsodataError(
                f"What is checked out is not the release {dataset.version}: git checkout v{dataset.version}"
            )
        write_files(dataset, given.dist)
    except CsodataError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{given.dist / dataset.version} is written. To publish it: git push --follow-tags, and serve {given.dist}.")
    return 0


def _refuse_dirty(dataset: Dataset) -> None:
    if changed := _git(dataset, "status", "--porcelain").strip():
        raise CsodataError(f"The tree has changes that are not committed:\n{changed}\nCommit them, or put them away.")
    if stale := canonical.check(dataset):
        raise CsodataError(f"These files are not as the build writes them: {', '.join(stale)}. Run {canonical.REPAIR}.")


def _cut(dataset: Dataset, raise_: Level, day: date, dist: Path) -> None:
    """Write the new version into descriptor and changelog, build, commit, tag; what fails leaves the tree as it was."""
    last = _last_tag(dataset)
    version = dataset.version
    known = json.loads((dataset.path / KNOWN).read_text(encoding="utf-8"))
    if last:
        with at_revision(dataset.path, last) as old:
            version = _next(old, dataset, raise_)
            known[old.version] = hash_of((old.path / DESCRIPTOR).read_bytes())
    _refuse_present(dist / version)
    changelog = dataset.path / "CHANGELOG.md"
    closed = _closed(changelog.read_text(encoding="utf-8"), version, f"{day}", first=not last)
    descriptor = dataset.path / DESCRIPTOR
    told = json.loads(descriptor.read_text(encoding="utf-8")) | {"version": version, "created": f"{day}T00:00:00Z"}
    before = _git(dataset, "rev-parse", "HEAD").strip()
    try:
        (dataset.path / KNOWN).write_text(json.dumps(known, indent=2) + "\n", encoding="utf-8")
        changelog.write_text(closed, encoding="utf-8")
        descriptor.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        canonical.build(Dataset(dataset.path))
        if not validate_dataset(Dataset(dataset.path)).valid:
            raise CsodataError("The dataset has problems. See them with: csodata validate")
        _git(dataset, "add", "--all")
        _git(dataset, "commit", "--quiet", "--allow-empty", "--message", f"Release {version}")
        _git(dataset, "tag", "--annotate", f"v{version}", "--message", f"csodata {version}")
    except BaseException:
        _git(dataset, "reset", "--quiet", "--hard", before)  # nothing of anybody's is lost: the tree was clean
        raise


def _next(old: Dataset, new: Dataset, raise_: Level) -> str:
    """Return the new version; raises CsodataError where the raise is too small, or an id is gone without a redirect."""
    found = compare(old, new)
    if found.vanished:
        ids = ", ".join(f"{table} {key}" for table, key in found.vanished[:10])
        raise CsodataError(f"Gone without a row in 'redirects': {ids}. Say in 'redirects' what became of each.")
    if found.level and LEVELS.index(raise_) < LEVELS.index(found.level):
        reasons = [f"{change.table}: {change.what}" for change in found.schemas if change.level == found.level]
        reason = "; ".join(reasons[:5]) or "rows were added"
        raise CsodataError(f"What changed since {old.version} asks for '{found.level}', not '{raise_}': {reason}.")
    return next_version(old.version, raise_)


def _closed(changelog: str, version: str, date: str, *, first: bool) -> str:
    """Return the changelog with its section for what is not released yet under the new version."""
    heading = f"## {version}" if first and f"\n## {version}\n" in changelog else UNRELEASED
    match = re.search(rf"^{re.escape(heading)}\n(.*?)(?=^## |\Z)", changelog, re.DOTALL | re.MULTILINE)
    if match is None or not re.search(r"^[-*] ", match[1], re.MULTILINE):
        raise CsodataError(f"CHANGELOG.md has nothing under '{heading}'. Say there what is new, for those who use it.")
    return changelog.replace(f"{heading}\n", f"## {version} ({date})\n", 1)


def _refuse_present(folder: Path) -> None:
    if folder.exists():
        raise CsodataError(f"{folder} is there already; a release is never written over. Remove it to write it again.")


def write_files(dataset: Dataset, dist: Path) -> None:
    """Write the folder of the version, its archive, and the index of all versions."""
    folder = dist / dataset.version
    _refuse_present(folder)
    dist.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        whole = Path(temporary) / "whole"
        with at_revision(dataset.path, "HEAD") as committed:
            shutil.copytree(committed.path, whole)
        export(Dataset(whole), [], "sqlite", whole / "csodata.sqlite")
        write_release(Dataset(whole), folder, dataset.descriptor["created"][:10])
    write_archive(folder, dist / f"csodata-{dataset.version}.zip")
    write_index(dist)


def _last_tag(dataset: Dataset) -> str | None:
    tags = _git(dataset, "tag", "--list", "v[0-9]*", "--sort=-version:refname", "--merged", "HEAD").split()
    return tags[0] if tags else None


def _git(dataset: Dataset, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=dataset.path, capture_output=True, text=True, encoding="utf-8", check=False
    )
    if done.returncode:
        _fail(f"git {arguments[0]}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def _fail(sentence: str) -> NoReturn:
    raise CsodataError(sentence)


if __name__ == "__main__":
    sys.exit(main())
