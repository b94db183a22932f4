"""Workers that are killed while they work: start them, kill them, wait until everything is done.

    with broker() as redis, Workers(redis, mail_into=folder) as workers:
        workers.kill_while(left, times=20, dice=random.Random(7))
        workers.finish(left)

`left` returns how much is still to be done; what came of it is for the test to look at.
"""

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from django.conf import settings
from django.db import connection

REDIS = shutil.which("redis-server")
PATIENCE = 180.0  # seconds, after which something hangs


@dataclass
class Broker:
    """A server of Redis that belongs to one test; it can be away for a while."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        assert REDIS is not None
        here = ["--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(self.folder)]
        self.process = subprocess.Popen([REDIS, *here, "--save", "", "--appendonly", "no"], stdout=subprocess.DEVNULL)
        until(self._answers, "Redis does not start")

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


@contextmanager
def broker(folder: Path) -> Iterator[Broker]:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        made = Broker(folder, found.getsockname()[1])
    made.start()
    try:
        yield made
    finally:
        made.stop()


def database_url() -> str:
    """Return the address of the database of this test."""
    database = connection.settings_dict
    host, port = database["HOST"] or "127.0.0.1", database["PORT"] or 5432
    return f"postgres://{database['USER']}:{database['PASSWORD']}@{host}:{port}/{database['NAME']}"


def until(holds: Callable[[], bool], otherwise: str, patience: float = PATIENCE) -> None:
    end = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < end, otherwise
        time.sleep(0.02)


@dataclass
class Workers:
    """One worker after the other, on the database of this test; under Celery if it has a broker of its own."""

    broker: Broker | None
    mail_into: Path
    processes: int = 2
    environment: dict[str, str] = field(default_factory=dict)
    killed: int = 0
    process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def start(self) -> None:
        """Start a worker in a group of its own, so that it can be killed with all of its processes."""
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-W", "ignore", "manage.py", "worker", "--every", "0.3", "--take-over-after", "0.5"),
                *(("--processes", str(self.processes)) if self.broker else ()),
            ],
            cwd=settings.BASE_DIR,
            start_new_session=True,
            env={
                **os.environ,
                "DATABASE_URL": database_url(),
                "TASK_BROKER_URL": self.broker.url if self.broker else "",
                "EMAIL_URL": f"filemail:///{self.mail_into}",
                "WEBHOOK_ALLOW_PRIVATE": "true",
                **self.environment,
            },
        )

    def kill(self) -> None:
        """Kill the worker and its processes, as when the machine is switched off."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def kill_a_child(self, dice: random.Random) -> None:
        """Kill one of the processes in which a worker works, as when memory runs out."""
        assert self.process is not None
        found = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        if found:
            os.kill(int(dice.choice(found)), signal.SIGKILL)

    def kill_while(self, left: Callable[[], int], *, times: int, dice: random.Random) -> None:
        """Kill a worker so often, each time after it has got something done; every third time only a child of it."""
        while self.killed < times:
            if self.process is None:
                self.start()
            before = left()
            assert before > 0, f"it was done after {self.killed} kills"
            until(lambda before=before: left() < before, "nothing goes on")
            time.sleep(dice.uniform(0, 0.1))
            if self.broker is not None and self.killed % 3 == 2:
                self.kill_a_child(dice)
            else:
                self.kill()
            self.killed += 1

    def finish(self, left: Callable[[], int]) -> None:
        """Let a worker work until nothing is left, then end it as one should."""
        if self.process is None:
            self.start()
        until(lambda: left() == 0, "it is not done")
        self.stop()

    def stop(self) -> None:
        """End the worker with SIGTERM, which lets it finish what it is at."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(timeout=60) == 0
        self.process = None
