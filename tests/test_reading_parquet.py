"""Guards the reading of Parquet files in a process of its own: a file may end that process, and no other.

Costs about 10 s: some thirty small files, each with a child of 0.3 s. scripts/fuzz.py tries thousands of damaged ones.
"""

import io
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from csodata.errors import UnreadableError
from csodata.messages import refusal as in_language
from csodata.reading import Limits, Note, Row, Sheet, read
from csodata.reading.parquet import parquet_batches

DEFAULTS = Limits()


def packed(table: pa.Table, **options: Any) -> bytes:
    stream = io.BytesIO()
    pq.write_table(table, stream, **options)
    return stream.getvalue()


def read_one(raw: bytes, limits: Limits = DEFAULTS) -> Sheet:
    [sheet] = read(io.BytesIO(raw), name="sent.parquet", limits=limits)
    return sheet


def refusal(raw: bytes, limits: Limits = DEFAULTS) -> str:
    with pytest.raises(UnreadableError) as caught:
        read_one(raw, limits)
    message = str(caught.value)
    assert message.startswith("sent.parquet: ")
    return message


class TestCells:
    def test_the_names_of_the_columns_are_the_heading_row(self, tmp_path: Path) -> None:
        path = tmp_path / "forums.csv"  # the content decides, not the name
        path.write_bytes(packed(pa.table({"forum_id": ["f-1", None], "name": ["Étoile\n", ""]})))
        [sheet] = read(path)
        rows = [Row(1, None, ["forum_id", "name"]), Row(2, None, ["f-1", "Étoile\n"]), Row(3, None, ["", ""])]
        assert (sheet.file, sheet.name, sheet.rows, sheet.notes) == (str(path), None, rows, [])

    def test_numbers_truth_values_and_times_are_noted_once_a_column(self) -> None:
        day = datetime(2019, 10, 9)
        table = pa.table({"a": ["x"] * 3, "n": [None, 7, 8], "b": [True, None, None], "t": [day] * 3})
        assert read_one(packed(table)).notes == [
            Note("native-number", 3, 1, "7", "2"),
            Note("native-boolean", 2, 2, "true", "1"),
            Note("native-date", 2, 3, "2019-10-09", "2019-10-09"),
        ]

    def test_nothing_in_it(self) -> None:
        for table in (pa.table({}), pa.table({" ": ["", None]})):
            assert [note.code for note in read_one(packed(table)).notes] == ["empty-file"]

    def test_a_long_cell_is_cut(self) -> None:
        sheet = read_one(packed(pa.table({"x": ["y" * 50]})), Limits(cell_chars=10))
        assert (sheet.rows[1].cells, sheet.notes) == (["y" * 10], [Note("cell-too-long", 2, 0, "y" * 50, "50")])

    def test_batches_are_columns_of_text(self) -> None:
        raw = packed(pa.table({"n": range(120_000), "t": ["x"] * 120_000}), row_group_size=70_000)
        batches = list(parquet_batches(io.BytesIO(raw), "f", DEFAULTS))
        assert {batch.schema for batch in batches} == {pa.schema([("n", pa.string()), ("t", pa.string())])}
        assert max(batch.num_rows for batch in batches) <= 50_000
        assert pa.Table.from_batches(batches).column("n").to_pylist() == list(map(str, range(120_000)))
        [empty] = parquet_batches(io.BytesIO(packed(pa.table({"n": pa.array([], pa.int64())}))), "f", DEFAULTS)
        assert (empty.schema.names, empty.num_rows) == (["n"], 0)


class TestRefusals:
    def test_the_child_says_what_is_wrong(self) -> None:
        raw = packed(pa.table({"name": ["x"], "start": [["y"]]}))
        assert refusal(raw).startswith("sent.parquet: the column 'start' is of the type list")
        assert "at most 1 are read" in refusal(raw, Limits(columns=1))

    def test_the_child_leaves_the_language_open(self) -> None:
        raw = packed(pa.table({"commitment": pa.array([["y"]])}))  # in French a column is called as it is called
        with pytest.raises(UnreadableError) as caught:
            read_one(raw)
        assert in_language(caught.value.refused, "fr").startswith("sent.parquet : la colonne « commitment » est du ty")

    def test_the_child_says_it_in_the_middle(self) -> None:
        raw = packed(pa.table({"x": ["y" * 1000] * 200_000}))  # the footer says nothing of the 200 MB
        batches = parquet_batches(io.BytesIO(raw), "sent.parquet", Limits(unpacked_bytes=80_000_000))
        assert [next(batches).num_rows, next(batches).num_rows] == [0, 50_000]
        with pytest.raises(UnreadableError, match=r"^sent\.parquet: the table would unpack to 100 MB"):
            list(batches)

    def test_bytes_that_are_no_text(self) -> None:
        bad = pa.array([b"caf\xe9"]).view(pa.string())
        assert "damaged" in refusal(packed(pa.table({"x": bad})))

    def test_a_file_cut_short(self) -> None:
        raw = packed(pa.table({"x": ["y"]}))
        assert "cut short" in refusal(raw[:-1])
        assert "cut short" in refusal(b"PAR1")
        assert "damaged" in refusal(b"PAR1" + bytes(20) + b"PAR1")
        assert "damaged" in refusal(raw[:20] + raw[30:])


class TestTheChild:
    def test_a_file_that_ends_it(self) -> None:
        """Of the two numbers in a column's histogram of levels one is taken away; Arrow calls std::terminate."""
        raw = packed(pa.table({"x": ["y", None, None, None]}), store_schema=False)
        size = int.from_bytes(raw[-8:-4], "little")
        footer = raw[-8 - size : -8].replace(b"\x26\x06\x02", b"\x16\x06")
        spoilt = raw[: -8 - size] + footer + len(footer).to_bytes(4, "little") + b"PAR1"
        if len(spoilt) == len(raw):
            pytest.skip("this release of Arrow writes no histograms")
        assert "damaged" in refusal(spoilt)

    @pytest.mark.parametrize(
        "code",
        [
            "import os; os.abort()",
            "import sys; sys.exit(1)",
            "import sys; sys.stdin.read()",
            "import sys; sys.stdin.buffer.read(); sys.stdout.buffer.write(bytes(99))",
            "import sys; a = sys.stdin.buffer.read(); b = [a * 10**12]",
        ],
    )
    def test_however_it_ends(self, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
        monkeypatch.setattr("csodata.reading.parquet.CHILD", code)
        raw = packed(pa.table({"x": [str(number) for number in range(100_000)]}))  # more than a pipe holds
        assert "damaged" in refusal(raw)

    def test_it_ends_after_some_batches(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """All batches came whole, and it fell afterwards: so something is wrong, and the file is not taken."""
        from csodata.reading.parquet import CHILD

        monkeypatch.setattr("csodata.reading.parquet.CHILD", CHILD + "sys.stdout.flush()\nimport os; os.abort()\n")
        assert "damaged" in refusal(packed(pa.table({"x": ["y"]})))

    def test_it_cannot_be_started(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "executable", "/nowhere/python")
        assert "cannot be started: No such file" in refusal(packed(pa.table({"x": ["y"]})))

    @pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="asks Linux for the children of this process")
    def test_it_is_ended_when_the_reader_stops_early(self) -> None:
        def children() -> set[str]:
            return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())

        before = children()
        raw = packed(pa.table({"x": [f"{number:099}" for number in range(200_000)]}))
        batches = parquet_batches(io.BytesIO(raw), "f", DEFAULTS)
        next(batches)
        assert len(children() - before) == 1
        batches.close()
        assert children() == before

    @pytest.mark.skipif(sys.platform != "linux", reason="other platforms may not cap what a process takes")
    def test_it_takes_no_more_memory_than_it_may(self) -> None:
        script = "from csodata.reading.parquet_worker import _confine; _confine(300_000_000); bytes(400_000_000)"
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
        assert "MemoryError" in done.stderr

    def test_it_needs_nothing_of_the_environment(self, tmp_path: Path) -> None:
        """A script without a main guard, in another folder, csodata found by `sys.path` alone, a file that misleads."""
        (tmp_path / "sent.parquet").write_bytes(packed(pa.table({"x": ["y"]})))
        (tmp_path / "pyarrow.py").write_text("raise SystemExit(9)")
        (tmp_path / "script").mkdir()
        script = tmp_path / "script/run.py"
        script.write_text(
            f"import sys; sys.path[:] = {sys.path!r}\n"
            "from pathlib import Path; from csodata.reading import read\n"
            "print(read(Path('sent.parquet'))[0].rows[1].cells)"
        )
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        environment["PYTHONPATH"] = str(tmp_path)
        command = [sys.executable, "-I", "-S", script]
        done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=environment, timeout=60)
        assert done.stdout == "['y']\n", done.stderr
