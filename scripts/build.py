"""Write every derived file of the dataset anew (`--check`: only say which are stale), then validate the dataset.

See csodata/canonical.py for what is derived. Exit 0: fine. 1: stale, or rows with problems. 2: it cannot be built.
130: broken off with Ctrl-C.
"""

import sys

from csodata import canonical
from csodata.dataset import find_checkout
from csodata.errors import CsodataError
from csodata.report.text import render
from csodata.validation import validate_dataset


def main(arguments: list[str]) -> int:
    """Build, or check; return the exit code."""
    if arguments not in ([], ["--check"]):
        print(f"{__doc__}\nUsage: python scripts/build.py [--check]", file=sys.stderr)
        return 2
    try:
        dataset = find_checkout()
        print(f"Dataset: {dataset.path}, version {dataset.version}", file=sys.stderr)
        paths = canonical.check(dataset) if arguments else canonical.build(dataset)
        report = validate_dataset(find_checkout())
    except (CsodataError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    print("\n".join(f"{'stale' if arguments else 'written'}: {path}" for path in paths) or "All files are up to date.")
    print(render(report))
    if arguments and paths:
        print(f"Run: {canonical.REPAIR}", file=sys.stderr)
    return 0 if report.valid and not (arguments and paths) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
