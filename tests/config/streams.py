"""A server that streams, and a client that reads what it is sent, byte for byte."""

import http.client
import json
import os
import select
import signal
import time
from pathlib import Path
from typing import Any

from tests.config.retrying import Server

ASGI = ("--interface", "asgi", "config.asgi:application")
HEARTBEAT = b":\n\n"
COMPLETE = b"event: complete\ndata: \n\n"
PATIENCE = 20.0  # seconds for what must come
QUIET = 1.5  # seconds in which nothing may come


def streaming_server(log: Path, **environment: str) -> Server:
    return Server(log, application=ASGI, environment={"STREAM_HEARTBEAT": "600", **environment})


def stop(server: Server) -> float:
    """End the server as an operator does; return the seconds that it took."""
    assert server.process is not None
    began = time.monotonic()
    os.kill(server.process.pid, signal.SIGTERM)
    server.process.wait(timeout=30)
    server.process = None
    return time.monotonic() - began


def post(port: int, path: str, headers: dict[str, str], body: Any) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers by name in small letters, and body of the answer to one request."""
    connected = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        connected.request("POST", path, content, {"Content-Type": "application/json", **headers})
        response = connected.getresponse()
        return response.status, {name.lower(): value for name, value in response.headers.items()}, response.read()
    finally:
        connected.close()


class Watching:
    """One stream, as a frontend has it; `blocks` are its parts between blank lines."""

    def __init__(self, port: int, headers: dict[str, str], query: str, **variables: Any) -> None:
        self.connected = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        body = json.dumps({"query": query, "variables": variables}).encode()
        headers = {"Accept": "text/event-stream", "Content-Type": "application/json", **headers}
        self.connected.request("POST", "/graphql/stream/", body, headers)
        self.socket = self.connected.sock
        self.response = self.connected.getresponse()

    def block(self, patience: float = PATIENCE) -> bytes:
        """Return the next part, with the blank line that ends it; empty when the stream has ended."""
        assert self.socket is not None
        self.socket.settimeout(patience)
        lines = b""
        while not lines.endswith(b"\n\n"):
            line = self.response.readline()
            if not line:
                break
            lines += line
        return lines

    def event(self) -> Any:
        """Return the data of the next event, passing over heartbeats."""
        block = self.block()
        while block == HEARTBEAT:
            block = self.block()
        name, data, *rest = block.split(b"\n")
        assert (name, rest) == (b"event: next", [b"", b""]), block
        return json.loads(data.removeprefix(b"data: "))["data"]

    def until(self, wanted: Any) -> int:
        """Read events until one is this; return how many there were."""
        for number in range(1, 10_000):
            if self.event() == wanted:
                return number
        raise AssertionError("It never came.")

    def is_quiet(self, seconds: float = QUIET) -> bool:
        """Tell whether nothing is sent for so long."""
        return not select.select([self.socket], [], [], seconds)[0]

    def ended(self) -> bytes:
        """Return all that is left until the stream ends."""
        rest = b""
        while block := self.block():
            rest += block
        self.close()
        return rest

    def close(self) -> None:
        self.response.close()
        self.connected.close()


def sign_out(port: int, headers: dict[str, str]) -> int:
    """End the session; return the status, which is 401 once nobody is signed in."""
    connected = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connected.request("DELETE", "/_allauth/browser/v1/auth/session", headers=headers)
        response = connected.getresponse()
        response.read()
        return response.status
    finally:
        connected.close()
