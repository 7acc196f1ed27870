"""Write the site into dist/site/: the data as scripts, a page a record, and the front end that site/ has bundled there.

Usage: python scripts/site.py [--dist DIR]

`make site` bundles the front end first. What is written: index.html, data/*.js, r/<table>/<id>.html and r/fr/….
"""

import argparse
import json
import shutil
import sys
from pathlib import Path
from typing import Any

from site_pages import TEMPLATES, environment, pages
from site_scripts import scripts
from site_tables import Tables

from csodata.dataset import Dataset, find_here
from csodata.errors import CsodataError

ROOT = Path(__file__).resolve().parent.parent
FRONT = ROOT / "site"


def main(arguments: list[str] | None = None) -> int:
    """Write all; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dist", type=Path, default=ROOT / "dist" / "site", help="the folder to write")
    given = parser.parse_args(arguments)
    try:
        dataset = find_here()
        print(f"Dataset: {dataset.path}, version {dataset.version}", file=sys.stderr)
        number = write_site(dataset, given.dist)
    except (CsodataError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    size = sum(path.stat().st_size for path in given.dist.rglob("*") if path.is_file())
    print(f"{given.dist} is written: {number} pages of records, {size / 1e6:.1f} MB. Open {given.dist / 'index.html'}.")
    return 0


def write_site(dataset: Dataset, dist: Path) -> int:
    """Write data, record pages and first page; return the number of pages of records. The bundles in `dist` stay."""
    words: dict[str, Any] = json.loads((FRONT / "words.json").read_text(encoding="utf-8"))
    tables = Tables(dataset)
    for stale in ("data", "r"):
        shutil.rmtree(dist / stale, ignore_errors=True)
    for name, content in scripts(tables, words):
        _write(dist / "data" / name, content)
    number = 0
    for address, content in pages(tables, words):
        _write(dist / address, content)
        number += 1
    for name in ("record.css", "record.js"):
        shutil.copyfile(TEMPLATES / name, dist / "r" / name)
    first = environment(FRONT).get_template("index.html")
    told = {name: dataset.descriptor[name] for name in ("title", "description")}
    _write(dist / "index.html", first.render(**told))
    return number


def _write(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    sys.exit(main())
