"""Reading a mapping from TOML, with everything that is wrong with its shape."""

import codecs
import re
import tomllib
from collections.abc import Iterator, Sequence
from typing import Any

from leads.domain.documents import DocumentRefused, Problem, Reader
from leads.domain.import_mapping import AttributeColumn, ImportMapping, Moment, OutcomeColumn, Text
from leads.domain.rules.words import closest

PLACE = re.compile(r"\{([^{}]*)\}")
TEXTS = {
    "lead": ("reference", "title", "source", "owner"),
    "organization": ("name", "domain", "reference"),
    "contact": ("name", "email", "phone", "job_title", "reference", "buying_roles"),
}
REQUIRED = ("lead.reference", "organization.name")


class MappingRefused(DocumentRefused):
    code = "mapping_refused"


def suggestion(word: str, candidates: Sequence[str]) -> str:
    """Return ' Did you mean …?', or nothing if no candidate is close."""
    found = closest(word, candidates)
    return f' Did you mean "{found}"?' if found else ""


def read_mapping(text: str) -> ImportMapping:
    """Return what the TOML says, with everything that is wrong with its shape; raise MappingRefused if it
    is no TOML."""
    try:
        content = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise MappingRefused([Problem("", f"The mapping is no TOML: {error}")]) from error
    return _mapping(_Table(content))


class _Table(Reader):
    """A table of the mapping; what nobody asked for is reported with what was probably meant."""

    def __post_init__(self) -> None:
        if not isinstance(self.content, dict):
            self.problem("", "must be a table")
            self.content = {}

    def _inner(self, key: str, content: Any) -> "_Table":
        return _Table(content, self._at(key), self.problems)

    def table(self, key: str) -> "_Table":
        return self._inner(key, self._take(key, {}))

    def has(self, key: str) -> bool:
        return key in self.content

    def close(self) -> None:
        for key in self.content:
            if key not in self._known:
                known = sorted(self._known)
                hint = suggestion(key, known) or f" Known are {', '.join(known)}."
                self.problem(key, f"This is not known here.{hint}")

    # --- The forms of an entry ---

    def text_from(self, key: str) -> Text | None:
        entry = self._take(key, None)
        if isinstance(entry, str) and entry.strip():
            return self._template(key, entry.strip())
        if isinstance(entry, list) and entry and all(isinstance(part, str) for part in entry):
            return Text(tuple(part.strip() for part in entry))
        if entry is not None:
            self.problem(key, 'must be a column, a template such as "{First} {Last}", or a list of columns')
        return None

    def _template(self, key: str, entry: str) -> Text | None:
        literals = PLACE.split(entry)
        columns = tuple(column.strip() for column in literals[1::2])
        if any("{" in literal or "}" in literal for literal in literals[::2]) or "" in columns:
            self.problem(key, "has a brace without its partner, or none between them")
            return None
        return Text(columns, tuple(literals[::2])) if columns else Text((entry,))

    def moment(self, key: str) -> Moment | None:
        if not self.has(key):
            return None
        entry = self._take(key, None)
        if isinstance(entry, str) and entry.strip():
            return Moment(entry.strip())
        table = self._inner(key, entry)
        found = Moment(table.text("column").strip(), table.format())
        table.close()
        return found

    def format(self) -> str | None:
        text = self.text("format", required=False)
        if text and "%" not in text:
            self.problem("format", 'must be one like "%d/%m/%Y"')
        return text or None

    def words(self, key: str) -> dict[str, str]:
        """Return the texts of a list, casefolded, each with this key."""
        return {text.strip().casefold(): key for text in self.texts(key)}

    def replacements(self) -> dict[str, str]:
        entry = self._take("values", {})
        if not isinstance(entry, dict) or not all(isinstance(value, str) for value in entry.values()):
            self.problem("values", 'must be a table of texts, such as { "Working Professional" = "working" }')
            return {}
        return {text.strip().casefold(): value for text, value in entry.items()}


def _mapping(top: _Table) -> ImportMapping:
    file = top.table("file")
    encoding = _encoding(file)
    delimiter = file.text("delimiter", required=False) or ","
    if len(delimiter) != 1 or delimiter in '"\r\n\0 ':
        file.problem("delimiter", "must be one character, and no quote, space or end of line")
        delimiter = ","
    not_given = frozenset({"", *(text.strip().casefold() for text in file.texts("not_given"))})
    ignore = tuple(text.strip() for text in file.texts("ignore"))
    ignore_others = file.flag("ignore_others")
    file.close()

    texts: dict[str, Text] = {}
    created_at: Moment | None = None
    for name, keys in TEXTS.items():
        table = top.table(name)
        for key in keys:
            text = table.text_from(key)
            if text is not None:
                texts[f"{name}.{key}"] = text
            elif f"{name}.{key}" in REQUIRED and not table.has(key):
                table.problem(key, "is missing")
        if name == "lead":
            created_at = table.moment("created_at")
        table.close()
    if top.has("contact") and "contact.name" not in texts:
        top.problem("contact.name", "is missing")

    outcome = _outcome(top.table("outcome")) if top.has("outcome") else None
    attributes = tuple(_attributes(top.table("attributes")))
    top.close()
    return ImportMapping(
        encoding=encoding,
        delimiter=delimiter,
        not_given=not_given,
        ignore=ignore,
        ignore_others=ignore_others,
        texts=texts,
        created_at=created_at,
        outcome=outcome,
        attributes=attributes,
        problems=tuple(top.problems),
    )


def _encoding(file: _Table) -> str:
    """Return a codec's name; plain UTF-8 becomes the one that skips a byte order mark."""
    name = file.text("encoding", required=False).strip() or "utf-8"
    try:
        "a".encode(name)  # codecs of bytes, such as base64, refuse this
        codec = codecs.lookup(name).name
    except (LookupError, ValueError):
        file.problem("encoding", f'There is no text encoding "{name}"; common are utf-8, utf-16, cp1252, latin-1')
        return ""
    return "utf-8-sig" if codec == "utf-8" else codec


def _outcome(table: _Table) -> OutcomeColumn:
    column = table.text("column").strip()
    words: dict[str, str] = {}
    for key in ("won", "lost", "open"):
        for word, meaning in table.words(key).items():
            if words.setdefault(word, meaning) != meaning:
                table.problem(key, f'"{word}" is {words[word]} already')
    if not {"won", "lost"} & set(words.values()):
        table.problem("won", "Name the texts that mean won, and those that mean lost")
    at = table.moment("at")
    table.close()
    return OutcomeColumn(column, {word: "" if key == "open" else key for word, key in words.items()}, at)


def _attributes(table: _Table) -> Iterator[AttributeColumn]:
    for key in table.content:
        entry = table.anything(key)
        if isinstance(entry, str) and entry.strip():
            yield AttributeColumn(key, entry.strip())
            continue
        inner = table._inner(key, entry)
        yield AttributeColumn(
            key=key,
            column=inner.text("column").strip(),
            values=inner.replacements(),
            format=inner.format(),
            otherwise=inner.text("otherwise", required=False) or None,
        )
        inner.close()
