"""Guards: the wheel carries the data, and a checkout beside it is what is checked. Costs 15 s: builds and installs."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel unpacked as pip does it; neither the build nor the installation asks a network."""
    work = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    build = [*pip, "wheel", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", str(work), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True, timeout=120)
    (built,) = work.glob("*.whl")
    install = [*pip, "install", "--no-deps", "--no-index", "--target", str(work / "site"), str(built)]
    subprocess.run(install, check=True, capture_output=True, timeout=120)
    return work / "site"


def run(wheel: Path, folder: Path, code: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "CSODATA_DIR"}
    environment["PYTHONPATH"] = str(wheel)
    return subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=environment, capture_output=True, text=True, timeout=120
    )


def test_the_wheel_loads_away_from_the_checkout(wheel: Path, tmp_path: Path) -> None:
    done = run(wheel, tmp_path, "import csodata; print(csodata.__file__); print(csodata.load('forums').num_rows)")
    assert done.returncode == 0, done.stderr
    file, rows = done.stdout.split()
    assert Path(file).is_relative_to(wheel)
    assert int(rows) > 0


def test_the_installed_copy_is_valid(wheel: Path, tmp_path: Path) -> None:
    for verb in ("verify", "validate"):
        done = run(wheel, tmp_path, f"from csodata.cli import main; main(['{verb}'])")
        assert (done.returncode, "All good" in done.stdout) == (0, True), done.stdout + done.stderr
        assert str(wheel) in done.stderr


def test_a_wrong_cell_in_a_checkout_beside_the_installed_wheel_is_found(wheel: Path, tmp_path: Path) -> None:
    for name in ("data", "schemas"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "datapackage.json", tmp_path)
    path = tmp_path / "data/forums.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",held,", ",hold,", 1), encoding="utf-8")
    done = run(wheel, tmp_path / "data", "from csodata.cli import main; main(['validate'])")
    assert (done.returncode, "Did you mean 'held'?" in done.stdout) == (1, True)
    assert f"Dataset: {tmp_path}," in done.stderr
