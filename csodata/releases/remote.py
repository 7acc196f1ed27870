"""Files of a release over http and https, from a server that may be slow, broken or hostile.

Not pooch's downloader: it reads whatever length comes, follows any redirect, hashes only afterwards, and knows neither
Retry-After nor a server that sends a byte a minute.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from email.utils import parsedate_to_datetime
from queue import Empty, Full, Queue
from threading import Thread
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, TypeVar
from urllib.parse import quote, urljoin, urlsplit

from csodata.errors import CsodataError
from csodata.releases.layout import MOST_JSON, File
from csodata.releases.sources import Advance, Fault, Source

if TYPE_CHECKING:
    import requests

T = TypeVar("T")
SCHEMES = ("http", "https")
PIECE = 8_192  # small, so that a slow line is seen to be alive
REDIRECTS = 5
TRY_LATER = (408, 425, 429, 500, 502, 503, 504)
WORDS = {401: "it asks for a password", 403: "it is not open to you", 404: "it is not there", 410: "it is gone"}


class Patience(NamedTuple):
    """How long a server is borne with, in seconds; with these, one that never gets right is left within a minute."""

    stall: float = 15.0
    """In each such span, `least` bytes have to come, or the end."""
    least: int = 10_000
    tries: int = 4
    pause: float = 1.0
    """Before the second try of a file; twice as long before each further one; Retry-After goes before it."""
    lost: float = 40.0
    """Spent on tries that came to nothing, and on waiting, by all files together; then no further try is made."""


class Url(Source):
    """The files below an address, or the one file that it is; raises CsodataError where $CSODATA_OFFLINE is set."""

    def __init__(self, address: str, patience: Patience) -> None:
        import requests  # 150 ms, which only a download needs

        parts = urlsplit(address)
        self.name = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl().rstrip("/")  # without a password
        if os.environ.get("CSODATA_OFFLINE", "0") not in ("", "0"):
            raise CsodataError(f"$CSODATA_OFFLINE is set, so nothing is fetched from {self.name}.")
        self._address = address
        self._patience = patience
        self._session = requests.Session()
        self._lost = 0.0

    def has(self, path: str) -> bool:
        """Tell whether there is a file: on the web, that is seen only when it is fetched."""
        return True

    def at(self, path: str) -> str:
        """Return the address of a file, for messages."""
        return f"{self.name}/{path}" if path else self.name

    def fetch(self, file: File, to: BinaryIO, advance: Advance) -> None:
        """Copy a file; what goes wrong is tried again, from its start."""
        self._tried(to, lambda: super(Url, self).fetch(file, to, advance))

    def read(self, path: str, to: BinaryIO | None = None, most: int = MOST_JSON) -> bytes:
        """Return, or write to `to`, a file of which nothing is stated; what goes wrong is tried again."""
        return self._tried(to, lambda: super(Url, self).read(path, to, most))

    def chunks(self, path: str) -> Iterator[bytes]:
        """Yield a file in pieces; raises Fault where too little comes, or the connection breaks.

        The connection is held in a thread: no time-out of a socket ends an answer that trickles, or a lookup of a name.
        """
        address = f"{self._address.rstrip('/')}/{quote(path)}" if path else self._address
        stall, least = self._patience.stall, self._patience.least
        arrived: Queue[bytes | Exception | None] = Queue(256)
        Thread(target=_receive, args=(self._session, address, stall, arrived), daemon=True).start()
        began, came = time.monotonic(), 0
        while True:
            try:
                item = arrived.get(timeout=max(0.0, began + stall - time.monotonic()))
            except Empty:
                if came < least:
                    raise Fault(f"{self.at(path)}: the server sends nothing, or too slowly.") from None
                began, came = time.monotonic(), 0
                continue
            if item is None:
                return
            if isinstance(item, Exception):
                raise _told(item, self.at(path)) from item
            if item:
                came += len(item)
                yield item
            else:  # the heading is here, and the body has a span of its own
                began, came = time.monotonic(), 0

    def _tried(self, to: BinaryIO | None, attempt: Callable[[], T]) -> T:
        """Return what the attempt does; after a fault wait, empty the file, and try again, while patience lasts."""
        tries = 0
        while True:
            tries += 1
            began = time.monotonic()
            try:
                return attempt()
            except Fault as fault:
                pause = self._patience.pause * 2 ** (tries - 1) if fault.after is None else fault.after
                self._lost += time.monotonic() - began + pause
                if tries >= self._patience.tries or self._lost > self._patience.lost:
                    times = "once" if tries == 1 else f"{tries} times"
                    raise CsodataError(
                        f"{fault} It was tried {times}, and nothing is kept; try again later."
                    ) from fault
                time.sleep(pause)
            if to is not None:
                to.seek(0)
                to.truncate()


def _receive(session: "requests.Session", address: str, stall: float, arrived: Queue[bytes | Exception | None]) -> None:
    """Put the pieces of an answer into a queue, an empty one first when the heading is here, then None, or an error.

    Ends, without a word, where nobody takes them any more.
    """
    last: Exception | None = None
    try:
        with _answer(session, address, stall) as response:
            arrived.put(b"", timeout=stall)
            for piece in response.iter_content(PIECE):
                arrived.put(piece, timeout=stall)
    except Full:
        return
    except Exception as error:  # whoever takes the pieces raises it
        last = error
    with suppress(Full):
        arrived.put(last, timeout=stall)


def _answer(session: "requests.Session", address: str, stall: float) -> "requests.Response":
    """Return the answer of the server that stands at the end of all redirects, its body not yet read."""
    at = address
    for _ in range(1 + REDIRECTS):
        response = session.get(
            at, stream=True, allow_redirects=False, timeout=stall, headers={"Accept-Encoding": "identity"}
        )
        target = session.get_redirect_target(response)
        if target is None:
            if response.status_code != 200:
                response.close()
                raise _refusal(response)
            return response
        response.close()
        old, at = urlsplit(at).scheme, urljoin(at, target)
        new = urlsplit(at).scheme
        if new not in SCHEMES or (old, new) == ("https", "http"):
            raise CsodataError(f"The server redirects from {old} to {new or 'nowhere'}, which is not followed.")
    raise CsodataError(f"The server redirects more than {REDIRECTS} times, perhaps in a circle.")


def _refusal(response: "requests.Response") -> CsodataError:
    status = response.status_code
    if status in TRY_LATER:
        after = _seconds(response.headers.get("Retry-After"))
        wait = "" if after is None else f" and asks to wait {after:,.0f} seconds"
        return Fault(f"the server answers {status}{wait}.", after)
    return CsodataError(f"{WORDS.get(status, f'the server answers {status}')}.")


def _seconds(text: str | None) -> float | None:
    """Return how long a Retry-After asks to wait, which gives seconds or a moment; None where it gives neither."""
    if text is None:
        return None
    if text.strip().isdecimal():
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except (ValueError, OverflowError):
        return None


def _told(error: Exception, where: str) -> Exception:
    """Return an error in words, a Fault where another try may help; what is no fault of the server stays as it is."""
    import requests

    if isinstance(error, Fault):
        return Fault(f"{where}: {error}", error.after)
    if isinstance(error, CsodataError):
        return CsodataError(f"{where}: {error}")
    if isinstance(error, requests.exceptions.SSLError):
        return CsodataError(f"{where}: there is no safe connection: the certificate is not trusted here, or is none.")
    if isinstance(error, ValueError):
        return CsodataError(f"{where} is no address that can be fetched.")
    if isinstance(error, requests.Timeout):
        return Fault(f"{where}: the server does not answer.")
    if isinstance(error, OSError):  # as those of requests are
        return Fault(f"{where}: there is no connection to the server, or it broke off.")
    return error
