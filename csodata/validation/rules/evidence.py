"""Rules of evidence: every fact has its citation, every citation its fact, and no source is a mirror."""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from urllib.parse import urlsplit

from csodata.dataset import EVIDENCE_TABLES, REFERENCE_TABLES
from csodata.messages import Guesses, did_you_mean
from csodata.report import Problem
from csodata.validation.records import problem_in
from csodata.validation.rules.world import World

POINTERS = ("record_id", "other_record_id", "new_id")


def rows_are_cited(world: World) -> Iterator[Problem]:
    """Yield the rows of fact that no citation supports."""
    cited = {(c["table_name"], c["record_id"]) for c in world.rows("citations") if c["stance"] == "supports"}
    for record in world.focus:
        if record.table not in (*EVIDENCE_TABLES, *REFERENCE_TABLES) and (record.table, world.key(record)) not in cited:
            yield problem_in(record, "uncited-row")


def pointers_lead_somewhere(world: World) -> Iterator[Problem]:
    """Yield what points to a row, or to a column, that does not exist."""
    guesses = {table: Guesses(world.key(row) for row in world.rows(table)) for table in world.schemas}
    for record in world.focus:
        table = record["table_name"]
        if table not in world.schemas:
            continue
        for column in POINTERS:
            if record[column] and (table, record[column]) not in world.by_key:
                near = guesses[table](record[column])
                yield problem_in(record, "unknown-record", column, detail=table, suggestion=near)
        field = record["column_name"]
        if field and field not in world.schemas[table].by_name:
            near = did_you_mean(field, world.schemas[table].names)
            yield problem_in(record, "unknown-field", "column_name", detail=table, suggestion=near)


def contradictions_give_values(world: World) -> Iterator[Problem]:
    """Yield the citations that contradict without the other value, or without the column it belongs to."""
    for record in world.focus_on("citations"):
        if record["stance"] == "contradicts" and not (record["other_value"] and record["column_name"]):
            missing = "column_name" if record["other_value"] else "other_value"
            yield problem_in(record, "contradiction-without-value", missing)


def citations_say_where(world: World) -> Iterator[Problem]:
    """Yield the citations that do not say where in the source they point."""
    for record in world.focus_on("citations"):
        if not record["locator"]:
            yield problem_in(record, "citation-without-place", "locator")


def fulfilments_are_cited(world: World) -> Iterator[Problem]:
    """Yield the fulfilled commitments whose fulfilment has no citation of its own."""
    cited = {
        c["record_id"]
        for c in world.rows("citations")
        if (c["table_name"], c["column_name"], c["stance"]) == ("commitment_updates", "update_status", "supports")
    }
    for record in world.focus_on("commitment_updates"):
        if record["update_status"] == "fulfilled" and record["commitment_update_id"] not in cited:
            yield problem_in(record, "fulfilled-without-evidence", "update_status")


def sources_are_originals(world: World) -> Iterator[Problem]:
    """Yield the sources whose address of record is a mirror or a hijacked domain."""
    denied = denied_domains()
    for record in world.focus_on("sources"):
        try:
            host = (urlsplit(record["canonical_url"]).hostname or "").rstrip(".")  # a final dot is the same host
        except ValueError:
            continue  # the column's own check says what is wrong with it
        for domain in denied:
            if fnmatchcase(f".{host}", f"*.{domain}"):  # the domain, or anything under it
                yield problem_in(record, "denied-domain", "canonical_url", detail=domain)


def denied_domains() -> list[str]:
    """Return the mirrors, scrapers and hijacked domains that no source may have as its address of record."""
    lines = (Path(__file__).parent.parent / "denied_domains.txt").read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]
