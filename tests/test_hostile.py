"""Guards: a file made to exhaust the reader is refused with a sentence, whatever it claims to be, in little memory.

Costs about 80 s and 200 MB of disk for a moment: each file goes through a process of its own, whose peak memory is
measured. Nothing is asserted about speed; a process that hangs is ended after a minute.
"""

import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from conftest import ROOT

from csodata.dataset import Dataset

MOST_MEMORY = 300
LIMIT_OF_FILES = 200_000_000
SCHEMA = {"fields": [{"name": "a", "type": "string"}, {"name": "b", "type": "integer"}]}
# A process inherits the peak of the one that started it, so a small one stands between pytest and csodata.
METER = """
import resource, subprocess, sys
try:
    code = subprocess.run(sys.argv[2:], timeout=60).returncode
except subprocess.TimeoutExpired:
    code = -1
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
open(sys.argv[1], "w").write(f"{code} {peak}")
"""


class Answer(NamedTuple):
    code: int
    said: str
    megabytes: float


@pytest.fixture
def csodata(toy: Dataset, tmp_path: Path) -> Callable[..., Answer]:
    """Run the command line in the folder of the toy dataset."""

    def run(*arguments: object) -> Answer:
        said, measured = tmp_path / "said", tmp_path / "measured"
        main = "from csodata.cli import main; main()"
        command = [sys.executable, "-S", "-c", METER, measured, sys.executable, "-c", main, *map(str, arguments)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        with said.open("wb") as stream:
            subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
                cwd=toy.path,
                env=environment,
                check=True,
            )
        code, peak = measured.read_text().split()
        with said.open("rb") as stream:
            return Answer(int(code), stream.read(100_000).decode(), int(peak) / 1e6)

    return run


@pytest.fixture
def sent(tmp_path: Path) -> Iterator[Path]:
    """The place of the hostile file, which may be large and goes with the test."""
    path = tmp_path / "sent"
    yield path
    path.unlink(missing_ok=True)


@pytest.fixture
def schema(tmp_path: Path) -> Path:
    path = tmp_path / "schema.json"
    path.write_text(json.dumps(SCHEMA))
    return path


def refused(answer: Answer, said: str, codes: tuple[int, ...] = (2,)) -> None:
    assert answer.code in codes, answer
    assert re.search(said, answer.said), answer
    assert "Traceback" not in answer.said and "fault of csodata" not in answer.said, answer
    assert answer.megabytes < MOST_MEMORY, answer


def write_many(path: Path, size: int, start: bytes, piece: bytes) -> None:
    """Write a file of a size: its start, then a piece again and again."""
    block = piece * -(-1_000_000 // len(piece))
    with path.open("wb") as stream:
        stream.write(start)
        while stream.tell() < size:
            stream.write(block[: size - stream.tell()])


# ---- workbooks


def workbook(change: Callable[[str, bytes], bytes] = lambda _, part: part) -> bytes:
    """Return a good workbook, each of its parts changed."""
    good = io.BytesIO()
    with xlsxwriter.Workbook(good, {"in_memory": True}) as book:
        book.add_worksheet("forums").write_row(0, 0, ["forum_id", "name"])
    changed = io.BytesIO()
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, change(name, source.read(name)))
    return changed.getvalue()


@pytest.mark.parametrize("part", ["xl/sharedStrings.xml", "xl/worksheets/sheet1.xml", "xl/workbook.xml"])
def test_an_entity_bomb(csodata: Callable[..., Answer], sent: Path, part: str) -> None:
    """A billion laughs: ten entities, each ten times the one before."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE x [<!ENTITY l0 "laugh">{laughs}]>'.encode()

    def plant(name: str, content: bytes) -> bytes:
        content = re.sub(rb"^<\?xml.*?\?>\s*", b"", content)
        return bomb + content.replace(b">forum_id<", b">&l9;<") if name == part else content

    sent.write_bytes(workbook(plant))
    refused(csodata("validate", sent, "--table", "forums"), "defines a document type or entities")


def test_a_zip_bomb(csodata: Callable[..., Answer], sent: Path) -> None:
    """100 MB of blanks in a sheet pack into 100 kB."""
    sent.write_bytes(workbook(lambda n, part: part + b" " * 100_000_000 if "sheet1" in n else part))
    assert sent.stat().st_size < 1_000_000
    refused(csodata("validate", sent, "--table", "forums"), "would unpack from")


def test_a_zip_that_lies_about_its_sizes(csodata: Callable[..., Answer], sent: Path) -> None:
    """It says that a sheet has 1 000 bytes, in both places where it says so; 300 MB come out."""
    size = 300_000_000
    raw = workbook(lambda n, part: part + b" " * (size - len(part)) if "sheet1" in n else part)
    assert raw.count(size.to_bytes(4, "little")) == 2
    sent.write_bytes(raw.replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little")))
    refused(csodata("validate", sent, "--table", "forums"), "the workbook is damaged")


def test_a_zip_of_overlapping_members(csodata: Callable[..., Answer], sent: Path) -> None:
    """A thousand names for one packed megabyte of blanks."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("xl/workbook.xml", b" " * 1_000_000)
        target.filelist *= 1000
    sent.write_bytes(archive.getvalue())
    refused(csodata("validate", sent, "--table", "forums"), "would unpack from|is damaged")


def test_an_ods_file_without_sheets(csodata: Callable[..., Answer], sent: Path, schema: Path) -> None:
    urn = "urn:oasis:names:tc:opendocument:xmlns"
    with zipfile.ZipFile(sent, "w") as target:
        target.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        target.writestr("META-INF/manifest.xml", f'<m:manifest xmlns:m="{urn}:manifest:1.0"/>')
        target.writestr("content.xml", f'<o:document-content xmlns:o="{urn}:office:1.0"><o:body/></o:document-content>')
    both_ways(csodata, sent, schema, str(sent))


def test_a_hundred_thousand_blank_rows_with_a_format(csodata: Callable[..., Answer], sent: Path) -> None:
    with xlsxwriter.Workbook(sent) as book:
        sheet, yellow = book.add_worksheet("themes"), book.add_format({"bg_color": "yellow"})
        sheet.write_row(0, 0, ["theme_id", "name", "definition"])
        sheet.write_row(1, 0, ["new-1", "Games", "Play of people who move."])
        for row in range(2, 100_002):
            for column in range(3):
                sheet.write_blank(row, column, None, yellow)
    refused(csodata("validate", sent), "1 row in 1 file checked", (0, 1))


def test_a_value_from_another_workbook(csodata: Callable[..., Answer], sent: Path) -> None:
    """The programme that saved it wrote down what it last saw there."""
    with xlsxwriter.Workbook(sent) as book:
        sheet = book.add_worksheet("themes")
        sheet.write_row(0, 0, ["theme_id", "name", "definition"])
        sheet.write_row(1, 0, ["new-1", "Games"])
        sheet.write_formula(1, 2, "='[https://example.org/secret.xlsx]Sheet1'!A1", None, "what stood there")
    answer = csodata("validate", sent)
    refused(answer, r"C2: A spreadsheet would run this cell as a formula: '=.*secret", (1,))
    assert "what stood there" not in answer.said


def test_a_macro(csodata: Callable[..., Answer], sent: Path) -> None:
    macro = b'<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>'
    sent.write_bytes(workbook(lambda name, part: part.replace(b"</Types>", macro) if "Content_Types" in name else part))
    refused(csodata("validate", sent), "carries macros; they were neither run nor read", (1,))


def test_a_link_to_a_file(csodata: Callable[..., Answer], sent: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("user,password\nroot,1234\n")
    sent.symlink_to(tmp_path / "secret.csv")
    refused(csodata("validate", sent, "--table", "forums"), "a link to another file.*secret.csv", (1,))


# ---- Parquet


def varint(number: int) -> bytes:
    """Return a number as thrift's compact protocol writes it: zigzag, seven bits a byte."""
    number, digits = number * 2, []
    while number >= 0x80:
        digits.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*digits, number])


def claim(path: Path, *, rows: int, claimed: int) -> None:
    """Write a Parquet file of one column, all values the same; its footer claims another number of rows."""
    stream = io.BytesIO()
    names = pa.DictionaryArray.from_arrays(zeros(rows), ["x"])
    pq.write_table(pa.table({"forum_id": names}), stream, row_group_size=rows, store_schema=False)
    raw = stream.getvalue()
    length = int.from_bytes(raw[-8:-4], "little")
    footer = raw[-8 - length : -8].replace(varint(rows), varint(claimed))
    path.write_bytes(raw[: -8 - length] + footer + len(footer).to_bytes(4, "little") + b"PAR1")
    assert pq.ParquetFile(path).metadata.num_rows == claimed


def zeros(count: int) -> pa.Array:
    return pa.Array.from_buffers(pa.int32(), count, [None, pa.py_buffer(bytes(4 * count))])


def test_a_parquet_file_that_claims_a_million_million_rows(csodata: Callable[..., Answer], sent: Path) -> None:
    claim(sent, rows=123_456, claimed=10**12)
    assert sent.stat().st_size < 10_000
    refused(csodata("validate", sent, "--table", "forums"), "1,000,000,000,000 rows")


def test_a_parquet_file_with_more_rows_than_it_claims(csodata: Callable[..., Answer], sent: Path) -> None:
    claim(sent, rows=30_000_000, claimed=3)
    assert sent.stat().st_size < 100_000
    # Every reader takes three rows then; that no more are unpacked is what counts.
    refused(csodata("validate", sent, "--table", "forums"), "sent: .*(rows|damaged)|3 rows in 1 file", (1, 2))


def test_a_parquet_file_of_very_many_equal_rows(csodata: Callable[..., Answer], sent: Path) -> None:
    claim(sent, rows=30_000_000, claimed=30_000_000)
    refused(csodata("validate", sent, "--table", "forums"), "30,000,000 rows")


def test_a_parquet_file_of_very_long_equal_texts(csodata: Callable[..., Answer], sent: Path) -> None:
    """A text of 1 MB stands once in the dictionary and 100 000 times in the table."""
    pq.write_table(pa.table({"forum_id": pa.DictionaryArray.from_arrays(zeros(100_000), ["x" * 1_000_000])}), sent)
    assert sent.stat().st_size < 1_000_000
    refused(csodata("validate", sent, "--table", "forums"), "MB|bytes|characters|long", (1, 2))


# ---- text


def test_a_hundred_thousand_columns(csodata: Callable[..., Answer], sent: Path, schema: Path) -> None:
    heading = ",".join(f"c{n}" for n in range(100_000))
    sent.write_text(f"{heading}\n" + "x," * 99_999 + "x\n")
    refused(csodata("validate", sent, "--table", "forums"), "100,000 columns")
    refused(csodata("validate", sent, "--schema", schema), "columns?", (1, 2))


def both_ways(csodata: Callable[..., Answer], sent: Path, schema: Path, said: str) -> None:
    refused(csodata("validate", sent, "--table", "forums"), said)
    refused(csodata("validate", sent, "--schema", schema), said)


def test_a_pipe(csodata: Callable[..., Answer], sent: Path, schema: Path) -> None:
    os.mkfifo(sent)
    both_ways(csodata, sent, schema, "not a regular file but a pipe or a device")


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/urandom"])
def test_a_device(csodata: Callable[..., Answer], sent: Path, schema: Path, device: str) -> None:
    both_ways(csodata, Path(device), schema, "not a regular file but a pipe or a device")
    sent.symlink_to(device)
    both_ways(csodata, sent, schema, "not a regular file but a pipe or a device")


def test_a_file_of_a_terabyte(csodata: Callable[..., Answer], sent: Path, schema: Path) -> None:
    """It is sparse: it takes no place on the disk."""
    with sent.open("wb") as stream:
        stream.truncate(10**12)
    both_ways(csodata, sent, schema, "1,000,000 MB")


BIG_TEXTS = {
    "one line without a break": (LIMIT_OF_FILES, b"", b"x"),
    "one unclosed quote": (101_000_000, b'a,b\n1,"', b"x"),
    "one unclosed quote with line breaks": (101_000_000, b'a,b\n1,"', b"x,1\n"),
    "blank lines": (101_000_000, b"a,b\n", b"\n"),
    "blank lines that end in CR": (101_000_000, b"a,b\r", b"\r"),
    "blank lines between rows": (101_000_000, b"a,b\n", b"\n" * 2_400_000 + b"1,2\n" * 3_000),
    "commas": (101_000_000, b"a,b\n", b","),
}


@pytest.mark.parametrize("text", BIG_TEXTS)
@pytest.mark.parametrize("way", ["--table", "--schema"])
def test_a_big_text(
    csodata: Callable[..., Answer],
    sent: Path,
    schema: Path,
    text: str,
    way: str,
) -> None:
    """No larger than a file may be; no row, cell or heading of it is."""
    write_many(sent, *BIG_TEXTS[text])
    refused(csodata("validate", sent, way, "forums" if way == "--table" else schema), str(sent), (1, 2))


# ---- schemas


@pytest.mark.parametrize("depth", [100, 900, 10_000, 1_000_000])
@pytest.mark.parametrize("opening", ["[", '{"fields":'])
def test_a_deeply_nested_schema(
    csodata: Callable[..., Answer], sent: Path, schema: Path, opening: str, depth: int
) -> None:
    sent.write_text("a,b\nx,1\n")
    deep = opening * depth + "1" + {"[": "]", "{": "}"}[opening[0]] * depth
    schema.write_text(deep)
    refused(csodata("validate", sent, "--schema", schema), "schema", (1, 2))
    schema.write_text(json.dumps(SCHEMA).replace('"integer"', f'"integer", "constraints": {{"enum": [{deep}]}}'))
    refused(csodata("validate", sent, "--schema", schema), "schema", (1, 2))
