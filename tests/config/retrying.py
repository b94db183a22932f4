"""A server of its own process that may be killed, and clients that send their requests until they are answered."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Barrier, Event, Lock, Thread
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client

from leads.tenancy import Viewer

GIVE_UP_AFTER = 120.0  # seconds that one request may go without an answer
SIGNED_IN_BY = "allauth.account.auth_backends.AuthenticationBackend"
TOKEN = "x" * 32


@dataclass
class Server:
    """Serves the API from the database of this test, on one port for as long as it lives."""

    log: Path
    port: int = 0
    application: tuple[str, ...] = ("--interface", "wsgi", "config.wsgi:application", "--blocking-threads", "8")
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    def start(self) -> None:
        database = connection.settings_dict
        host, port = database["HOST"] or "127.0.0.1", database["PORT"] or 5432
        url = f"postgres://{database['USER']}:{database['PASSWORD']}@{host}:{port}/{database['NAME']}"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "granian", *self.application),
                    *("--host", "127.0.0.1", "--port", str(self.port), "--log-level", "warning"),
                    *("--backpressure", "64"),
                ],
                cwd=settings.BASE_DIR,
                env={**os.environ, "DATABASE_URL": url, "PYTHONWARNINGS": "ignore", **self.environment},
                stdout=log,
                stderr=log,
                start_new_session=True,  # so that it is killed with its workers
            )
        until = time.monotonic() + 60
        while time.monotonic() < until and self.process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise RuntimeError(f"The server did not start:\n{self.log.read_text()}")

    def kill(self) -> None:
        """End it at once, whatever it is at."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None


def signed_in(viewer: Viewer) -> dict[str, str]:
    """Return the headers of a browser in which somebody is signed in."""
    client = Client()
    assert viewer.membership is not None
    client.force_login(viewer.membership.user, backend=SIGNED_IN_BY)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    return {
        "Content-Type": "application/json",
        "Cookie": f"{settings.SESSION_COOKIE_NAME}={session}; csrftoken={TOKEN}",
        "X-CSRFToken": TOKEN,
        "X-Business": viewer.business.slug,
    }


@dataclass
class Crowd:
    """Clients in groups; those of a group send one request after the other, each at the same moment.

    `replies` has for every key what each client got in the end, `met` what they met on the way.
    """

    port: int
    headers: dict[str, str]
    copies: int
    replies: dict[str, list[bytes]] = field(default_factory=dict)
    met: Counter[str] = field(default_factory=Counter)
    answered: int = 0
    broken: list[str] = field(default_factory=list)
    _lock: Any = field(default_factory=Lock)

    def send(self, groups: Sequence[Sequence[tuple[str, bytes]]], while_they_do: Callable[[Event], None]) -> None:
        """Send each group's requests, of a key and a body; return when all are answered."""
        done, threads = Event(), []
        for requests in groups:
            together = Barrier(self.copies)
            threads += [Thread(target=self._go, args=(requests, together)) for _ in range(self.copies)]
        beside = Thread(target=while_they_do, args=(done,))
        for thread in (beside, *threads):
            thread.start()
        for thread in threads:
            thread.join()
        done.set()
        beside.join()

    def _go(self, requests: Sequence[tuple[str, bytes]], together: Barrier) -> None:
        connected = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            for key, body in requests:
                together.wait(timeout=GIVE_UP_AFTER)
                reply = self._until_answered(connected, key, body)
                with self._lock:
                    self.replies.setdefault(key, []).append(reply)
                    self.answered += 1
        except Exception as error:
            self.broken.append(repr(error))
            together.abort()
        finally:
            connected.close()

    def _until_answered(self, connected: http.client.HTTPConnection, key: str, body: bytes) -> bytes:
        until = time.monotonic() + GIVE_UP_AFTER
        while time.monotonic() < until:
            try:
                connected.request("POST", "/graphql/", body, self.headers | {"Idempotency-Key": key})
                response = connected.getresponse()
                content = response.read()
            except (OSError, http.client.HTTPException) as error:
                self._meet(type(error).__name__)
                connected.close()
                time.sleep(0.05)
                continue
            if response.status == 200:
                self._meet("replayed" if response.headers["Idempotency-Replayed"] else "done")
                return content
            self._meet(str(response.status))
            if response.status == 409:
                assert response.headers["Retry-After"] == "1"
                assert json.loads(content)["errors"][0]["extensions"] == {"code": "idempotency_in_progress"}
                time.sleep(1)
            elif response.status == 503:  # more requests wait than the server takes
                time.sleep(0.05)
            else:
                raise AssertionError(f"{response.status}: {content[:500]!r}")
        raise TimeoutError(f"No answer to {key}.")

    def _meet(self, what: str) -> None:
        with self._lock:
            self.met[what] += 1
