"""Throw-away databases, each a copy of one that was migrated once."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parents[2]
DEFAULT_URL = "postgres://playbook@127.0.0.1:5432/playbook_bench"


class SQLite:
    """Files in a directory that goes away by itself."""

    name = "SQLite"

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.template = directory / "template.sqlite3"
        migrate(f"sqlite:///{self.template}")

    @contextmanager
    def copy(self, name: str) -> Iterator[str]:
        """Yield the address of a fresh database."""
        path = self.directory / f"{name}.sqlite3"
        shutil.copy(self.template, path)
        try:
            yield f"sqlite:///{path}"
        finally:
            for file in self.directory.glob(f"{path.name}*"):
                file.unlink()


class PostgreSQL:
    """Databases whose names begin like the one in BENCH_DATABASE_URL and end with this process's id."""

    name = "PostgreSQL"

    def __init__(self) -> None:
        self.url = urlsplit(os.environ.get("BENCH_DATABASE_URL", DEFAULT_URL))
        self.prefix = f"{self.url.path.strip('/')}_{os.getpid()}"
        self.made: list[str] = []

    def __enter__(self) -> "PostgreSQL":
        """Make the template; raise psycopg.Error if no server answers."""
        self._do("CREATE DATABASE {}", self.prefix)
        self.made.append(self.prefix)
        try:
            migrate(self._address(self.prefix))
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        while self.made:
            self._do("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.made.pop())

    @contextmanager
    def copy(self, name: str) -> Iterator[str]:
        """Yield the address of a fresh database."""
        database = f"{self.prefix}_{name}"
        self._do("CREATE DATABASE {} TEMPLATE {}", database, self.prefix)
        self.made.append(database)
        try:
            yield self._address(database)
        finally:
            self._do("DROP DATABASE IF EXISTS {} WITH (FORCE)", database)
            self.made.remove(database)

    def _address(self, database: str) -> str:
        return urlunsplit(self.url._replace(path=f"/{database}"))

    def _do(self, statement: str, *names: str) -> None:
        with psycopg.connect(self._address("postgres"), autocommit=True, connect_timeout=5) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def migrate(url: str) -> None:
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": url},
        check=True,
    )
