"""Good files of every format that is read, which fuzz_inputs.py spoils."""

import io
import json
import re
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent

SCHEMA: dict[str, Any] = {
    "fields": [
        {"name": "id", "type": "string", "constraints": {"required": True, "pattern": "(?:[a-z0-9]+(?:-[a-z0-9]+)*)"}},
        {"name": "parent", "type": "string"},
        {"name": "country", "type": "string", "constraints": {"minLength": 3, "maxLength": 3}},
        {"name": "kind", "type": "string", "constraints": {"enum": ["one", "two", "é"]}, "description": "Which."},
        {"name": "link", "type": "string", "format": "uri", "example": "https://www.example.org/"},
        {"name": "mail", "type": "string", "format": "email"},
        {"name": "number", "type": "string", "format": "uuid"},
        {"name": "count", "type": "integer", "constraints": {"minimum": 0, "maximum": 10**12}},
        {"name": "share", "type": "number", "constraints": {"minimum": -1.5, "maximum": "1e6"}},
        {"name": "open", "type": "boolean"},
        {"name": "day", "type": "date", "constraints": {"minimum": "1990-01-01"}},
        {"name": "code", "type": "integer", "constraints": {"unique": True}},
        {"name": "note", "type": "string"},
    ],
    "missingValues": ["", "n/a"],
    "primaryKey": ["id"],
    "uniqueKeys": [["kind", "day"]],
    "foreignKeys": [
        {"fields": ["parent"], "reference": {"resource": "", "fields": ["id"]}},
        {"fields": ["country"], "reference": {"resource": "countries", "fields": ["country_code"]}},
        {"fields": ["kind"], "reference": {"resource": "elsewhere", "fields": ["kind"]}},
    ],
}
TABLES = {
    "countries": [{"country_code": code, "name": name} for code, name in (("BEL", "Belgium"), ("SEN", "Senegal"))]
}
UUID = "6fa459ea-ee8a-3ca4-894e-db77e160355e"
TYPED = [
    [field["name"] for field in SCHEMA["fields"]],
    f"a||BEL|one|https://www.example.org/|a@example.org|{UUID}|1|0.5|true|2019-10-09|1|".split("|"),
    'b|a|SEN|two||||+2|-1e0|FALSE|2019-10-10|2|a "word", and\na line'.split("|"),
    "c-1|b|BEL|é|urn:x|||000|NaN|0||3|Ångström ÅÄÖ 𝔘".split("|"),
    f"d|n/a||one|||||||2020-02-29|n/a|{'x' * 300}".split("|"),
]
# The toy dataset has the forum `toy-forum`; these come as a contribution, with their evidence.
FORUMS = [
    "forum_id|name|forum_type|level|is_collective|edition|forum_status|start_date|country_code|summary|"
    "source|locator|citation_basis".split("|"),
    "new-1|New Forum|conference|regional|false|2|held|2020-10|BEL|É|toy-source|p. 1|stated".split("|"),
    "toy-forum|Toy Forum|conference|regional|false|1|held|2019-10-09|SEN||toy-source|p. 2|stated".split("|"),
    'new-2|Autre, forum|workshop|national|true||planned|199X||One\n"line"|toy-source|p. 3|inferred'.split("|"),
]


def _delimited(rows: list[list[str]], delimiter: str, end: str, encoding: str) -> bytes:
    import csv

    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter, lineterminator=end).writerows(rows)
    return stream.getvalue().encode(encoding)


def _xlsx(*, in_strings: bool) -> bytes:
    import xlsxwriter

    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, "constant_memory": not in_strings}) as book:
        book.set_properties({"created": datetime(2020, 1, 1, tzinfo=UTC)})
        month, day = book.add_format({"num_format": "mmm-yy"}), book.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in (("forums", FORUMS), ("Typed", TYPED)):
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
        sheet.write_datetime(5, 0, datetime(2019, 10, 1), month)
        sheet.write_datetime(5, 1, datetime(2019, 10, 9, 12, 30), day)
        sheet.write_row(5, 2, [1, 2.5, True, -1e300])
        sheet.write_formula(5, 6, "=1+1", value=2)
        sheet.write_formula(5, 7, "=1/0", value="#DIV/0!")
        sheet.merge_range(6, 0, 7, 2, "merged")
        sheet.set_row(3, None, None, {"hidden": True})
        sheet.set_column(2, 3, None, None, {"hidden": True})
        book.add_worksheet("hidden").hide()
    return stream.getvalue()


def _ods() -> bytes:
    rows = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
            for cell in (re.sub(r'["&<\n]', " ", cell) for cell in row)
        )
        + "</table:table-row>"
        for row in FORUMS
    )
    urn = "urn:oasis:names:tc:opendocument:xmlns:"
    content = f"""<office:document-content xmlns:office="{urn}office:1.0" xmlns:table="{urn}table:1.0"
 xmlns:text="{urn}text:1.0" xmlns:style="{urn}style:1.0" xmlns:number="{urn}datastyle:1.0"><office:automatic-styles>
<number:date-style style:name="N1"><number:month number:textual="true"/><number:year/></number:date-style>
<style:style style:name="month" style:family="table-cell" style:data-style-name="N1"/>
<style:style style:name="child" style:family="table-cell" style:parent-style-name="month"/></office:automatic-styles>
<office:body><office:spreadsheet><table:table table:name="forums">{rows}</table:table><table:table table:name="x">
<table:table-column table:default-cell-style-name="child"/>
<table:table-column table:visibility="collapse" table:number-columns-repeated="3"/>
<table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="9"/></table:table-row>
<table:table-row table:visibility="collapse"><table:table-cell office:value-type="boolean" office:boolean-value="true"/>
<table:table-cell office:value-type="date" office:date-value="2019-10-01" table:style-name="month"/>
<table:table-cell office:value-type="float" office:value="7" table:formula="of:=1+1"/>
<table:table-cell office:value-type="time" office:time-value="PT12H30M00S" table:number-columns-spanned="2"/>
<table:covered-table-cell/></table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"""
    return pack(
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": f'<m:manifest xmlns:m="{urn}manifest:1.0"><m:file-entry m:full-path="content.xml" '
            'm:media-type="text/xml"/></m:manifest>'.encode(),
            "styles.xml": f'<office:document-styles xmlns:office="{urn}office:1.0"/>'.encode(),
            "content.xml": content.replace("\n", "").encode(),  # calamine takes no blanks between cells
        }
    )


def _parquet() -> list[bytes]:
    import pyarrow as pa
    from pyarrow.parquet import write_table

    days = [date(2019, 10, 9), None, date(1990, 1, 1)]
    moments = [datetime(2019, 10, 9), None, datetime(2019, 10, 9, 12, 30, 0, 1)]
    plain = {
        "id": pa.array(["a", "b", "é"]),
        "parent": pa.array(["a", None, "b"]).dictionary_encode(),
        "note": pa.array(["", "x" * 500, "\n"], pa.large_string()),
        "count": pa.array([1, None, -(2**63)], pa.int64()),
        "code": pa.array([1, 2, 2**64 - 1], pa.uint64()),
        "share": pa.array([0.5, float("nan"), 1e300]),
        "open": pa.array([True, False, None]),
        "day": pa.array(days, pa.date32()),
        "day64": pa.array(days, pa.date64()),
        "at": pa.array(moments, pa.timestamp("us")),
        "at_ns": pa.array(moments, pa.timestamp("ns", tz="UTC")),
        "decimal": pa.array([Decimal("1.50"), None, Decimal("-3.00")], pa.decimal128(10, 2)),
        "none": pa.nulls(3),
    }
    odd = {
        "list": pa.array([[1], None, []]),
        "struct": pa.array([{"a": 1}, None, {"a": None}]),
        "binary": pa.array([b"\xff", None, b""]),
        "time": pa.array([1, 2, None], pa.time64("us")),
    }
    forums = dict(zip(FORUMS[0], map(pa.array, zip(*FORUMS[1:], strict=True)), strict=True))
    files = []
    for columns, options in (
        (plain, {"compression": "snappy", "row_group_size": 2}),
        (plain, {"compression": "none", "data_page_version": "2.0"}),
        (forums, {"compression": "zstd", "use_dictionary": False}),
        (odd, {"compression": "gzip"}),
    ):
        stream = io.BytesIO()
        write_table(pa.table(columns), stream, **options)
        files.append(stream.getvalue())
    return files


@cache
def good_files(form: str) -> list[bytes]:
    """Return the files of a format that the spoilt ones are made from."""
    match form:
        case "csv":
            return [_delimited(rows, ",", end, "utf-8") for rows in (TYPED, FORUMS) for end in ("\n", "\r\n")]
        case "tsv":
            return [_delimited(rows, mark, "\n", "utf-8") for rows in (TYPED, FORUMS) for mark in "\t;"]
        case "utf16":
            return [_delimited(rows, mark, "\r\n", "utf-16") for rows in (TYPED, FORUMS) for mark in "\t,"]
        case "xlsx":
            return [_xlsx(in_strings=True), _xlsx(in_strings=False)]
        case "ods":
            return [_ods()]
        case "parquet":
            return _parquet()
        case _:
            return [json.dumps(SCHEMA).encode(), (ROOT / "schemas/forums.json").read_bytes()]


def pack(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip archive; its bytes depend on nothing but the parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method, compresslevel=1) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name), part, method)
    return stream.getvalue()
