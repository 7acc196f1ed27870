"""A thousand ways to spoil a good file: what scripts/fuzz.py feeds to csodata.

Every input is a function of its format, the seed and its number, so that a failing one can be made again.
"""

import copy
import io
import json
import random
import re
import zipfile
from collections.abc import Callable
from functools import cache
from typing import Any
from xml.etree import ElementTree

from fuzz_files import good_files, pack

LARGEST = 60_000
"""Inputs stay small, in bytes: many are worth more than large ones."""

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
    except (ElementTree.ParseError, ValueError, LookupError):  # the last: of an encoding that nobody knows
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
