"""Good files of every format that is read, and a thousand ways to spoil them: what scripts/fuzz.py feeds to csodata.

Every input is a function of its format, the seed and its number, so that a failing one can be made again.
"""

import copy
import io
import json
import random
import re
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
LARGEST = 60_000
"""Inputs stay small, in bytes: many are worth more than large ones."""

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
ODD_TEXTS = [
    "", " ", "=1+1", "@x", "NaN", "sNaN", "nan123", "-inf", "1e999", "1E-999999999", "1_000", "١٢", "-0", "0x1F",
    "9" * 400, "2019-02-30", "0000-00-00", "10000-01-01", "2019-1-1", "2019-10-09T00:00:00Z", "199X~", "2019-10/..",
    "http://[", "https:///x", "mailto:", "//", "http://\u2100", "true ", "TRUE", "\ufeff", "\u202ea", "\u200b", "\x85",
    "\u2028", "\x1a", "\x1b[31m", "e\u0301", "\U0010ffff", "\ufffe", "ß" * 40, "ﬃ", "+49 30 1234567", "a@b.org",
    "x" * 3000, "%s{}{0}", "toy-forum", "İ", "ǅ", "Ⅷ", "½",
]  # fmt: skip
TOKENS = [
    b'"', b'""', b"'", b"\n", b"\r", b"\r\n", b"\n\n", b"\0", b"\0\n", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff",
    b"\xff", b"\xc3", b"\xe9", b"\x81", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\x00\xd8", b",", b";", b"\t", b'","',
    b'"\n"', b",\n,", b"\\", b"PK\x03\x04", b"PAR1", b"<html", b"\x1f\x8b", b"\x00\x00\x00\x00", b"\xff\xff\xff\xff",
    b"\xff\xff\xff\x7f",
]  # fmt: skip
ODD_VALUES = [  # of attributes and texts in the XML of a workbook
    "", "0", "-1", "1", "2", "1.5", "1e308", "1e400", "NaN", "99999999999999999999", "4294967296", "1048577", "16385",
    "A1", "XFD1048576", "ZZZZ1", "A0", "A1:B2", "B2:A1", "A1:XFD1048576", "true", "TRUE", "s", "str", "inlineStr", "b",
    "d", "e", "n", "yyyy-mm", "[", "[$-F800]", "rId1", "rId99", "../../x.xml", "/xl/worksheets/sheet1.xml", "hidden",
    "veryHidden", "collapse", "2019-10-09", "2019-13-45", "0001-01-01", "-2958466", "2958466", "60", "PT25H", "P1Y",
    "float", "date", "boolean", "time", "percentage", "string", "currency", "of:=1+1", "é", "x" * 2000, "#REF!",
    "forums", "999999999", "200", "_x0000_", "&#0;",
]  # fmt: skip
ODD_JSON: list[Any] = [
    None, True, False, 0, -1, 1, 2**31, 10**30, 0.5, -0.0, float("nan"), float("inf"), "", " ", "x", "\ud800", "\0",
    "é", "true", "2019-10-09", "2019-13-01", "string", "integer", "number", "boolean", "date", "datetime", "array",
    "any", "uri", "email", "id", "uuid", "binary", "default", "%Y", "(", "[", "(?:a|b)", "(?P<x>a)(?P=x)", "\\", "^$",
    "a{99999}", "(?i)x", "\\p{L}", "(?<=a)b", "[[:alpha:]]", "x{,4294967296}", "NaN", "sNaN", "1e9999", "-inf", [], {},
    [None], [[]], [{}], ["id"], ["id", "id"], ["none"], [1, "1", True], ["one", "one"], {"name": "x"},
    {"fields": ["id"]}, "countries", [["id"]], {"resource": "", "fields": "id"},
]  # fmt: skip
KNOWN_KEYS = (
    "name type format constraints required unique enum pattern minimum maximum minLength maxLength fields primaryKey "
    "foreignKeys uniqueKeys missingValues reference resource title description example categories $schema rdfType x"
).split()


# ---- the good files


def _delimited(rows: list[list[str]], delimiter: str, end: str, encoding: str) -> bytes:
    import csv

    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter, lineterminator=end).writerows(rows)
    return stream.getvalue().encode(encoding)


def _xlsx(*, in_strings: bool) -> bytes:
    import xlsxwriter  # type: ignore[import-untyped]

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


# ---- the ways to spoil them


def spoilt(form: str, seed: int, number: int) -> bytes:
    """Return one input; the same for the same format, seed and number."""
    chance = random.Random(f"{form} {seed} {number}")
    good = chance.choice(good_files(form))
    spoil: Callable[[random.Random, bytes, str], bytes] = {
        "xlsx": _spoil_workbook,
        "ods": _spoil_workbook,
        "parquet": _spoil_parquet,
        "schema": _spoil_schema,
    }.get(form, _spoil_text)
    return spoil(chance, good, form)[:LARGEST]


def _spoil_bytes(chance: random.Random, data: bytes, other: bytes = b"") -> bytes:
    """Flip, set, cut, duplicate, swap, insert and splice, one to four times."""
    for _ in range(chance.choice((1, 1, 2, 4))):
        first, second = sorted((chance.randint(0, len(data)), chance.randint(0, len(data))))
        near = min(len(data), first + chance.choice((1, 2, 4, 16, 64)))
        match chance.randrange(9):
            case 0 if data:
                place = min(first, len(data) - 1)
                data = data[:place] + bytes([data[place] ^ 1 << chance.randrange(8)]) + data[place + 1 :]
            case 1:
                data = data[:first] + chance.randbytes(near - first) + data[near:]
            case 2:
                data = data[:first] + data[near:]
            case 3:
                data = data[:first] + data[second:]
            case 4:
                data = data[:near] + data[first:near] * chance.choice((1, 2, 100)) + data[near:]
            case 5:
                data = data[:first]
            case 6:
                data = data[:first] + other[chance.randint(0, len(other)) :]
            case _:
                data = data[:first] + chance.choice(TOKENS) + data[near if chance.random() < 0.3 else first :]
    return data


def _spoil_text(chance: random.Random, data: bytes, form: str) -> bytes:
    if chance.random() < 0.4:
        return _spoil_bytes(chance, data, chance.choice(good_files(form)))
    encoding = "utf-16" if form == "utf16" else "utf-8"
    pieces = re.split(r'([,;\t"\r\n])', data.decode(encoding))
    for _ in range(chance.choice((1, 2, 5))):
        place = chance.randrange(len(pieces))
        match chance.randrange(5):
            case 0 | 1:
                pieces[place] = chance.choice(ODD_TEXTS)
            case 2:
                del pieces[place : place + chance.choice((1, 2, 9))]
                pieces.append("")
            case 3:
                pieces[place:place] = pieces[place : place + chance.choice((1, 2, 30))] * chance.choice((1, 3, 50))
            case _:
                pieces.insert(place, chance.choice((",", ";", "\t", '"', '""', "\n", "\r", "\r\n", "\0", "\ufeff")))
    data = "".join(pieces).encode(encoding, "surrogatepass")
    return data if chance.random() < 0.8 else _spoil_bytes(chance, data)


def pack(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip archive; its bytes depend on nothing but the parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method, compresslevel=1) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name), part, method)
    return stream.getvalue()


@cache
def _parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _spoil_workbook(chance: random.Random, data: bytes, form: str) -> bytes:
    if chance.random() < 0.25:
        return _spoil_bytes(chance, data, chance.choice(good_files(form)))
    parts = dict(_parts(data))
    names = [name for name in parts if name.endswith((".xml", ".rels"))]
    likely = [name for name in names if re.search(r"sheet|workbook|content|styles|shared", name.lower())]
    for _ in range(chance.choice((1, 1, 2))):
        name = chance.choice(likely if chance.random() < 0.9 else names)
        match chance.randrange(20):
            case 0:
                parts[name] = b""
            case 1:
                parts[chance.choice((name.upper(), "../" + name, "/" + name, name + "/"))] = parts[name]
                parts[name] = parts[chance.choice(names)]
            case 2 | 3 | 4:
                parts[name] = _spoil_bytes(chance, parts[name], parts[chance.choice(names)])
            case 5:
                parts[name] = b'<!DOCTYPE x [<!ENTITY a "b">]>' + parts[name]
            case 6 | 7 | 8 | 9:
                parts[name] = _spoil_tree(chance, parts[name])
            case _:
                parts[name] = _spoil_values(chance, parts[name])
    return pack(parts, chance.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED)))


def _spoil_values(chance: random.Random, part: bytes) -> bytes:
    """Give attributes and texts other values; the XML stays well-formed."""
    found = list(re.finditer(rb'(?<==")[^"<]*(?=")|(?<=>)[^<>]*(?=</)', part))
    for match in sorted(chance.sample(found, min(len(found), chance.choice((1, 1, 3)))), key=lambda m: -m.start()):
        value = match[0] if chance.random() < 0.1 else chance.choice(ODD_VALUES + ODD_TEXTS).encode()
        escaped = re.sub(rb'[<"]|&(?!#)', b"_", value)
        part = part[: match.start()] + escaped + part[match.end() :]
    return part


def _spoil_tree(chance: random.Random, part: bytes) -> bytes:
    """Remove, repeat, move and rename elements; the XML stays well-formed."""
    for prefix, uri in re.findall(r'xmlns:([a-z]+)="([^"]+)"', part.decode(errors="replace")):
        ElementTree.register_namespace(prefix, uri)  # calamine goes by the prefixes of an ODS file
    try:
        root = ElementTree.fromstring(part)
    except (ElementTree.ParseError, ValueError):
        return part
    for _ in range(chance.choice((1, 1, 3))):
        parents = [element for element in root.iter() if len(element)]
        if not parents:
            break
        parent, target = chance.choice(parents), chance.choice(list(root.iter()))
        place = chance.randrange(len(parent))
        child = parent[place]
        match chance.randrange(5):
            case 0:
                parent.remove(child)
            case 1:
                for _ in range(chance.choice((1, 2, 50))):
                    parent.insert(place, copy.deepcopy(child))
            case 2:
                target.append(copy.deepcopy(child))
            case 3:
                child.tag = target.tag
            case _:
                child.attrib = dict(target.attrib)
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def _spoil_parquet(chance: random.Random, data: bytes, form: str) -> bytes:
    length = int.from_bytes(data[-8:-4], "little")
    pages, footer = data[4 : -8 - length], data[-8 - length : -8]
    match chance.randrange(10):
        case 0:
            return _spoil_bytes(chance, data, chance.choice(good_files(form)))
        case 1 | 2:
            pages = _spoil_bytes(chance, pages)
        case 3:
            pages = pages[: len(footer) // 2]
        case 4 | 5 | 6 | 7:  # single bytes: thrift survives most of these, and the numbers in it become others
            changed = bytearray(footer)
            for _ in range(chance.choice((1, 1, 2, 8))):
                changed[chance.randrange(len(changed))] = chance.choice(
                    (0, 1, 2, 0x7F, 0x80, 0xFF, chance.randrange(256))
                )
            footer = bytes(changed)
        case 8:
            place = chance.randrange(len(footer))
            footer = footer[:place] + b"\xff" * chance.choice((1, 4, 8)) + b"\x7f" + footer[place + 1 :]
        case _:
            footer = _spoil_bytes(chance, footer, chance.choice(good_files(form)))
    return b"PAR1" + pages + footer + len(footer).to_bytes(4, "little") + b"PAR1"


def _spoil_schema(chance: random.Random, data: bytes, form: str) -> bytes:
    if chance.random() < 0.2:
        return _spoil_bytes(chance, data, chance.choice(good_files(form)))
    schema = json.loads(data)
    for _ in range(chance.choice((1, 1, 2, 4))):
        places: list[tuple[Any, Any]] = []
        _walk(schema, places)
        if not places:
            break
        holder, key = chance.choice(places)
        match chance.randrange(6):
            case 0:
                del holder[key]
            case 1 if isinstance(holder, dict):
                holder[chance.choice(KNOWN_KEYS)] = holder[key]
            case 1 | 2:
                other, name = chance.choice(places)
                holder[key] = copy.deepcopy(other[name])
            case 3 if isinstance(holder[key], dict):
                holder[key][chance.choice(KNOWN_KEYS)] = copy.deepcopy(chance.choice(ODD_JSON))
            case _:
                holder[key] = copy.deepcopy(chance.choice(ODD_JSON))
    text = json.dumps(schema)
    if chance.random() < 0.1:  # what json.dumps does not write
        deep = chance.choice((2, 50, 300, 990, 20_000))
        odd = chance.choice(
            ["1" * 5000, "1e5000", "[" * deep + "]" * deep, '{"a":' * deep + "1" + "}" * deep, '"\\ud800"']
        )
        text = re.sub(
            chance.choice((r'"string"', r"true", r"null", r"\[\]", r'"required": true')), lambda _: odd, text, count=1
        )
    return text.encode()


def _walk(node: Any, places: list[tuple[Any, Any]]) -> None:
    """Take in every place of a JSON value that holds another."""
    for key in node if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ():
        places.append((node, key))
        _walk(node[key], places)
