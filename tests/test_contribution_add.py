"""Guards `csodata add`: what is sent goes in whole, with all that follows from it, or nothing is touched.

Costs 10 s: most tests check, merge and write a toy dataset.
"""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from conftest import toy_rows

from csodata.cli import main
from csodata.contribution.add import Addition, add
from csodata.contribution.changelog import with_changes
from csodata.contribution.changes import Change, difference, pull_request
from csodata.dataset import Dataset
from csodata.errors import CsodataError
from csodata.report import report
from csodata.store import locked
from csodata.validation import validate_dataset
from csodata.validation.records import Origin, make_problem

Rows = list[dict[str, str]]
Send = Callable[..., Addition]
PROOF = {"source": "toy-source", "locator": "p. 1", "citation_basis": "stated"}
FORUM = {"forum_type": "dialogue", "level": "regional", "is_collective": "false", "forum_status": "held"}
ACTOR = {"actor_type": "cso", "is_collective": "false", "actor_status": "active"}
EDITION = {"forum_id": "new-1", "name": "Toy Forum 2023", **FORUM, "series_forum_id": "toy-series"}
EDITION |= {"start_date": "2023", "country_code": "MAR"}


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., list[Path]]:
    """Write the rows of tables as a sender does: one file a table, with the evidence at the ends of the rows."""

    def written(**tables: Rows) -> list[Path]:
        folder = tmp_path / "sent"
        folder.mkdir(exist_ok=True)
        for table, rows in tables.items():
            with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, list(dict.fromkeys(name for row in rows for name in row)), restval="")
                writer.writeheader()
                writer.writerows(rows)
        return [folder / f"{table}.csv" for table in tables]

    return written


@pytest.fixture
def send(toy: Dataset, write: Callable[..., list[Path]]) -> Send:
    """Add rows to the toy dataset."""
    return lambda update=False, dry_run=False, **tables: add(toy, write(**tables), update=update, dry_run=dry_run)


def table(toy: Dataset, name: str) -> dict[str, dict[str, str]]:
    rows = list(csv.DictReader(io.StringIO(toy.csv_path(name).read_text(encoding="utf-8"))))
    return {next(iter(row.values())): row for row in rows}


def files(toy: Dataset) -> dict[str, bytes]:
    """Return every file of the dataset, but for its lock."""
    paths = (path for path in toy.path.rglob("*") if path.is_file() and path.name != ".csodata-lock")
    return {path.relative_to(toy.path).as_posix(): path.read_bytes() for path in paths}


def test_new_rows_that_use_each_others_labels_go_in_with_their_evidence(toy: Dataset, send: Send) -> None:
    actor = {"actor_id": "new-1", "name": "شبكة", **ACTOR, **PROOF}
    alias = {"name_id": "", "table_name": "actors", "record_id": "new-1", "name": "Sahel Network", **PROOF}
    host = {"participation_id": "", "forum_id": "new-1", "actor_id": "new-1", "participation_role": "host", **PROOF}
    found = send(
        participations=[host],
        forums=[EDITION | PROOF],
        actors=[actor],
        names=[alias | {"language_code": "en", "name_type": "alias"}],
    )
    assert found.taken
    assert table(toy, "forums")["toy-series-2023"]["name"] == "Toy Forum 2023"
    assert table(toy, "actors")["sahel-network"]["name"] == "شبكة"
    link = table(toy, "participations")["toy-series-2023--sahel-network--host"]
    assert (link["forum_id"], link["actor_id"]) == ("toy-series-2023", "sahel-network")
    cited = table(toy, "citations")["participations--toy-series-2023--sahel-network--host--toy-source"]
    assert (cited["record_id"], cited["locator"], cited["stance"]) == (link["participation_id"], "p. 1", "supports")
    assert len(table(toy, "citations")) == len(toy_rows("citations")) + 4
    again = Dataset(toy.path)
    assert validate_dataset(again).problems == []
    assert again.verify() == []
    import frictionless  # 0.7 s, here alone

    assert frictionless.validate(str(toy.path / "datapackage.json")).valid


def test_rows_without_ids_get_them(toy: Dataset, send: Send) -> None:
    rows = [{"name": f"Harbour {place}", **ACTOR, **PROOF} for place in ("East", "West")]
    assert send(actors=rows).taken
    assert {"harbour-east", "harbour-west"} < set(table(toy, "actors"))


def test_published_rows_change_only_if_that_is_meant(toy: Dataset, send: Send) -> None:
    before, change = files(toy), toy_rows("forums")[0] | {"city": "Thiès", **PROOF}
    found = send(forums=[change])
    assert not found.taken
    assert found.refusals == ["Published rows would change: forums toy-forum. If that is meant, say --update."]
    assert files(toy) == before
    found = send(forums=[change], update=True)
    assert found.taken
    assert table(toy, "forums")["toy-forum"]["city"] == "Thiès"
    assert table(toy, "forums")["toy-forum"]["name"] == "Toy Forum 2019", "what is left out stays"
    told = difference(found.changes)
    assert "~ toy-forum (forums.csv, row 2)" in told
    assert "city: 'Dakar' → 'Thiès'" in told
    assert "`city` 'Dakar' → 'Thiès'" in found.pull_request
    assert validate_dataset(Dataset(toy.path)).valid


def test_what_is_published_already_is_passed_over(toy: Dataset, send: Send) -> None:
    before = files(toy)
    cited = {"source": "toy-source", "locator": "lines 3-4", "citation_basis": "stated"}
    found = send(forums=[toy_rows("forums")[0] | cited])
    assert (found.taken, found.changes, files(toy) == before) == (True, [], True)
    assert found.known == [
        ("citations", "forums--toy-forum--toy-source", "forums.csv, row 2"),
        ("forums", "toy-forum", "forums.csv, row 2"),
    ]
    assert send(forums=[toy_rows("forums")[0] | PROOF]).changes[0].key == "forums--toy-forum--toy-source--2"


def test_a_file_that_is_sent_twice_is_not_added_twice(toy: Dataset, send: Send) -> None:
    sent = {"forums": [EDITION | PROOF], "actors": [{"name": "New Body", **ACTOR, **PROOF}]}
    assert send(**sent).taken
    before = files(toy)
    again = send(**sent)
    assert again.report.counts.by_code["same-name"] == 2
    assert (again.taken, files(toy) == before) == (False, True)


def test_facts_and_sources_that_are_sent_twice_are_not_added_twice(toy: Dataset, send: Send) -> None:
    objective = {"forum_id": "toy-forum", "objective_type": "purpose", "title": "Open doors", **PROOF}
    proof = {"table_name": "forums", "record_id": "toy-forum", "source_id": "toy-source", "stance": "supports"}
    proof |= {"citation_id": "new-1", "column_name": "city", "locator": "p. 3", "citation_basis": "stated"}
    for sent in ({"objectives": [objective]}, {"citations": [proof]}):
        assert send(**sent).changes
        before = files(toy)
        again = send(**sent)
        assert (again.changes, files(toy) == before) == ([], True)
        assert again.known
    fact = {"forum_id": "toy-forum", "actor_id": "toy-ministry", "participation_role": "host", **PROOF}
    assert send(participations=[fact]).taken
    assert "repeated-fact" in send(participations=[fact]).report.counts.by_code
    like = send(objectives=[objective | {"summary": "Said once more."}])
    said = "may be toy-forum-open-doors, which has the same name"
    assert like.doubts == [("objectives", "toy-forum-open-doors-2", said)]
    assert f"`toy-forum-open-doors-2` {said}" in like.pull_request


def test_a_dry_run_writes_nothing_and_says_the_same(toy: Dataset, send: Send) -> None:
    before = {path: path.read_bytes() for path in toy.path.rglob("*") if path.is_file()}
    dry = send(forums=[EDITION | PROOF], dry_run=True)
    assert {path: path.read_bytes() for path in toy.path.rglob("*") if path.is_file()} == before
    wet = send(forums=[EDITION | PROOF])
    assert (dry.changes, dry.pull_request) == (wet.changes, wet.pull_request)


@pytest.mark.parametrize("wrong", [{"forum_status": "hold"}, {"source": ""}, {"series_forum_id": "nothing-of-it"}])
def test_what_is_not_valid_is_refused_whole(toy: Dataset, send: Send, wrong: dict[str, str]) -> None:
    before = files(toy)
    found = send(forums=[EDITION | PROOF | wrong], actors=[{"name": "New Body", **ACTOR, **PROOF}])
    assert (found.taken, found.changes, files(toy) == before) == (False, [], True)


def test_an_id_that_was_withdrawn_is_refused(toy: Dataset, send: Send) -> None:
    gone = {"redirect_id": "new-1", "table_name": "actors", "old_id": "gone", "new_id": "toy-network"}
    assert send(redirects=[gone | {"since_version": "0.1.0", "reason": "The same body."}]).taken
    found = send(actors=[{"actor_id": "gone", "name": "Another", **ACTOR, **PROOF}])
    assert (found.taken, found.report.valid) == (False, True)
    assert "'gone' was withdrawn and is never used again" in found.refusals[0]
    assert send(actors=[{"actor_id": "new-1", "name": "Gone", **ACTOR, **PROOF}]).changes[0].key == "gone-2"


def test_the_changelog_tells_it_and_a_line_grows(toy: Dataset, send: Send) -> None:
    path = toy.path / "CHANGELOG.md"
    path.write_text("# Changelog\n\nWords.\n\n## 0.1.0\n\n### Data\n\n- forums: 1 row added (old).\n", encoding="utf-8")
    assert send(forums=[EDITION | PROOF]).taken
    released = "## 0.1.0\n\n### Data\n\n- forums: 1 row added (old).\n"
    unreleased = "# Changelog\n\nWords.\n\n## Unreleased\n\n### Data\n\n{}\n\n" + released
    lines = "- forums: 1 row added (toy-series-2023).\n- citations: 1 row added."
    assert path.read_text(encoding="utf-8") == unreleased.format(lines)
    assert send(forums=[EDITION | PROOF | {"name": "Toy Forum 2024", "start_date": "2024"}]).taken
    lines = "- forums: 2 rows added (toy-series-2023, toy-series-2024).\n- citations: 2 rows added."
    assert path.read_text(encoding="utf-8") == unreleased.format(lines)


def change(key: str, *, table: str = "forums", new: bool = True) -> Change:
    return Change(table, key, None if new else {"name": "A"}, {"name": "B"}, "x.csv, row 2")


def test_the_changelog_keeps_what_people_wrote() -> None:
    text = "# C\n\n## Unreleased\n\n### Package\n\n- Faster.\n\n## 0.1.0\n"
    once = with_changes(text, [change("a"), change("b", new=False)])
    assert once == (
        "# C\n\n## Unreleased\n\n### Data\n\n- forums: 1 row added (a), 1 changed (b).\n\n"
        "### Package\n\n- Faster.\n\n## 0.1.0\n"
    )
    own = once.replace("1 changed (b).", "1 changed (b); see there.")
    assert "see there.\n- forums: 1 row added (c).\n" in with_changes(own, [change("c")])
    many = with_changes(once, [change(f"f-{number}") for number in range(9)])
    assert "- forums: 10 rows added (a, f-0, f-1, f-2, f-3, …), 1 changed (b).\n" in many
    assert "- forums: 11 rows added (a, f-0, f-1, f-2, f-3, …), 1 changed (b).\n" in with_changes(many, [change("z")])
    assert with_changes("", [change("a")]) == "## Unreleased\n\n### Data\n\n- forums: 1 row added (a).\n"


def test_what_was_sent_is_no_markup_in_a_pull_request() -> None:
    after = {"name": "<b>@all</b> | *x*\n# y", "title": ""}
    wild = Change("forums", "a", None, after, "x.csv, row 2")
    source = {"title": "[x](y)", "canonical_url": "https://example.org/<script>"}
    cited = Change("citations", "c", None, {"source_id": "s"}, "x.csv, row 2")
    warned = report([make_problem(Origin("x.csv"), "similar-name", row=2, value="@all")], files=1, rows=1)
    text = pull_request([wild, cited], {"s": source}, warned)
    assert text.startswith("Data: 1 row added in forums\n")
    assert [mark for mark in ("<b>", "@all", "| *x", "\n# y", "[x](", "<script>") if mark in text] == []
    assert "`similar-name`" in text


@pytest.fixture
def run(toy: Dataset, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run a command in the folder of the toy dataset."""
    monkeypatch.chdir(toy.path)
    return lambda *arguments: CliRunner().invoke(main, [str(each) for each in arguments])


def test_the_command(toy: Dataset, run: Callable[..., Result], write: Callable[..., list[Path]]) -> None:
    [path] = write(forums=[EDITION | PROOF])
    dry = run("add", path, "--dry-run")
    assert (dry.exit_code, "this was a dry run" in dry.stderr) == (0, True)
    done = run("add", path)
    assert (done.exit_code, done.stdout) == (0, dry.stdout)
    assert done.stdout.startswith("Data: 1 row added in forums\n")
    assert "  + toy-series-2023 (forums.csv, row 2)\n      name: 'Toy Forum 2023'\n" in done.stderr
    assert run("validate").exit_code == 0
    again = run("add", path)
    assert (again.exit_code, "[same-name]" in again.stdout, "Nothing was changed." in again.stderr) == (1, True, True)
    write(forums=[toy_rows("forums")[0]])
    known = run("add", path)
    assert (known.exit_code, known.stdout, "all of it is there already" in known.stderr) == (0, "", True)
    write(forums=[toy_rows("forums")[0] | {"city": "Thiès", **PROOF}])
    refused = run("add", path)
    assert (refused.exit_code, "say --update" in refused.stderr) == (1, True)
    assert run("add", path, "--update").exit_code == 0
    assert run("add", toy.path / "missing.csv").exit_code == 2


def test_one_at_a_time_and_only_in_a_checkout(
    toy: Dataset, run: Callable[..., Result], write: Callable[..., list[Path]], monkeypatch: pytest.MonkeyPatch
) -> None:
    [path] = write(forums=[EDITION | PROOF])
    before = files(toy)
    with locked(toy.path, "a test"):
        busy = run("add", path)
    assert (busy.exit_code, "a test (process" in busy.stderr, files(toy) == before) == (2, True, True)
    monkeypatch.chdir(path.parent.parent)
    monkeypatch.setenv("CSODATA_DIR", str(toy.path))
    nowhere = run("add", path)
    assert (nowhere.exit_code, "go to the folder of a checkout" in nowhere.stderr) == (2, True)


def test_a_dry_run_beside_a_broken_off_write_says_so(toy: Dataset, send: Send) -> None:
    (toy.path / ".csodata-write").mkdir()
    (toy.path / ".csodata-write" / "0").write_bytes(b"half")
    with pytest.raises(CsodataError, match="a write was broken off"):
        send(forums=[EDITION | PROOF], dry_run=True)
    assert send(forums=[EDITION | PROOF]).taken


SECOND = {"source_id": "new-1", "title": "Second look", "source_type": "news", "publisher": "Toy News"}
SECOND |= {"canonical_url": "https://news.example.org/look", "accessed_date": "2024-01-01", "language_code": "en"}


def cited_of_forum(toy: Dataset) -> dict[tuple[str, str, str, str], str]:
    """Return the basis of each citation of the toy forum, by source, column, stance and other value."""
    rows = [c for c in table(toy, "citations").values() if c["record_id"] == "toy-forum"]
    found = {(c["source_id"], c["column_name"], c["stance"], c["other_value"]): c["citation_basis"] for c in rows}
    assert len(found) == len(rows), "no citation stands twice"
    return found


def test_a_source_contradicts_what_it_had_vouched_for_once_another_source_changes_it(toy: Dataset, send: Send) -> None:
    before = cited_of_forum(toy)
    change = toy_rows("forums")[0] | {"city": "Thiès", **PROOF, "source": "new-1"}
    found = send(forums=[change], sources=[SECOND], update=True)
    after = cited_of_forum(toy)
    second = next(key[0] for key in after if key[0] not in {source for source, *_ in before})
    assert after.keys() - before.keys() == {
        ("toy-source", "city", "contradicts", "Dakar"),
        (second, "", "supports", ""),
    }
    assert before.keys() <= after.keys()
    assert "`toy-source` has 'Dakar' as `city`" in found.pull_request
    assert validate_dataset(Dataset(toy.path)).problems == []
    # The first source was right, after all.
    assert send(forums=[change | {"city": "Dakar", "source": second}], update=True).taken
    again = cited_of_forum(toy)
    assert ("toy-source", "city", "supports", "") in again
    assert not {key for key in again if key[0] == "toy-source" and key[2] == "contradicts"}


def test_a_source_does_not_vouch_for_what_another_source_adds(toy: Dataset, send: Send) -> None:
    kept = {c["citation_id"] for c in toy_rows("citations") if c["record_id"] == "toy-forum"}
    concluded = {"citation_id": "new-1", "table_name": "forums", "record_id": "toy-forum", "column_name": "name"}
    concluded |= {"source_id": "toy-source", "locator": "p. 9", "citation_basis": "inferred", "stance": "supports"}
    assert send(citations=[concluded]).taken
    change = toy_rows("forums")[0] | {"venue": "Town hall", **PROOF, "source": "new-1"}
    assert send(forums=[change], sources=[SECOND], update=True).taken
    after = cited_of_forum(toy)
    old = {key[1]: basis for key, basis in after.items() if key[0] == "toy-source"}
    assert "" not in old, "the citation of the whole row is cut into its columns"
    assert "venue" not in old
    assert (old["city"], old["name"]) == ("stated", "inferred"), "what is cited by itself already stays so"
    assert kept <= set(table(toy, "citations")), "no published id is lost"
    assert validate_dataset(Dataset(toy.path)).problems == []


def test_an_update_without_evidence_puts_right_what_the_cited_source_says(toy: Dataset, send: Send) -> None:
    before = table(toy, "citations")
    assert send(forums=[toy_rows("forums")[0] | {"city": "Thiès"}], update=True).taken
    assert table(toy, "citations") == before


def test_a_source_that_is_sent_along_for_one_column_is_cited_for_it_alone(toy: Dataset, send: Send) -> None:
    change = toy_rows("forums")[0] | {"city": "Thiès", "start_date": "2018", **PROOF, "source": "new-1"}
    own = {"citation_id": "new-1", "table_name": "forums", "record_id": "toy-forum", "column_name": "city"}
    own |= {"source_id": "toy-source", "locator": "p. 9", "citation_basis": "stated", "stance": "contradicts"}
    assert send(forums=[change], sources=[SECOND], citations=[own | {"other_value": "Dakar"}], update=True).taken
    after = cited_of_forum(toy)
    start = toy_rows("forums")[0]["start_date"]
    assert ("toy-source", "start_date", "contradicts", start) in after
    assert [key for key in after if key[:2] == ("toy-source", "city")] == [
        ("toy-source", "city", "contradicts", "Dakar")
    ]


def test_an_id_that_begins_as_a_label_does_is_looked_at(toy: Dataset, send: Send) -> None:
    found = send(actors=[{"actor_id": "new-senegal", "name": "Sahel Network", **ACTOR, **PROOF}])
    assert found.doubts == [("actors", "new-senegal", "keeps the id that was sent: a label is new- and a number")]
    assert "actors new-senegal keeps the id" in difference(found.changes, (), found.doubts)


def test_a_source_that_is_sent_again_vouches_for_the_row_as_it_is_now(toy: Dataset, send: Send) -> None:
    before = table(toy, "citations")
    assert send(forums=[toy_rows("forums")[0] | {"city": "Thiès", **PROOF}], update=True).taken
    after = table(toy, "citations")
    assert {key: after[key] for key in before} == before


def test_a_pull_request_text_is_one_that_github_takes(toy: Dataset) -> None:
    rows = [Change("actors", f"a-{n}", None, {"actor_id": f"a-{n}", "name": "x" * 300}, "a.csv") for n in range(5_000)]
    cited = {"citation_id": "c", "source_id": ""}
    rows += [Change("citations", f"c-{n}", None, cited | {"source_id": f"s-{n}"}, "a.csv") for n in range(5_000)]
    text = pull_request(rows, {}, report([], files=1, rows=1))
    assert len(text) < 65_536
    assert text.count("… and 4800 more") == 2
