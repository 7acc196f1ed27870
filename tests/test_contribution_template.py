"""Guards the templates: every column of every table, in words that the reader understands, with lists that hold what
they should; that an empty one is told in one sentence, and that no file is overwritten. Costs 10 s.
"""

import codecs
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from csodata.cli import main
from csodata.contribution.template import FIRST_ROW, HINT_CHARS, ROWS, TITLE_CHARS, USUAL_TABLES, write_template
from csodata.dataset import Dataset
from csodata.messages import Language
from csodata.reading import find_headings, read
from csodata.schema import read_all
from csodata.validation import validate_contribution
from csodata.validation.forms import EXAMPLE_MARKS, LISTS_SHEET, READ_ME_SHEETS
from csodata.validation.sheets import EVIDENCE_COLUMNS

ROOT = Path(__file__).parent.parent
FIRST = FIRST_ROW + 1
FORUM = {
    "forum_id": "new-1",
    "name": "New Forum",
    "forum_type": "summit",
    "level": "local",
    "is_collective": "false",
    "forum_status": "held",
    "start_date": "2019-10",
    "source": "toy-source",
    "locator": "p. 1",
    "citation_basis": "stated",
}


@pytest.fixture(scope="module", params=["en", "fr"])
def lang(request: pytest.FixtureRequest) -> Language:
    """Each language of a template."""
    found: Language = request.param
    return found


@pytest.fixture(scope="module")
def whole(lang: Language, toy_source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A template of all tables, which no test may change."""
    path = tmp_path_factory.mktemp("whole") / "rows.xlsx"
    write_template(Dataset(toy_source), path, Dataset(toy_source).tables, lang)
    return path


@pytest.fixture(scope="module")
def book(whole: Path) -> Workbook:
    """The same, as openpyxl sees it."""
    return load_workbook(whole)


def made(toy: Dataset, lang: Language = "en", *tables: str) -> Path:
    path = toy.path / "rows.xlsx"
    write_template(toy, path, tables, lang)
    return path


def names(sheet: Worksheet) -> list[str]:
    return [str(cell.value) for cell in sheet[2]]


def lists(book: Workbook) -> dict[str, list[str]]:
    return {
        str(column[0]): [text for text in column[1:] if text]
        for column in book[LISTS_SHEET].iter_cols(values_only=True)
    }


def filled(path: Path, *rows: dict[str, str], table: str = "forums", at: int = FIRST) -> Path:
    """Fill in rows of a template."""
    book = load_workbook(path)
    sheet = book[table]
    for number, row in enumerate(rows, at):
        for name, text in row.items():
            sheet.cell(number, names(sheet).index(name) + 1, text)
    book.save(path)
    return path


def test_every_heading_is_understood_without_a_word(toy: Dataset, lang: Language, whole: Path) -> None:
    schemas = read_all({table: toy.schema_path(table) for table in toy.tables})
    sheets = {sheet.name: sheet for sheet in read(whole)}
    assert [*sheets] == [READ_ME_SHEETS[lang], *toy.tables, LISTS_SHEET]
    for table, model in schemas.items():
        headings = find_headings(sheets[table], model.fields)
        assert (headings.row and headings.row.number, headings.first_data_row) == (1, 2), table
        assert list(headings.columns) == model.names, table
        assert (headings.notes, headings.duplicate, headings.blank) == ([], [], []), table
        evidence = [sheets[table].rows[1].cells[index] for index in headings.unknown]
        assert evidence in ([], list(EVIDENCE_COLUMNS)), table


def test_an_empty_template_is_told_in_one_sentence(toy: Dataset, whole: Path) -> None:
    report = validate_contribution(toy, [whole])
    assert (report.counts.by_code, report.problems[0].sheet) == ({"no-rows": 1}, None)


def test_lists_and_hints_stand_beside_the_cells(toy: Dataset, lang: Language, book: Workbook) -> None:
    assert book[LISTS_SHEET].sheet_state == "veryHidden"
    for table in toy.tables:
        sheet = book[table]
        assert (sheet.freeze_panes, sheet.protection.sheet) == ("A3", False)
        rules = {next(iter(rule.sqref.ranges)).min_col: rule for rule in sheet.data_validations.dataValidation}
        fields = {field["name"]: field for field in toy.schema_descriptor(table)["fields"]}
        formats = {
            index: group.number_format
            for group in sheet.column_dimensions.values()
            for index in range(group.min, group.max + 1)
        }
        for index, name in enumerate(names(sheet), 1):
            rule, field = rules[index], fields.get(name, {})
            area = next(iter(rule.sqref.ranges))
            assert (area.min_row, area.max_row) == (FIRST, FIRST + ROWS - 1)
            assert not rule.showErrorMessage and rule.showInputMessage
            assert 0 < len(rule.promptTitle) <= TITLE_CHARS and 0 < len(rule.prompt) <= HINT_CHARS
            assert formats[index] == "@"
            if "enum" in field.get("constraints", {}) or field.get("type") == "boolean":
                assert rule.type == "list", (table, name)
                values = [text for (text,) in book[LISTS_SHEET][rule.formula1.split("!")[1].replace("$", "")]]
                key = "label_fr" if lang == "fr" else "label"
                labels = [category[key] for category in field.get("categories", [])]
                assert [cell.value for cell in values] == (labels or {"en": ["yes", "no"], "fr": ["oui", "non"]}[lang])


def test_required_columns_are_marked_and_an_id_is_not(book: Workbook) -> None:
    sheet = book["forums"]
    marked = {name for name, cell in zip(names(sheet), sheet[1], strict=True) if cell.value.endswith(" *")}
    assert marked == {"name", "forum_type", "level", "is_collective", "forum_status", "source", "citation_basis"}
    assert all(cell.comment and cell.comment.text for cell in sheet[1])


def test_published_rows_can_be_chosen(lang: Language, book: Workbook) -> None:
    found = lists(book)
    assert found["actors"] == ["Toy Ministry [toy-ministry]", "Toy Network [toy-network]"]
    assert found["sources"] == ["Report of the Toy Forum [toy-source]"]
    french = lang == "fr"
    assert found["countries"] == (["Belgique", "Maroc", "Sénégal"] if french else ["Belgium", "Morocco", "Senegal"])
    assert found["themes"] == (["Droits", "Travail"] if french else ["Labour", "Rights"])


def test_the_first_sheet_says_what_the_choices_mean(toy: Dataset, lang: Language, book: Workbook) -> None:
    said = [cell.value for (cell,) in book[READ_ME_SHEETS[lang]].iter_rows()]
    key = "_fr" if lang == "fr" else ""
    fields = {field["name"]: field for field in toy.schema_descriptor("participations")["fields"]}
    colon = {"en": ":", "fr": "\u00a0:"}[lang]
    for category in fields["participation_role"]["categories"]:
        assert f"{category[f'label{key}']}{colon} {category[f'description{key}']}" in said
    theme = {"en": "Rights", "fr": "Droits"}[lang]
    assert f"{theme}{colon} What a person may claim." in said  # the toy themes are not translated
    assert said.count(fields["participation_role"][f"title{key}"]) == 1


def test_nothing_is_a_formula(toy: Dataset) -> None:
    path = toy.csv_path("actors")
    text = (
        path.read_text(encoding="utf-8").replace("Toy Network", "=1+1").replace("Toy Ministry", "https://example.org")
    )
    path.write_text(text, encoding="utf-8")
    book = load_workbook(made(toy, "en", "participations"))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert not any(cell.hyperlink for cell in cells)
    assert "=1+1 [toy-network]" in lists(book)["actors"]


def test_a_filled_template_is_taken_and_its_example_is_not(toy: Dataset, lang: Language) -> None:
    report = validate_contribution(toy, [filled(made(toy, lang, "forums"), FORUM)])
    assert (report.counts.by_code, report.counts.rows) == ({"example-row-skipped": 1}, 1)
    assert [(each.sheet, each.row) for each in report.problems] == [("forums", 3)]


def test_an_example_that_was_written_over_is_an_error_where_it_is_left(toy: Dataset) -> None:
    report = validate_contribution(toy, [filled(made(toy, "en", "forums"), FORUM, at=FIRST - 1)])
    assert not report.valid
    left = {each.column for each in report.problems if each.code == "example-left"}
    assert left and len(report.problems) == len(left)


def test_every_example_is_marked(toy: Dataset, lang: Language, book: Workbook) -> None:
    for table in toy.tables:
        assert all(str(cell.value).startswith(EXAMPLE_MARKS[lang] + " ") for cell in book[table][3]), table


def test_which_sheets_there_are(toy: Dataset) -> None:
    names = [sheet.name for sheet in read(made(toy))]
    assert set(names) == {"Read me", *USUAL_TABLES, LISTS_SHEET}
    (toy.path / "rows.xlsx").unlink()
    names = [sheet.name for sheet in read(made(toy, "fr", "access"))]
    assert names == ["À lire", "access", "sources", LISTS_SHEET]


def test_the_licence_is_told(toy: Dataset, lang: Language, book: Workbook) -> None:
    front = book[READ_ME_SHEETS[lang]]
    texts = [str(row[0]) for row in front.iter_rows(values_only=True)]
    assert json.loads((toy.path / "datapackage.json").read_text())["licenses"][0]["name"] in texts[6]


def test_a_csv_file_has_the_names_alone(toy: Dataset, lang: Language) -> None:
    path = toy.path / "forums.csv"
    write_template(toy, path, ["forums"], lang)
    content = path.read_bytes()
    assert content.startswith(codecs.BOM_UTF8 + {"en": b"forum_id,name,", "fr": b"forum_id;name;"}[lang])
    assert content.endswith(b"citation_basis\r\n") and content.count(b"\n") == 1
    found = validate_contribution(toy, [path]).problems
    assert [each.code for each in found if each.severity != "repair"] == ["no-rows"]


@pytest.fixture
def run(toy: Dataset, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """Run `csodata template` in the folder of the toy dataset."""
    monkeypatch.chdir(toy.path)
    return lambda *arguments: CliRunner().invoke(main, ["template", *arguments])


def test_the_command_says_what_it_wrote(run, toy: Dataset) -> None:  # type: ignore[no-untyped-def]
    done: Result = run("forums", "-o", "rows.xlsx", "--lang", "fr")
    assert (done.exit_code, done.stdout) == (0, "rows.xlsx: forums, sources\n")
    assert load_workbook(toy.path / "rows.xlsx").sheetnames[0] == "À lire"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["-o", "there.xlsx"], "is there already"),
        (["forums", "-o", "there.csv"], "is there already"),
        (["-o", "new.csv"], "a CSV file holds one table"),
        (["forums", "actors", "-o", "new.csv"], "a CSV file holds one table"),
        (["-o", "new.ods"], "a workbook (.xlsx)"),
        (["forum", "-o", "new.xlsx"], "The tables are"),
        (["-o", "nowhere/new.xlsx"], "No such file"),
        ([], "--output"),
    ],
)
def test_what_cannot_be_written_is_a_sentence(run, toy: Dataset, arguments: list[str], says: str) -> None:  # type: ignore[no-untyped-def]
    for name in ("there.xlsx", "there.csv"):
        (toy.path / name).write_text("mine")
    done: Result = run(*arguments)
    assert (done.exit_code, says in done.stderr, "Traceback" in done.stderr) == (2, True, False), done.stderr
    assert (toy.path / "there.xlsx").read_text() == (toy.path / "there.csv").read_text() == "mine"
    assert not list(toy.path.glob("new.*"))


def test_whatever_a_list_offers_is_understood(lang: Language, tmp_path: Path) -> None:
    published, path = Dataset(ROOT), tmp_path / "rows.xlsx"
    tables = ["commitments", "participations", "sources"]
    write_template(published, path, tables, lang)
    book = load_workbook(path)
    for table in tables:
        sheet = book[table]
        for rule in sheet.data_validations.dataValidation:
            if rule.type == "list":
                column = next(iter(rule.sqref.ranges)).min_col
                for number, (cell,) in enumerate(
                    book[LISTS_SHEET][rule.formula1.split("!")[1].replace("$", "")], FIRST
                ):
                    sheet.cell(number, column, cell.value)
    book.save(path)
    report = validate_contribution(published, [path])
    assert report.counts.rows > 400
    told = {each.code: each for each in report.problems}
    assert told.keys() & {"not-in-list", "unknown-reference", "ambiguous-name", "wrong-type", "unreadable"} == set(), (
        told
    )
