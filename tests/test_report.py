"""Guards the report: its JSON form, which others build on (docs/report.md), its order, and its text.

Costs 1 s.
"""

import json
import os
import re

import pytest
from conftest import ROOT

from csodata.dataset import Dataset
from csodata.errors import UnreadableError
from csodata.report import Problem, Report, report
from csodata.report.text import SHOWN, render, totals
from csodata.validation import validate_contribution, validate_table

KEYS = "code severity file sheet row line column field table value message suggestion".split()
SCHEMA = {"fields": [{"name": "a", "type": "integer"}, {"name": "b", "type": "string"}]}


def problem(**more: object) -> Problem:
    return Problem.model_validate({"code": "wrong-type", "severity": "error", "message": "It is wrong.", **more})


def of(*problems: Problem) -> Report:
    return report(problems, files=1, rows=2)


def test_the_keys_are_the_contract() -> None:
    told = json.loads(validate_table(SCHEMA, b"a,b\nx,1\n").to_json())
    assert list(told) == ["problems", "counts", "valid"]
    assert list(told["problems"][0]) == KEYS
    assert list(told["counts"]) == ["files", "rows", "errors", "warnings", "repairs", "by_code"]
    assert told["problems"][0] == {
        "code": "wrong-type",
        "severity": "error",
        "file": "the table",
        "sheet": None,
        "row": 2,
        "line": 2,
        "column": "A",
        "field": "a",
        "table": "",
        "value": "x",
        "message": "'x' is not a whole number.",
        "suggestion": "Write it as a whole number.",
    }
    assert (told["counts"]["errors"], told["valid"]) == (1, False)


def test_the_document_has_the_keys() -> None:
    document = (ROOT / "docs" / "report.md").read_text(encoding="utf-8")
    [example] = re.findall(r"```json\n(.*?)```", document, re.DOTALL)
    assert list(json.loads(example)) == ["problems", "counts", "valid"]
    assert list(json.loads(example)["problems"][0]) == KEYS
    assert re.findall(r"^\| `(\w+)` \|", document, re.MULTILINE) == KEYS
    assert Report.model_validate(json.loads(example)).counts.errors == 1


def test_a_report_reads_back_from_its_json() -> None:
    whole = of(problem(row=2), problem(severity="warning", code="updates-row"))
    assert Report.model_validate_json(whole.to_json()) == whole


FOUND = b"a,b\nx,1\n,2\n1,2,3\n"


def test_a_report_is_told_in_french_and_its_english_stays() -> None:
    english = validate_table(SCHEMA, FOUND)
    before = english.to_json()
    french = english.in_language("fr")
    told = json.loads(french.to_json())
    assert english.to_json() == before and french.in_language("en").to_json() == before
    assert told["problems"][0]["message"] == "« x » n’est pas la valeur attendue : un nombre entier."
    assert told["problems"][0]["suggestion"] == "La valeur attendue ici est un nombre entier."
    words = ("message", "suggestion")
    for one, other in zip(json.loads(before)["problems"], told["problems"], strict=True):
        assert list(other) == KEYS
        assert [one[key] for key in KEYS if key not in words] == [other[key] for key in KEYS if key not in words]
        assert all(one[key] != other[key] for key in words)


def test_a_report_from_json_stays_in_its_language() -> None:
    french = validate_table(SCHEMA, FOUND).in_language("fr")
    again = Report.model_validate_json(french.to_json())
    assert again.problems == french.problems
    assert again.in_language("en").problems == french.problems
    assert [Problem(**each) for each in json.loads(french.to_json())["problems"]] == french.problems


def test_sentences_are_made_when_they_are_asked_for() -> None:
    found = validate_table(SCHEMA, FOUND).problems[0]
    assert not {"message", "suggestion"} & vars(found).keys()
    assert found.message and found.message is found.message


def test_problems_that_differ_in_their_words_alone_are_two() -> None:
    one, other = problem(message="One."), problem(message="Another.")
    assert one != other and one == problem(message="One.") and hash(one) == hash(problem(message="One."))
    assert len(of(one, other, problem(message="One.")).problems) == 2
    assert one != "One."


def test_the_text_in_french() -> None:
    found = of(problem(file="f.csv", sheet="s", row=3, line=5, column="F"), problem(row=3), problem(column="F"))
    assert render(found.in_language("fr")).splitlines() == [
        "le jeu de données",
        "  À corriger :",
        "    colonne F : It is wrong.  [wrong-type]",
        "    ligne 3 : It is wrong.  [wrong-type]",
        "",
        "f.csv, feuille s",
        "  À corriger :",
        "    F3 (ligne 5 du fichier) : It is wrong.  [wrong-type]",
        "",
        "3 problèmes ; contrôle de 2 lignes dans 1 fichier.",
    ]
    assert render(of().in_language("fr")) == "Tout est en ordre : contrôle de 2 lignes dans 1 fichier."
    none = report([], files=1, rows=0)
    assert render(none) == "All good: 0 rows in 1 file checked."
    assert render(none.in_language("fr")) == "Tout est en ordre : contrôle de 0 ligne dans 1 fichier."  # singular
    many = report([problem()], files=1, rows=2, beyond={"wrong-type": 1999}).in_language("fr")
    assert "Sur 2 000 problèmes [wrong-type], les premiers sont énumérés (1)." in render(many)


def test_only_errors_make_it_invalid_and_all_are_counted() -> None:
    found = of(problem(severity="warning"), problem(severity="repair"), problem(severity="repair", row=2))
    assert found.valid
    assert (found.counts.errors, found.counts.warnings, found.counts.repairs) == (0, 1, 2)
    assert found.counts.by_code == {"wrong-type": 3}
    assert not of(problem()).valid


def test_problems_are_in_the_order_of_their_places_and_stand_once() -> None:
    places = [("b", None, None), ("a", 10, "B"), ("a", 2, "AA"), ("a", 2, "B"), ("a", 2, "B"), ("a", None, "C")]
    found = of(*(problem(file=file, row=row, column=column) for file, row, column in places))
    order = [(each.file, each.place) for each in found.problems]
    assert order == [("a", "column C"), ("a", "B2"), ("a", "AA2"), ("a", "B10"), ("b", "")]


def test_a_place_is_named_as_a_spreadsheet_does() -> None:
    places = [problem(row=3, column="F"), problem(row=3), problem(column="F"), problem()]
    assert [each.place for each in places] == ["F3", "row 3", "column F", ""]


@pytest.mark.parametrize("name", [b"forums-\xff.csv", b"forums-\x1b[2J\n.csv"])
def test_a_file_of_any_name_is_told(toy: Dataset, name: bytes) -> None:
    path = toy.path / os.fsdecode(name)
    try:
        path.write_text("forum_id,name\nnew-1,\n", encoding="utf-8")
    except OSError:
        pytest.skip("a file system that has no such names")
    found = validate_contribution(toy, [path], "forums")
    assert Report.model_validate_json(found.to_json()) == found
    strict = validate_table(toy.schema_path("forums"), path)
    for text in (render(found), render(strict), found.to_json(), strict.to_json()):
        assert "forums-<U+" in text and "\x1b" not in text
    path.unlink()
    with pytest.raises(UnreadableError, match="forums-<U"):
        validate_contribution(toy, [path], "forums")


def test_a_table_without_a_name_is_not_named() -> None:
    found = validate_table(SCHEMA, b"\n1,2\n").problems + validate_table(SCHEMA, b"a,b,c\n1,2,3\n").problems
    assert [each.code for each in found] == ["missing-heading", "unknown-column"]
    assert all(each.message.endswith("of this table.") for each in found)


def test_the_text_of_a_good_report() -> None:
    assert render(of()) == "All good: 2 rows in 1 file checked."
    assert totals(report([], files=2, rows=1)) == "All good: 1 row in 2 files checked."
    assert render(of(problem(severity="warning"))).endswith("All good: 2 rows in 1 file checked, 1 warning.")


def test_the_text_of_problems() -> None:
    lines = render(of(problem(file="f.csv", sheet="s", row=3, line=5, column="F", suggestion="Mend it."))).splitlines()
    assert lines == [
        "f.csv, sheet s",
        "  To mend:",
        "    F3 (line 5): It is wrong.  [wrong-type]",
        "        Mend it.",
        "",
        "1 problem; 2 rows in 1 file checked.",
    ]


def test_a_long_list_is_cut_and_its_total_is_told() -> None:
    text = render(of(*(problem(row=row) for row in range(1, SHOWN + 6))))
    assert text.count("It is wrong.") == SHOWN
    assert "… and 5 more" in text
    assert f"{SHOWN + 5} problems;" in text
