"""Guards data/QUALITY.md: what it counts, on rows that are easy to count by hand. Costs nothing."""

from pathlib import Path

from csodata.quality import quality
from csodata.schema import read

ROOT = Path(__file__).parent.parent
MODELS = {
    table: read(ROOT / "schemas" / f"{table}.json")
    for table in ("actors", "access", "sources", "citations", "searches")
}


def row(table: str, **cells: str) -> dict[str, str]:
    return dict.fromkeys(MODELS[table].names, "") | cells


def cited(
    record: str, source: str, column: str = "", basis: str = "stated", stance: str = "supports"
) -> dict[str, str]:
    return row(
        "citations",
        table_name="actors",
        record_id=record,
        column_name=column,
        source_id=source,
        citation_basis=basis,
        stance=stance,
    )


ROWS = {
    "actors": [
        row("actors", actor_id="a", name="A", city="Dakar"),
        row("actors", actor_id="b", name="B"),
        row("actors", actor_id="c", name="C", city="Goma"),
        row("actors", actor_id="d", name="D"),
    ],
    "access": [],
    "sources": [
        row("sources", source_id="old", published_date="2004"),
        row("sources", source_id="new", published_date="2019-11-12"),
        row("sources", source_id="undated"),
    ],
    "citations": [
        cited("a", "new"),
        cited("a", "old", "city"),
        cited("b", "new", basis="inferred"),
        cited("c", "undated"),
        cited("c", "new", "city", stance="contradicts"),
    ],
    "searches": [
        row("searches", question="Who | what", where_searched="here", searched_date="2026", outcome="nothing")
    ],
}


def lines() -> list[str]:
    return quality(MODELS, ROWS).splitlines()


def test_a_table_is_counted_row_by_row() -> None:
    assert "| [actors](#actors) | 4 | 75 % | 25 % | 25 % | 1 | 2004 |" in lines()
    assert "| [access](#access) | 0 | – | – | – | 0 | – |" in lines()


def test_a_column_is_counted_cell_by_cell() -> None:
    # A citation of the city says nothing of the name.
    assert "| `name` | 100 % | 75 % | 0 % | 25 % | 0 | 2019-11-12 |" in lines()
    assert "| `city` | 50 % | 100 % | 50 % | 0 % | 1 | 2004 |" in lines()
    assert "| `acronym` | 0 % | – | – | – | 0 | – |" in lines()


def test_gaps_and_searches_are_listed() -> None:
    assert "- `access` has no rows." in lines()
    assert any(line.startswith("- `actors`: nothing yet in `acronym`, ") for line in lines())
    assert "| Who \\| what | here | 2026 | nothing |" in lines()


def test_what_a_source_is_cited_for_in_a_column_goes_before_what_it_is_cited_for_in_the_row() -> None:
    concluded = [*ROWS["citations"], cited("a", "new", "name", basis="inferred"), cited("c", "old", "name")]
    text = quality(MODELS, ROWS | {"citations": [*concluded, cited("c", "undated", "name", basis="inferred")]})
    assert "| `name` | 100 % | 75 % | 25 % | 50 % | 0 | 2004 |" in text.splitlines()


def test_a_source_that_contradicts_a_column_does_not_back_it_by_its_citation_of_the_row() -> None:
    text = quality(MODELS, ROWS | {"citations": [cited("a", "new"), cited("a", "new", "city", stance="contradicts")]})
    assert "| `city` | 50 % | 0 % | 0 % | 0 % | 1 | – |" in text.splitlines()
