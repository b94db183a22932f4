"""What is fast and what is not, as ratios within one run: `python tests/bench/run.py [names…]`.

It reports and never fails a build; docs/benchmarks.md says what each figure means. Every job runs in a
process of its own, on a throw-away database of its own.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from typing import TextIO

import psycopg
from databases import ROOT, PostgreSQL, SQLite
from measuring import Row


@dataclass(frozen=True, slots=True)
class Job:
    """What it is measured on, how many databases it needs, and what is left out unless it is named."""

    on: tuple[str, ...]
    databases: int = 1
    only_if_named: tuple[str, ...] = ()
    module: str = ""  # if it is not called as the job is


JOBS = {
    "importing": Job(("SQLite", "PostgreSQL")),
    "memory": Job(("SQLite", "PostgreSQL"), only_if_named=("PostgreSQL",)),  # minutes
    "board": Job(("PostgreSQL",), databases=2),
    "recording": Job(("SQLite", "PostgreSQL")),
    "diagnosing": Job(("SQLite", "PostgreSQL")),
    "judging": Job(("SQLite",)),
    "events": Job(("PostgreSQL",)),
    "rejudging": Job(("SQLite", "PostgreSQL"), databases=3),
    "queue": Job(("SQLite", "PostgreSQL"), module="working"),
}


def main(names: Sequence[str]) -> None:
    unknown = set(names) - set(JOBS)
    if unknown:
        raise SystemExit(f"There is no {', '.join(sorted(unknown))}; choose from {', '.join(JOBS)}.")
    began = time.monotonic()
    rows: list[Row] = []
    with ExitStack() as stack:
        directory = stack.enter_context(tempfile.TemporaryDirectory(prefix="bench"))
        servers: dict[str, SQLite | PostgreSQL] = {"SQLite": SQLite(Path(directory))}
        try:
            servers["PostgreSQL"] = stack.enter_context(PostgreSQL())
        except psycopg.Error as error:
            say(f"PostgreSQL is left out: {str(error).splitlines()[0]}", sys.stderr)
        for name in names or JOBS:
            for on in JOBS[name].on:
                if on in JOBS[name].only_if_named and not names:
                    continue
                if on in servers:
                    rows += do(name, servers[on])
                else:
                    rows.append(Row(f"{name} on {on}", "skipped: no server answers"))
    say(table(rows))
    say(f"{time.monotonic() - began:,.0f} s on {os.cpu_count()} cores")


def do(name: str, server: SQLite | PostgreSQL) -> Iterator[Row]:
    """Run a job and yield what it found."""
    say(f"{name} on {server.name} …", sys.stderr)
    with ExitStack() as stack:
        urls = [stack.enter_context(server.copy(f"{name}{number}")) for number in range(JOBS[name].databases)]
        found = subprocess.run(
            [sys.executable, __file__, "--job", name, *urls],
            cwd=ROOT,
            env=os.environ
            | {"DATABASE_URL": urls[0], "DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONWARNINGS": "ignore"},
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
    if found.returncode:
        yield Row(f"{name} on {server.name}", f"broke off with status {found.returncode}")
        return
    for line in found.stdout.splitlines():
        yield Row(**json.loads(line))


def run_job(name: str, urls: Sequence[str]) -> None:
    """Do one job in this process, and write what it finds to standard output, a row a line."""
    sys.path.insert(0, str(ROOT))
    import django

    django.setup()
    for row in import_module(JOBS[name].module or name).measure(urls):
        say(json.dumps(asdict(row)))


def table(rows: Sequence[Row]) -> str:
    lines = [("figure", "wanted", "", "result")]
    lines += [
        (row.figure, row.wanted, "" if row.holds is None else "yes" if row.holds else "NO", row.result) for row in rows
    ]
    widths = [max(len(line[place]) for line in lines) for place in range(3)]
    return "\n".join(
        "  ".join([*(cell.ljust(width) for cell, width in zip(line, widths, strict=False)), line[3]]) for line in lines
    )


def say(text: str, where: TextIO = sys.stdout) -> None:
    where.write(f"{text}\n")
    where.flush()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--job"]:
        run_job(sys.argv[2], sys.argv[3:])
    else:
        main(sys.argv[1:])
