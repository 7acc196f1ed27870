"""Hold every citation against the document that it points into.

Usage: python scripts/check_citations.py --documents DIR

DIR holds the texts as they were read; a text is recognised by its SHA-256, which `sources.text_sha256` carries.
Lines are counted from 1, as `split("\\n")` gives them; a passage is its lines joined by LF, in UTF-8, without a
final LF. Exit 0: every citation resolves. Exit 1: the problems are printed, one a line. Exit 2: nothing to check.
"""

import argparse
import csv
import hashlib
import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from csodata.dataset import EVIDENCE_TABLES, REFERENCE_TABLES, find_here
from csodata.errors import CsodataError

LONGEST_PASSAGE = 12  # lines; a longer one no longer says where a statement stands
NAMED_TABLES = ("forums", "actors", "instruments")
NOT_A_STATEMENT = re.compile(r".*_(?:id|url|code|sha256)|note|table_name|column_name")
LOCATOR = re.compile(r"lines? (\d+)(?:-(\d+))?")
UNITS = "zero one two three four five six seven eight nine ten eleven twelve".split()
ORDINALS = "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()

Row = dict[str, str]
Citation = Row


class Text:
    """One document: its lines, and which of them a citation covers."""

    def __init__(self, path: Path) -> None:
        raw = path.read_bytes()
        self.name, self.sha256 = path.name, hashlib.sha256(raw).hexdigest()
        self.lines = raw.decode("utf-8").split("\n")
        self.covered: set[int] = set()

    def uncovered(self) -> list[int]:
        """Return the numbers of the lines with text that no citation covers."""
        return [n for n, line in enumerate(self.lines, 1) if line.strip() and n not in self.covered]


def read_tables(data: Path) -> dict[str, list[Row]]:
    """Return the rows of every CSV file in `data`, by table, each row a dict of text."""
    tables = {}
    for path in sorted(data.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            tables[path.stem] = list(csv.DictReader(file))
    return tables


def fold(text: str) -> str:
    """Return `text` in lower case, with plain apostrophes and single spaces, for a comparison by eye."""
    text = unicodedata.normalize("NFKC", text).casefold().translate(str.maketrans("’‘“”–—", "''\"\"--"))
    return re.sub(r"\s+", " ", text)


def numbers_of(column: str, value: str) -> list[str]:
    """Return the years, days and numbers that `value` of `column` states."""
    if column.endswith("_date"):
        dates = re.findall(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", value.replace("X", "0"))  # 199X: the 1990s
        return [number for year, _, day in dates for number in (year, day) if number]
    return re.findall(r"\d+", re.sub(r"(?<=\d)[,  ](?=\d{3}\b)", "", value))


def says_number(passage: str, number: str) -> bool:
    """Tell whether the folded `passage` has `number`, in digits or, up to twelve, in words."""
    value = int(number)
    plain = re.sub(r"(?<=\d)[,  ](?=\d{3}\b)", "", passage)
    if re.search(rf"(?<!\d)0*{value}(?!\d)", plain):
        return True
    words = [UNITS[value], ORDINALS[value]] if value < len(UNITS) else []
    return any(re.search(rf"\b{word}\b", plain) for word in words)


def passage_of(citation: Citation, text: Text) -> tuple[range, str] | str:
    """Return the lines and the passage that a citation points to, or the sentence that says why it points nowhere."""
    match = LOCATOR.fullmatch(citation["locator"])
    if not match:
        return f"locator '{citation['locator']}' is not of the form 'lines 12-14'"
    first, last = int(match[1]), int(match[2] or match[1])
    if not 1 <= first <= last <= len(text.lines):
        return f"locator '{citation['locator']}' is out of range: {text.name} has {len(text.lines)} lines"
    if last - first >= LONGEST_PASSAGE:
        return f"locator '{citation['locator']}' spans more than {LONGEST_PASSAGE} lines; point closer"
    return range(first, last + 1), "\n".join(text.lines[first - 1 : last])


def unsaid(table: str, column: str, row: Row, known_as: list[str], passage: str) -> str | None:
    """Return what the folded `passage` should say for `column` of `row` and does not, or None."""
    value = row[column]
    if column == "name" and table in (*NAMED_TABLES, "names"):
        # A footnote's number may stand right behind a name, a letter may not.
        if any(re.search(rf"(?<![^\W\d_]){re.escape(fold(name))}(?![^\W\d_])", passage) for name in known_as):
            return None
        return f"the name '{value}' or another of its names"
    if not value or NOT_A_STATEMENT.fullmatch(column):
        return None
    missing = [number for number in numbers_of(column, value) if not says_number(passage, number)]
    return f"{', '.join(missing)} (of {column} '{value}')" if missing else None


def check(tables: dict[str, list[Row]], texts: list[Text]) -> Iterator[str]:
    """Yield a sentence for each citation that does not hold; mark the lines that citations cover."""
    by_hash = {text.sha256: text for text in texts}
    sources = {}
    for source in tables["sources"]:
        sources[source["source_id"]] = by_hash.get(source["text_sha256"])
        if source["text_sha256"] and source["text_sha256"] not in by_hash:
            yield f"{source['source_id']}: no document here has the text_sha256 {source['text_sha256']}"
    keys = {table: f"{next(iter(rows[0]))}" for table, rows in tables.items() if rows}
    records = {(table, row[keys[table]]): row for table, rows in tables.items() for row in rows}
    names = defaultdict(list)
    for name in tables["names"]:
        names[name["table_name"], name["record_id"]].append(name["name"])

    # What other citations of the same record say of a column, so that a citation of the whole record needn't say it.
    elsewhere = defaultdict(set)
    for citation in tables["citations"]:
        if citation["stance"] == "supports" and citation["column_name"]:
            elsewhere[citation["table_name"], citation["record_id"]].add(citation["column_name"])

    for citation in tables["citations"]:
        record_id = citation["table_name"], citation["record_id"]
        where = f"{citation['citation_id']}: "
        if record_id not in records:
            yield f"{where}there is no row '{record_id[1]}' in {record_id[0]}"
            continue
        text = sources.get(citation["source_id"])
        if text is None:
            continue  # a page whose text we do not hold
        found = passage_of(citation, text)
        if isinstance(found, str):
            yield where + found
            continue
        lines, passage = found
        text.covered.update(lines)
        sha256 = hashlib.sha256(passage.encode()).hexdigest()
        if citation["passage_sha256"] != sha256:
            yield f"{where}passage_sha256 is '{citation['passage_sha256']}', but {citation['locator']} have {sha256}"
        if citation["citation_basis"] != "stated":
            continue
        row = records[record_id]
        if citation["stance"] == "contradicts":
            row = row | {citation["column_name"]: citation["other_value"]}
        known_as = [row.get("name", ""), *filter(None, [row.get("acronym")]), *names[record_id]]
        if record_id[0] == "names":
            known_as = [row["name"]]
        columns = [citation["column_name"]] if citation["column_name"] else list(row)[1:]
        if not set(columns) <= set(row):
            yield f"{where}{record_id[0]} has no column '{citation['column_name']}'"
            continue
        for column in columns:
            if not citation["column_name"] and column in elsewhere[record_id]:
                continue
            lack = unsaid(record_id[0], column, row, known_as, fold(passage))
            if lack:
                yield f"{where}{text.name} {citation['locator']} does not say {lack}"


def uncited(tables: dict[str, list[Row]]) -> Iterator[str]:
    """Yield a sentence for each fact row that no citation supports."""
    backed = {(c["table_name"], c["record_id"]) for c in tables["citations"] if c["stance"] == "supports"}
    for table, rows in tables.items():
        for row in rows if table not in (*EVIDENCE_TABLES, *REFERENCE_TABLES) else []:
            record_id = next(iter(row.values()))
            if (table, record_id) not in backed:
                yield f"{table} '{record_id}': no citation supports this row"


def main() -> int:
    """Check the dataset against the documents, print what does not hold and what was not covered."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=Path, required=True, help="the folder of the texts")
    arguments = parser.parse_args()
    texts = [Text(path) for path in sorted(arguments.documents.glob("*.txt"))]
    if not texts:
        print(f"There is no .txt file in {arguments.documents}.", file=sys.stderr)
        return 2
    try:
        dataset = find_here()
    except CsodataError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"Dataset: {dataset.path}, version {dataset.version}", file=sys.stderr)
    tables = read_tables(dataset.path / "data")
    problems = [*check(tables, texts), *uncited(tables)]
    for text in texts:
        filled = sum(bool(line.strip()) for line in text.lines)
        left = text.uncovered()
        share = 1 - len(left) / filled
        print(f"{text.name}: {share:.0%} of {filled} lines with text are covered; {len(left)} are not:")
        for number in left:
            print(f"  {number}: {text.lines[number - 1].strip()[:100]}")
    print("\n".join(problems) or f"All good: {len(tables['citations'])} citations resolve, every fact row has one.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
