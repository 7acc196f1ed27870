"""Check what a pull request changes, on GitHub: the tables of the dataset, and contributed files. See action.yml.

    python scripts/action.py

Stands in the checkout that is checked. Reads $CSODATA_FILES (patterns, one a line; without any: what has changed),
$CSODATA_FORMAT and what GitHub sets; writes the report in Markdown to $GITHUB_STEP_SUMMARY. Exit code 1: problems.
"""

import json
import os
import re
import secrets
import subprocess
import sys
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path

from csodata.dataset import find_here
from csodata.errors import CsodataError
from csodata.report import Report

DATASET = re.compile(r"(data|schemas)/.+|datapackage\.json")
CONTRIBUTED = re.compile(r"contributions/.+\.(csv|tsv|xlsx|xlsm|ods|parquet)", re.IGNORECASE)
COMMIT = re.compile(r"[0-9a-f]{40,64}")
FORMATS = ("github", "text")


def main() -> int:
    """Check, and tell; return the exit code."""
    form = os.environ.get("CSODATA_FORMAT") or FORMATS[0]
    try:
        if form not in FORMATS:
            raise CsodataError(f"There is no format '{form}'. The formats are: {', '.join(FORMATS)}.")
        reports = list(check(os.environ.get("CSODATA_FILES", "").splitlines()))
    except (CsodataError, OSError, ValueError) as error:
        from csodata.report.github import message

        print(f"::error title=csodata::{message(str(error))}")
        return 2
    if not reports:
        print("Nothing to check: no table of the dataset and no contributed file has changed.")
        return 0
    if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
        from csodata.report.markdown import render

        with Path(summary).open("a", encoding="utf-8") as file:
            file.writelines(f"{render(report)}\n\n" for report in reports)
    told = [import_module(f"csodata.report.{form}").render(report) for report in reports]
    if form == "text":  # in which a cell may look like a command of GitHub's
        token = secrets.token_hex(16)
        told = [f"::stop-commands::{token}", *told, f"::{token}::"]
    print(*told, sep="\n")
    return 0 if all(report.valid for report in reports) else 1


def check(patterns: Iterable[str]) -> Iterable[Report]:
    """Yield a report on the dataset, where it has changed, and one on all contributed files together.

    `patterns` name contributed files to check whatever has changed; raises CsodataError where one names none.
    """
    from csodata.validation import validate_contribution, validate_dataset

    dataset = find_here()
    print(f"Dataset: {dataset.path}, version {dataset.version}", file=sys.stderr)
    if wanted := [pattern.strip() for pattern in patterns if pattern.strip()]:
        files = [path for pattern in wanted for path in named(pattern)]
    else:
        paths = changed()
        if any(map(DATASET.fullmatch, paths)):
            yield validate_dataset(dataset)
        files = [Path(path) for path in paths if CONTRIBUTED.fullmatch(path) and os.path.lexists(path)]
    for file in files:
        if file.is_symlink():  # it may lead to any file of the machine, whose cells the report would show
            raise CsodataError(f"{file}: this is a link to another file. Put the file itself here.")
    if files:
        yield validate_contribution(dataset, list(dict.fromkeys(files)))


def named(pattern: str) -> list[Path]:
    """Return the files that a pattern names; raises CsodataError if there are none."""
    files = sorted(path for path in Path().glob(pattern) if path.is_file()) if is_inside(pattern) else []
    if not files:
        raise CsodataError(f"No file is named '{pattern}' in {Path.cwd()}. Look at the input 'files' of the action.")
    return files


def is_inside(pattern: str) -> bool:
    """Tell whether a pattern stays in the folder."""
    return not Path(pattern).is_absolute() and ".." not in Path(pattern).parts


def changed() -> list[str]:
    """Return the paths that differ from the base of the pull request, or from before the push.

    Where that cannot be known, all paths are returned: to check too much is better than too little.
    """
    base = base_commit()
    if base is not None and (known(base) or fetched(base)):
        return git("diff", "--name-only", "-z", "--no-renames", base, "HEAD", "--")
    return git("ls-files", "-z")


def base_commit() -> str | None:
    """Return the commit that this one is compared with, or None where the event names none."""
    event = os.environ.get("GITHUB_EVENT_PATH")
    if not event or not Path(event).is_file():
        return None
    content = json.loads(Path(event).read_text(encoding="utf-8"))
    base = (content.get("pull_request") or {}).get("base", {}).get("sha") or content.get("before") or ""
    return base if COMMIT.fullmatch(base) and set(base) != {"0"} else None


def known(commit: str) -> bool:
    """Tell whether the checkout has a commit."""
    return subprocess.run(["git", "cat-file", "-e", f"{commit}^{{commit}}"], capture_output=True).returncode == 0


def fetched(commit: str) -> bool:
    """Get a commit that a shallow checkout has not; tell whether that went well."""
    call = ["git", "fetch", "--quiet", "--no-tags", "--depth=1", "origin", commit]
    return subprocess.run(call, capture_output=True).returncode == 0


def git(*arguments: str) -> list[str]:
    """Return the paths that a git command lists."""
    done = subprocess.run(["git", *arguments], capture_output=True)
    if done.returncode:
        raise CsodataError(f"git cannot list the files: {done.stderr.decode(errors='replace').strip()}")
    return [os.fsdecode(path) for path in done.stdout.split(b"\0") if path]


if __name__ == "__main__":
    sys.exit(main())
