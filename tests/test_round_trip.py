"""Guards the way of a row from a template to the dataset, as scripts/round_trip.py goes it with LibreOffice.

Costs 30 s, half of it LibreOffice; skipped where LibreOffice or its Python (python3-uno) is missing.
"""

import importlib.util
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent.parent / "scripts/round_trip.py"


def test_a_row_goes_from_a_template_to_the_dataset(tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("the terminal of a maintainer is played by a pty, which Windows lacks")
    spec = importlib.util.spec_from_file_location("round_trip", SCRIPT)
    assert spec and spec.loader
    round_trip = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(round_trip)
    if round_trip.office() is None:
        pytest.skip("LibreOffice with its Python (python3-uno) is not installed here")
    steps = list(round_trip.round_trip(tmp_path / "not made yet"))
    assert len(steps) == 7, steps
    assert "Vouliez-vous dire" in (tmp_path / "not made yet" / "rapport.txt").read_text(encoding="utf-8")
