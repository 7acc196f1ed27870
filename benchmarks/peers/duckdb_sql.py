"""DuckDB by hand: every cell read as text into a table, one condition a rule; only rows with a fault are fetched."""

from collections.abc import Iterator

import duckdb
from commitments import (
    BINDING,
    COMBINATION,
    FIRST_DAY,
    ID,
    KEY,
    LAST_DAY,
    NUMBERS,
    PARENTS,
    PERCENT,
    REQUIRED,
    SPEECH_ACTS,
    SUMMARY_LENGTH,
    TITLE_LENGTH,
    TRUE_OR_FALSE,
    URI,
)
from generate import Case

from peers import Finding

Broken = dict[tuple[str, str], list[int]]


def cell_rules() -> dict[tuple[str, str], str]:
    """Return the condition under which a cell is wrong, by class and column."""
    rules = {("missing-value", column): f"{column} IS NULL" for column in REQUIRED}
    for column, (low, high) in {"register_number": NUMBERS, "progress": PERCENT}.items():
        rules["wrong-type", column] = f"{column} IS NOT NULL AND NOT regexp_full_match({column}, '[+-]?[0-9]+')"
        rules["too-small", column] = f"TRY_CAST({column} AS BIGINT) < {low}"
        rules["too-large", column] = f"TRY_CAST({column} AS BIGINT) > {high}"
        for bound in ("too-small", "too-large"):  # a cast rounds 1.5
            rules[bound, column] += f" AND regexp_full_match({column}, '[+-]?[0-9]+')"
    for column in ("made_date", "due_date"):
        rules["wrong-type", column] = f"{column} IS NOT NULL AND try_strptime({column}, '%Y-%m-%d') IS NULL"
    return rules | {
        ("too-small", "made_date"): f"try_strptime(made_date, '%Y-%m-%d') < DATE '{FIRST_DAY}'",
        ("too-large", "made_date"): f"try_strptime(made_date, '%Y-%m-%d') > DATE '{LAST_DAY}'",
        ("wrong-type", "budget"): "budget IS NOT NULL AND TRY_CAST(budget AS DOUBLE) IS NULL",
        ("wrong-type", "content_given"): f"content_given NOT IN {tuple(TRUE_OR_FALSE)}",
        ("wrong-type", "source_url"): f"NOT regexp_full_match(source_url, '{URI}')",
        ("not-in-list", "speech_act"): f"speech_act NOT IN {tuple(SPEECH_ACTS)}",
        ("not-in-list", "binding"): f"binding NOT IN {tuple(BINDING)}",
        ("wrong-pattern", KEY): f"NOT regexp_full_match({KEY}, '{ID}')",
        ("too-long", KEY): f"length({KEY}) > 80",
        ("too-short", "title"): f"length(title) < {TITLE_LENGTH[0]}",
        ("too-long", "title"): f"length(title) > {TITLE_LENGTH[1]}",
        ("too-long", "summary"): f"length(summary) > {SUMMARY_LENGTH}",
    }


def check(case: Case) -> Broken:
    """Return the rows at fault by class and column."""
    database = duckdb.connect(config={"threads": 2})
    options = "all_varchar = true, header = true, delim = ',', quote = '\"', escape = '\"', new_line = '\\n'"
    rules = cell_rules()
    flags = ", ".join(f"coalesce({condition}, false) AS r{index}" for index, condition in enumerate(rules.values()))
    # In one pass over the file; only what the keys need is kept of it.
    kept = ", ".join(dict.fromkeys([KEY, *COMBINATION, *PARENTS.values()]))
    database.execute(
        f"CREATE TABLE rows AS SELECT row_number() OVER () + 1 AS row, {kept}, {flags} "
        f"FROM read_csv('{case.table}', {options})"
    )
    names = [f"r{index}" for index in range(len(rules))]
    some = database.execute(f"SELECT row, {', '.join(names)} FROM rows WHERE {' OR '.join(names)}").fetchall()
    broken = {rule: [row for row, *broken in some if broken[index]] for index, rule in enumerate(rules)}
    return broken | (_broken_keys(database, case) if case.keys else {})


def _broken_keys(database: duckdb.DuckDBPyConnection, case: Case) -> Broken:
    number = f"TRY_CAST({COMBINATION[1]} AS BIGINT)"
    queries = {
        (code, column): f"SELECT unnest(list_sort(list(row))[2:]) FROM rows WHERE {stated} IS NOT NULL "
        f"GROUP BY {key} HAVING count(*) > 1"
        for code, column, key, stated in (
            ("duplicate-key", KEY, KEY, KEY),
            ("duplicate-combination", "", f"{COMBINATION[0]}, {number}", f"{COMBINATION[0]} IS NOT NULL AND {number}"),
        )
    }
    for table, key in PARENTS.items():
        known = f"read_csv('{case.parent(table)}', all_varchar = true, header = true)"
        queries["unknown-reference", key] = (
            f"SELECT row FROM rows ANTI JOIN {known} AS known USING ({key}) WHERE {key} IS NOT NULL"
        )
    return {rule: [row for (row,) in database.execute(query).fetchall()] for rule, query in queries.items()}


def found(broken: Broken) -> Iterator[Finding]:
    """Yield what it says."""
    for (code, column), rows in broken.items():
        for row in rows:
            yield Finding(code, row, None, column or None)
