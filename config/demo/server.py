"""The server of the demo and its worker, as child processes."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings


class PortTaken(Exception):
    pass


@contextmanager
def serving(port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Serve the API on 127.0.0.1 until the block is left; raise PortTaken or RuntimeError."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise PortTaken from error
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "config.asgi:application"]
    options = [
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--log-level",
        "warning",
    ]
    with _running([*command, *options]) as server, _running([sys.executable, "manage.py", "worker"]):
        _wait_for(port, server)
        yield server


@contextmanager
def _running(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """Let a process run until the block is left."""
    child = subprocess.Popen(  # noqa: S603 (our own command)
        command,
        cwd=settings.BASE_DIR,
        env={**os.environ, "DEBUG": "1", "PYTHONWARNINGS": "ignore"},
        # Ctrl-C is for the demo, which then ends its processes itself.
        start_new_session=True,
    )
    try:
        yield child
    finally:
        child.send_signal(signal.SIGTERM)
        try:
            child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _wait_for(port: int, child: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if child.poll() is not None:
            raise RuntimeError(f"The server ended at once, with status {child.returncode}.")
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("The server did not answer within 30 seconds.")
