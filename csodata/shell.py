"""How commands end, whatever happens, and what the shell completes."""

import sys
from io import TextIOWrapper
from typing import IO, Any

import click

from csodata.dataset import find
from csodata.errors import CsodataError, UnreadableError
from csodata.messages import Language, phrase, refusal

LANGUAGE = "csodata.language"  # in what click keeps for all contexts of a run


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

    def __init__(self, message: str, language: Language = "en") -> None:
        super().__init__(message)
        self.language = language

    def show(self, file: IO[Any] | None = None) -> None:
        """Print it, as click does, in its language."""
        click.echo(phrase("error", self.language, message=self.message), file, err=True)


def keep_language(ctx: click.Context, param: click.Parameter, value: Language) -> Language:
    """Keep the language that was asked for where `Commands` finds it when a command has ended."""
    ctx.meta[LANGUAGE] = value
    return value


class Commands(click.Group):
    """A group whose commands never end in a traceback."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run, as click does; an interruption ends it with 130 before there is a command, too."""
        try:
            return super().main(*args, **extra)
        except KeyboardInterrupt:
            sys.exit(130)

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        """Read the options; click would end with 1 where this is interrupted."""
        try:
            return super().make_context(*args, **extra)
        except KeyboardInterrupt:
            sys.exit(130)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; whatever goes wrong is a sentence and an exit code."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")  # a terminal that has no é is no reason to stop
        try:
            return super().invoke(ctx)
        except UnreadableError as error:
            language = ctx.meta.get(LANGUAGE, "en")
            raise Refusal(refusal(error.refused, language), language) from None
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
