"""Guards the release: what it refuses and writes, what becomes of it elsewhere, the same bytes from the same commit.

Costs 12 s: git repositories with the toy dataset, and a server on this computer.
"""

import importlib.util
import json
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner
from server import serving

import csodata
from csodata.canonical import build
from csodata.cli import main
from csodata.dataset import Dataset
from csodata.errors import CsodataError
from csodata.releases.layout import Index, parse
from csodata.releases.revisions import at_revision, named

SCRIPT = Path(__file__).parent.parent / "scripts" / "release.py"
Run = Callable[..., tuple[int, str]]
CHANGELOG = "# Changelog\n\n## Unreleased\n\n### Data\n\n- forums: 1 row added.\n\n## 0.1.0\n\n- The first version.\n"


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


def commit(folder: Path) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "Rows")


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("release", SCRIPT)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def release(
    checkout: Path, script: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str]]:
    """Run the script in the checkout; give its exit code and what it said."""
    monkeypatch.chdir(checkout)

    def run(raise_: str) -> tuple[int, str]:
        code = script.main([raise_, "--dist", str(checkout.parent / "dist"), "--date", "2026-12-01"])
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


@pytest.fixture
def checkout(toy: Dataset) -> Path:
    folder = toy.path
    (folder / "CHANGELOG.md").write_text(
        CHANGELOG.replace("## Unreleased\n\n### Data\n\n- forums: 1 row added.\n\n", "")
    )
    known = folder / "csodata" / "releases" / "known.json"
    known.parent.mkdir(parents=True)
    known.write_text("{}\n")
    git(folder, "init", "--quiet")
    git(folder, "config", "user.name", "A maintainer")
    git(folder, "config", "user.email", "maintainer@example.org")
    commit(folder)
    return folder


def add_theme(folder: Path, key: str = "a-new-theme") -> None:
    dataset = Dataset(folder)
    names = [field["name"] for field in dataset.schema_descriptor("themes")["fields"]]
    cells = {"theme_id": key, "name": key, "name_fr": key}
    with dataset.csv_path("themes").open("a", encoding="utf-8") as file:
        file.write(",".join(cells.get(name, "x" if "definition" in name else "") for name in names) + "\n")
    build(dataset)


def fetched_compared_and_loaded(dist: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Do with two releases what somebody does who has no checkout, and only the address."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(dist.parent / "cache"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.chdir(dist)
    # These are not the releases of that number which the package knows, nor is its own copy one of them.
    monkeypatch.setattr("csodata.releases.download.KNOWN", dist.parent / "toy" / "csodata/releases/known.json")
    monkeypatch.setattr("csodata.releases.download.installed", lambda: dist.parent / "nowhere")

    def said(*arguments: str) -> str:
        done = CliRunner().invoke(main, [*arguments])
        assert done.exit_code == 0, done.output
        return done.stdout

    with serving(dist) as server:
        for version in ("0.1.0", "0.2.0"):
            folder = Path(said("download", version, "--from", server.url).strip())
            files = [path.relative_to(folder) for path in folder.rglob("*") if path.is_file()]
            assert len(files) > 50
            assert all((folder / path).read_bytes() == (dist / version / path).read_bytes() for path in files)
    monkeypatch.chdir(dist.parent)
    text = "From 0.1.0 to 0.2.0: rows: 1 added. That is a minor change.\nthemes: 1 added\n  new: a-new-theme\n"
    assert said("diff", "0.1.0", "0.2.0") == text
    assert said("diff", str(dist / "0.1.0"), "0.2.0").endswith(text.partition(":")[2])
    monkeypatch.setenv("CSODATA_DIR", str(dist / "0.2.0"))
    assert said("diff", "--since", "0.1.0").endswith(text.partition(":")[2])
    assert "\n## themes: 1 added\n\n- new: a-new-theme\n" in said("diff", "0.1.0", "0.2.0", "--format", "markdown")
    told = json.loads(said("diff", "0.1.0", "0.2.0", "--format", "json"))
    assert (told["old"], told["new"], told["level"], list(told["tables"])) == ("0.1.0", "0.2.0", "minor", ["themes"])
    assert csodata.load("themes", version="0.2.0").num_rows == csodata.load("themes", version="0.1.0").num_rows + 1
    assert "(version 0.1.0)" in said("cite", "0.1.0")


def test_two_releases_and_their_files(checkout: Path, release: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    dist = checkout.parent / "dist"
    code, said = release("minor")
    assert (code, "0.1.0 is written" in said) == (0, True), said
    add_theme(checkout)
    (checkout / "CHANGELOG.md").write_text(CHANGELOG)
    commit(checkout)
    code, said = release("minor")
    assert code == 0, said
    assert git(checkout, "tag").split() == ["v0.1.0", "v0.2.0"]
    assert "## 0.2.0 (2026-12-01)\n" in (checkout / "CHANGELOG.md").read_text()
    assert not git(checkout, "status", "--porcelain")
    index = parse(Index, (dist / "index.json").read_bytes(), "index.json")
    assert [entry.version for entry in index.versions] == ["0.1.0", "0.2.0"]
    descriptor = json.loads((dist / "0.2.0" / "datapackage.json").read_text())
    assert (descriptor["version"], descriptor["created"]) == ("0.2.0", "2026-12-01T00:00:00Z")
    assert (dist / "0.2.0" / "csodata.sqlite").is_file()
    assert (dist / "0.2.0" / "data" / "themes.parquet").read_bytes() == Dataset(checkout).parquet_path(
        "themes"
    ).read_bytes()
    done = subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=dist / "0.2.0", check=False)
    assert done.returncode == 0
    known = json.loads((checkout / "csodata/releases/known.json").read_text())
    assert known == {"0.1.0": index.versions[0].descriptor.hash}
    with monkeypatch.context() as elsewhere:
        fetched_compared_and_loaded(dist, elsewhere)
    # The same commit gives the same bytes.
    archive = (dist / "csodata-0.2.0.zip").read_bytes()
    subprocess.run(["rm", "-r", str(dist)], check=True)
    assert release("again")[0] == 0
    assert (dist / "csodata-0.2.0.zip").read_bytes() == archive
    with zipfile.ZipFile(dist / "csodata-0.2.0.zip") as packed:
        assert packed.testzip() is None
    code, said = release("again")
    assert (code, "never written over" in said) == (1, True)
    # Whatever comes after it is no release.
    subprocess.run(["rm", "-r", str(dist)], check=True)
    add_theme(checkout, "later")
    commit(checkout)
    code, said = release("again")
    assert (code, "git checkout v0.2.0" in said, dist.exists()) == (1, True, False)


def test_what_is_refused(checkout: Path, release: Run) -> None:
    assert release("minor")[0] == 0
    path = Dataset(checkout).csv_path("forums")
    before = path.read_text(encoding="utf-8")
    path.write_text(before.replace("Dakar", "Thiès"), encoding="utf-8")
    assert "changes that are not committed" in release("patch")[1]
    commit(checkout)
    assert "not as the build writes them" in release("patch")[1]
    build(Dataset(checkout))
    commit(checkout)
    assert "nothing under '## Unreleased'" in release("patch")[1]
    git(checkout, "checkout", "--quiet", "--", ".")
    add_theme(checkout)
    (checkout / "CHANGELOG.md").write_text(CHANGELOG)
    commit(checkout)
    assert "asks for 'minor', not 'patch': rows were added" in release("patch")[1]
    themes = Dataset(checkout).csv_path("themes")
    lines = themes.read_text(encoding="utf-8").splitlines(keepends=True)
    gone = next(line for line in lines if line.startswith("a-new-theme"))
    themes.write_text("".join(line for line in lines if line not in (gone, lines[-1])), encoding="utf-8")
    build(Dataset(checkout))
    commit(checkout)
    assert "Gone without a row in 'redirects': themes" in release("major")[1]
    assert git(checkout, "tag").split() == ["v0.1.0"]


def test_what_fails_leaves_the_tree_as_it_was(checkout: Path, release: Run) -> None:
    assert release("minor")[0] == 0
    add_theme(checkout)
    (checkout / "CHANGELOG.md").write_text(CHANGELOG)
    commit(checkout)
    head = git(checkout, "rev-parse", "HEAD")

    def refused() -> str:
        code, said = release("minor")
        assert (code, git(checkout, "status", "--porcelain"), git(checkout, "rev-parse", "HEAD")) == (1, "", head)
        return said

    left = checkout.parent / "dist" / "0.2.0"
    left.mkdir()
    assert "is there already" in refused()
    left.rmdir()
    git(checkout, "tag", "v0.2.0", git(checkout, "commit-tree", "HEAD^{tree}", "-m", "Elsewhere").strip())
    assert "tag: fatal: tag 'v0.2.0' already exists" in refused()
    hook = checkout / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho no >&2\nexit 1\n")
    hook.chmod(0o755)
    assert "git commit: no" in refused()


def test_a_row_may_be_withdrawn(checkout: Path, release: Run) -> None:
    add_theme(checkout)
    commit(checkout)
    assert release("minor")[0] == 0
    dataset = Dataset(checkout)
    themes = dataset.csv_path("themes")
    kept = [line for line in themes.read_text().splitlines(keepends=True) if not line.startswith("a-new-theme")]
    themes.write_text("".join(kept))
    with dataset.csv_path("redirects").open("a") as file:
        file.write("r,themes,a-new-theme,,0.2.0,It was no theme.,\n")
    build(dataset)
    (checkout / "CHANGELOG.md").write_text(CHANGELOG)
    commit(checkout)
    code, said = release("minor")
    assert code == 0, said


def test_since_a_release_means_its_tag_and_not_the_checkout(
    checkout: Path, release: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As in an editable installation, where the checkout is the installed copy, and still has the number of its release.
    monkeypatch.setattr("csodata.releases.download.installed", lambda: checkout)
    monkeypatch.setenv("XDG_CACHE_HOME", str(checkout.parent / "cache"))
    with pytest.raises(CsodataError, match=r"may differ from it\n.*no such revision"), named("0.1.0"):
        pass
    assert release("minor")[0] == 0
    add_theme(checkout)
    done = CliRunner().invoke(main, ["diff", "--since", "0.1.0"])
    assert "themes: 1 added" in done.stdout
    assert done.stdout.startswith(f"From 0.1.0 to 0.1.0 ({checkout}): rows: 1 added. That is a minor change.\n")
    assert "From 0.1.0 (HEAD) to 0.1.0: nothing changed." in CliRunner().invoke(main, ["diff", "HEAD", "v0.1.0"]).stdout


def test_a_version_is_named_by_folder_or_revision(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(checkout)
    monkeypatch.setenv("CSODATA_OFFLINE", "1")
    with named(str(checkout)) as dataset:
        assert dataset.path == checkout
    with named("HEAD") as dataset:
        assert dataset.path != checkout
        assert dataset.csv_path("forums").read_bytes() == Dataset(checkout).csv_path("forums").read_bytes()
    assert not dataset.path.exists()
    git(checkout, "tag", "v7.8.9")
    with named("7.8.9") as dataset:
        assert dataset.tables
    for wrong in ("nothing-here", "--output=x", "6.6.6"):
        with pytest.raises(CsodataError, match="names no version of the dataset"), named(wrong):
            pass
    with pytest.raises(CsodataError), at_revision(checkout.parent, "HEAD"):
        pass


def test_data_that_do_not_validate_are_not_released(checkout: Path, release: Run) -> None:
    path = Dataset(checkout).csv_path("forums")
    path.write_text(path.read_text(encoding="utf-8").replace(",held,", ",kept,"), encoding="utf-8")
    build(Dataset(checkout))
    commit(checkout)
    code, said = release("minor")
    assert (code, "has problems. See them with: csodata validate" in said) == (1, True), said
