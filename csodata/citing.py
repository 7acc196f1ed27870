"""The dataset's own citation, from its descriptor."""

import json
from typing import Any

from csodata.dataset import Dataset
from csodata.errors import CsodataError


def citation(dataset: Dataset, form: str = "text") -> str:
    """Return how to cite the dataset: `form` is "text" or "bibtex"."""
    descriptor = dataset.descriptor
    authors = [who["title"] for who in _authors(dataset)]
    year, title, version = descriptor["created"][:4], descriptor["title"], dataset.version
    if form == "text":
        return f"{', '.join(authors)} ({year}). {title} (version {version}) [data set]. Licence: CC-BY-4.0."
    if form == "bibtex":
        return (
            f"@misc{{csodata_{version.replace('.', '_')},\n"
            f"  author = {{{' and '.join(f'{{{author}}}' for author in authors)}}},\n"
            f"  title = {{{title}}},\n  year = {{{year}}},\n  version = {{{version}}},\n"
            f"  note = {{Data set, CC-BY-4.0}}\n}}"
        )
    raise CsodataError(f"There is no citation form '{form}'; it is one of: text, bibtex.")


def citation_cff(dataset: Dataset) -> str:
    """Return the Citation File Format (1.2.0) of the dataset."""
    quoted = [f"  - name: {json.dumps(who['title'])}" for who in _authors(dataset)]
    return "\n".join(
        [
            "# Written by scripts/build.py from datapackage.json. Edit that, then run: make build",
            "cff-version: 1.2.0",
            "message: If you use this dataset, please cite it as below.",
            "type: dataset",
            f"title: {json.dumps(dataset.descriptor['title'], ensure_ascii=False)}",
            f"abstract: {json.dumps(dataset.descriptor['description'], ensure_ascii=False)}",
            "authors:",
            *quoted,
            f"version: {dataset.version}",
            f"date-released: {dataset.descriptor['created'][:10]}",
            "license: CC-BY-4.0",
            f"keywords: {json.dumps(dataset.descriptor['keywords'], ensure_ascii=False)}",
            "",
        ]
    )


def _authors(dataset: Dataset) -> list[dict[str, Any]]:
    return [who for who in dataset.descriptor["contributors"] if "author" in who.get("roles", [])]
