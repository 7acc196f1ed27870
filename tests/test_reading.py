"""Guards the readers: what a stranger sends becomes text with its true place, or a sentence that says why not.

Costs about 8 s: real files in a temporary folder, some three hundred random tables, some read by frictionless too.
"""

import csv
import io
import os
import re
import zipfile
from collections.abc import Callable
from dataclasses import fields
from datetime import datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from frictionless import Dialect, Resource, formats
from hypothesis import given, settings
from hypothesis import strategies as st

from csodata.errors import UnreadableError
from csodata.reading import Limits, Note, Row, Sheet, column_letter, find_headings, read, read_strict
from csodata.reading.decode import decode
from csodata.reading.delimited import find_delimiter
from csodata.reading.formats import Style, shown_parts
from csodata.reading.plain import NotPlainError, Plain, shared_texts
from csodata.reading.source import spooled
from csodata.schema import Field

FIELDS = [
    Field(name="forum_id", type="string", title="Forum", title_fr="Forum"),
    Field(name="name", type="string", title="Name", title_fr="Nom"),
    Field(name="start_date", type="string", title="Start", title_fr="Début"),
    Field(name="edition", type="integer", title="Edition (number)", title_fr="Édition"),
]
DEFAULTS = Limits()
DOCS = Path(__file__).parent.parent / "docs"
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12) | st.text(',;\t"\n\r a', max_size=8)
TABLE = st.lists(st.lists(TEXT, min_size=2, max_size=4), min_size=1, max_size=6)


FORMATS = ["yyyy-mm-dd", "mmm\\-yy;@", "d/m/yyyy h:mm", "0.00", "@", "[h]:mm", "[$-40C]d mmmm yyyy", '0" m"']
WORKBOOK_CELL = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**6), 10**6),
    st.floats(allow_nan=False, allow_infinity=False),
    st.datetimes(datetime(1900, 3, 1), datetime(2100, 1, 1)).map(lambda day: day.replace(microsecond=0)),
    st.integers(61, 80_000).map(lambda days: datetime(1899, 12, 30) + timedelta(days)),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=9),
    st.sampled_from(["a & b", "<b>", "  blanks ", "two\nlines", "_x000D_", "&amp;lt;", '"quoted"', "=1+1"]),
)


def save(folder: Path, content: bytes | str, name: str = "sent.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read_one(path: Path) -> Sheet:
    [sheet] = read(path)
    return sheet


def cells(sheet: Sheet) -> list[list[str]]:
    return [row.cells for row in sheet.rows]


def codes(sheet: Sheet) -> list[str]:
    return [note.code for note in sheet.notes]


def noted(sheet: Sheet, code: str) -> Note:
    [note] = [note for note in sheet.notes if note.code == code]
    return note


def refusal(path: Path, limits: Limits = DEFAULTS) -> str:
    with pytest.raises(UnreadableError) as caught:
        read(path, limits=limits)
    message = str(caught.value)
    assert path.name in message
    return message


class TestText:
    @given(TABLE, st.sampled_from(["\n", "\r\n", "\r"]))
    def test_any_table_reads_back_with_true_lines(self, table: list[list[str]], end: str) -> None:
        stream = io.StringIO(newline="")
        # Python's writer quotes only those line breaks that end its own lines.
        quoting = csv.QUOTE_MINIMAL if end == "\r\n" else csv.QUOTE_ALL
        writer = csv.writer(stream, lineterminator=end, quoting=quoting)
        starts = []
        for record in table:
            starts.append(len(re.findall(r"\r\n|\r|\n", stream.getvalue())) + 1)
            writer.writerow(record)
        sheet = read_strict(stream.getvalue().encode(), "t.csv")
        assert cells(sheet) == table
        assert [row.line for row in sheet.rows] == starts
        assert [row.number for row in sheet.rows] == list(range(1, len(table) + 1))

    @settings(max_examples=100)
    @given(raw=TABLE.map(lambda table: "\n".join(",".join(record) for record in table)) | st.text('ab,"\n\r\0\ufeff '))
    def test_strict_rows_are_those_of_frictionless(self, tmp_path_factory: pytest.TempPathFactory, raw: str) -> None:
        folder = tmp_path_factory.getbasetemp()
        save(folder, raw, "x.csv")
        # Every property is stated: what is left open, frictionless guesses from the file.
        control = formats.CsvControl(delimiter=",", quote_char='"', skip_initial_space=False, line_terminator="\n")
        dialect = Dialect(header=True, controls=[control])
        with Resource(path="x.csv", basepath=str(folder), encoding="utf-8", dialect=dialect) as resource:
            theirs = [(row.row_number, row.cells) for row in resource.row_stream]
            labels = resource.labels
        ours = read_strict(raw.encode(), "x.csv").rows
        assert [(row.number, row.cells) for row in ours[1:]] == theirs
        assert [cell.strip() for row in ours[:1] for cell in row.cells] == labels

    @given(st.text(st.characters(codec="utf-8", exclude_characters="\0\ufeff")))
    def test_utf_8_and_utf_16_decode_as_written(self, text: str) -> None:
        assert decode(text.encode(), "f").text == text
        assert decode(text.encode("utf-8-sig"), "f").text == text
        assert decode(text.encode("utf-16"), "f").text == text

    def test_windows_1252_is_read_with_a_preview(self, tmp_path: Path) -> None:
        sheet = read_one(save(tmp_path, "name,city\nEspaña,Málaga\nMédecins,“Genève”\n".encode("cp1252")))
        assert cells(sheet)[1] == ["España", "Málaga"]
        assert noted(sheet, "read-as-windows-1252").detail == "España, Málaga, Médecins"

    def test_one_stray_byte_in_utf_8_is_placed(self, tmp_path: Path) -> None:
        raw = 'a,b\n"é\nx",1\n2,caf'.encode() + b"\xe9\n3,4\n"
        sheet = read_one(save(tmp_path, raw))
        assert sheet.rows == []
        assert sheet.notes == [Note("stray-byte", 3, 1, detail="E9", line=4)]
        assert read_strict(raw, "f").notes == [Note("bad-encoding", detail="E9", line=4)]

    def test_a_byte_that_windows_1252_lacks_is_placed(self, tmp_path: Path) -> None:
        assert read_one(save(tmp_path, b"a,b\n\xe9,\x81\n")).notes == [Note("stray-byte", 2, 1, detail="81", line=2)]

    @pytest.mark.parametrize(
        ("text", "delimiter"),
        [
            ("a,b\n1,2\n", ","),
            ("a;b\n1,5;2,5\n3,5;4\n", ";"),
            ("a;b\nfoo, bar, baz, qux;2\n", ";"),
            ("a\tb;c\n1\t2\n", "\t"),
            ("a,b;c\n", ","),
            ('"a;b;c",d\n1,2\n', ","),
            ("Our forums, 2024\na;b;c\nx, y;1;2\n", ";"),
            ("a,b\nx;y;z,2\nx;y;z,2\n", ","),
            ("name\nSamos, Greece\n", ","),
            ("", ","),
        ],
    )
    def test_the_heading_row_decides_on_the_delimiter(self, text: str, delimiter: str) -> None:
        assert find_delimiter(text) == delimiter

    def test_delimiters_are_noted(self, tmp_path: Path) -> None:
        assert codes(read_one(save(tmp_path, "a;b\n1;2"))) == ["semicolons-read"]
        assert codes(read_one(save(tmp_path, "a\tb\n1\t2"))) == ["tabs-read"]
        assert codes(read_one(save(tmp_path, "a,b\n1,2"))) == []

    def test_an_unclosed_quote_is_placed_where_it_opens(self, tmp_path: Path) -> None:
        sheet = read_one(save(tmp_path, 'a,b\n"1\n2","open\n3,4\n'))
        assert noted(sheet, "unclosed-quote") == Note("unclosed-quote", 2, 1, "open\n3,4\n", line=3)
        assert read_strict(b'a,b\n1,"open', "f").notes == []

    def test_blank_and_ragged_rows_stay(self, tmp_path: Path) -> None:
        sheet = read_one(save(tmp_path, "a,b\n\n1\n1,2,3\n"))
        assert sheet.rows[1:] == [Row(2, 2, []), Row(3, 3, ["1"]), Row(4, 4, ["1", "2", "3"])]

    def test_empty_files_are_noted(self, tmp_path: Path) -> None:
        for raw in (b"", b"\xef\xbb\xbf", b"\n \n", b",\n"):
            assert codes(read_one(save(tmp_path, raw))) == codes(read_strict(raw, "f")) == ["empty-file"]

    def test_a_long_cell_is_cut(self, tmp_path: Path) -> None:
        sheet = read_one(save(tmp_path, "a,b\n1," + "x" * 200_000))
        assert len(sheet.rows[1].cells[1]) == 100_000
        assert noted(sheet, "cell-too-long") == Note("cell-too-long", 2, 1, "x" * 200, "200000")

    def test_strict_takes_paths_and_streams(self, tmp_path: Path) -> None:
        path = save(tmp_path, "\ufeffa;b\n1,2\n")
        assert cells(read_strict(path, "f")) == cells(read_strict(io.BytesIO(path.read_bytes()), "f"))
        assert cells(read_strict(path, "f")) == [["a;b"], ["1", "2"]]


class TestRefusals:
    @pytest.mark.parametrize(
        ("raw", "word"),
        [
            (b"\x89PNG\r\n\x1a\n", "PNG"),
            (b"%PDF-1.7", "PDF"),
            (b"PAR1", "Parquet"),
            (b"PAR1 and no more", "cut short"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), "save it as .xlsx"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
            (b"a,b\n1,\0\n", "NUL"),
            ("a,b".encode("utf-32"), "NUL"),
            ("a,b".encode("utf-16") + b"\0", "UTF-16"),
            (b"  <!DOCTYPE html><table>", "web page"),
            (b"PK\x03\x04 cut short", "damaged"),
        ],
    )
    def test_what_is_no_table(self, tmp_path: Path, raw: bytes, word: str) -> None:
        assert word in refusal(save(tmp_path, raw, "looks_like.csv"))

    def test_what_is_no_file(self, tmp_path: Path) -> None:
        assert "no such file" in refusal(tmp_path / "missing.csv")
        assert "folder" in refusal(tmp_path)
        os.mkfifo(tmp_path / "pipe")
        assert "pipe" in refusal(tmp_path / "pipe")
        with pytest.raises(UnreadableError, match="no such file"):
            read_strict(tmp_path / "missing.csv", "f")

    def test_what_is_too_large(self, tmp_path: Path) -> None:
        path = save(tmp_path, "a,b,c\n1,2,3\n")
        assert "MB" in refusal(path, Limits(held_bytes=11))
        assert "rows" in refusal(path, Limits(rows=1))
        assert "columns" in refusal(path, Limits(columns=2))
        assert len(read(path, limits=Limits(held_bytes=12, rows=2, columns=3))) == 1


class TestLimits:
    def test_the_page_on_limits_has_each_with_its_default(self) -> None:
        rows = re.findall(
            r"^\| `(\w+)` \| ([0-9,]+) \|", (DOCS / "limits.md").read_text(encoding="utf-8"), re.MULTILINE
        )
        assert [(name, int(default.replace(",", ""))) for name, default in rows] == [
            (limit.name, limit.default) for limit in fields(Limits)
        ]

    @pytest.mark.parametrize(
        ("limits", "found", "allowed"),
        [
            (Limits(held_bytes=5_000_000), "7 MB", "5 MB"),
            (Limits(rows=1), "more than 1 rows", "several files"),
            (Limits(columns=2), "3 columns", "2 are read"),
        ],
    )
    def test_the_message_says_what_was_found_and_what_is_allowed(
        self, tmp_path: Path, limits: Limits, found: str, allowed: str
    ) -> None:
        message = refusal(save(tmp_path, "a,b,c\n" + "x" * 7_000_000), limits)
        assert found in message
        assert allowed in message


class Trickle(io.RawIOBase):
    """A stream that gives a few bytes at a time, as a pipe may, and never ends."""

    def __init__(self, data: bytes) -> None:
        self.data, self.given = data, 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        self.given += 3
        return self.data[:3] if size >= 0 else self.data


class TestStreams:
    @pytest.mark.parametrize("name", ["sent.csv", "sent.xlsx"])
    def test_a_stream_reads_as_a_file(self, workbook: Path, tmp_path: Path, name: str) -> None:
        path = save(tmp_path, "a;b\n1;2\n") if name == "sent.csv" else workbook
        with path.open("rb") as stream:
            sheets = read(stream, name=str(path))
        assert sheets == read(path)

    def test_a_stream_without_a_name_is_standard_input(self) -> None:
        [sheet] = read(io.BytesIO(b"a,b\n"))
        assert (sheet.file, cells(sheet)) == ("standard input", [["a", "b"]])
        with pytest.raises(UnreadableError, match=r"^standard input: .*PNG"):
            read(io.BytesIO(b"\x89PNG\r\n"))

    def test_a_stream_without_end_is_refused(self) -> None:
        endless = Trickle(b"a,b\n")
        with pytest.raises(UnreadableError, match=r"^standard input: .*at most 0 MB"):
            read(endless, limits=Limits(held_bytes=1000))  # type: ignore[arg-type]
        assert endless.given <= 1100

    def test_what_is_spooled_can_seek(self) -> None:
        with spooled(io.BytesIO(b"x" * 12_000_000), "standard input", 12_000_000) as held:
            assert (len(held.read()), held.seek(5), held.read(1)) == (12_000_000, 5, b"x")

    def test_a_closed_stream_is_refused(self) -> None:
        stream = io.BytesIO(b"a")
        stream.close()
        with pytest.raises(UnreadableError, match="cannot be read"):
            read(stream)


def repack(source: Path, target: Path, change: Callable[[str, bytes], bytes]) -> Path:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return target


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """Save a workbook whose table starts at B3 and whose cells hold all that a sender can put there."""
    path = tmp_path / "sent.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "forums"
    values = {
        "B3": "name", "C3": "start_date", "D3": "edition", "B4": " Étoile\n", "D4": 7, "D5": 0.1 + 0.2, "B6": True,
        "B7": "=1+1", "B8": "#REF!", "D10": "last", "B11": "=B3",
    }  # fmt: skip
    for place, value in values.items():
        sheet[place] = value
    sheet["B8"].data_type = "e"
    dates = {
        "C4": ("mmm-yy", datetime(2019, 10, 1)),
        "C5": ("yyyy", datetime(2019, 1, 1)),
        "C6": ("yyyy-mm-dd", datetime(2019, 10, 9)),
        "C7": ("yyyy-mm-dd hh:mm", datetime(2019, 10, 9, 14, 30)),
        "C8": ("d-mmm", datetime(2024, 10, 19)),
        "C9": ('[$-40C]d" "mmmm" "yyyy', datetime(2019, 10, 1)),
        "C10": ("jj/mm/aaaa", datetime(2019, 10, 1)),
    }
    for place, (code, value) in dates.items():
        sheet[place], sheet[place].number_format = value, code
    sheet.merge_cells("E3:F4")
    sheet.row_dimensions[5].hidden = True
    sheet.column_dimensions["D"].hidden = True
    book.create_sheet("lists").sheet_state = "hidden"
    book.create_chartsheet("chart")
    book.save(path)
    return path


class TestXlsx:
    def test_places_are_those_of_the_sheet(self, workbook: Path) -> None:
        forums, lists = read(workbook)
        assert (forums.file, forums.name, lists.name, lists.rows) == (str(workbook), "forums", "lists", [])
        assert [row.number for row in forums.rows] == list(range(1, 12))
        assert forums.rows[0].line is None
        assert forums.rows[2].cells[:4] == ["", "name", "start_date", "edition"]
        assert forums.rows[3].cells[1] == " Étoile\n"

    def test_dates_have_the_precision_that_is_shown(self, workbook: Path) -> None:
        forums = read(workbook)[0]
        texts = [row.cells[2] for row in forums.rows[3:10]]
        assert texts == [
            "2019-10",
            "2019",
            "2019-10-09",
            "2019-10-09T14:30:00",
            "2024-10-19",
            "2019-10-01",
            "2019-10-01",
        ]
        kinds = {note.row: note.code for note in forums.notes if note.column == 2}
        assert kinds == dict.fromkeys([4, 5, 6, 7, 9], "native-date") | dict.fromkeys([8, 10], "ambiguous-date")
        doubts = [note.detail for note in forums.notes if note.code == "ambiguous-date"]
        assert (doubts[0], "whether that day is meant" in doubts[1]) == ("its format hides the year", True)
        first = next(note for note in forums.notes if note.code == "native-date")
        assert first == Note("native-date", 4, 2, "2019-10-01", "2019-10")

    def test_numbers_and_booleans_are_one_note_a_column(self, workbook: Path) -> None:
        forums = read(workbook)[0]
        assert [forums.rows[3].cells[3], forums.rows[4].cells[3], forums.rows[5].cells[1]] == ["7", "0.3", "true"]
        assert noted(forums, "native-number") == Note("native-number", 4, 3, "7", "2")
        assert noted(forums, "native-boolean") == Note("native-boolean", 6, 1, "true", "1")

    def test_formulas_and_errors_give_no_text(self, workbook: Path) -> None:
        forums = read(workbook)[0]
        assert [row.cells[1] for row in forums.rows[6:]] == ["", "", "", "", ""]
        formulas = [note for note in forums.notes if note.code == "formula-cell"]
        assert formulas == [Note("formula-cell", 7, 1, "=1+1"), Note("formula-cell", 11, 1, "=B3")]
        assert noted(forums, "error-cell") == Note("error-cell", 8, 1, "#REF!")

    def test_hidden_and_merged_parts_are_named(self, workbook: Path) -> None:
        forums, lists = read(workbook)
        assert noted(forums, "hidden-rows-or-columns").detail == "rows 5; columns D"
        assert noted(forums, "merged-cells") == Note("merged-cells", 3, 4, detail="E3:F4")
        assert noted(lists, "hidden-sheet").detail == "lists"

    def test_what_xlsxwriter_writes_reads_back(self, tmp_path: Path) -> None:
        path = tmp_path / "w.xlsx"
        with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
            sheet = book.add_worksheet("forums")
            sheet.write_row(0, 0, ["name", "start_date"])
            sheet.write_row(1, 0, ["=not a formula", ""])
            sheet.write_datetime(1, 1, datetime(2019, 10, 1), book.add_format({"num_format": 17}))
            sheet.write_array_formula("A3:A3", "{=SUM(1,2)}")
        sheet = read(path)[0]
        assert cells(sheet) == [["name", "start_date"], ["=not a formula", "2019-10"], ["", ""]]
        assert codes(sheet) == ["native-date", "formula-cell"]

    def test_dates_of_strict_office_xml_are_dates(self, workbook: Path, tmp_path: Path) -> None:
        cell = b'<row r="30"><c r="A30" t="d"><v>2019-10-09</v></c></row></sheetData>'
        path = repack(workbook, tmp_path / "n.xlsx", lambda _, part: part.replace(b"</sheetData>", cell, 1))
        forums = read(path)[0]
        assert forums.rows[29].cells[0] == "2019-10-09"
        assert Note("native-date", 30, 0, "2019-10-09", "2019-10-09") in forums.notes

    @settings(max_examples=60)
    @given(st.lists(st.lists(WORKBOOK_CELL, max_size=5), max_size=6), st.sampled_from([None, *FORMATS]))
    def test_the_short_way_gives_what_the_long_way_gives(
        self, tmp_path_factory: pytest.TempPathFactory, table: list[list[object]], code: str | None
    ) -> None:
        folder = tmp_path_factory.getbasetemp()
        with xlsxwriter.Workbook(folder / "short.xlsx", {"strings_to_formulas": False}) as book:
            sheet = book.add_worksheet("forums")
            sheet.set_row(1, None, None, {"hidden": True})
            look = book.add_format({"num_format": code} if code else {})
            for number, row in enumerate(table):
                for column, value in enumerate(row):
                    sheet.write(number * 2, column, value, look)

        def with_comment(name: str, part: bytes) -> bytes:
            return part.replace(b"<sheetData", b"<!-- --><sheetData") if "sheet1.xml" in name else part

        long = repack(folder / "short.xlsx", folder / "long.xlsx", with_comment)
        short_sheets, long_sheets = read(folder / "short.xlsx"), read(long)
        assert [sheet.rows for sheet in short_sheets] == [sheet.rows for sheet in long_sheets]
        assert [sheet.notes for sheet in short_sheets] == [sheet.notes for sheet in long_sheets]

    def test_most_workbooks_go_the_short_way(self, tmp_path: Path) -> None:
        path = tmp_path / "n.xlsx"
        with xlsxwriter.Workbook(path) as book:
            day = book.add_format({"num_format": "yyyy-mm-dd"})
            sheet = book.add_worksheet()
            sheet.write_row(0, 0, ["é & <x>", 7, 0.5, True])
            sheet.write_row(0, 4, [None, datetime(2019, 10, 9)], day)
        with zipfile.ZipFile(path) as archive:
            texts = shared_texts(archive.read("xl/sharedStrings.xml"))
            plain = Plain(texts, [Style(), Style("ymd", "date")], "n.xlsx", DEFAULTS)
            facts, frame = plain.read(archive.read("xl/worksheets/sheet1.xml"))
        assert facts.values is not None
        assert facts.values[0][0] == "é & <x>"
        assert b"<sheetData/>" in frame

    @pytest.mark.parametrize(
        "row",
        [
            '<row r="1"><c r="A1"><f>1</f><v>1</v></c></row>',
            '<row r="1"><c r="A1" t="e"><v>#REF!</v></c></row>',
            '<row r="1"><c r="A1" t="s"><v>-1</v></c></row>',
            '<row r="1"><c r="A1" t="s"><v>9</v></c></row>',
            '<row r="1"><c r="A1"><v>1_0</v></c></row>',
            '<row r="1"><c r="A1" s="9"><v>1</v></c></row>',
            '<row r="1"><c r="A2"><v>1</v></c></row>',
            '<row r="2"><c r="A2"><v>1</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>',
            '<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row>',
            '<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>1</v></c><c r="C1"><v>1</v></c></row>',
            '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t><t>b</t></is></c></row>',
            '<row r="1"><c r="A1" t="inlineStr"><is><t>a&#10;b</t></is></c></row>',
            '<row r="1"><c r="A1" t="str"><v>a\rb</v></c></row>',
            '<row r="1"><c r="A1" t="str"><v>_x0041_</v></c></row>',
            "<row><c><v>1</v></c></row>",
            '<!-- <row r="1"><c r="A1"><v>1</v></c></row> -->',
        ],
    )
    def test_what_is_not_written_plainly_goes_the_long_way(self, row: str) -> None:
        part = f"<worksheet><sheetData>{row}</sheetData></worksheet>".encode()
        with pytest.raises(NotPlainError):
            Plain({}, [Style()], "n.xlsx", DEFAULTS).read(part)

    @pytest.mark.parametrize(
        "texts",
        [
            "<si/><si><t>a</t></si>",
            "<si><t>a</t></si><si/>",
            "<si><t>a</t></si> <si><t>b</t></si>",
            "<si><t/></si>",
            "<si><r><t>a</t></r></si>",
            "<si><t>a</t><rPh><t>b</t></rPh></si>",
            "<si><t>&#10;</t></si>",
            "<!-- <si><t>a</t></si> -->",
            "",
        ],
    )
    def test_shared_texts_that_go_the_long_way(self, texts: str) -> None:
        with pytest.raises(NotPlainError):
            shared_texts(f"<sst>{texts}</sst>".encode())

    def test_a_workbook_without_text_is_empty(self, tmp_path: Path) -> None:
        openpyxl.Workbook().save(tmp_path / "e.xlsx")
        assert codes(read_one(tmp_path / "e.xlsx")) == ["empty-file"]

    @pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml", "_rels/.rels"])
    def test_a_document_type_is_refused(self, workbook: Path, tmp_path: Path, part: str) -> None:
        bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'

        def plant(name: str, content: bytes) -> bytes:
            return bomb + re.sub(rb"^<\?xml.*?\?>", b"", content) if name == part else content

        assert "document type" in refusal(repack(workbook, tmp_path / "n.xlsx", plant))

    def test_a_zip_bomb_is_refused_unopened(self, workbook: Path, tmp_path: Path) -> None:
        path = repack(
            workbook, tmp_path / "n.xlsx", lambda n, part: part + b" " * (20_000_000 * n.endswith("styles.xml"))
        )
        assert "unpack" in refusal(path)
        assert "unpack" in refusal(workbook, Limits(unpacked_bytes=1000))

    @pytest.mark.parametrize("cell", ["<v>1</v>", "<v></v>", "<f>1</f>"])
    def test_a_cell_in_the_farthest_corner_is_refused(self, workbook: Path, tmp_path: Path, cell: str) -> None:
        row = f'<row r="1048576"><c r="XFD1048576" t="str">{cell}</c></row></sheetData>'.encode()
        path = repack(workbook, tmp_path / "n.xlsx", lambda _, part: part.replace(b"</sheetData>", row))
        assert "column 16,384" in refusal(path)

    def test_a_shared_text_repeated_without_end_is_refused(self, tmp_path: Path) -> None:
        with xlsxwriter.Workbook(tmp_path / "n.xlsx") as book:
            sheet = book.add_worksheet()
            for row in range(100):
                sheet.write_row(row, 0, ["x" * 1000] * 10)
        assert len(read_one(tmp_path / "n.xlsx").rows) == 100
        assert "characters" in refusal(tmp_path / "n.xlsx", Limits(unpacked_bytes=200_000))

    def test_a_zip_that_is_no_workbook_is_refused(self, tmp_path: Path) -> None:
        with zipfile.ZipFile(tmp_path / "n.xlsx", "w") as archive:
            archive.writestr("word/document.xml", "<a/>")
        assert "no workbook" in refusal(tmp_path / "n.xlsx")

    @settings(max_examples=60)
    @given(st.integers(min_value=0), st.integers(0, 255))
    def test_a_damaged_workbook_is_read_or_refused(
        self, tmp_path_factory: pytest.TempPathFactory, place: int, byte: int
    ) -> None:
        path = tmp_path_factory.getbasetemp() / "damaged.xlsx"
        openpyxl.Workbook().save(path)
        raw = bytearray(path.read_bytes())
        raw[place % len(raw)] = byte
        path.write_bytes(raw)
        try:
            read(path)
        except UnreadableError as error:
            assert "damaged.xlsx" in str(error)

    @pytest.mark.parametrize(
        ("code", "parts"),
        [
            ("mmm-yy", "ym"),
            ("mmm\\-yy;@", "ym"),
            ("yyyy", "y"),
            ("dd/mm/yyyy", "ymd"),
            ("[$-F800]dddd, mmmm dd, yyyy", "ymd"),
            ("dddd mmmm yyyy", "ym"),
            ("m/d/yy h:mm AM/PM", "ymd"),
            ("yyyy hh:mm:ss", "y"),
            ("[h]:mm", ""),
            ("mm:ss", ""),
            ("d-mmm", "md"),
            ('yyyy"-my day"', "y"),
            ("General", ""),
        ],
    )
    def test_number_formats(self, code: str, parts: str) -> None:
        assert shown_parts(code) == parts


ODS_CONTENT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
 xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0">
<office:automatic-styles>
<number:date-style style:name="N1"><number:month number:textual="true"/><number:year/></number:date-style>
<number:date-style style:name="N2"><number:quarter/><number:year/></number:date-style>
<style:style style:name="month" style:family="table-cell" style:data-style-name="N1"/>
<style:style style:name="child" style:family="table-cell" style:parent-style-name="month"/>
<style:style style:name="quarter" style:family="table-cell" style:data-style-name="N2"/>
</office:automatic-styles><office:body><office:spreadsheet><table:table table:name="forums">
<table:table-column/><table:table-column table:default-cell-style-name="child"/>
<table:table-column table:visibility="collapse" table:number-columns-repeated="16000"/>
<table:table-row table:number-rows-repeated="2">
<table:table-cell table:number-columns-repeated="16002"/></table:table-row>
<table:table-row>
<table:table-cell office:value-type="string" table:number-columns-spanned="2">
<text:p>a<text:s/>b</text:p></table:table-cell>
<table:covered-table-cell/><table:table-cell office:value-type="float" office:value="7"/></table:table-row>
<table:table-row table:number-rows-repeated="2" table:visibility="collapse">
<table:table-cell office:value-type="boolean" office:boolean-value="true"/>
<table:table-cell office:value-type="date" office:date-value="2019-10-01"/>
<table:table-cell office:value-type="date" office:date-value="2019-10-01" table:style-name="quarter"/></table:table-row>
<table:table-row>
<table:table-cell table:formula="of:=1+1" office:value-type="float" office:value="2"/></table:table-row>
<table:table-row table:number-rows-repeated="1048000">
<table:table-cell table:number-columns-repeated="16002"/></table:table-row>
</table:table></office:spreadsheet></office:body></office:document-content>"""
ODS_MANIFEST = """<?xml version="1.0"?><m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">
<m:file-entry m:full-path="content.xml" m:media-type="text/xml">{}</m:file-entry></m:manifest>"""


def save_ods(path: Path, content: str = ODS_CONTENT, encryption: str = "") -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", ODS_MANIFEST.format(encryption))
        archive.writestr("content.xml", content.replace("\n", ""))  # calamine takes no blanks between cells
    return path


class TestOds:
    def test_a_sheet_with_repeats(self, tmp_path: Path) -> None:
        sheet = read_one(save_ods(tmp_path / "sent.ods"))
        assert cells(sheet) == [
            ["", "", ""],
            ["", "", ""],
            ["a b", "", "7"],
            ["true", "2019-10", "2019-10-01"],
            ["true", "2019-10", "2019-10-01"],
            ["", "", ""],
        ]
        assert noted(sheet, "merged-cells") == Note("merged-cells", 3, 0, detail="A3:B3")
        assert noted(sheet, "hidden-rows-or-columns").detail == "rows 4-5; columns C"
        assert noted(sheet, "formula-cell") == Note("formula-cell", 6, 0, "=1+1")
        assert [(note.code, note.row) for note in sheet.notes if note.code.endswith("date")] == [
            ("native-date", 4), ("ambiguous-date", 4), ("native-date", 5), ("ambiguous-date", 5)
        ]  # fmt: skip

    def test_repeats_without_end_are_refused(self, tmp_path: Path) -> None:
        content = ODS_CONTENT.replace('rows-repeated="2" table:vis', 'rows-repeated="999999999" table:vis')
        assert "reaches to row" in refusal(save_ods(tmp_path / "n.ods", content))

    def test_a_password_is_named(self, tmp_path: Path) -> None:
        assert "password" in refusal(save_ods(tmp_path / "n.ods", "not XML", "<m:encryption-data/>"))


def sheet_of(*rows: list[str]) -> Sheet:
    return Sheet("f", None, [Row(number, number, list(row)) for number, row in enumerate(rows, start=1)], [])


class TestHeadings:
    @pytest.mark.parametrize(
        "heading", ["name", "Name", "NAME *", " Name:", "Nom", "nom*", "The name (name)", "Anything [name] *", "Na-me"]
    )
    def test_a_column_by_any_of_its_names(self, heading: str) -> None:
        found = find_headings(sheet_of(["forum_id", heading]), FIELDS)
        assert found.columns == {"forum_id": 0, "name": 1}
        words = [] if heading == "name" else [Note("headings-in-words", 1, 1, heading, "name")]
        assert found.notes == words

    @pytest.mark.parametrize("mark", ["\u200b", "\u202e", "\u00ad", "\u200d", "\ufeff", "\u034f", "\x00"])
    def test_a_heading_that_hides_something_is_no_column(self, mark: str) -> None:
        found = find_headings(sheet_of(["forum_id", f"na{mark}me"]), FIELDS)
        assert (found.columns, found.unknown, found.notes) == ({"forum_id": 0}, [1], [])
        assert find_headings(sheet_of(["forum_id", f"Begin (na{mark}me)"]), FIELDS).unknown == [1]

    def test_a_heading_on_two_lines_is_one(self) -> None:
        assert find_headings(sheet_of(["forum_id", "start\r\ndate"]), FIELDS).columns["start_date"] == 1

    def test_a_ligature_makes_no_difference(self) -> None:
        fields = [*FIELDS, Field(name="work", type="string", title="Work", title_fr="Œuvre")]
        assert find_headings(sheet_of(["forum_id", "OEUVRE", "Łname"]), fields).columns == {"forum_id": 0, "work": 1}

    @pytest.mark.parametrize("heading", ["Names", "Name (start)", "Begin (Start)", "Name (required)", "x" * 1000, "★"])
    def test_what_is_no_column(self, heading: str) -> None:
        found = find_headings(sheet_of(["forum_id", heading]), FIELDS)
        assert (found.columns, found.unknown) == ({"forum_id": 0}, [1])

    def test_titles_duplicates_and_blanks(self) -> None:
        sheet = sheet_of(
            ["Forums, 2024", ""],
            ["", ""],
            ["Début", "locator", "Edition (number)", "start date", "", "", "colour"],
            ["2019", "p. 1", "7", "", "x", "", "red"],
            ["", " "],
            ["2020", "p. 2"],
            [],
        )
        found = find_headings(
            sheet, [*FIELDS, Field(name="source", type="string"), Field(name="locator", type="string")]
        )
        assert found.row == sheet.rows[2]
        assert found.columns == {"start_date": 0, "locator": 1, "edition": 2}
        assert (found.duplicate, found.blank, found.unknown) == ([3], [4], [6])
        assert found.first_data_row == 3
        assert found.notes == [
            Note("title-rows-skipped", 3, detail="1"),
            Note("headings-in-words", 3, 0, "Début", "start_date"),
            Note("headings-in-words", 3, 2, "Edition (number)", "edition"),
            Note("blank-rows-skipped", 5, detail="2"),
        ]

    def test_names_beneath_titles_are_headings_too(self) -> None:
        sheet = sheet_of(["Forum*", "Name", "Mine"], ["forum_id", "name", "mine"], ["f", "Name"], ["f", "x"])
        assert find_headings(sheet, FIELDS).first_data_row == 2
        sheet = sheet_of(["Forum*", "Name"], ["f-1", "Name"])
        assert find_headings(sheet, FIELDS).first_data_row == 1

    def test_a_title_that_two_columns_share_names_neither(self) -> None:
        fields = [Field(name=name, type="string", title="Date") for name in ("from_date", "to_date")]
        assert find_headings(sheet_of(["from_date", "Date"]), fields).unknown == [1]

    def test_nothing_found(self) -> None:
        for sheet in (sheet_of(), sheet_of(["1", "2"]), sheet_of(*[["x"]] * 25, ["name"])):
            found = find_headings(sheet, FIELDS)
            assert (found.row, found.columns, found.first_data_row) == (None, {}, 0)


@pytest.mark.parametrize(("index", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_column_letter(index: int, letters: str) -> None:
    assert column_letter(index) == letters
