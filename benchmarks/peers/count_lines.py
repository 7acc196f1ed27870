"""`wc -l`: the bytes read and the lines counted."""

import subprocess

from generate import Case


def check(case: Case) -> str:
    """Count the lines."""
    return subprocess.run(["wc", "-l", str(case.table)], check=True, capture_output=True, text=True).stdout
