"""Write every derived file of the dataset anew (`--check`: only say which are stale). See csodata/canonical.py."""

import sys

from csodata import canonical
from csodata.dataset import find_here
from csodata.errors import CsodataError


def main(arguments: list[str]) -> int:
    """Build, or check; return the exit code: 0 fine, 1 stale, 2 cannot be built or wrong usage."""
    if arguments not in ([], ["--check"]):
        print(f"{__doc__}\nUsage: python scripts/build.py [--check]", file=sys.stderr)
        return 2
    try:
        dataset = find_here()
        paths = canonical.check(dataset) if arguments else canonical.build(dataset)
    except CsodataError as error:
        print(error, file=sys.stderr)
        return 2
    print("\n".join(f"{'stale' if arguments else 'written'}: {path}" for path in paths) or "All files are up to date.")
    if arguments and paths:
        print(f"Run: {canonical.REPAIR}", file=sys.stderr)
    return 1 if arguments and paths else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
