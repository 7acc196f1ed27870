"""Guards: which dataset is found, and that damage to any file of it is seen. Costs a second."""

import json
import shutil
from pathlib import Path

import pytest

import csodata
from csodata.dataset import Dataset, find, find_checkout, find_here
from csodata.errors import BadSchemaError, NoDatasetError


def test_load_takes_its_argument_then_the_variable_then_the_installed_copy(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CSODATA_DIR", raising=False)
    monkeypatch.chdir(tmp_path)
    installed = find().path
    assert installed != folder
    monkeypatch.setenv("CSODATA_DIR", str(folder))
    assert find().path == folder
    assert find(installed).path == installed


def test_checking_takes_the_folder_that_one_stands_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CSODATA_DIR", raising=False)
    monkeypatch.chdir(folder / "data")
    assert find_here().path == folder


def test_another_data_package_is_passed_over(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other/datapackage.json").write_text('{"name": "other", "resources": []}')
    monkeypatch.chdir(tmp_path / "other")
    monkeypatch.setenv("CSODATA_DIR", str(folder))
    assert find_here().path == folder


def test_nothing_is_written_into_an_installed_copy(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "site-packages" / "csodata"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    shutil.copytree(folder, package / "_dataset")
    monkeypatch.chdir(package / "_dataset" / "data")
    assert find_here().path == package / "_dataset"
    with pytest.raises(NoDatasetError, match="installed copy"):
        find_checkout()
    monkeypatch.chdir(folder)
    assert find_checkout().path == folder


def test_no_dataset_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(NoDatasetError, match=r"no datapackage\.json in"):
        csodata.open(tmp_path)


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"resources": 3}', '{"resources": [1]}', '{"resources": [{"path": "x"}]}']
)
def test_a_broken_descriptor_is_a_sentence(text: str, tmp_path: Path) -> None:
    (tmp_path / "datapackage.json").write_text(text)
    with pytest.raises(BadSchemaError, match=r"datapackage\.json"):
        csodata.open(tmp_path)


@pytest.mark.parametrize("path", ["../x.csv", "/etc/passwd", "a\\b.csv", 7])
def test_a_path_that_leads_out_of_the_folder_is_refused(path: object, folder: Path) -> None:
    descriptor = json.loads((folder / "datapackage.json").read_text())
    descriptor["resources"][0]["path"] = path
    (folder / "datapackage.json").write_text(json.dumps(descriptor))
    with pytest.raises(BadSchemaError, match="path"):
        csodata.open(folder)


def test_verify_sees_damage_to_any_file(folder: Path) -> None:
    dataset = Dataset(folder)
    assert dataset.verify() == []
    for resource in dataset.resources.values():
        for name in (resource["path"], resource["parquet"]["path"]):
            path = folder / name
            content = path.read_bytes()
            path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
            assert [difference.partition(":")[0] for difference in dataset.verify()] == [name]
            path.write_bytes(content + b"\n")
            assert "bytes" in dataset.verify()[0]
            path.unlink()
            assert "missing" in dataset.verify()[0]
            path.write_bytes(content)


def test_what_a_dataset_tells(folder: Path) -> None:
    dataset = csodata.open(folder)
    assert dataset.path == folder
    assert dataset.version == json.loads((folder / "datapackage.json").read_text())["version"]
    assert dataset.tables == csodata.tables(folder)
    assert csodata.describe("forums", folder)["fields"][0]["name"] == "forum_id"
