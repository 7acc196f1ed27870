"""The command line: formatting and exit codes only. Data goes to stdout, talk to stderr.

Exit 0: fine. Exit 1: problems were found. Exit 2: something cannot be read, or the command was used wrongly.
"""

import sys

try:
    from csodata.cli import checking, contributing, looking, releasing
    from csodata.cli.group import main
except KeyboardInterrupt:  # before there is a command that could see to it
    sys.exit(130)

__all__ = ["checking", "contributing", "looking", "main", "releasing"]
