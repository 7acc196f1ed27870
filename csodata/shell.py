"""How commands end, whatever happens, and what the shell completes."""

import sys
from io import TextIOWrapper
from typing import Any

import click

from csodata.dataset import find
from csodata.errors import CsodataError


class RuleCode(click.ParamType[str]):
    """The code of a rule, which the shell can complete."""

    name = "rule"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
        """Return what the word may become."""
        from click.shell_completion import CompletionItem

        from csodata.messages import catalogue

        return [CompletionItem(code) for code in catalogue() if code.startswith(incomplete)]


class Pair(click.ParamType[tuple[str, str]]):
    """A name, an equals sign, and what it stands for."""

    def __init__(self, form: str) -> None:
        """Take how the pair is written in help, for example `TABLE=FILE`."""
        self.name = form

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        """Return the two sides."""
        name, sign, other = value.partition("=")
        if not (name and sign and other):
            self.fail(f"'{value}' is not written as {self.name}.", param, ctx)
        return name, other


class Refusal(click.ClickException):
    """What cannot be done, in a sentence."""

    exit_code = 2


class Commands(click.Group):
    """A group whose commands never end in a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; whatever goes wrong is a sentence and an exit code."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")  # a terminal that has no é is no reason to stop
        try:
            return super().invoke(ctx)
        except CsodataError as error:
            raise Refusal(str(error)) from None
        except KeyboardInterrupt:
            sys.exit(130)
        except (click.exceptions.Exit, click.ClickException, click.Abort, BrokenPipeError):
            raise
        except OSError as error:
            raise Refusal(f"{error.filename or 'The output'}: {error.strerror}.") from None
        except Exception as error:
            raise Refusal(f"This is a fault of csodata itself: {type(error).__name__}: {error}") from error


class TableName(click.ParamType[str]):
    """The name of a table, which the shell can complete."""

    name = "table"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
        """Return what the word may become."""
        from click.shell_completion import CompletionItem

        try:
            return [CompletionItem(table) for table in find().tables if table.startswith(incomplete)]
        except CsodataError:
            return []
