"""The figures of the three stories on the first page, counted here so that it need not load the tables."""

from collections import defaultdict

from site_tables import Row, Tables

CIVIL_TYPES = ("cso", "cso_network", "faith_based", "trade_union", "affected_people")
"""The types of actors that the site marks as civil society's own."""
_PROMISES = ("pledge", "commitment")
_ASKS = ("demand", "recommendation")
_SHUT = ("no_access", "none_found")


def stories(tables: Tables) -> dict[str, int]:
    """Return the figures by name: of access to forums, of asks without a promise, of promises with a report."""
    rows = tables.rows
    acts = {row["commitment_id"]: row["speech_act"] for row in rows["commitments"]}
    civil = {row["actor_id"] for row in rows["actors"] if row["actor_type"] in CIVIL_TYPES}
    asked = {
        row["commitment_id"]
        for row in rows["commitment_actors"]
        if row["commitment_role"] == "maker" and acts[row["commitment_id"]] in _ASKS and row["actor_id"] in civil
    }
    objectives: dict[bool, set[str]] = {True: set(), False: set()}
    for row in rows["commitment_objectives"]:
        objectives[acts[row["commitment_id"]] in _PROMISES].add(row["objective_id"])
    promises = [key for key, act in acts.items() if act in _PROMISES]
    reports: dict[str, list[Row]] = defaultdict(list)
    for row in rows["commitment_updates"]:
        reports[row["commitment_id"]].append(row)
    reported = [reports[key] for key in promises if key in reports]

    def forums(*modes: str) -> int:
        return len({row["forum_id"] for row in rows["access"] if not modes or row["access_mode"] in modes})

    return {
        "forums": forums(),
        "shut": forums(*_SHUT),
        "full": forums("full_participation"),
        "apart": forums("separate_event"),
        "asked": len(asked),
        "objectives": len(objectives[False]),
        "gap": len(objectives[False] - objectives[True]),
        "promises": len(promises),
        "reported": len(reported),
        "fulfilled": sum(any(row["update_status"] == "fulfilled" for row in each) for each in reported),
    }
