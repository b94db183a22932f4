"""A server with a database of its own, and the system's Chromium."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass(frozen=True)
class Served:
    """A running server, the manager to sign in as, one of an empty business, and the pages that are there."""

    origin: str
    environment: dict[str, str]  # of a process that works on the same database
    email: str
    newcomer: str
    pages: list[str]


@pytest.fixture(scope="module")
def chromium() -> Iterator:
    """The system's browser, so that nothing needs to be downloaded.

    For one module only: while it runs, Django takes its thread for one of an event loop.
    """
    if CHROMIUM is None:
        pytest.skip("needs Chromium, which is not installed here")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory, chromium) -> Iterator[Served]:
    """Two businesses at work, served by a process of its own from a throw-away SQLite file."""
    folder = tmp_path_factory.mktemp("served")
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}",
        "DEBUG": "true",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    command = [sys.executable, "-m", "tests.browser.prepare", str(folder / "served.json")]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, timeout=300)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with (folder / "server.log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "manage.py", "runserver", "--noreload", f"127.0.0.1:{port}"],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            _await(port, server, folder / "server.log")
            yield Served(f"http://127.0.0.1:{port}", environment, **json.loads((folder / "served.json").read_text()))
        finally:
            server.terminate()
            server.wait(timeout=30)


def _await(port: int, server: subprocess.Popen, log: Path) -> None:
    """Wait until the server answers; fail with what it said if it does not."""
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if server.poll() is not None:
            break
        time.sleep(0.1)
    pytest.fail(f"The server did not start:\n{log.read_text()}")
