"""The way of a row, from a template to the dataset, as an organisation and a maintainer go it, with LibreOffice.

    python scripts/round_trip.py [FOLDER]

Template → cells typed by LibreOffice, with mistakes → csodata validate --lang fr → a marked copy → the mistakes mended
in it by LibreOffice → csodata review → csodata add, in a copy of the dataset → csodata validate, frictionless and
csodata.load. Whatever is written stays in FOLDER, to be looked at; without FOLDER, in a temporary one.
"""

import json
import os
import pty
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from openpyxl import load_workbook

import csodata

ROOT = Path(__file__).parent.parent
COPIED = ("data", "schemas", "datapackage.json", "CHANGELOG.md")
PROGRAMS = {"csodata": ["-c", "from csodata.cli import main; main()"], "frictionless": ["-m", "frictionless"]}
SECONDS = 120
"""The most that one step may take."""
Row = dict[str, str]

PROOF = {
    "source": "Migration, Peace and Security: What Role for CSOs? [ipss-idep-goree-2019]",
    "locator": "lines 1-2",
    "citation_basis": "Énoncé",
}
FORUM = {"level": "National", "is_collective": "non", "forum_status": "Tenu", "city": "Saly", "country_code": "Sénégal"}
ACTOR = {"actor_type": "Réseau de la société civile", "is_collective": "non", "actor_status": "Actif"}
FIRST, SECOND = "Atelier d’essai de Saly", "Seconde rencontre d’essai de Saly"
NETWORK, ALIKE = "Réseau d’essai des pêcheurs de Saly", "Goree Institutes"
SENT: dict[tuple[str, int], Row] = {
    ("forums", 4): FORUM
    | PROOF
    | {"forum_id": "new-1", "name": FIRST, "forum_type": "Atelier", "start_date": "2024-05"},
    ("forums", 5): FORUM | PROOF | {"name": SECOND, "forum_type": "Dialogue", "start_date": "2024"},
    ("actors", 4): ACTOR | PROOF | {"name": NETWORK, "country_code": "Sénégal"},
    ("actors", 5): ACTOR | PROOF | {"name": ALIKE, "country_code": "Sénégal"},
    ("participations", 4): PROOF | {"forum_id": "new-1", "actor_id": NETWORK, "participation_role": "Organisateur"},
}
"""What the organisation means to send; the cells by sheet, row and column."""
MISTAKES: dict[tuple[str, int, str], tuple[str, str]] = {
    ("forums", 4, "end_date"): ("2024-04", "end-before-start"),
    ("forums", 4, "note"): ("Contact : essai@example.org", "personal-data"),
    ("forums", 5, "name"): ("", "missing-value"),
    ("forums", 5, "forum_type"): ("Colloque-débat", "not-in-list"),
    ("forums", 5, "start_date"): ("05/06/2022", "ambiguous-day"),
    ("forums", 5, "source"): ("", "uncited-row"),
    ("forums", 5, "locator"): ("", ""),
    ("forums", 5, "citation_basis"): ("", ""),
    ("actors", 4, "country_code"): ("Sénégalie", "unknown-reference"),
    ("actors", 4, "summary"): ("=1+1", "formula-cell"),
}
"""What is typed there instead, and the rule that finds it; none for cells that belong to the mistake before."""


def main(folder: Path) -> None:
    """Go the whole way; end with an error where something is not as it should be."""
    for step in round_trip(folder):
        print(f"- {step}", flush=True)
    print(f"All files are in {folder}")


def office() -> tuple[str, str] | None:
    """Return LibreOffice and a Python that has UNO; None where one of them is missing."""
    soffice = shutil.which("soffice")
    pythons = [Path(soffice).resolve().with_name("python") if soffice else None, Path("/usr/bin/python3")]
    for python in filter(None, pythons):
        if python.exists() and not subprocess.run([python, "-c", "import uno"], capture_output=True).returncode:
            return str(soffice), str(python)
    return None


def round_trip(folder: Path) -> Iterator[str]:
    """Yield what was done, step by step, in an empty folder.

    Raises SystemExit where a step does not end as it should.
    """
    dataset = folder / "dataset"
    for name in COPIED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copyfile
        dataset.mkdir(parents=True, exist_ok=True)
        copy(ROOT / name, dataset / name)
    template, sent, marked, mended = (folder / f"{name}.xlsx" for name in ("modele", "envoi", "a-corriger", "corrige"))
    run(dataset, "csodata", "template", "-o", template, "--lang", "fr")
    yield f"{template.name}: a template in French"

    wrong = {place: text for place, (text, _) in MISTAKES.items()}
    right = {(sheet, row, column): text for (sheet, row), cells in SENT.items() for column, text in cells.items()}
    type_in(template, right | wrong, sent)
    planted = [(sheet, row, code) for (sheet, row, _), (_, code) in MISTAKES.items() if code]
    yield f"{sent.name}: {len(right | wrong)} cells typed by LibreOffice, with {len(planted)} mistakes"

    told = run(dataset, "csodata", "validate", sent, "--lang", "fr", "--marked-copy", marked, ends=1)
    (folder / "rapport.txt").write_text(told, encoding="utf-8")
    report = json.loads(run(dataset, "csodata", "validate", sent, "--lang", "fr", "--format", "json", ends=1))
    found = [(each["sheet"], each["row"], each["code"]) for each in report["problems"] if each["severity"] == "error"]
    expect(sorted(found), sorted(planted))
    yield f"rapport.txt and {marked.name}: each of the {len(found)} mistakes is told, in French, and marked"

    type_in(marked, {place: right.get(place, "") for place in wrong}, mended)
    report = json.loads(run(dataset, "csodata", "validate", mended, "--format", "json"))
    expect(report["valid"], True)
    warned = [(each["sheet"], each["row"]) for each in report["problems"] if each["severity"] == "warning"]
    expect(warned, [("actors", 5)])
    yield f"{mended.name}: mended in the marked copy, and valid; one name is like a published one"

    reviewed = folder / "corrige-reviewed.xlsx"
    (folder / "revue.txt").write_text(review(dataset, mended, ["d", "Another body, for the test."]), encoding="utf-8")
    report = json.loads(run(dataset, "csodata", "validate", reviewed, "--format", "json"))
    expect((report["valid"], report["counts"]["warnings"]), (True, 0))
    yield f"revue.txt and {reviewed.name}: the maintainer says that the two are different, and is not asked again"

    (folder / "pull-request.md").write_text(run(dataset, "csodata", "add", reviewed), encoding="utf-8")
    run(dataset, "csodata", "validate")
    run(dataset, "frictionless", "validate", "datapackage.json")
    yield "pull-request.md: the rows are added; csodata and frictionless find the dataset valid"

    forums, links = (csodata.load(table, dataset, as_="rows") for table in ("forums", "participations"))
    ids = {row["name"]: row["forum_id"] for row in forums}
    expect({FIRST, SECOND} <= ids.keys(), True)
    expect([row["participation_role"] for row in links if row["forum_id"] == ids[FIRST]], ["organiser"])
    yield f"csodata.load gives them: {ids[FIRST]}, {ids[SECOND]}, and who organised the first"


def type_in(source: Path, cells: dict[tuple[str, int, str], str], target: Path) -> None:
    """Have LibreOffice type texts into cells of a workbook and save it; an empty text empties its cell."""
    found = office()
    if found is None:
        sys.exit("LibreOffice with its Python (python3-uno) is needed.")
    soffice, python = found
    book = load_workbook(source)
    letters = {
        (sheet.title, str(cell.value)): cell.column_letter
        for sheet in book
        for cell in (sheet[2] if sheet.max_row > 1 else ())
    }
    typed = [(sheet, f"{letters[sheet, column]}{row}", text) for (sheet, row, column), text in cells.items()]
    command = [python, str(ROOT / "scripts" / "type_cells.py"), soffice, str(source), str(target)]
    done = subprocess.run(command, input=json.dumps(typed), capture_output=True, text=True, timeout=SECONDS)
    if done.returncode or not target.exists():
        sys.exit(f"LibreOffice did not write {target}:\n{done.stderr}")


def run(folder: Path, program: str, *arguments: str | Path, ends: int = 0) -> str:
    """Return what a command writes to stdout; end with an error unless it ends as it should."""
    command = [sys.executable, *PROGRAMS[program], *map(str, arguments)]
    done = subprocess.run(command, cwd=folder, env=environment(), capture_output=True, text=True, timeout=SECONDS)
    if done.returncode != ends or "Traceback" in done.stderr:
        sys.exit(f"{program} {' '.join(map(str, arguments))}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def environment() -> dict[str, str]:
    """Return the environment in which no other dataset is named."""
    return {name: value for name, value in os.environ.items() if name != "CSODATA_DIR"} | {"NO_COLOR": "1"}


def review(folder: Path, file: Path, answers: Sequence[str]) -> str:
    """Return what `csodata review` shows at a terminal where somebody gives these answers."""
    command = [sys.executable, *PROGRAMS["csodata"], "review", str(file)]
    terminal, inner = pty.openpty()
    os.write(terminal, "".join(f"{answer}\n" for answer in answers).encode())
    done = subprocess.run(
        command, cwd=folder, env=environment(), stdin=inner, capture_output=True, text=True, timeout=SECONDS
    )
    os.close(inner)
    os.close(terminal)
    if done.returncode:
        sys.exit(f"csodata review: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def expect(found: object, expected: object) -> None:
    """End with an error unless what was found is what was expected."""
    if found != expected:
        sys.exit(f"Expected: {expected}\nFound:    {found}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp(prefix="csodata-round-trip-")))
