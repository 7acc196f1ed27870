"""A record in the words of schema.org, for search engines: JSON-LD that stands in its page."""

import json
from collections.abc import Sequence
from typing import Any

from site_tables import Row, Tables

ADDRESS = "https://schema.org"
TYPES = {
    "forums": {"series": "EventSeries", "consultative_process": "Organization", "commission": "Organization"},
    "actors": {
        "academic": "EducationalOrganization",
        "cso": "NGO",
        "cso_network": "NGO",
        "media": "NewsMediaOrganization",
        "state": "Country",
        "state_body": "GovernmentOrganization",
        "trade_union": "WorkersUnion",
    },
    "instruments": {"treaty": "Legislation", "report": "Report"},
    "objectives": {},
    "commitments": {},
}
OTHERWISE = {"forums": "Event", "actors": "Organization"}
KINDS = {"forums": "forum_type", "actors": "actor_type", "instruments": "instrument_type"}
DATES = {
    "start_date": "startDate",
    "end_date": "endDate",
    "founded_date": "foundingDate",
    "ended_date": "dissolutionDate",
    "adopted_date": "dateCreated",
    "stated_date": "dateCreated",
    "made_date": "dateCreated",
}
STANDING = {"startDate": "foundingDate", "endDate": "dissolutionDate"}
"""A forum that stands is no event."""
STATUS = {"cancelled": "EventCancelled", "not_held": "EventCancelled", "postponed": "EventPostponed"}
MODES = {"in_person": "Offline", "online": "Online", "hybrid": "Mixed"}


def linked_data(tables: Tables, table: str, key: str, lang: str, evidence: Sequence[Row]) -> str:
    """Return the JSON-LD of a record page, with the sources that are cited on it; safe inside a script element."""
    descriptor = tables.dataset.descriptor
    page = {
        "@context": ADDRESS,
        "@type": "WebPage",
        "inLanguage": lang,
        "license": descriptor["licenses"][0]["path"],
        "isPartOf": {"@type": "Dataset", "name": descriptor["title"], "version": tables.dataset.version},
        "mainEntity": _entity(tables, table, tables.by_key[table][key], lang),
        "citation": [_source(tables.by_key["sources"][each]) for each in {row["source_id"]: 0 for row in evidence}],
    }
    text = json.dumps(page, ensure_ascii=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _entity(tables: Tables, table: str, row: Row, lang: str) -> dict[str, Any]:
    key = row[tables.key(table)]
    kind = TYPES[table].get(row[KINDS[table]] if table in KINDS else "", OTHERWISE.get(table, "CreativeWork"))
    names = [link_row["name"] for link in tables.links(table, key) if link.table == "names" for link_row in link.rows]
    found = {
        "@type": kind,
        "@id": _id(table, key, lang),
        "name": row.get("name") or row.get("title"),
        "alternateName": [name for name in (row.get("acronym"), *names) if name],
        "description": row["summary"],
        "url": row.get("website_url"),
        **_links(tables, row, kind, lang),
    }
    if row.get("city") or (row.get("country_code") and table in ("forums", "actors")):
        place = {"@type": "PostalAddress", "addressLocality": row["city"], "addressCountry": row["country_code"]}
        where = {
            "@type": "Place",
            "name": row.get("venue") or row["city"] or row["country_code"],
            "address": _filled(place),
        }
        found |= {"location": where} if kind in ("Event", "EventSeries") else {"address": _filled(place)}
    if kind == "Event":
        found["eventStatus"] = _word(STATUS.get(row["forum_status"]))
        mode = MODES.get(row["mode"] or "")
        found["eventAttendanceMode"] = _word(mode and f"{mode}EventAttendanceMode")
    for column, word in DATES.items():
        if value := _day(row.get(column)):
            found[STANDING.get(word, word) if kind == "Organization" else word] = value
    return _filled(found)


def _links(tables: Tables, row: Row, kind: str, lang: str) -> dict[str, Any]:
    """Return what a record is a part of, and what else it is known as."""
    words = {
        "parent_actor_id": "parentOrganization",
        "parent_instrument_id": "isPartOf",
        "parent_objective_id": "isPartOf",
    }
    if kind == "Event":
        words |= {"parent_forum_id": "superEvent", "series_forum_id": "superEvent"}
    found: dict[str, Any] = {}
    for column, word in words.items():
        if row.get(column):
            table = f"{column.split('_')[1]}s"
            part = tables.by_key[table].get(row[column])
            if part:
                found[word] = {"@id": _id(table, row[column], lang), "name": part.get("name") or part.get("title")}
    if row.get("wikidata_id"):
        found["sameAs"] = [f"https://www.wikidata.org/entity/{row['wikidata_id']}"]
    return found


def _id(table: str, key: str, lang: str) -> str:
    """Return what a record is known by: the English page, in each language."""
    return f"{'..' if lang == 'en' else '../..'}/{table}/{key}.html#record"


def _source(row: Row) -> dict[str, Any]:
    return _filled(
        {
            "@type": "CreativeWork",
            "name": row["title"],
            "publisher": row["publisher"] and {"@type": "Organization", "name": row["publisher"]},
            "datePublished": _day(row["published_date"]),
            "inLanguage": row["language_code"],
            "url": row["canonical_url"] or row["observed_url"],
        }
    )


def _word(name: str | None) -> str | None:
    return name and f"{ADDRESS}/{name}"


def _day(text: str | None) -> str | None:
    """Return a date that ISO 8601 knows: year, month or day, without doubt."""
    plain = text and text.replace("-", "").isdigit() and text[5:7] < "13"
    return text if plain else None


def _filled(found: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if value not in (None, "", [], {})}
