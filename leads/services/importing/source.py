"""Reading a CSV file row by row, so that its size does not matter."""

import codecs
import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from io import TextIOBase
from pathlib import Path

from leads.domain.documents import Problem
from leads.domain.import_mapping import ImportMapping

LINE_AT_MOST = 1_000_000  # characters; what is longer is no line of a CSV file
CHUNK = 1 << 20
BYTE_ORDER_MARKS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


class SourceRefused(Exception):
    """The file cannot be read as a whole."""


@dataclass(frozen=True, slots=True)
class Record:
    """One row as it stands in the file. `line` is where it begins; `broken` says why it is no row."""

    line: int
    cells: list[str]
    broken: str = ""


class _Lines:
    """Physical lines, counted. Those of the row under way are kept, so that they can be read again."""

    def __init__(self, file: TextIOBase) -> None:
        self.file = file
        self.number = 0
        self.kept: list[str] = []
        self.again: deque[str] = deque()

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self.again.popleft() if self.again else self.file.readline(LINE_AT_MOST)
        if not line:
            raise StopIteration
        self.number += 1
        if len(line) == LINE_AT_MOST:
            raise SourceRefused(f"Line {self.number} has more than {LINE_AT_MOST:,} characters; is this a CSV file?")
        self.kept.append(line)
        return line

    def read_again_after_first(self) -> str:
        """Take the kept lines back but for the first, which is returned."""
        first, *rest = self.kept
        self.again.extendleft(reversed(rest))
        self.number -= len(rest)
        return first


def records(path: Path, mapping: ImportMapping) -> Iterator[Record]:
    """Yield every row, the header first; raise SourceRefused. Empty lines are no rows.

    A quote that is never closed costs its own line only: reading goes on with the next one.
    """
    try:
        with path.open(encoding=mapping.encoding, newline="") as file:
            yield from _records(_Lines(file), mapping.delimiter)
    except UnicodeError as error:
        raise SourceRefused(_undecodable(path, mapping.encoding, error)) from error
    except OSError as error:
        raise SourceRefused(f"The file cannot be read: {error.strerror or error}") from error


def _records(lines: _Lines, delimiter: str) -> Iterator[Record]:
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        lines.kept = []
        line = lines.number + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raw = lines.read_again_after_first()
            # Cut so that what is kept of it can be read back.
            yield Record(line, [raw.rstrip("\r\n")[: csv.field_size_limit()]], _explain(error))
            continue
        if cells:
            has_nul = any("\0" in kept for kept in lines.kept)
            yield Record(line, cells, "There is a NUL character in this row." if has_nul else "")


def _explain(error: csv.Error) -> str:
    text = str(error)
    if "field larger" in text:
        return f"A cell has more than {csv.field_size_limit():,} characters, or its quote is never closed."
    if "unexpected end" in text:
        return "A quote that opens here is never closed."
    if "expected after" in text:
        return "A quote inside a quoted cell must be written twice."
    return f"This row cannot be read: {text}."


def _undecodable(path: Path, encoding: str, error: UnicodeError) -> str:
    """Say in which line the first byte stands that the encoding does not have."""
    shown = "utf-8" if encoding == "utf-8-sig" else encoding
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    with path.open("rb") as file:
        start = file.read(2)
        file.seek(0)
        try:
            while chunk := file.read(CHUNK):
                line += decoder.decode(chunk).count("\n")
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as found:
            line += found.object[: found.start].count(b"\n")
            what = f"Line {line} is no {shown} (byte 0x{found.object[found.start]:02x})"
        except UnicodeError as other:
            what = f"The file is no {shown}: {other}"
        else:
            what = f"The file is no {shown}: {error}"
    if start in BYTE_ORDER_MARKS:
        return f'{what}. It begins like {BYTE_ORDER_MARKS[start]}: write encoding = "utf-16" under [file].'
    return f'{what}. If the file is in another encoding, name it: encoding = "cp1252" under [file].'


@dataclass(frozen=True, slots=True)
class Survey:
    """What a first reading found: the trimmed header, how many rows follow it."""

    header: tuple[str, ...]
    rows: int


def survey(path: Path, mapping: ImportMapping) -> Survey | Problem:
    """Read the whole file once; return what is in it, or why it cannot be read."""
    if not path.is_file():
        what = "is a directory" if path.is_dir() else "is no file" if path.exists() else "does not exist"
        return Problem("", f'"{path}" {what}.')
    try:
        found = records(path, mapping)
        first = next(found, None)
        if first is None:
            return Problem("file", "The file is empty; its first line must name the columns.")
        if first.broken:
            return Problem("file", f"The header (line {first.line}) cannot be read. {first.broken}")
        return Survey(tuple(cell.strip() for cell in first.cells), sum(1 for _ in found))
    except SourceRefused as refused:
        return Problem("file", str(refused))
