"""Type into the cells of a workbook as a person does, with LibreOffice. Run by a Python that has UNO, not by ours.

    soffice's Python type_cells.py SOFFICE WORKBOOK SAVED < cells.json

where cells.json is a list of [sheet, cell, text]; an empty text empties the cell.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

SECONDS_TO_START = 60


def main(soffice: str, workbook: str, saved: str) -> None:
    """Type what stands in standard input into the workbook and save it under another name."""
    cells = json.load(sys.stdin)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        pipe = f"csodata{Path(profile).name}"
        office = subprocess.Popen(
            [
                soffice,
                "--headless",
                "--norestore",
                "--nologo",
                f"-env:UserInstallation={Path(profile).as_uri()}",
                f"--accept=pipe,name={pipe};urp;",
            ]
        )
        try:
            _type(_connect(pipe, office), cells, Path(workbook), Path(saved))
            office.wait(30)
        finally:
            if office.poll() is None:
                office.kill()


def _connect(pipe: str, office: "subprocess.Popen[bytes]") -> Any:
    import uno  # type: ignore[import-not-found]

    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(SECONDS_TO_START * 10):
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except Exception:  # it is not up yet; UNO's own exceptions exist only once uno is imported
            if office.poll() not in (None, 0):
                raise
            time.sleep(0.1)
    raise TimeoutError("LibreOffice did not start")


def _type(context: Any, cells: list[tuple[str, str, str]], workbook: Path, saved: Path) -> None:
    create = context.ServiceManager.createInstanceWithContext
    desktop = create("com.sun.star.frame.Desktop", context)
    document = desktop.loadComponentFromURL(workbook.as_uri(), "_blank", 0, ())
    view = document.CurrentController
    dispatcher = create("com.sun.star.frame.DispatchHelper", context)
    for sheet, cell, text in cells:
        view.setActiveSheet(document.Sheets.getByName(sheet))
        dispatcher.executeDispatch(view.Frame, ".uno:GoToCell", "", 0, (_value("ToPoint", cell),))
        if text:
            dispatcher.executeDispatch(view.Frame, ".uno:EnterString", "", 0, (_value("StringName", text),))
        else:
            dispatcher.executeDispatch(view.Frame, ".uno:ClearContents", "", 0, ())
    document.storeToURL(saved.as_uri(), (_value("FilterName", "Calc MS Excel 2007 XML"),))
    document.close(True)
    desktop.terminate()


def _value(name: str, value: str) -> Any:
    from com.sun.star.beans import PropertyValue  # type: ignore[import-not-found]

    return PropertyValue(Name=name, Value=value)


if __name__ == "__main__":
    main(*sys.argv[1:])
