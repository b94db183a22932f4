"""Calls of hosts that mean harm, and of hosts that are out of order."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import trustme

from playbook.domain.addresses import Address, AddressRefused, checked
from playbook.services import calling
from playbook.services.calling import Answer, NotReached, call
from tests.playbook.deliveries.receiving import receiving

HEADERS = {"webhook-id": "1"}


@pytest.fixture
def authority(monkeypatch) -> trustme.CA:
    """Let our side trust an authority of this test alone."""
    made = trustme.CA()

    def trusted() -> ssl.SSLContext:
        context = ssl.create_default_context()
        made.configure_trust(context)
        return context

    monkeypatch.setattr(calling, "_trusted", trusted)
    return made


def served_by(authority: trustme.CA, *hosts: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*hosts).configure_cert(context)
    return context


@pytest.fixture
def names(monkeypatch) -> Callable[..., list[str]]:
    """Let a name stand for numbers, one list for each time that it is looked up, the last for good.

    Every connection that is made goes into the list that is returned.
    """

    def stands_for(*numbers: list[str], really: str = "127.0.0.1") -> list[str]:
        answers, connected = list(numbers), []

        def looked_up(host: str, port: int, *_: object, **__: object) -> list[tuple]:
            found = answers.pop(0) if len(answers) > 1 else answers[0]
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (number, port)) for number in found]

        def connect(address: tuple[str, int], *_: object, **__: object) -> socket.socket:
            connected.append(address[0])
            made = socket.socket()
            made.connect((really, address[1]))
            return made

        monkeypatch.setattr(calling.socket, "getaddrinfo", looked_up)
        monkeypatch.setattr("httpcore._backends.sync.socket.create_connection", connect)
        return connected

    return stands_for


@pytest.fixture
def quick(monkeypatch) -> None:
    monkeypatch.setattr(calling, "CONNECT_WITHIN", 0.5)
    monkeypatch.setattr(calling, "DONE_WITHIN", 0.5)


@contextmanager
def speaking(speak: Callable[[socket.socket], None]) -> Iterator[Address]:
    """Serve one connection on this machine in one's own way."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        try:
            connection, _ = listening.accept()
            with connection:
                speak(connection)
        except OSError:
            pass  # they hung up, as they should

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield Address("http", "127.0.0.1", listening.getsockname()[1], "/")
    finally:
        listening.close()
        thread.join(timeout=5)


def post(address: Address, *, allow_private: bool = True) -> Answer:
    return call(address, headers=HEADERS, body=b"{}", allow_private=allow_private)


# --- TLS -----------------------------------------------------------------------------------------


def test_the_certificate_is_checked_against_the_name_not_the_number(authority, names):
    connected = names(["93.184.215.14"])
    with receiving(served_by(authority, "hooks.example.com")) as receiver:
        answer = post(Address("https", "hooks.example.com", receiver.port, "/x"), allow_private=False)

    assert answer == Answer(204)
    assert connected == ["93.184.215.14"]
    assert receiver.received[0].headers["host"] == f"hooks.example.com:{receiver.port}"


def test_a_certificate_for_another_name_is_refused(authority, names):
    names(["93.184.215.14"])
    with (
        receiving(served_by(authority, "other.example.com")) as receiver,
        pytest.raises(NotReached, match="certificate is not valid"),
    ):
        post(Address("https", "hooks.example.com", receiver.port, "/"), allow_private=False)

    assert receiver.received == []


def test_a_certificate_that_nobody_vouches_for_is_refused(names):
    names(["93.184.215.14"])
    with (
        receiving(served_by(trustme.CA(), "hooks.example.com")) as receiver,
        pytest.raises(NotReached, match="certificate is not valid"),
    ):
        post(Address("https", "hooks.example.com", receiver.port, "/"), allow_private=False)

    assert receiver.received == []


def test_what_speaks_no_tls_is_not_spoken_to(authority):
    with receiving() as receiver, pytest.raises(NotReached, match="could not be connected to"):
        post(Address("https", "127.0.0.1", receiver.port, "/"))

    assert receiver.received == []


# --- Names that lead inside ----------------------------------------------------------------------


def test_a_name_is_looked_up_once_and_called_where_it_was_checked(authority, names):
    """It stands for another number a moment later, as rebinding has it."""
    connected = names(["93.184.215.14"], ["127.0.0.1"])
    with receiving(served_by(authority, "hooks.example.com")) as receiver:
        address = Address("https", "hooks.example.com", receiver.port, "/")
        assert post(address, allow_private=False) == Answer(204)
        with pytest.raises(AddressRefused, match="not of the public internet"):
            post(address, allow_private=False)

    assert connected == ["93.184.215.14"]


@pytest.mark.parametrize("number", ["127.0.0.1", "10.0.0.8", "169.254.169.254", "::1", "::ffff:192.168.0.1"])
def test_a_name_that_leads_inside_is_not_called(names, number):
    connected = names(["93.184.215.14", number])

    with pytest.raises(AddressRefused):
        post(checked("https://hooks.example.com/"), allow_private=False)

    assert connected == []


def test_a_redirect_to_our_own_machine_is_not_followed():
    with receiving() as inside, receiving() as outside:
        outside.status, outside.headers = 307, {"Location": f"http://127.0.0.1:{inside.port}/secrets"}
        answer = post(Address("http", "127.0.0.1", outside.port, "/"))

    assert answer == Answer(307)
    assert inside.received == []


def test_proxies_of_the_environment_are_not_used(monkeypatch):
    with receiving() as proxy, receiving() as receiver:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert post(Address("http", "127.0.0.1", receiver.port, "/")) == Answer(204)

    assert (len(receiver.received), proxy.received) == (1, [])


def test_a_name_that_nobody_has_is_said_so(monkeypatch):
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(calling.socket, "getaddrinfo", unknown)
    with pytest.raises(NotReached, match="There is no host called hooks"):
        post(checked("https://hooks.example.com/"))


# --- Answers that are none -----------------------------------------------------------------------


@pytest.mark.parametrize("begin", [b"", b"HTTP/1.1 200 OK\r\nX-Slow: "])
def test_an_answer_that_comes_in_drops_is_not_waited_for(quick, begin):
    drops = []

    def drip(connection: socket.socket) -> None:
        connection.sendall(begin)
        while len(drops) < 600:
            connection.sendall(b"x" if begin else b"H"[: len(drops) == 0] or b"T")
            drops.append(1)
            time.sleep(0.05)

    with speaking(drip) as address, pytest.raises(NotReached):
        post(address)

    assert len(drops) < 600


def test_silence_is_not_waited_for(quick):
    def silent(connection: socket.socket) -> None:
        while connection.recv(65_536):
            pass  # until they hang up

    with speaking(silent) as address, pytest.raises(NotReached, match="did not answer in time"):
        post(address)


def test_no_more_than_64_kilobytes_of_an_answer_are_read():
    written = []

    def flood(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
        while len(written) < 15_000:
            connection.sendall(b"x" * 65_536)
            written.append(1)

    with speaking(flood) as address:
        assert post(address) == Answer(200)

    assert len(written) < 1_000


def test_headers_without_end_are_not_read():
    def flood(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while True:
            connection.sendall(b"X-More: " + b"x" * 8_000 + b"\r\n")

    with speaking(flood) as address, pytest.raises(NotReached, match=r"as HTTP says|broke off"):
        post(address)


def test_a_status_counts_though_the_rest_of_the_answer_never_comes(quick):
    held = threading.Event()

    def half(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
        held.wait(timeout=30)

    with speaking(half) as address:
        try:
            assert post(address) == Answer(200)
        finally:
            held.set()


@pytest.mark.parametrize("said", [b"", b"hello\r\n\r\n", b"HTTP/1.1 banana\r\n\r\n", b"\x16\x03\x01\x00" * 50])
def test_what_does_not_speak_http_is_told_so(said):
    def speak(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(said)

    with speaking(speak) as address, pytest.raises(NotReached, match=r"as HTTP says|broke off"):
        post(address)
