"""Keeping the rows that were not taken, so that they can be mended and imported again."""

import contextlib
import csv
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from leads.domain.errors import DomainError
from leads.domain.import_mapping import ImportMapping
from leads.services.importing.source import Record

COLUMNS = ("line", "reason")


class RejectFileRefused(DomainError):
    code = "reject_file_refused"


class RejectFile:
    """A CSV file with line, reason and the original cells, written like the imported file.

    It takes its name only when `keep` is called with rows in it, so an interrupted or clean import leaves
    none. One that exists is refused: somebody may still be mending it.
    """

    def __init__(self, path: Path, header: Sequence[str], mapping: ImportMapping) -> None:
        self.path = path
        self.rows = 0
        if path.exists():
            raise RejectFileRefused(f'The reject file "{path}" exists already. Name another one, or remove it.')
        encoding = "utf-8" if mapping.encoding == "utf-8-sig" else mapping.encoding
        try:
            self._file = tempfile.NamedTemporaryFile(  # noqa: SIM115 (closed by `close`)
                "w",
                dir=path.parent,
                prefix=f".{path.name}.",
                encoding=encoding,
                errors="backslashreplace",
                newline="",
                delete=False,
            )
        except OSError as error:
            raise RejectFileRefused(f'The reject file "{path}" cannot be written: {error.strerror}.') from error
        self._writer = csv.writer(self._file, delimiter=mapping.delimiter)
        self._writer.writerow((*COLUMNS, *header))

    def add(self, record: Record, reason: str) -> None:
        self.rows += 1
        self._writer.writerow((record.line, reason, *record.cells))

    def keep(self) -> None:
        """Give the file its name, if there is anything in it."""
        self._file.close()
        if self.rows:
            os.chmod(self._file.name, 0o666 & ~_umask())
            os.replace(self._file.name, self.path)

    def close(self) -> None:
        self._file.close()
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self._file.name)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
