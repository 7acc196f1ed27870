"""Write data/countries.csv from the packages that keep ISO 3166-1, its French names and the UN M49 regions.

Usage: python scripts/make_countries.py [--check]

With --check nothing is written: the committed file is compared with what the packages say.
Exit 0: done, or the same. Exit 1: the file differs. Exit 2: there is no checkout here.
The packages come with `pip install -e ".[build]"`.
"""

import argparse
import csv
import difflib
import io
import sys
import unicodedata

from csodata.dataset import find_checkout
from csodata.errors import CsodataError

COLUMNS = ("country_code", "name", "name_fr", "region", "subregion", "note")
# Without a region, and so here by name: a missing one is a gap in the package, not a fact, and must not pass unseen.
NO_REGION = frozenset({"ATA"})  # UN M49 puts Antarctica in no region


def make_rows() -> list[tuple[str, ...]]:
    """Return one row a country, as in `COLUMNS`, sorted by its alpha-3 code.

    Raises:
        SystemExit: when a package has no French name or no region for a country that is not known to lack it.
    """
    import pycountry
    from babel import Locale
    from hdx.location.country import Country

    french = Locale("fr").territories
    m49 = Country.countriesdata(use_live=False)["countries"]  # the packaged copy; its default is a download
    rows = []
    for country in sorted(pycountry.countries, key=lambda country: country.alpha_3):
        code = country.alpha_3
        name = getattr(country, "common_name", country.name)  # "Bolivia", not "Bolivia, Plurinational State of"
        regions = [m49.get(code, {}).get(column) or "" for column in ("Region Name", "Sub-region Name")]
        if country.alpha_2 not in french or (not all(regions) and code not in NO_REGION):
            raise SystemExit(f"{code} ({name}) has no French name in babel or no region in hdx-python-country.")
        rows.append((code, name, french[country.alpha_2], *regions, ""))
    return rows


def make_csv() -> str:
    """Return the whole file as text: canonical CSV, with LF, quoted only where needed, in Unicode's NFC."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([COLUMNS, *make_rows()])
    return unicodedata.normalize("NFC", text.getvalue())


def main() -> int:
    """Write the file, or check it; return the exit code."""
    parser = argparse.ArgumentParser(description="Write data/countries.csv from pycountry, babel and UN M49.")
    parser.add_argument("--check", action="store_true", help="compare with the committed file and write nothing")
    args = parser.parse_args()
    expected = make_csv().encode("utf-8")
    try:
        dataset = find_checkout()
    except CsodataError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"Dataset: {dataset.path}, version {dataset.version}", file=sys.stderr)
    countries = dataset.csv_path("countries")
    if not args.check:
        countries.write_bytes(expected)
        return 0
    found = countries.read_bytes() if countries.is_file() else b""
    if found == expected:
        return 0
    old, new = (text.decode("utf-8", "replace").splitlines() for text in (found, expected))
    print(*difflib.unified_diff(old, new, "data/countries.csv", "expected", n=0, lineterm=""), sep="\n")
    print("data/countries.csv is not what its packages say. Run: python scripts/make_countries.py", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
