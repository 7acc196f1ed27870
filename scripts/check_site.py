"""Check a written site: each link leads somewhere, JSON-LD can be read, nothing is loaded from elsewhere.

Usage: python scripts/check_site.py [DIR]. Exit 0: so it is. 1: it is not; each fault is told.
"""

import json
import re
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path

# The pages are our own: an attribute stands in double quotes, and no data can close them.
_LINK = re.compile(r'<(\w+)[^>]*? (?:href|src|content="0; url)="?([^"]*)"')
_ID = re.compile(r' id="([^"]*)"')
_JSON = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
AWAY = ("https://", "http://")


def main(arguments: list[str]) -> int:
    """Check the site in a folder; return the exit code."""
    folder = Path(arguments[0]) if arguments else Path(__file__).resolve().parent.parent / "dist" / "site"
    pages = sorted((folder / "r").rglob("*.html"))
    found = list(faults(folder))
    print("\n".join([*found, f"{folder}: {len(pages)} pages, {len(found)} faults."]))
    return 1 if found or not pages else 0


def faults(folder: Path) -> Iterator[str]:
    """Yield a sentence for each fault of the pages of records in the folder of a site."""
    files = {path.resolve() for path in folder.rglob("*") if path.is_file()}
    for path in sorted((folder / "r").rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        place, ids = path.relative_to(folder), set(_ID.findall(text))
        for element, link in {(element, unescape(link)) for element, link in _LINK.findall(text)}:
            target, _, fragment = link.partition("#")
            if link.startswith(AWAY):
                if element != "a":
                    yield f"{place}: the page loads {link}"
            elif target and Path(path.parent, target).resolve() not in files:
                yield f"{place}: {link} leads nowhere"
            elif not target and fragment not in ids:
                yield f"{place}: there is no #{fragment}"
        for block in _JSON.findall(text):
            try:
                json.loads(block)
            except ValueError as error:
                yield f"{place}: its JSON-LD cannot be read: {error}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
