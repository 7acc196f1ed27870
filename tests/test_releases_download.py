"""Guards: a release arrives whole and right or not at all, whatever the server, the folder or the zip does.

Costs 15 s: a real server on this computer, with small time-outs, and a process for the tables of each release.
"""

import json
import os
import shutil
import stat
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from email.utils import formatdate
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import server as web
from click.testing import CliRunner
from server import Server, answers, serving

import csodata
from csodata.cli import main
from csodata.dataset import Dataset, hash_of
from csodata.errors import CsodataError, NoDatasetError
from csodata.releases.download import cached, download, open_version
from csodata.releases.layout import hash_of_file, write_archive, write_index, write_release
from csodata.releases.remote import Patience, _seconds

QUICK = Patience(stall=0.4, least=200, tries=2, pause=0.02, lost=5)
VERSIONS = ("0.8.0", "0.9.0")


@pytest.fixture(scope="session")
def published(toy_source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place with two versions of a dataset of two tables; only `dist` may use it: a copy is what tests change."""
    place = tmp_path_factory.mktemp("published")
    dist = place / "dist"
    dist.mkdir()
    folder = Path(shutil.copytree(toy_source, place / "dataset"))
    descriptor = json.loads((folder / "datapackage.json").read_text())
    descriptor["resources"] = [each for each in descriptor["resources"] if each["name"] in ("countries", "themes")]
    for version in VERSIONS:
        (folder / "datapackage.json").write_text(json.dumps(descriptor | {"version": version}))
        write_release(Dataset(folder), dist / version, "2026-11-22")
        write_archive(dist / version, dist / f"csodata-{version}.zip")
    write_index(dist)
    return dist


@pytest.fixture
def dist(published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the place, and an empty cache beside it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    for name in ("CSODATA_REMOTE", "CSODATA_OFFLINE", "CSODATA_DIR"):
        monkeypatch.delenv(name, raising=False)
    return Path(shutil.copytree(published, tmp_path / "dist"))


@pytest.fixture
def server(dist: Path) -> Iterator[Server]:
    with serving(dist) as running:
        yield running


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache/csodata"


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def refused(source: Path | str, cache: Path, version: str | None = "0.9.0", match: str | None = None) -> str:
    """Return the sentence with which a download is refused; nothing may be left of it."""
    began = time.monotonic()
    before = contents(cache)
    with pytest.raises(CsodataError, match=match) as caught:
        download(version, str(source), patience=QUICK)
    assert time.monotonic() - began < 10
    assert contents(cache) == before
    assert not list(cache.glob(".*"))
    return str(caught.value)


# What is fetched, and from where


@pytest.mark.parametrize("form", ["folder", "release", "zip", "url", "zip at a url"])
def test_a_release_comes_from_anywhere(form: str, dist: Path, server: Server, cache: Path) -> None:
    zipped = "csodata-0.9.0.zip"
    source = {"folder": dist, "release": dist / "0.9.0", "zip": dist / zipped, "url": server.url}.get(form)
    whole = contents(dist / "0.9.0")
    (dist / "0.9.0/data/evil.sh").write_text("echo evil")  # which nobody states
    folder = download(None, str(source or f"{server.url}/{zipped}"), patience=QUICK)
    assert folder == cache / "0.9.0"
    assert contents(folder) == whole
    assert Dataset(folder).verify() == []
    assert sorted(path.name for path in cache.iterdir()) == ["0.9.0"]
    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=folder, check=True)


def test_without_a_place_the_installed_copy_is_taken(toy: Dataset, dist: Path, tmp_path: Path) -> None:
    folder = download(to=tmp_path / "copy")
    assert Dataset(folder).version == csodata.open().version
    assert Dataset(folder).verify() == []
    assert csodata.load("forums", folder).equals(csodata.load("forums"))
    with pytest.raises(NoDatasetError, match=r"download 0\.9\.0 --from URL"):
        download("0.9.0")


def test_a_checkout_is_not_kept_as_the_version_that_it_is_on_its_way_to(cache: Path) -> None:
    assert download() == csodata.open().path
    assert not cache.exists()


def test_a_damaged_installed_copy_is_not_passed_on(
    toy: Dataset, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "known.json").write_text("{}")  # the toy is not the release of its number
    monkeypatch.setattr("csodata.releases.download.KNOWN", tmp_path / "known.json")
    path = toy.csv_path("forums")
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    refused(toy.path, cache, None, r"data/forums\.csv is not the file that is stated")


def test_the_index_says_what_there_is(dist: Path, cache: Path) -> None:
    index = json.loads((dist / "index.json").read_text())
    assert [entry["version"] for entry in index["versions"]] == list(VERSIONS)
    newest = index["versions"][-1]
    assert newest["rows"] == {"countries": 3, "themes": 2}
    for key in ("descriptor", "release", "archive"):
        content = (dist / newest[key]["path"]).read_bytes()
        assert (newest[key]["bytes"], newest[key]["hash"]) == (len(content), hash_of(content))
    assert "It has: 0.8.0, 0.9.0" in refused(dist, cache, "0.7.0")


def test_an_archive_is_the_same_each_time(dist: Path, tmp_path: Path) -> None:
    write_archive(dist / "0.9.0", tmp_path / "again.zip")
    assert hash_of_file(tmp_path / "again.zip") == hash_of_file(dist / "csodata-0.9.0.zip")


def test_a_folder_is_filled_only_where_it_is_empty(dist: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    folder = download("0.8.0", str(dist), tmp_path / "empty")
    assert contents(folder) == contents(dist / "0.8.0")
    with pytest.raises(CsodataError, match="not an empty folder; nothing is written"):
        download("0.9.0", str(dist), folder)
    assert contents(folder) == contents(dist / "0.8.0")


@pytest.mark.parametrize("source", ["ftp://x/y", "file:///etc", "s3://x", "nowhere", "nowhere.zip"])
def test_a_place_that_is_none_is_a_sentence(source: str, dist: Path, cache: Path) -> None:
    assert source.partition(":")[0] in refused(source, cache)


@pytest.mark.parametrize("version", ["1", "../0.9.0", "0.9", "00.9.0", "newest", ""])
def test_a_version_is_three_numbers(version: str, dist: Path, cache: Path) -> None:
    refused(dist, cache, version, "is no version")


# The cache, and who reads from it


def test_load_and_open_take_a_version(dist: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NoDatasetError, match=r"csodata download 0\.9\.0 --from URL"):
        csodata.open("0.9.0")
    monkeypatch.setenv("CSODATA_REMOTE", server.url)
    assert csodata.load("countries", version="0.9.0").num_rows == 3
    asked = len(server.asked)
    monkeypatch.setenv("CSODATA_OFFLINE", "1")
    assert csodata.open("0.9.0").version == "0.9.0"
    assert csodata.describe("countries", "0.9.0")["fields"]
    assert csodata.load("themes", version="0.9.0", as_="rows")
    assert download("0.9.0") == cached("0.9.0")
    assert len(server.asked) == asked
    with pytest.raises(CsodataError, match="not both"):
        csodata.load("countries", csodata.open(), version="0.9.0")


def test_the_installed_version_needs_no_network(dist: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CSODATA_OFFLINE", "1")
    ours = csodata.open()
    assert csodata.open(ours.version).path == ours.path


def test_offline_opens_no_connection(server: Server, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CSODATA_OFFLINE", "1")
    for address in (server.url, f"{server.url}/csodata-0.9.0.zip"):
        refused(address, cache, match="CSODATA_OFFLINE is set")
    monkeypatch.setenv("CSODATA_REMOTE", server.url)
    with pytest.raises(CsodataError, match="CSODATA_OFFLINE is set"):
        open_version("0.9.0")
    assert server.asked == []


def test_what_was_spoilt_in_the_cache_is_not_read(dist: Path, cache: Path) -> None:
    path = shutil.copytree(dist / "0.9.0", cache / "0.9.0") / "data/themes.csv"
    path.write_bytes(path.read_bytes().replace(b"t", b"T"))
    with pytest.raises(CsodataError, match=r"no longer what was fetched; look at: data/themes\.csv"):
        csodata.open("0.9.0")


def test_a_released_version_never_changes(dist: Path, cache: Path) -> None:
    shutil.copytree(dist / "0.9.0", cache / "0.9.0")
    descriptor = dist / "0.9.0/datapackage.json"
    descriptor.write_text(descriptor.read_text() + "\n")
    sign(dist)
    refused(dist, cache, match="holds another 0.9.0")


def test_what_this_package_knows_goes_before_what_a_place_says(
    dist: Path, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = tmp_path / "known.json"
    monkeypatch.setattr("csodata.releases.download.KNOWN", known)
    known.write_text(json.dumps({"0.9.0": "sha256:" + "0" * 64}))
    refused(dist, cache, match="not the version 0.9.0 that was published")
    known.write_text(json.dumps({"0.9.0": hash_of_file(dist / "0.9.0/datapackage.json")}))
    download("0.9.0", str(dist))


def test_two_at_once_both_get_it(dist: Path, cache: Path) -> None:
    got: list[Path] = []
    threads = [threading.Thread(target=lambda: got.append(download("0.9.0", str(dist)))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == [cache / "0.9.0"] * 2
    assert not list(cache.glob(".*"))


def test_whoever_breaks_off_leaves_nothing(dist: Path, cache: Path) -> None:
    def progress(came: int, whole: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        download("0.9.0", str(dist), progress=progress)
    assert list(cache.iterdir()) == []


def test_a_full_disk_is_a_sentence(dist: Path, cache: Path) -> None:
    cache.parent.mkdir()
    cache.write_text("in the way")
    with pytest.raises(CsodataError, match="Nothing of the release is kept"):
        download("0.9.0", str(dist))


def test_the_command(server: Server, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = CliRunner().invoke(main, ["download", "0.9.0", "--from", server.url])
    assert (done.exit_code, done.stdout) == (0, f"{cache / '0.9.0'}\n")
    monkeypatch.setenv("CSODATA_REMOTE", server.url)
    done = CliRunner().invoke(main, ["download", "--to", str(tmp_path / "here")])
    assert (done.exit_code, done.stdout) == (0, f"{tmp_path / 'here'}\n")
    assert "(version 0.9.0)" in CliRunner().invoke(main, ["cite", "0.9.0"]).stdout
    done = CliRunner().invoke(main, ["download", "0.1.1"])
    assert (done.exit_code, "It has: 0.8.0, 0.9.0" in done.stderr) == (2, True)


# A server that is not right

ONCE: dict[str, web.Fault] = {
    "index.json": answers(500),
    "0.9.0/release.json": web.breaks_off,
    "0.9.0/datapackage.json": web.has_a_wrong_byte,
    "0.9.0/data/countries.csv": web.is_silent,
    "0.9.0/data/countries.parquet": web.trickles,
    "0.9.0/data/themes.csv": web.is_too_short,
    "0.9.0/data/themes.parquet": web.is_too_long,
    "0.9.0/schemas/themes.json": web.hangs_up,
    "0.9.0/schemas/countries.json": answers(503, Retry_After="1"),
}


def test_a_server_that_recovers_is_borne_with_and_a_redirect_followed(server: Server, dist: Path) -> None:
    for path, fault in ONCE.items():
        server.faults[path] = iter([fault])
    shutil.copy(dist / "0.9.0/data/README.md", dist / "moved.md")
    server.faults["0.9.0/data/README.md"] = iter([answers(302, Location="/moved.md")])
    told: list[tuple[int, int]] = []
    folder = download("0.9.0", server.url, patience=QUICK, progress=lambda *each: told.append(each))
    assert contents(folder) == contents(dist / "0.9.0")
    assert told[-1][0] == told[-1][1] == max(told)[0]
    times: dict[str, list[float]] = {}
    for path, moment in server.asked:
        times.setdefault(path, []).append(moment)
    assert {path for path, moments in times.items() if len(moments) == 2} == set(ONCE)
    assert len(times["moved.md"]) == 1
    first, second = times["0.9.0/schemas/countries.json"]
    assert second - first >= 1, "Retry-After is honoured"


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (web.breaks_off, "broke off"),
        (web.hangs_up, "broke off"),
        (web.is_silent, "sends nothing, or too slowly|does not answer"),
        (web.trickles, "too slowly"),
        (web.trickles_its_heading, "too slowly"),
        (web.is_too_short, "breaks off"),
        (web.is_too_long, "longer than"),
        (web.has_a_wrong_byte, "not the file that is stated"),
        (web.has_no_end, "longer than"),
        (web.is_packed_for_nobody, "broke off"),
        (answers(500), "answers 500"),
        (answers(404), "not there"),
        (answers(204), "answers 204"),
        (answers(503, Retry_After="3600"), "asks to wait 3,600 seconds"),
        (answers(429, Retry_After="99999999999999999999"), "answers 429"),
        (answers(302, Location="/0.9.0/data/countries.csv"), "redirects more than"),
        (answers(302, Location="file:///etc/passwd"), "redirects from http to file"),
        (answers(301, Location="ftp://127.0.0.1/x"), "redirects from http to ftp"),
        (answers(307, Location="http://[bad"), "no address"),
        (answers(302, Location="//127.0.0.1:1/x"), "no connection"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_a_server_that_stays_wrong_is_left(fault: web.Fault, words: str, server: Server, cache: Path) -> None:
    server.faults["0.9.0/data/countries.csv"] = repeat(fault)
    refused(server.url, cache, match=words)


@pytest.mark.parametrize("path", ["index.json", "0.9.0/release.json", "csodata-0.9.0.zip"])
def test_nothing_is_read_without_end(path: str, server: Server, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("csodata.releases.download.MOST_BYTES", 1_000_000)
    server.faults[path] = repeat(web.has_no_end)
    refused(f"{server.url}/{path}" if path.endswith(".zip") else server.url, cache, match="more than|longer than")


def test_a_release_that_changes_while_it_is_fetched_is_refused(server: Server, dist: Path, cache: Path) -> None:
    def changes(handler: web.Handler, content: bytes) -> None:
        handler.head(200, {"Content-Length": str(len(content))})
        handler.wfile.write(content)
        (dist / "0.9.0/data/themes.csv").write_text("theme_id\nanother\n")
        sign(dist)

    server.faults["0.9.0/release.json"] = chain([changes])
    refused(server.url, cache, match=r"themes\.(csv|parquet)")


def test_nobody_there_is_a_sentence(dist: Path, cache: Path) -> None:
    refused("http://127.0.0.1:1", cache, match="no connection")
    refused("http://", cache, match="no address")
    assert "secret" not in refused("http://me:secret@127.0.0.1:1/", cache, match="no connection")


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate")
def test_https_is_trusted_with_a_certificate_only_and_stays_https(
    server: Server, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = tmp_path / "certificate.pem"
    words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost"
    names = ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(certificate), "-out", str(tmp_path / "c")]
    subprocess.run(["openssl", *words.split(), *names], check=True, capture_output=True)
    with certificate.open("a") as both:
        both.write((tmp_path / "c").read_text())
    with serving(tmp_path / "dist") as secure:
        secure.secure(certificate)
        refused(secure.url, cache, match="certificate is not trusted")
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
        secure.faults["index.json"] = repeat(answers(302, Location=f"{server.plain}/index.json"))
        refused(secure.url, cache, match="redirects from https to http")
        assert server.asked == []


def test_a_moment_to_come_back_is_understood() -> None:
    assert 8 < (_seconds(formatdate(time.time() + 10, usegmt=True)) or 0) <= 11
    assert [_seconds(text) for text in (None, "120", "soon", "-5")] == [None, 120, None, None]


# A release that is meant to do harm


def sign(dist: Path) -> None:
    """State the files of version 0.9.0 as they are now, as somebody would who has made them."""
    path = dist / "0.9.0/release.json"
    release = json.loads(path.read_text())
    for file in release["files"]:
        content = (dist / "0.9.0" / file["path"]).read_bytes()
        file |= {"bytes": len(content), "hash": hash_of(content)}
    path.write_text(json.dumps(release))
    sign_index(dist)


def sign_index(dist: Path) -> None:
    index = json.loads((dist / "index.json").read_text())
    for key in ("descriptor", "release"):
        entry = index["versions"][-1][key]
        content = (dist / entry["path"]).read_bytes()
        entry |= {"bytes": len(content), "hash": hash_of(content)}
    (dist / "index.json").write_text(json.dumps(index))


def change(path: Path, what: Callable[[Any], Any]) -> None:
    """Change what a JSON file says."""
    told = json.loads(path.read_text())
    path.write_text(json.dumps(what(told) or told))


CLIMBING = [
    "../evil",
    "/tmp/evil",
    "data/../../evil",
    "data\\evil",
    ".hidden",
    "C:/evil",
    "a//b",
    "x/.",
    "x\n",
    "é",
    "",
]


@pytest.mark.parametrize("path", CLIMBING)
def test_a_name_that_is_not_plain_is_refused(path: str, dist: Path, cache: Path) -> None:
    change(dist / "0.9.0/release.json", lambda told: told["files"][-1].update(path=path))
    sign_index(dist)
    assert "path" in refused(dist, cache)


@pytest.mark.parametrize("key", ["path", "schema", "parquet"])
def test_a_descriptor_that_leads_out_is_refused(key: str, dist: Path, cache: Path) -> None:
    def climb(told: Any) -> None:
        entry = told["resources"][0]
        entry[key] = entry[key] | {"path": "../x"} if key == "parquet" else "../x"

    change(dist / "0.9.0/datapackage.json", climb)
    sign(dist)
    refused(dist, cache, match=r"datapackage\.json is not as a release")


@pytest.mark.parametrize("folder", [False, True])
def test_no_link_is_followed_out_of_a_folder(folder: bool, dist: Path, cache: Path, tmp_path: Path) -> None:
    inside = dist / ("0.9.0/data" if folder else "0.9.0/data/themes.csv")
    inside.rename(tmp_path / "outside")
    inside.symlink_to(tmp_path / "outside")
    refused(dist, cache, match="is missing, or is no file inside that folder")


def test_a_pipe_is_no_file(dist: Path, cache: Path) -> None:
    path = dist / "0.9.0/data/themes.csv"
    path.unlink()
    os.mkfifo(path)
    refused(dist, cache, match="is no file")


def _a_schema(told: Any) -> Any:
    return next(file for file in told["files"] if file["path"].startswith("schemas/"))


@pytest.mark.parametrize(
    ("what", "words"),
    [
        (lambda told: told["files"][-1].update(hash="sha256:" + "0" * 64), "not the file that is stated"),
        (lambda told: told["files"][1].update(hash="sha256:" + "0" * 64), "states another"),
        (lambda told: told["files"][1].update(hash=""), "files.1.hash"),
        (lambda told: told["files"][1].update(hash="md5:" + "0" * 32), "files.1.hash"),
        (lambda told: told["files"][1].pop("hash") and None, "files.1.hash"),
        (lambda told: told["files"][1].pop("bytes") and None, "files.1.bytes"),
        (lambda told: told["files"][1].update(bytes=-1), "files.1.bytes"),
        (lambda told: told["files"][1].update(bytes=10**30), "files.1.bytes"),
        (lambda told: told["files"][1].update(bytes=999_999_999), "files have"),
        (lambda told: _a_schema(told).update(bytes=1_000_001), "at most 1,000,000"),
        (lambda told: told["files"].append(told["files"][1]), "stands twice"),
        (lambda told: told["files"].append(told["files"][1] | {"path": "DATA/Countries.csv"}), "stands twice"),
        (lambda told: told["files"].append(told["files"][1] | {"path": "release.json"}), "neither release.json"),
        (lambda told: told.update(files=told["files"][1:]), "states another"),
        (lambda told: told.update(version="0.8.0"), "not of the version 0.9.0"),
        (lambda told: told.update(name="other"), "key 'name'"),
        (lambda told: told.update(files=told["files"] * 1000), "at most 1,000,000"),
        (lambda told: [1], "release.json"),
    ],
)
def test_a_release_that_states_nonsense_is_refused(
    what: Callable[[Any], Any], words: str, dist: Path, cache: Path
) -> None:
    change(dist / "0.9.0/release.json", what)
    sign_index(dist)
    refused(dist, cache, match=words)


def test_an_older_version_under_a_newer_name_is_refused(dist: Path, cache: Path) -> None:
    shutil.rmtree(dist / "0.9.0")
    shutil.copytree(dist / "0.8.0", dist / "0.9.0")
    refused(dist, cache, match="release.json is not the file that is stated|breaks off|longer than")
    sign_index(dist)
    refused(dist, cache, match="not of the version 0.9.0")
    change(dist / "0.9.0/release.json", lambda told: told.update(version="0.9.0"))
    sign_index(dist)
    refused(dist, cache, match="says that it is version 0.8.0, not 0.9.0")
    refused(dist / "0.9.0", cache, match="says that it is version 0.8.0, not 0.9.0")


def as_another_schema(path: Path) -> None:
    pq.write_table(pa.table({"evil": [1]}), path)


def as_another_type(path: Path) -> None:
    table = pq.read_table(path)
    field = table.schema.field(0)
    pq.write_table(table.set_column(0, field.with_type(pa.large_string()), table[0].cast(pa.large_string())), path)


def as_no_parquet(path: Path) -> None:
    path.write_bytes(b"PAR1" + b"\xff" * 100 + b"PAR1")


def as_far_too_many_rows(path: Path) -> None:
    schema = pq.read_schema(path)
    rows = pa.table([pa.array(["x"]).take(pa.array([0] * 100_000)) for _ in schema], schema=schema)
    pq.write_table(rows, path)


@pytest.mark.parametrize("spoilt", [as_another_schema, as_another_type, as_no_parquet, as_far_too_many_rows])
def test_parquet_that_is_not_as_its_schema_says_is_refused(
    spoilt: Callable[[Path], None], dist: Path, cache: Path
) -> None:
    path = dist / "0.9.0/data/themes.parquet"
    spoilt(path)
    told = {"bytes": path.stat().st_size, "hash": hash_of_file(path)}
    change(dist / "0.9.0/datapackage.json", lambda all_: all_["resources"][1]["parquet"].update(told))
    sign(dist)
    assert "data/themes.parquet" in refused(dist, cache)


DEEP = "[" * 100_000 + "]" * 100_000


@pytest.mark.parametrize(
    "path", ["index.json", "0.9.0/release.json", "0.9.0/datapackage.json", "0.9.0/schemas/themes.json"]
)
@pytest.mark.parametrize("text", [DEEP, '{"a":' * 100_000, "{", "", "\xff", "null", '{"versions": NaN}'])
def test_json_that_is_none_or_too_deep_is_refused(text: str, path: str, dist: Path, cache: Path) -> None:
    if path.endswith("themes.json") and text not in (DEEP, ""):
        return  # each such case reads the tables in a process of its own
    (dist / path).write_text(text, encoding="latin-1")
    if path.startswith("0.9.0/release"):
        sign_index(dist)
    elif path.startswith("0.9.0"):
        sign(dist)
    assert Path(path).name in refused(dist, cache)


def test_a_million_resources_are_refused(dist: Path, cache: Path) -> None:
    path = dist / "0.9.0/datapackage.json"
    told = json.loads(path.read_text())
    for count in (1_000_000, 1_000):
        path.write_text(json.dumps(told | {"resources": [{}] * count}))
        sign(dist)
        refused(dist, cache, match=r"datapackage\.json")


def packed(path: Path, parts: dict[str, bytes]) -> Path:
    """Write a zip; an entry named `link` is a symbolic link."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = ((stat.S_IFLNK if name == "link" else stat.S_IFREG) | 0o644) << 16
            archive.writestr(info, content)
    return path


@pytest.mark.parametrize("name", ["/evil", "../evil", "data/../../evil", "..\\evil", "C:/evil", "link", ".hidden"])
def test_a_zip_with_a_name_that_leads_out_is_refused(name: str, dist: Path, cache: Path, tmp_path: Path) -> None:
    archive = packed(tmp_path / "evil.zip", contents(dist / "0.9.0") | {name: b"/etc/passwd"})
    assert str(archive) in refused(archive, cache, match="not read")


def test_a_zip_without_a_folder_is_read_too(dist: Path, tmp_path: Path) -> None:
    archive = packed(tmp_path / "flat.zip", contents(dist / "0.9.0"))
    assert contents(download("0.9.0", str(archive))) == contents(dist / "0.9.0")


def test_a_zip_bomb_is_refused(dist: Path, cache: Path, tmp_path: Path) -> None:
    name = "data/themes.csv"
    parts = contents(dist / "0.9.0")
    size = len(parts[name])
    bomb = packed(tmp_path / "bomb.zip", parts | {name: b"\0" * 50_000_000})
    refused(bomb, cache, match="would unpack to 50,000,000 bytes")
    announced = (50_000_000).to_bytes(4, "little")
    assert bomb.read_bytes().count(announced) == 2
    bomb.write_bytes(bomb.read_bytes().replace(announced, size.to_bytes(4, "little")))
    refused(bomb, cache, match="damaged|not the file")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_zip_of_another_kind_is_refused(dist: Path, cache: Path, tmp_path: Path) -> None:
    archive = tmp_path / "x.zip"
    with zipfile.ZipFile(archive, "w") as twice:
        for content in (b"{}", b"[]"):
            twice.writestr("datapackage.json", content)
    refused(archive, cache, match="twice")
    with zipfile.ZipFile(archive, "w") as many:
        for number in range(5_000):
            many.writestr(f"data/{number:0>200}", b"")
    refused(archive, cache, match="more files than a release has")
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_LZMA) as odd:
        odd.writestr("datapackage.json", b"{}")
    refused(archive, cache, match="packed in a way")
    whole = (dist / "csodata-0.9.0.zip").read_bytes()
    for content in (b"", b"PK", whole[:-1], whole[: len(whole) // 2], b"x" * 100 + whole[-22:]):
        archive.write_bytes(content)
        refused(archive, cache, match="damaged")
    archive.write_bytes(whole.replace(b"\x50\x4b\x03\x04", b"\x50\x4b\x03\x05", 1))
    refused(archive, cache, match="damaged")


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="Linux tells the memory of a process there")
def test_hostile_places_cost_little_memory(server: Server, dist: Path, tmp_path: Path) -> None:
    bomb = packed(tmp_path / "bomb.zip", contents(dist / "0.9.0") | {"data/themes.csv": b"\0" * 50_000_000})
    (dist / "0.8.0/release.json").write_text("[" + "[]," * 330_000 + "[]]")
    (dist / "0.8.0/datapackage.json").write_text(json.dumps({"resources": [{}] * 240_000}))
    server.faults["index.json"] = repeat(web.has_no_end)
    places = [server.url, f"{server.url}/csodata-0.9.0.zip", str(bomb), str(dist / "0.8.0")]
    script = f"""
from csodata.errors import CsodataError
from csodata.releases import download
from csodata.releases.remote import Patience
for place in {places}:
    try:
        download.download(None, place, patience=Patience{tuple(QUICK)})
    except CsodataError as error:
        pass
    else:
        print(place)
print(open("/proc/self/status").read().partition("VmHWM:")[2].split()[0])  # ru_maxrss counts who started it, too
"""
    server.faults["csodata-0.9.0.zip"] = repeat(web.has_no_end)
    script = script.replace("for place in", "download.MOST_BYTES = 30_000_000\nfor place in")
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=50)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 300_000
