"""Guards: every command answers, with data on stdout, talk on stderr, the right exit code. Costs 5 seconds."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import csodata
from csodata.cli import main
from csodata.dataset import Dataset

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def run(toy: Dataset, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """Run a command in the folder of the toy dataset."""
    monkeypatch.setenv("CSODATA_DIR", str(toy.path))
    monkeypatch.chdir(toy.path)
    return lambda *arguments: CliRunner().invoke(main, arguments)


def test_every_command_has_help_with_an_example_and_stands_in_the_readme() -> None:
    for name, command in main.commands.items():
        answer = CliRunner().invoke(main, [name, "--help"])
        assert answer.exit_code == 0
        assert f"csodata {name}" in answer.output, "an example"
        assert f"`csodata {name}" in README
        assert command.short_help or command.help


def test_list(run) -> None:  # type: ignore[no-untyped-def]
    tables = json.loads(run("list", "--format", "json").stdout)
    assert [entry["table"] for entry in tables] == csodata.tables()
    assert [
        row["table"] for row in csv.DictReader(io.StringIO(run("list", "--format", "csv").stdout))
    ] == csodata.tables()
    assert "forums" in run("list").stdout


def test_describe(run, folder: Path) -> None:  # type: ignore[no-untyped-def]
    assert json.loads(run("describe", "forums", "--format", "json").stdout) == csodata.describe("forums", folder)
    assert "forum_type (string, required; " in run("describe", "forums").stdout


def test_show(run, folder: Path) -> None:  # type: ignore[no-untyped-def]
    rows = csodata.load("forums", folder, as_="rows")
    assert json.loads(run("show", "forums", "--format", "json").stdout) == rows
    as_csv = run("show", "forums", "--format", "csv").stdout
    assert as_csv == (folder / "data/forums.csv").read_text(encoding="utf-8")
    chosen = run("show", "forums", "--where", "forum_id=toy-forum", "--columns", "name", "--format", "csv").stdout
    assert chosen.splitlines() == ["name", next(row["name"] for row in rows if row["forum_id"] == "toy-forum")]
    assert len(run("show", "forums", "--limit", "1", "--format", "csv").stdout.splitlines()) == 2
    assert "toy-forum" in run("show", "forums").stdout
    assert run("show", "redirects").exit_code == 0


def test_show_one_record_with_its_links_and_evidence(run) -> None:  # type: ignore[no-untyped-def]
    card = run("show", "commitments", "toy-demand").stdout
    assert "speech_act: demand" in card
    assert "Toy Network" in card, "who made it, by name"
    assert "stated" in card.partition("Evidence:")[2]
    missing = run("show", "commitments", "toy-deman")
    assert (missing.exit_code, "has no row 'toy-deman'" in missing.stderr) == (2, True)


def test_show_tells_which_values_there_are(run) -> None:  # type: ignore[no-untyped-def]
    nothing = run("show", "forums", "--where", "level=globl")
    assert (nothing.exit_code, "No rows" in nothing.stderr, "level: " in nothing.stderr) == (0, True, True)
    assert run("show", "forums", "--where", "level").exit_code == 2


def test_show_prints_data_and_not_markup(run, toy: Dataset) -> None:  # type: ignore[no-untyped-def]
    path = toy.csv_path("actors")
    path.write_text(path.read_text(encoding="utf-8").replace("Toy Network", "[red]Toy[/] Network"), encoding="utf-8")
    from csodata import canonical

    canonical.build(toy)
    assert "[red]Toy[/] Network" in run("show", "actors").stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["show", "forum"], "The tables are"),
        (["describe", "forum"], "The tables are"),
        (["show", "forums", "--columns", "nam"], "The columns are"),
        (["show", "forums", "--where", "nam=x"], "The columns are"),
        (["explain", "cyle"], "Did you mean 'cycle'?"),
        (["validate", "no-such-file.csv"], "no such file"),
        (["validate", "--table", "forums"], "--table goes with files"),
        (["validate", "x.csv", "y.csv", "--schema", "z.json"], "exactly one FILE"),
        (["validate", "x.csv", "--table", "forum"], "The tables are"),
        (["valdate"], "No such command"),
    ],
)
def test_what_cannot_be_done_is_a_sentence_and_exit_2(run, arguments: list[str], says: str) -> None:  # type: ignore[no-untyped-def]
    answer: Result = run(*arguments)
    assert answer.exit_code == 2
    assert says in answer.stderr
    assert answer.stdout == ""
    assert "Traceback" not in answer.stderr


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["nix.csv"], "nix.csv : ce fichier n’existe pas. Vérifiez son nom et le dossier."),
        (["nix.csv", "--schema", "schemas/forums.json"], "nix.csv : ce fichier n’existe pas."),
        (["schemas", "--marked-copy", "copy.xlsx"], "schemas : c’est un dossier. Indiquez un fichier qui s’y trouve."),
        (["data/forums.csv", "--limit", "held_bytes=5"], "Mo ; on en lit au plus 0 Mo."),
        (["-"], "entrée standard : c’est une image PNG, pas un tableau."),
    ],
)
def test_why_a_file_cannot_be_read_is_told_in_french(run, options: list[str], says: str) -> None:  # type: ignore[no-untyped-def]
    answer = CliRunner().invoke(main, ["validate", *options, "--lang", "fr"], input=b"\x89PNG\r\n")
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert answer.stderr.splitlines()[-1].startswith("Erreur : ") and says in answer.stderr


INTERRUPTED = """
import os, signal, sys

def interrupt(frame, event, _):
    code = frame.f_code
    if (event, code.co_name) == ("call", sys.argv[2]) and code.co_filename.endswith(sys.argv[1]):
        sys.setprofile(None)
        os.kill(os.getpid(), signal.SIGINT)

signal.signal(signal.SIGINT, signal.default_int_handler)
sys.setprofile(interrupt)
from csodata.cli import main
main(["list"])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there os.kill ends the process and asks nobody")
@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("click/__init__.py", "<module>"),
        ("csodata/messages.py", "<module>"),
        ("csodata/cli/releasing.py", "<module>"),
        ("click/core.py", "_main_shell_completion"),
        ("click/core.py", "parse_args"),
        ("csodata/cli/looking.py", "list_tables"),
    ],
)
def test_ctrl_c_ends_it_without_a_traceback_however_early(file: str, name: str) -> None:
    """The signal comes when a module, or a function, begins; before csodata.cli nothing of ours can see to it."""
    command = [sys.executable, "-c", INTERRUPTED, file, name]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


def test_a_fault_of_our_own_is_a_sentence(run, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr("csodata.citing.citation", lambda *_: 1 / 0)
    answer = run("cite")
    assert answer.exit_code == 2
    assert "fault of csodata itself: ZeroDivisionError" in answer.stderr


def test_validate_the_dataset(run, toy: Dataset) -> None:  # type: ignore[no-untyped-def]
    fine = run("validate")
    assert (fine.exit_code, "All good" in fine.stdout, str(toy.path) in fine.stderr) == (0, True, True)
    path = toy.csv_path("forums")
    path.write_text(path.read_text(encoding="utf-8").replace(",held,", ",hold,", 1), encoding="utf-8")
    wrong = run("validate", "--format", "json")
    report = json.loads(wrong.stdout)
    assert (wrong.exit_code, report["valid"]) == (1, False)
    assert {"not-in-list", "wrong-hash"} <= {problem["code"] for problem in report["problems"]}


def test_verify(run, toy: Dataset) -> None:  # type: ignore[no-untyped-def]
    assert run("verify").exit_code == 0
    toy.csv_path("forums").write_text("")
    answer = run("verify")
    assert (answer.exit_code, answer.stdout.startswith("data/forums.csv: ")) == (1, True)


def test_validate_against_a_schema_alone(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "s.json").write_text('{"fields": [{"name": "n", "type": "integer"}]}')
    (tmp_path / "t.csv").write_text("n\n1\nx\n")
    answer = run("validate", str(tmp_path / "t.csv"), "--schema", str(tmp_path / "s.json"), "--format", "json")
    assert answer.exit_code == 1
    assert [(p["code"], p["row"], p["field"]) for p in json.loads(answer.stdout)["problems"]] == [
        ("wrong-type", 3, "n")
    ]


def test_cite_explain_and_info(run, toy: Dataset) -> None:  # type: ignore[no-untyped-def]
    assert toy.version in run("cite").stdout
    assert run("cite", "--format", "bibtex").stdout.startswith("@misc{")
    assert "end-before-start" in run("explain").stdout
    assert "{" not in run("explain", "end-before-start").stdout
    assert json.loads(run("info", "--format", "json").stdout)["path"] == str(toy.path)
    assert str(toy.path) in run("info").stdout


def test_no_color_and_completion_in_a_real_process(folder: Path) -> None:
    environment = {**os.environ, "CSODATA_DIR": str(folder), "NO_COLOR": "1", "FORCE_COLOR": ""}
    done = subprocess.run([sys.executable, "-c", "from csodata.cli import main; main()", "show", "forums"],
                          env=environment, capture_output=True, text=True, timeout=60)  # fmt: skip
    assert (done.returncode, "\x1b" in done.stdout) == (0, False)
    completed = subprocess.run(
        [sys.executable, "-c", "from csodata.cli import main; main(prog_name='csodata')"],
        env={**environment, "_CSODATA_COMPLETE": "bash_complete", "COMP_WORDS": "csodata show for", "COMP_CWORD": "2"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "forums" in completed.stdout


def test_the_version_is_the_descriptors(run, toy: Dataset) -> None:  # type: ignore[no-untyped-def]
    assert run("--version").stdout == f"csodata {toy.version}\n"


def test_completion_where_there_is_no_dataset(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CSODATA_DIR", str(tmp_path / "nowhere"))
    command = main.commands["show"]
    context = command.make_context("show", ["forums"])
    assert command.params[0].shell_complete(context, "for") == []
    rule = main.commands["explain"].params[0]
    assert [item.value for item in rule.shell_complete(context, "cyc")] == ["cycle"]


def test_explain_as_json(run) -> None:  # type: ignore[no-untyped-def]
    assert json.loads(run("explain", "cycle", "--format", "json").stdout)["severity"] == "error"
    assert {"rule": "cycle", "severity": "error"} in json.loads(run("explain", "--format", "json").stdout)


def test_a_key_goes_alone(run) -> None:  # type: ignore[no-untyped-def]
    assert run("show", "forums", "toy-forum", "--format", "json").exit_code == 2


SCHEMA = {
    "fields": [{"name": "a", "type": "string"}, {"name": "b", "type": "integer"}],
    "foreignKeys": [{"fields": ["a"], "reference": {"resource": "p", "fields": ["k"]}}],
}


def test_one_table_with_its_parents_from_a_file_or_standard_input(tmp_path: Path) -> None:
    (tmp_path / "s.json").write_text(json.dumps(SCHEMA), encoding="utf-8")
    (tmp_path / "p.csv").write_text("k,name\nx,X\n", encoding="utf-8")
    (tmp_path / "t.csv").write_text("a,b\nx,1\ny,1\nz,2\n", encoding="utf-8")
    options = ["--schema", str(tmp_path / "s.json"), "--parent", f"p={tmp_path / 'p.csv'}", "--format", "json"]
    for file, given in ((str(tmp_path / "t.csv"), None), ("-", "a,b\nx,1\ny,1\nz,2\n")):
        answer = CliRunner().invoke(main, ["validate", file, *options, "--limit", "problems=1"], input=given)
        report = json.loads(answer.stdout)
        assert answer.exit_code == 1
        assert report["counts"]["by_code"] == {"unknown-reference": 2}
        assert [(p["file"], p["row"]) for p in report["problems"]] == [("standard input" if given else file, 3)]


def test_rows_for_the_dataset_from_standard_input(run, folder: Path) -> None:  # type: ignore[no-untyped-def]
    text = (folder / "data/themes.csv").read_text(encoding="utf-8")
    answer = CliRunner().invoke(main, ["validate", "-", "--table", "themes"], input=text)
    assert answer.exit_code == 0
    assert answer.stdout.startswith("All good:")


def test_what_is_not_shown_is_counted(tmp_path: Path) -> None:
    (tmp_path / "s.json").write_text(json.dumps({"fields": SCHEMA["fields"]}), encoding="utf-8")
    (tmp_path / "t.csv").write_text("a,b\n" + "x,x\n" * 5, encoding="utf-8")
    command = ["validate", str(tmp_path / "t.csv"), "--schema", str(tmp_path / "s.json"), "--limit", "problems=2"]
    answer = CliRunner().invoke(main, command)
    assert "Of 5 problems [wrong-type], the first 2 are listed." in answer.stdout
    assert answer.stdout.endswith("5 problems; 5 rows in 1 file checked.\n")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--parent", "p=x.csv"], "--parent goes with --schema"),
        (["x.csv", "--limit", "rows"], "not written as NAME=NUMBER"),
        (["x.csv", "--limit", "lines=1"], "There is no limit 'lines'"),
        (["x.csv", "--limit", "rows=many"], "is a whole number"),
    ],
)
def test_options_of_validate_that_cannot_be(run, options: list[str], says: str) -> None:  # type: ignore[no-untyped-def]
    answer = run("validate", *options)
    assert (answer.exit_code, says in answer.stderr) == (2, True)
