"""A process that has imported everything and forks a child for each task that it is told on stdin, one JSON a line.

The child runs the task in a dataset's folder, and breaks at the Nth call that writes: it is killed there, or the call
fails, or somebody presses Ctrl-C. The answer is one JSON line too.
"""

import errno
import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

WRITING = ["open", "write", "fsync", "replace", "unlink", "mkdir", "rmdir", "chmod", "ftruncate"]
FULL = {"open", "write", "fsync", "replace", "mkdir"}  # what needs room on a disk


def breaking(at: int, how: str, tell: Callable[[str], None]) -> None:
    """Make the calls of `os` that write break at call `at`; a full disk stays full from there on."""
    count = 0

    def wrapped(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            nonlocal count
            if name == "open" and not arguments[1] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
                return real(*arguments, **named)
            count += 1
            if count == at:
                tell(name)
                if how == "kill":
                    if name == "write":  # torn in the middle
                        real(arguments[0], arguments[1][: len(arguments[1]) // 2])
                    os.kill(os.getpid(), signal.SIGKILL)
                if how == "interrupt":
                    os.kill(os.getpid(), signal.SIGINT)
                if how == "error":
                    raise OSError(errno.EIO, os.strerror(errno.EIO))
            if how == "full" and count >= at and name in FULL:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return real(*arguments, **named)

        return call

    for name in WRITING:
        setattr(os, name, wrapped(name, getattr(os, name)))


def add_row(table: str, key: str) -> int:
    """Add a row as a command does that takes rows in: under the lock, on what stands there then."""
    from csodata import canonical, schema, store
    from csodata.dataset import Dataset

    folder = Path.cwd()
    with store.locked(folder, f"adding {key}"):
        dataset = Dataset(folder)
        rows = canonical.read_rows(dataset.csv_path(table), schema.read(dataset.schema_path(table)))
        first = next(iter(rows[0]))
        files = dict(canonical.derived(dataset, {table: [*rows, {**rows[0], first: key}]}))
        store.write_set(folder, files)
    return 0


def rewrite() -> int:
    """Write a small set: a file that is there, one in new folders, and the descriptor."""
    from csodata import store

    folder = Path.cwd()
    with store.locked(folder, "rewriting"):
        descriptor = (folder / "datapackage.json").read_bytes()
        new = {"datapackage.json": descriptor + b"\n", "data/README.md": b"new", "docs/new/page.md": b"new"}
        store.write_set(folder, {folder / name: content for name, content in new.items()})
    return 0


def recover() -> int:
    """Do what every command that writes does first."""
    from csodata import store

    with store.locked(Path.cwd(), "recover"):
        return 0


def run(task: list[str]) -> int:
    """Run a task as a command does; return the exit code.

    `build`, `csodata …` and `recover`, or what needs less time: `add-row TABLE KEY` and `rewrite`.
    """
    from csodata.cli import main
    from csodata.errors import CsodataError

    try:
        if task[0] == "csodata":
            main(task[1:])
        if task[0] == "build":
            import build  # type: ignore[import-not-found] # scripts/build.py

            return int(build.main([]))
        return {"recover": recover, "rewrite": rewrite, "add-row": add_row}[task[0]](*task[1:])
    except CsodataError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except SystemExit as end:
        return int(end.code or 0)
    except BaseException:
        traceback.print_exc()
        return 99


def child(order: dict[str, Any], report: int) -> int:
    """Run the task of an order in its folder, with its output in files."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.chdir(order["folder"])
    for handle, path in enumerate(order["out"], 1):
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(file, handle)
        os.close(file)
    write = os.write
    if order.get("call"):
        breaking(order["call"], order["how"], lambda name: void(write(report, name.encode())))
    code = run(order["task"])
    sys.stdout.flush()
    sys.stderr.flush()
    return code


def void(_: object) -> None:
    """Return nothing."""


def serve() -> None:
    """Take orders until there are no more."""
    for line in sys.stdin:
        order = json.loads(line)
        reading, writing = os.pipe()
        started = time.monotonic()
        process = os.fork()
        if not process:
            code = 98
            try:
                code = child(order, writing)
            finally:
                os._exit(code)
        os.close(writing)
        if "delay" in order:
            # Counted from the moment when a path is there, if one is given; WNOWAIT: the child can still be waited for.
            while "after" in order and not os.path.lexists(order["after"]):
                if os.waitid(os.P_PID, process, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                    break
                time.sleep(0.0005)
            time.sleep(order["delay"])
            os.kill(process, signal.SIGKILL)
        _, status = os.waitpid(process, 0)
        with os.fdopen(reading, "rb") as pipe:
            broken = pipe.read().decode()
        code = os.waitstatus_to_exitcode(status)
        print(json.dumps({"code": code, "broken": broken, "seconds": time.monotonic() - started}), flush=True)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))
    import build  # noqa: F401
    import pyarrow.csv
    import pyarrow.parquet  # noqa: F401

    import csodata.cli
    import csodata.validation.keys
    import csodata.validation.sieve
    import csodata.validation.strict  # noqa: F401

    serve()
