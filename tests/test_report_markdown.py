"""Guards the report in Markdown: what was sent is shown as it stands and never becomes markup; its length is bounded.

Costs 2 s.
"""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from csodata.dataset import Dataset
from csodata.messages import visible
from csodata.report import Problem, Report, report
from csodata.report.markdown import LONGEST, LONGEST_CELL, NOTHING, escaped, render
from csodata.validation import validate_contribution

NO_WIDTH = html.unescape(NOTHING)
MARKUP = [
    "a | b",
    "\\| \\",
    "<script>alert(1)</script><!-- x -->",
    "&lt; &amp; &#64;alice",
    "`code` ``x``",
    "*a* **b** _c_ ~~d~~",
    "[a](https://example.org) ![b](x.png) [c]: x",
    "# head\n- item\r\n1. one",
    "@alice and @org/team, a@example.org",
    "#12, GH-12, org/repo#3",
    "https://example.org www.example.org",
    ":tada: $a$ $$b$$",
    "\u202eabc\u200b\x00\x1b[2J",
]


def of(*problems: Problem) -> Report:
    return report(problems, files=1, rows=2)


def problem(**more: object) -> Problem:
    return Problem.model_validate({"code": "wrong-type", "severity": "error", "message": "It is wrong.", **more})


def rendered(text: str) -> str:
    """Return the HTML that GitHub's kind of Markdown makes of a text."""
    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(text)


def in_cell(text: str) -> str:
    """Return the HTML of the one table cell that a text is put into."""
    [cell] = re.findall(r"<td>(.*?)</td>", rendered(f"| a |\n|---|\n| {escaped(text)} |\n"), re.DOTALL)
    return cell


def test_a_report(toy: Dataset) -> None:
    path = toy.path / "forums.csv"
    path.write_text("forum_id;name\nnew-1;\n", encoding="utf-8")
    text = render(validate_contribution(toy, [path]))
    assert text.startswith("### csodata: ")
    assert text.index("To mend") < text.index("Put right while reading")
    assert f"**{escaped(str(path))}**" in text
    page = rendered(text)
    assert page.count("<table>") == 2
    assert re.search(
        r"<td>B2</td>\n<td>[^<]*empty[^<]*</td>\n<td>[^<]+</td>\n<td><code>missing-value</code></td>", page
    )


def test_a_good_report_is_one_line() -> None:
    assert render(of()) == "### csodata: All good: 2 rows in 1 file checked."


def test_it_speaks_french() -> None:
    found = [problem(), problem(row=3), problem(column="F"), problem(row=3, line=4, column="F", sheet="s", file="f")]
    text = render(of(*found).in_language("fr"))
    assert "À corriger" in text and "| F3 (ligne 4 du fichier) |" in text and "**f, feuille s**" in text
    assert "| ligne 3 |" in text and "| colonne F |" in text and "**le jeu de données**" in text


@pytest.mark.parametrize("text", MARKUP)
def test_what_was_sent_is_no_markup(text: str) -> None:
    told = in_cell(text)
    assert not re.search(r"<(?!/?span>)", told)
    assert not re.search(r"[@#][\w]|://|www\.|:tada|GH-\d", html.unescape(told))
    page = rendered(render(of(problem(file=text, sheet=text, message=text, suggestion=text))))
    assert set(re.findall(r"<(\w+)", page)) <= set("h3 h4 p strong table thead tbody tr th td code span".split())
    assert page.count("<td>") == 4


@given(st.text(max_size=60) | st.text("\\`*_{}[]()<>#+-.!|~@:&;$=^/\"' \n a1w", max_size=60))
def test_what_was_sent_is_shown_as_it_stands(text: str) -> None:
    told = html.unescape(re.sub("</?span>", "", in_cell(text)))
    assert " ".join(told.replace(NO_WIDTH, "").split()) == " ".join(visible(text).split())


def test_a_long_cell_is_cut() -> None:
    assert len(escaped("x" * 10_000)) == LONGEST_CELL + 1


def test_a_long_report_is_cut_and_says_so() -> None:
    mend = [problem(row=row, message="Wrong. " * 20) for row in range(1, 900)]
    text = render(of(problem(severity="repair", file="a"), *mend))
    assert len(text) < LONGEST + 200
    shown = text.count("`wrong-type`")
    assert text.endswith(f"\nNot shown here: {900 - shown} more; csodata validate lists them.")
    assert "Put right while reading" not in text, "what is to mend goes first"


def test_what_the_report_only_counts_is_told_too() -> None:
    text = render(report([problem()], files=1, rows=2, beyond={"wrong-type": 41}))
    assert text.endswith("Not shown here: 41 more; csodata validate lists them.")
