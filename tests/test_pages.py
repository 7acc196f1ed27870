"""Guards the pages of rules: one a rule in each language, whole, up to date, and none that is left over.

Costs 1 s.
"""

import re
from pathlib import Path

import pytest
from conftest import ROOT

from csodata import canonical
from csodata.dataset import Dataset
from csodata.errors import BadSchemaError
from csodata.messages import LANGUAGES, Language, catalogue
from csodata.pages import FOLDERS, INDEX, explained, rule_pages

PAGES = {path.relative_to(ROOT): content.decode() for path, content in rule_pages(ROOT)}
LINK = re.compile(r"\]\(([^)]+)\)")


def test_each_rule_has_a_page_in_each_language() -> None:
    names = [INDEX, *catalogue()]
    assert list(PAGES) == [Path(FOLDERS[language], f"{name}.md") for language in LANGUAGES for name in names]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_says_all(language: Language) -> None:
    for code, rule in catalogue().items():
        page = PAGES[Path(FOLDERS[language], f"{code}.md")]
        assert page.startswith(f"# {code}\n")
        assert len(re.findall("^## .", page, re.MULTILINE)) == len(
            ("what is wrong", "what to do", "why", "fails", "passes")
        )
        assert "{" not in page and "\n\n\n" not in page
        assert ("frictionless" in page) == bool(rule.frictionless)


def test_links_lead_to_pages() -> None:
    for path, page in PAGES.items():
        for link in LINK.findall(page):
            assert (ROOT / path.parent / link).resolve().relative_to(ROOT.resolve()) in PAGES, (path, link)


def test_a_row_is_a_table_in_which_nothing_is_hidden() -> None:
    page = PAGES[Path("docs/rules/untrimmed.md")]
    assert "| `name` |\n| --- |\n| `␣Toy` |" in page
    assert "| `To<U+200B>y` |" in PAGES[Path("docs/rules/zero-width-character.md")]
    assert "| `One⏎Two` |" in PAGES[Path("docs/rules/line-break.md")]
    assert "| (vide) |" in PAGES[Path("docs/rules/fr/missing-value.md")]


def test_the_index_lists_every_rule_under_its_group() -> None:
    index = PAGES[Path("docs/rules/fr/README.md")]
    assert [link.removesuffix(".md") for link in LINK.findall(index)[1:]] == list(catalogue())
    assert "## Cellules" in index and "| erreur |" in index


def test_pages_are_written_in_a_checkout_alone(toy: Dataset) -> None:
    assert canonical.check(toy) == []
    (toy.path / "pyproject.toml").touch()
    canonical.build(toy)
    assert (toy.path / "docs/rules/fr/cycle.md").read_text(encoding="utf-8") == PAGES[Path("docs/rules/fr/cycle.md")]
    (toy.path / "docs/rules/cycle.md").write_text("old", encoding="utf-8")
    assert canonical.check(toy) == ["docs/rules/cycle.md"]


def test_a_page_of_no_rule_is_told(toy: Dataset) -> None:
    left = toy.path / FOLDERS["fr"] / "no-such-rule.md"
    left.parent.mkdir(parents=True)
    left.touch()
    with pytest.raises(BadSchemaError, match=r"docs/rules/fr/no-such-rule\.md is the page of a rule that is no more"):
        list(rule_pages(toy.path))


def test_explained() -> None:
    assert explained("end-before-start", "fr").splitlines() == [
        "end-before-start (erreur)",
        "",
        "La fin « ‹valeur› » précède le début « ‹…› ».",
        "Vérifiez laquelle des deux dates est fausse.",
        "",
        "Pourquoi : Une fin suit son début ; le dernier jour possible de la fin est comparé au premier jour possible "
        "du début.",
        "Refusé : dans forums : start_date = '2019-10-09', end_date = '2019-10-08'",
        "Accepté : dans forums : start_date = '2019-10-09', end_date = '2019-10'",
    ]
    assert all("{" not in explained(code, language) for code in catalogue() for language in LANGUAGES)
