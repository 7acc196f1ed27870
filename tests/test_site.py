"""Guards the site's data scripts and record pages: links, evidence, languages, merged ids, and text that stays text.

Costs 3 s: the toy dataset, with rows that try to break it. The front end has tests of its own in site/tests.
"""

import json
import re
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, toy_rows, write_rows

from csodata import canonical
from csodata.arrow import load
from csodata.dataset import Dataset

pytest.importorskip("jinja2", reason="the site needs the extra 'build'")
sys.path.insert(0, str(ROOT / "scripts"))  # scripts, not a package: they import one another by name

from check_site import faults
from site_pages import pages
from site_scripts import scripts
from site_tables import PAGES, Tables
from site_words import date_text, without_id

HOSTILE = '</script><b onclick="x()">{{ 7 * 7 }}\u2028\' --> & co'
WORDS = json.loads((ROOT / "site" / "words.json").read_text(encoding="utf-8"))
ENGLISH, FRENCH = ({key: texts[number] for key, texts in WORDS.items()} for number in (0, 1))
CITED = {"source_id": "toy-source", "citation_basis": "stated", "stance": "supports"}
MORE = {
    "actors": [
        {
            "actor_id": "hostile",
            "name": HOSTILE,
            "actor_type": "state",
            "is_collective": "false",
            "actor_status": "active",
            "website_url": "javascript:alert(1)",
            "note": "See the search who-else.",
        }
    ],
    "citations": [
        {
            **CITED,
            "citation_id": "other-city",
            "table_name": "forums",
            "record_id": "toy-forum",
            "column_name": "city",
            "locator": "p. 9",
            "stance": "contradicts",
            "other_value": "Thiès",
        },
        {
            **CITED,
            "citation_id": "other-venue",
            "table_name": "forums",
            "record_id": "toy-forum",
            "column_name": "planned_start_date",
            "locator": "p. 10",
            "stance": "contradicts",
            "other_value": "2019-13, or CEDEX",
        },
    ],
    "objectives": [
        {"objective_id": "served", "forum_id": "toy-forum", "objective_type": "target", "title": "Served"},
    ],
    "commitment_objectives": [
        {"commitment_objective_id": "one", "commitment_id": "toy-pledge", "objective_id": "served"}
    ],
    "redirects": [
        {
            "redirect_id": f"actors--{old}",
            "table_name": "actors",
            "old_id": old,
            "new_id": new,
            "since_version": "0.2.0",
            "reason": "The same body.",
        }
        for old, new in (("old-network", "toy-network"), ("gone", ""))
    ],
    "searches": [
        {
            "search_id": "who-else",
            "question": "Who else was there?",
            "where_searched": "The list.",
            "searched_date": "2026-11",
            "outcome": "Nobody.",
        }
    ],
}


@pytest.fixture(scope="module")
def tables(toy_source: Path, tmp_path_factory: pytest.TempPathFactory) -> Tables:
    """The toy dataset with rows of which its own tests would not approve."""
    import shutil

    dataset = Dataset(shutil.copytree(toy_source, tmp_path_factory.mktemp("site") / "toy"))
    for table, rows in MORE.items():
        write_rows(dataset, table, [*toy_rows(table), *rows])
    canonical.build(dataset)
    return Tables(Dataset(dataset.path))


@pytest.fixture(scope="module")
def written(tables: Tables) -> dict[str, str]:
    """The record pages by address."""
    return dict(pages(tables, WORDS))


@pytest.fixture(scope="module")
def data(tables: Tables) -> dict[str, Any]:
    """The content of the data scripts by name, as a browser reads it."""
    found = {}
    for name, text in scripts(tables, WORDS):
        match = re.fullmatch(r"window\.CSODATA(?:\.[a-z_.]+)? = JSON\.parse\('((?:[^'\\]|\\['\\])*)'\);\n", text)
        assert match, name
        found[name] = json.loads(re.sub(r"\\(.)", r"\1", match[1]))
    return found


def text_of(page: str) -> str:
    """Return what a reader sees of a page."""
    body = re.sub(r"<(script|title)\b.*?</\1>", "", page, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())


def linked_data(page: str) -> Any:
    match = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert match
    return json.loads(match[1])


def write(folder: Path, written: dict[str, str]) -> Path:
    for address, content in {**written, "index.html": "", "r/record.css": "", "r/record.js": ""}.items():
        (folder / address).parent.mkdir(parents=True, exist_ok=True)
        (folder / address).write_text(content, encoding="utf-8")
    return folder


def test_every_record_has_a_page_in_each_language(tables: Tables, written: dict[str, str]) -> None:
    for table in PAGES:
        for key in tables.by_key[table]:
            assert '<html lang="en">' in written[f"r/{table}/{key}.html"]
            assert '<html lang="fr">' in written[f"r/fr/{table}/{key}.html"]


def test_no_link_is_broken(written: dict[str, str], tmp_path: Path) -> None:
    assert list(faults(write(tmp_path, written))) == []


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ('<a href="nowhere.html">', "nowhere.html leads nowhere"),
        ('<a href="#e99">', "there is no #e99"),
        ('<img alt="" src="https://example.org/x.png">', "the page loads https://example.org/x.png"),
        ('<meta http-equiv="refresh" content="0; url=gone-too.html">', "gone-too.html leads nowhere"),
        ('<script type="application/ld+json">{</script>', "its JSON-LD cannot be read"),
    ],
)
def test_a_fault_is_found(written: dict[str, str], tmp_path: Path, more: str, fault: str) -> None:
    place = "r/forums/toy-forum.html"
    found = list(faults(write(tmp_path, {**written, place: written[place] + more})))
    assert len(found) == 1
    assert fault in found[0]


def test_what_is_data_is_never_markup(written: dict[str, str]) -> None:
    page = written["r/actors/hostile.html"]
    assert "<b" not in page.replace("<body", "")
    assert page.count("<script") == 2
    assert " ".join(HOSTILE.split()) in text_of(page)
    assert 'href="javascript' not in page
    assert linked_data(page)["mainEntity"]["name"] == HOSTILE


def test_evidence_has_source_and_place(written: dict[str, str]) -> None:
    page = written["r/forums/toy-forum.html"]
    text = text_of(page)
    assert "Report of the Toy Forum" in text
    assert "lines 3-4" in text
    assert "lines 31-32" in text, "what backs a participation stands on the page of its forum"
    assert 'href="https://www.example.org/report"' in page


def test_a_disagreement_stands_beside_the_value(written: dict[str, str]) -> None:
    assert re.search(r"City Dakar Another source gives Thiès \d", text_of(written["r/forums/toy-forum.html"]))
    assert "Une autre source donne Thiès" in text_of(written["r/fr/forums/toy-forum.html"])


def test_what_is_said_of_an_empty_cell_is_kept(written: dict[str, str]) -> None:
    text = text_of(written["r/forums/toy-forum.html"])
    assert re.search(r"Also cited: \d", text)
    assert "p. 10 · Stated · Contradicts (Planned start: 2019-13, or CEDEX )" in text


def test_links_lead_both_ways(written: dict[str, str]) -> None:
    assert 'href="../actors/toy-network.html"' in written["r/forums/toy-forum.html"]
    assert 'href="../forums/toy-forum.html"' in written["r/actors/toy-network.html"]
    assert "Forums, where this is “Forum series”" in text_of(written["r/forums/toy-series.html"])


def test_empty_says_what_it_means(written: dict[str, str]) -> None:
    assert re.search(r"Venue[^:]*: the source does not say", text_of(written["r/forums/toy-forum.html"]))
    assert re.search(r"Lieu[^:]*: la source ne le dit pas", text_of(written["r/fr/forums/toy-forum.html"]))


def test_an_objective_that_nothing_serves_says_so(written: dict[str, str]) -> None:
    assert ENGLISH["a_unserved"] in text_of(written["r/objectives/toy-objective.html"])
    assert ENGLISH["a_unserved"] not in text_of(written["r/objectives/served.html"])


def test_a_search_that_a_note_names_is_told(written: dict[str, str]) -> None:
    assert "Who else was there? The list. (November 2026) Nobody." in text_of(written["r/actors/hostile.html"])


def test_the_french_page_is_french(written: dict[str, str]) -> None:
    text = text_of(written["r/fr/actors/toy-network.html"])
    assert "Réseau jouet" in text
    assert "Belgique" in text
    assert 'href="../../../r/actors/toy-network.html"' in written["r/fr/actors/toy-network.html"]


def test_merged_ids_lead_on_and_withdrawn_ones_say_so(written: dict[str, str]) -> None:
    assert 'content="0; url=toy-network.html"' in written["r/actors/old-network.html"]
    assert 'content="0; url=toy-network.html"' in written["r/fr/actors/old-network.html"]
    assert "refresh" not in written["r/actors/gone.html"]
    assert "withdrawn" in text_of(written["r/actors/gone.html"])


def test_linked_data(written: dict[str, str]) -> None:
    found = linked_data(written["r/forums/toy-forum.html"])
    assert found["@type"] == "WebPage"
    assert found["citation"][0]["name"] == "Report of the Toy Forum"
    event = found["mainEntity"]
    assert (event["@type"], event["startDate"], event["endDate"]) == ("Event", "2019-10-09", "2019-10-10")
    assert event["superEvent"]["@id"] == "../forums/toy-series.html#record"
    assert linked_data(written["r/actors/toy-network.html"])["mainEntity"]["alternateName"] == ["TN", "Réseau jouet"]
    assert linked_data(written["r/fr/forums/toy-forum.html"])["mainEntity"]["@id"].startswith("../../forums/")


def test_the_same_rows_give_the_same_bytes(tables: Tables, written: dict[str, str]) -> None:
    assert dict(pages(Tables(tables.dataset), WORDS)) == written


def test_data_scripts_hold_every_cell(tables: Tables, data: dict[str, Any]) -> None:
    for table in tables.dataset.tables:
        content = data[f"{table}.js"]
        rows = [dict(zip(content["columns"], row, strict=True)) for row in content["rows"]]
        names = tables.models[table].names
        assert [{name: row[name] for name in names} for row in rows] == load(tables.dataset, table, "rows")
    forum = next(row for row in data["forums.js"]["rows"] if row[0] == "toy-series")
    told = dict(zip(data["forums.js"]["columns"], forum, strict=True))
    assert (told["start_date"], told["start_date__from"], told["start_date__to"]) == (
        "2019",
        "2019-01-01",
        "2019-12-31",
    )
    assert (told["is_collective"], told["city"], told["end_date__from"]) == (False, None, None)


def test_meta(tables: Tables, data: dict[str, Any]) -> None:
    meta = data["meta.js"]
    assert meta["version"] == tables.dataset.version
    assert meta["counts"]["actors"] == 3
    assert meta["quality"]["actors"] | {"filled": {}} == {"rows": 3, "cited": 0.6667, "filled": {}}
    assert meta["quality"]["forums"]["filled"]["city"] == 0.5
    fields = {field["name"]: field for field in meta["schemas"]["forums"]["fields"]}
    assert fields["level"]["enum"]["regional"] == ["Regional", "Régional"]
    assert fields["series_forum_id"]["target"] == "forums"
    assert fields["venue"]["empty"] == ["the source does not say", "la source ne le dit pas"]
    assert meta["tables"] == {}
    assert meta["words"] == WORDS


def test_the_first_page_loads_no_table() -> None:
    from site_pages import environment

    page = environment(ROOT / "site").get_template("index.html").render(title="T", description="D")
    assert re.findall(r'src="([^"]*)"', page) == ["data/meta.js", "app.js"]


def test_citations_are_counted(tables: Tables, data: dict[str, Any]) -> None:
    forums = data["forums.js"]
    counted = {row[0]: row[forums["columns"].index("citations__n")] for row in forums["rows"]}
    assert counted == {key: len(tables.citations("forums", key)) for key in tables.by_key["forums"]}
    assert counted["toy-forum"] > 2


def test_a_record_is_found_by_each_of_its_names(data: dict[str, Any]) -> None:
    found = {key: names for key, *names in data["search.js"]["actors"]}
    assert found["toy-network"] == ["Toy Network", "Réseau jouet", "toy network | reseau jouet | tn"]
    assert found["hostile"][0] == HOSTILE
    assert set(data["search.js"]) == set(PAGES)


def test_the_figures_of_the_stories(data: dict[str, Any]) -> None:
    told = data["meta.js"]["stories"]
    assert (told["forums"], told["promises"], told["reported"]) == (1, 1, 1)
    assert (told["objectives"], told["gap"]) == (0, 0), "an objective that is only promised was not asked for"


def test_words_are_pairs() -> None:
    for key, texts in WORDS.items():
        assert len(texts) == 2 and all(isinstance(text, str) and text for text in texts), key


def keys_of_pages() -> Iterator[str]:
    for path in [*(ROOT / "scripts" / "site").glob("*.html"), *(ROOT / "scripts").glob("site_*.py")]:
        yield from re.findall(r"\ba_[a-z0-9_]+", path.read_text(encoding="utf-8"))


def test_no_word_of_the_pages_is_idle() -> None:
    used = {*keys_of_pages(), *(f"a_season_{number}" for number in range(21, 25))}
    assert {key for key in WORDS if key.startswith("a_")} <= used


@pytest.mark.parametrize(
    ("date", "english", "french"),
    [
        ("2019", "2019", "2019"),
        ("2019-10", "October 2019", "octobre 2019"),
        ("2019-10-09", "9 October 2019", "9 octobre 2019"),
        ("2005-22", "summer 2005", "été 2005"),
        ("199X", "the 1990s", "années 1990"),
        ("2004~", "about 2004", "vers 2004"),
        ("2004-05?", "May 2004 (uncertain)", "mai 2004 (incertain)"),
        ("../2016-09", "until September 2016", "jusqu’à septembre 2016"),
        ("1998/..", "since 1998", "depuis 1998"),
    ],
)
def test_dates_in_words(date: str, english: str, french: str) -> None:
    assert (date_text(date, ENGLISH), date_text(date, FRENCH)) == (english, french)


def test_titles_of_ids_without_the_id() -> None:
    titles = ("Forum ID", "Country code", "Identifiant de l’objectif", "Code du pays", "Acteur parent")
    assert [without_id(title) for title in titles] == ["Forum", "Country", "Objectif", "Pays", "Acteur parent"]
