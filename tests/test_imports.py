"""Guards: the layers of design, and what each entry imports. Costs two seconds (fresh interpreters)."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "csodata"
# From the bottom up; a module imports only from below, and a package from within itself.
LAYERS = [
    {"arrays", "errors", "values"},
    {"dataset", "edtf", "folding"},
    {"citing", "messages", "schema", "store"},
    {"croissant", "pages", "quality", "rows"},
    {"arrow"},
    {"canonical", "report", "reading"},
    {"validation"},
    {"contribution", "releases"},
    {"printing", "shell"},
    {"cli", "__init__"},
]
THIRD_PARTY = {
    "cli": {"click"},
    "printing": {"click", "rich"},
    "shell": {"click"},
    "messages": {"rapidfuzz"},
    "arrays": {"pyarrow"},
    "schema": {"pydantic"},
    "rows": {"pydantic"},
    "arrow": {"pyarrow", "pandas", "polars"},
    "canonical": {"pyarrow"},
    "report": {"pydantic"},
    "reading": {"python_calamine", "defusedxml", "pyarrow"},
    "validation": {"frictionless", "phonenumbers", "pyarrow", "rapidfuzz"},
    "releases": {"pandas", "pooch", "pyarrow", "pydantic", "pyreadstat", "requests", "xlsxwriter"},
    "contribution": {"openpyxl", "xlsxwriter"},
    "__init__": {"pyarrow"},
}
HEAVY = {"pyarrow", "pydantic", "frictionless", "pandas", "polars", "rich", "python_calamine", "phonenumbers"}


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute here"
            base = node.module or ""
            yield from (f"{base}.{alias.name}" if base == "csodata" else base for alias in node.names)


MODULES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_nothing_imports_upwards_or_sideways(path: Path) -> None:
    here = room(path)
    level = next(index for index, layer in enumerate(LAYERS) if here in layer)
    below = set().union(*LAYERS[:level])
    for name in imports(ast.parse(path.read_text(encoding="utf-8"))):
        parts = name.split(".")
        if parts[0] == "csodata":
            target = parts[1] if len(parts) > 1 else "__init__"
            assert target == here or target in below, f"{here} imports {target}"
        elif parts[0] not in sys.stdlib_module_names:
            assert parts[0] in THIRD_PARTY.get(here, set()), f"{here} imports {parts[0]}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_has_one_job(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 280, "a module this long has two jobs"


@pytest.mark.parametrize(
    ("code", "allowed"),
    [
        ("import csodata", set()),
        ("import csodata; csodata.open().tables; csodata.describe('forums'); csodata.cite()", set()),
        ("import csodata; csodata.load('forums')", {"pyarrow"}),
        ("from csodata.cli import main; main(['--help'], standalone_mode=False)", set()),
        ("from csodata.cli import main; main(['cite'], standalone_mode=False)", set()),
    ],
)
def test_what_is_imported(code: str, allowed: set[str]) -> None:
    script = f"{code}\nimport sys; print(*sorted(set(sys.modules) & {HEAVY!r}))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert set(done.stdout.splitlines()[-1].split()) <= allowed


def test_the_functions_are_not_hidden_by_modules_of_the_same_name() -> None:
    script = (
        "import csodata, pathlib, importlib\n"
        "for path in pathlib.Path(csodata.__file__).parent.rglob('*.py'):\n"
        "    parts = path.relative_to(pathlib.Path(csodata.__file__).parent.parent).with_suffix('').parts\n"
        "    importlib.import_module('.'.join(parts).removesuffix('.__init__'))\n"
        "assert all(callable(getattr(csodata, name)) for name in csodata.__all__)"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)
