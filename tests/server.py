"""A web server on this computer that serves a folder, and misbehaves as it is told; nothing is mocked."""

import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote


class Handler(BaseHTTPRequestHandler):
    """Answers with a file, or as the next fault of its path says."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else each small file waits 40 ms for an acknowledgement
    server: "Server"

    def do_GET(self) -> None:
        path = unquote(self.path).lstrip("/")
        self.server.asked.append((path, time.monotonic()))
        file = self.server.folder / path
        content = file.read_bytes() if file.is_file() else None
        fault = next(self.server.faults.get(path, iter(())), None)
        try:
            if fault is not None:
                self.close_connection = True
                fault(self, content or b"")
            elif content is None:
                self.head(404, {"Content-Length": "0"})
            else:
                self.head(200, {"Content-Length": str(len(content))})
                self.wfile.write(content)
        except OSError:
            self.close_connection = True  # the other side has had enough

    def head(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


Fault = Callable[[Handler, bytes], None]


class Server(ThreadingHTTPServer):
    """The folder it serves, what it was asked for, and the faults that each path still has to show."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.folder = folder
        self.asked: list[tuple[str, float]] = []
        self.faults: dict[str, Iterator[Fault]] = {}
        self.scheme = "http"

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: who breaks off is meant to."""

    @property
    def url(self) -> str:
        return f"{self.scheme}://localhost:{self.server_port}" if self.scheme == "https" else self.plain

    @property
    def plain(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def secure(self, certificate: Path) -> None:
        """Speak https, with a certificate and its key in one file."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self.socket = context.wrap_socket(self.socket, server_side=True)
        self.scheme = "https"


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    with Server(folder) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()


def breaks_off(handler: Handler, content: bytes) -> None:
    handler.head(200, {"Content-Length": str(len(content))})
    handler.wfile.write(content[: len(content) // 2])


def hangs_up(handler: Handler, content: bytes) -> None:
    """Close the connection without a word."""


def is_silent(handler: Handler, content: bytes) -> None:
    time.sleep(5)


def trickles(handler: Handler, content: bytes) -> None:
    handler.head(200, {"Content-Length": str(len(content))})
    for byte in content[:500]:
        handler.wfile.write(bytes([byte]))
        time.sleep(0.02)


def trickles_its_heading(handler: Handler, content: bytes) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    for _ in range(500):
        handler.wfile.write(b"x")
        time.sleep(0.02)


def is_too_short(handler: Handler, content: bytes) -> None:
    handler.head(200, {"Content-Length": str(len(content) - 1)})
    handler.wfile.write(content[:-1])


def is_too_long(handler: Handler, content: bytes) -> None:
    handler.head(200, {"Content-Length": str(len(content) + 1)})
    handler.wfile.write(content + b"\n")


def has_a_wrong_byte(handler: Handler, content: bytes) -> None:
    handler.head(200, {"Content-Length": str(len(content))})
    handler.wfile.write(content[:-2] + bytes([content[-2] ^ 1]) + content[-1:])


def has_no_end(handler: Handler, content: bytes) -> None:
    handler.head(200, {})
    while True:
        handler.wfile.write(content or b"x" * 1000)


def is_packed_for_nobody(handler: Handler, content: bytes) -> None:
    handler.head(200, {"Content-Length": str(len(content)), "Content-Encoding": "gzip"})
    handler.wfile.write(content)


def answers(status: int, **headers: str) -> Fault:
    def answer(handler: Handler, content: bytes) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        handler.head(status, {"Content-Length": "0"} | named)

    return answer
