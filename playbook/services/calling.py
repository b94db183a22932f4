"""Calls of webhooks over the network, so that nobody can turn them against networks of our own.

The host's name is resolved once for a call, every number that it stands for is checked, and the connection goes to
one of these very numbers: a name that stands for another number a moment later gains nothing by it. TLS still checks
the certificate against the name. Redirects are not followed, proxies of the environment not used, and of the answer
nothing is kept but its status and how long it asks us to wait.
"""

import socket
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from time import monotonic
from typing import Any

import httpcore
from httpcore import SOCKET_OPTION, NetworkBackend, NetworkStream, SyncBackend

from playbook.domain.addresses import Address, AddressRefused, may_be_called

CONNECT_WITHIN = 5.0  # seconds
DONE_WITHIN = 10.0
READ_AT_MOST = 64 * 1024
WRITTEN_AT_ONCE = 4096


class NotReached(Exception):
    """No answer came; says in plain words why."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    retry_after: str = ""


def call(address: Address, *, headers: dict[str, str], body: bytes, allow_private: bool = False) -> Answer:
    """POST a body; return what was answered, whatever it was. Raise NotReached, or AddressRefused for the host."""
    until = monotonic() + DONE_WITHIN
    backend = _Checked(until, allow_private)
    target = httpcore.URL(
        scheme=address.scheme.encode(), host=address.host.encode(), port=address.port, target=address.target.encode()
    )
    port = "" if address.port == {"https": 443, "http": 80}[address.scheme] else f":{address.port}"
    host = f"[{address.host}]" if ":" in address.host else address.host
    sent: dict[bytes | str, bytes | str] = {
        "Host": host + port,
        "Content-Type": "application/json; charset=utf-8",
        "Content-Length": str(len(body)),
        "User-Agent": "sales-playbook",
        "Connection": "close",
    }
    sent.update(headers.items())
    timeout = {"connect": CONNECT_WITHIN, "read": DONE_WITHIN, "write": DONE_WITHIN, "pool": DONE_WITHIN}
    try:
        with (
            httpcore.ConnectionPool(ssl_context=_trusted(), network_backend=backend, retries=0) as pool,
            pool.stream("POST", target, headers=sent, content=body, extensions={"timeout": timeout}) as response,
        ):
            _read_some(response)
            return Answer(response.status, _header(response, b"retry-after"))
    except httpcore.TimeoutException as error:
        raise NotReached("It did not answer in time.") from error
    except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
        raise NotReached(_why(error)) from error


def _trusted() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _read_some(response: httpcore.Response) -> None:
    """Let a polite receiver finish its answer; what it says, and how it ends, does not matter any more."""
    read = 0
    try:
        for chunk in response.iter_stream():
            read += len(chunk)
            if read >= READ_AT_MOST:
                return
    except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError):
        return


def _header(response: httpcore.Response, name: bytes) -> str:
    return next((value.decode("ascii", "replace") for key, value in response.headers if key.lower() == name), "")


def _why(error: Exception) -> str:
    text = str(error)
    if "certificate" in text.lower():
        return "Its certificate is not valid for this address."
    if isinstance(error, httpcore.ProtocolError):
        return "It does not answer as HTTP says."
    return "It could not be connected to, or broke off."


class _Checked(NetworkBackend):
    """Connects to numbers that were checked, until a moment at which everything must be over."""

    def __init__(self, until: float, allow_private: bool) -> None:
        self._until = until
        self._allow_private = allow_private
        self._network = SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> NetworkStream:
        numbers = resolve(host, port)
        if not self._allow_private and not all(may_be_called(number) for number in numbers):
            raise AddressRefused(f"{host} stands for a host that is not of the public internet.")
        until = min(monotonic() + CONNECT_WITHIN, self._until)
        failed: Exception = httpcore.ConnectError("no address")
        for number in numbers:
            try:
                stream = self._network.connect_tcp(number, port, _left(until), socket_options=socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
            else:
                return _Timed(stream, self._until)
        raise failed


def resolve(host: str, port: int) -> list[str]:
    """Return the numbers that a host's name stands for."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotReached(f"There is no host called {host}.") from error
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class _Timed(NetworkStream):
    """A connection of which every read and write ends at one moment, however small the drops that come."""

    def __init__(self, stream: NetworkStream, until: float) -> None:
        self._stream = stream
        self._until = until

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._until))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), WRITTEN_AT_ONCE):
            self._stream.write(buffer[start : start + WRITTEN_AT_ONCE], _left(self._until))

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> NetworkStream:
        return _Timed(self._stream.start_tls(ssl_context, server_hostname, _left(self._until)), self._until)

    def close(self) -> None:
        self._stream.close()

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(until: float) -> float:
    left = until - monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("the time is over")
    return left
