"""Guards the engine end to end: what a report says depends on no block and no thread, and memory does not grow.

Costs about 25 s: some hundred random tables, and files of 20 and 60 MB in processes of their own.
"""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from test_reading_table import block_bytes

from csodata.reading import Limits
from csodata.report import Report
from csodata.validation import validate_table

WHOLE = 2_500_000
SCHEMA: dict[str, Any] = {
    "fields": [
        {"name": "id", "type": "string", "constraints": {"required": True, "pattern": "(?:[a-z0-9]+)"}},
        {"name": "up", "type": "string"},
        {"name": "n", "type": "integer", "constraints": {"unique": True, "maximum": 100}},
        {"name": "day", "type": "date"},
        {"name": "kind", "type": "string", "constraints": {"enum": ["a", "b"]}},
    ],
    "missingValues": [""],
    "primaryKey": ["id"],
    "uniqueKeys": [["up", "day"]],
    "foreignKeys": [
        {"fields": ["up"], "reference": {"resource": "", "fields": ["id"]}},
        {"fields": ["kind"], "reference": {"resource": "kinds", "fields": ["kind"]}},
    ],
}
TABLES = {"kinds": [{"kind": "a"}]}
HEADING = "id,up,n,day,kind"
CELLS = [
    ["a", "b", "c", "d1", "A", "", '"x\ny"', '"q""q"'],
    ["", "", "a", "b", "c", "z", '"x\r\ny"'],
    ["", "1", "2", "3", "02", "+3", "101", "x", '"1\n"'],
    ["", "2019-10-09", "2020-02-29", "2019-02-30", "x"],
    ["", "a", "b", "c", '"a,b"'],
]
ROW = st.tuples(*map(st.sampled_from, CELLS)).map(list)
RAGGED = st.tuples(ROW, st.integers(0, 4)).map(lambda drawn: drawn[0][: drawn[1]]) | ROW.map(
    lambda row: [*row, "x", ""]
)
LINE = (ROW | ROW | ROW | RAGGED | st.just([""] * 5)).map(",".join) | st.sampled_from(["", " ", ",", 'a"b,c"', '"'])


def check(text: str | bytes, size: int = WHOLE, **limits: int) -> Report:
    with block_bytes(size):
        return validate_table(SCHEMA, text.encode() if isinstance(text, str) else text, TABLES, limits=Limits(**limits))


def told(report: Report) -> list[tuple[Any, ...]]:
    return [(problem.code, problem.row, problem.line, problem.column) for problem in report.problems]


@st.composite
def texts(draw: st.DrawFn) -> bytes:
    lines = draw(st.lists(LINE, max_size=8))
    ends = draw(st.lists(st.sampled_from(["\n", "\n", "\r\n", "\r"]), min_size=len(lines), max_size=len(lines)))
    return f"{HEADING}\n{''.join(map(''.join, zip(lines, ends, strict=True)))}".encode()


@settings(max_examples=150)
@given(texts(), st.sampled_from([4, 7, 16, 30, 64]))
@example(f"{HEADING}\na,,,,a\nb,a,,,a\na,c,,,a\nb,,,,a,x\n".encode(), 16)
def test_a_report_is_the_same_for_every_block_size(content: bytes, size: int) -> None:
    assert check(content, size) == check(content)


def rows_of(*rows: str) -> str:
    return "".join(f"{row}\n" for row in (HEADING, *rows))


@pytest.mark.parametrize("size", [16, 30, 64, WHOLE])
class TestPlanted:
    def test_places_across_blocks(self, size: int) -> None:
        report = check(
            rows_of("a,,1,,a", "", '"x\ny",,2,2019-02-30,a', "b,,x,,a", ",,,,", "c,,200,,b", "d,,3,,c,extra", "e,,4"),
            size,
        )
        assert told(report) == [
            ("blank-row", 3, 3, None),
            ("missing-key", 3, 3, "A"),
            ("wrong-pattern", 4, 4, "A"),
            ("wrong-type", 4, 4, "D"),
            ("wrong-type", 5, 6, "C"),
            ("blank-row", 6, 7, None),
            ("missing-key", 6, 7, "A"),
            ("too-large", 7, 8, "C"),
            ("unknown-reference", 7, 8, "E"),
            ("not-in-list", 8, 9, "E"),
            ("unknown-reference", 8, 9, "E"),
            ("long-row", 8, 9, "F"),
            ("short-row", 9, 10, "D"),
            ("short-row", 9, 10, "E"),
        ]
        assert report.counts.rows == 8

    def test_the_later_row_of_a_repeated_key_is_told(self, size: int) -> None:
        report = check(rows_of("a,,1,,a", "b,,2,,a", "a,,3,,a", "c,,1,,a", "a,,5,,a"), size)
        assert told(report) == [
            ("duplicate-key", 4, 4, "A"),
            ("duplicate-value", 5, 5, "C"),
            ("duplicate-key", 6, 6, "A"),
        ]
        assert ["row 2" in problem.message for problem in report.problems] == [True, True, False]

    def test_so_it_is_among_ragged_rows(self, size: int) -> None:
        assert told(check(rows_of("a,,1,,a,x", "b,,2,,a", "a,,3,,a"), size)) == [
            ("long-row", 2, 2, "F"),
            ("duplicate-key", 4, 4, "A"),
        ]
        assert told(check(rows_of("a,,1,,a", "b,,2,,a", "a,,3,,a,x"), size)) == [
            ("duplicate-key", 4, 4, "A"),
            ("long-row", 4, 4, "F"),
        ]
        assert [told(check(rows_of(*rows), size))[-1] for rows in (["a", "a"], ["a", "b,,1,,a", "a"])] == [
            ("short-row", 3, 3, "E"), ("short-row", 4, 4, "E")
        ]  # fmt: skip

    def test_a_key_may_lead_to_a_later_row_or_to_its_own(self, size: int) -> None:
        assert told(check(rows_of("a,b,,,a", "b,b,,2019-10-09,a", "c,a,,,a", "d,z,,,a"), size)) == [
            ("unknown-reference", 5, 5, "B")
        ]

    def test_a_byte_that_is_not_utf_8_ends_the_check(self, size: int) -> None:
        text = rows_of("a,,x,,a", '"b\nb",,1,,a', "a,,2,,a").encode()
        report = check(text + b"c,,x,,caf\xe9\nd,,x,,a\n", size)
        assert sorted(told(report), key=str) == sorted(
            [
                ("wrong-type", 2, 2, "C"),
                ("wrong-pattern", 3, 3, "A"),
                ("duplicate-key", 4, 5, "A"),
                ("bad-encoding", None, 6, None),
            ],
            key=str,
        )
        assert report.counts.rows == 3

    def test_a_quote_that_nobody_closes_is_told_where_it_opens(self, size: int) -> None:
        report = check(rows_of("a,,1,,a", 'b,"', "c,,3,,a", "d,,4,,a"), size)
        assert [place for place in told(report) if place[0] == "unclosed-quote"] == [("unclosed-quote", 3, 3, None)]
        assert report.counts.rows == 2


def test_a_quote_that_the_heading_leaves_open_is_told() -> None:
    assert "unclosed-quote" in check('id,"up,n,day,kind\na,,1,,a\n').counts.by_code


def faulty(number: int) -> str:
    row = ["a" if number % 3 else str(number), "", str(number) if number % 2 else "x", "" if number % 5 else "x", "a"]
    return ",".join(row + ["y"] * (number % 7 == 0))


FAULTS = [faulty(number) for number in range(1, 60)]


class TestLimit:
    @pytest.mark.parametrize("size", [16, 64, 300, WHOLE])
    def test_totals_are_exact(self, size: int) -> None:
        every, some = check(rows_of(*FAULTS)), check(rows_of(*FAULTS), size, problems=3)
        assert some.counts == every.counts
        shown = [code for code, *_ in told(some)]
        assert {code: shown.count(code) for code in every.counts.by_code} == {
            code: min(3, count) for code, count in every.counts.by_code.items()
        }

    @pytest.mark.parametrize(
        "rows",
        [
            ["a,,1,x,", "b,,x,,", "c,,x,,", "d,,x,,"],  # the columns of one code: day in row 2 comes first
            ["a,,x,,,y", "b,,x,,", "c,,x,,", "d,,x,,"],  # a ragged row: that in row 2 comes first
        ],
        ids=["columns", "ragged"],
    )
    def test_the_first_of_each_code_are_shown(self, rows: list[str]) -> None:
        every, some = check(rows_of(*rows)), check(rows_of(*rows), problems=3)
        assert [place for place in told(some) if place[0] == "wrong-type"] == [
            place for place in told(every) if place[0] == "wrong-type"
        ][:3]

    @pytest.mark.parametrize("value", ["x", "x{}"])
    def test_a_column_that_is_all_wrong(self, value: str) -> None:
        text = rows_of(*(f"r{number},,{value.format(number)},," for number in range(50_000)))
        reports = [check(text, size, problems=3) for size in (WHOLE, 200_000)]
        assert reports[0] == reports[1]
        assert reports[0].counts.by_code == {"wrong-type": 50_000}
        assert told(reports[0]) == [("wrong-type", row, row, "C") for row in (2, 3, 4)]


def test_two_threads_do_not_change_the_order() -> None:
    rows = [
        f"k{number % 7_000},k{number},{number % 150},2019-0{number % 9}-10,{'ab'[number % 2]}"
        for number in range(20_000)
    ]
    reports = [check(rows_of(*rows), size, problems=50_000) for size in (30_000, 30_000, WHOLE)]
    assert reports[0].to_json() == reports[1].to_json() == reports[2].to_json()
    assert len(reports[0].problems) > 15_000


# pyarrow imports pandas where it is installed, which takes 45 MB; that is not what is measured here.
PROGRAM = """
import sys

class WithoutPandas:
    def find_spec(self, name, path=None, target=None):
        if name == "pandas":
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, WithoutPandas())
from csodata.validation import validate_table
text = {"type": "string", "constraints": {"required": True}}
fields = [text | {"name": "id"}, text | {"name": "name"}]
fields += [{"name": "n", "type": "integer"}, {"name": "day", "type": "date"}]
report = validate_table({"fields": fields, "missingValues": [""]}, sys.argv[1])
assert report.valid and not report.problems, report.problems[:3]
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM:"))
print(report.counts.rows, int(peak.split()[1]) / 1000, "frictionless" in sys.modules)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read from /proc")
def test_memory_does_not_grow_with_a_clean_file(tmp_path: Path) -> None:
    def peak(million: int) -> float:
        path = tmp_path / "t.csv"
        block = "".join(f'row-{number:05},"Forum, no. {number}",{number},2019-10-09\n' for number in range(10_000))
        times = million * 1_000_000 // len(block)
        with path.open("w", encoding="utf-8") as file:
            file.write("id,name,n,day\n")
            file.writelines(block for _ in range(times))
        done = subprocess.run([sys.executable, "-c", PROGRAM, path], capture_output=True, text=True, timeout=300)
        path.unlink()
        assert done.returncode == 0, done.stderr
        rows, megabytes, imported = done.stdout.split()
        assert (int(rows), imported) == (times * 10_000, "False"), "a clean file imports no frictionless"
        return float(megabytes)

    small, large = peak(20), peak(60)  # below 20 MB not all buffers are in use
    assert large < 200
    assert large - small < 20
