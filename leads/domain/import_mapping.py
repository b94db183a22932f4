"""How the columns of a CSV file become leads: a mapping, written in TOML.

    [file]
    encoding = "utf-8"              # a byte order mark is tolerated
    delimiter = ","
    not_given = ["", "Select"]      # cells that say nothing, in any case
    ignore = ["Tags"]               # or: ignore_others = true

    [lead]
    reference = "Lead Number"       # required; finds the lead again
    title = "Applicant {Lead Number}"
    source = ["Lead Origin", "Lead Source"]
    owner = "Sales rep"             # a member's e-mail
    created_at = { column = "Created", format = "%d/%m/%Y %H:%M" }

    [outcome]
    column = "Converted"
    won = ["1"]
    lost = ["0"]
    open = ["pending"]              # neither yet
    at = "Closed on"

    [organization]
    name = "Company"                # required
    domain = "Website"
    reference = "Account ID"

    [contact]                       # name, email, phone, job_title, reference, buying_roles
    name = "{First name} {Last name}"
    email = "E-mail"

    [attributes]
    visits = "TotalVisits"
    city = { column = "City", values = { "Bombay" = "mumbai" }, otherwise = "other" }
    decision = { column = "Decides on", format = "%d/%m/%Y" }

A text is a column's name, a template with columns in braces, or a list of columns, which are joined
with " / ". A time without a format is read as ISO 8601, one without a zone in the business's.
"""

import codecs
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from leads.domain.documents import DocumentRefused, Problem, Reader
from leads.domain.rules.words import closest

JOINT = " / "
PLACE = re.compile(r"\{([^{}]*)\}")
TEXTS = {
    "lead": ("reference", "title", "source", "owner"),
    "organization": ("name", "domain", "reference"),
    "contact": ("name", "email", "phone", "job_title", "reference", "buying_roles"),
}
REQUIRED = ("lead.reference", "organization.name")


@dataclass(frozen=True, slots=True)
class Text:
    """A text out of columns: joined, or set between `literals`, of which there is one more."""

    columns: tuple[str, ...]
    literals: tuple[str, ...] = ()

    def render(self, given: Sequence[str]) -> str:
        """Return the text for the columns' cells; empty if none of them says anything."""
        if not any(given):
            return ""
        if not self.literals:
            return JOINT.join(cell for cell in given if cell)
        pairs = zip(self.literals[1:], given, strict=True)
        return (self.literals[0] + "".join(cell + literal for literal, cell in pairs)).strip()


@dataclass(frozen=True, slots=True)
class Moment:
    """A column with points in time; without a format they are written in ISO 8601."""

    column: str
    format: str | None = None


@dataclass(frozen=True, slots=True)
class OutcomeColumn:
    """The column that says how a lead ended; `words` maps its texts, casefolded, to won, lost or nothing."""

    column: str
    words: dict[str, str]
    at: Moment | None = None


@dataclass(frozen=True, slots=True)
class AttributeColumn:
    """Where an attribute's values stand. `values` replaces texts, given casefolded; `otherwise` replaces
    what is no value of the attribute."""

    key: str
    column: str
    values: dict[str, str] = field(default_factory=dict)
    format: str | None = None
    otherwise: str | None = None


@dataclass(frozen=True, slots=True)
class ImportMapping:
    """A mapping as it was read. One that has `problems` must not be used."""

    encoding: str
    delimiter: str
    not_given: frozenset[str]
    ignore: tuple[str, ...]
    ignore_others: bool
    texts: dict[str, Text]  # by path, such as `lead.title`
    created_at: Moment | None
    outcome: OutcomeColumn | None
    attributes: tuple[AttributeColumn, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def has_contact(self) -> bool:
        return any(path.startswith("contact.") for path in self.texts)

    def columns(self) -> Iterator[tuple[str, str]]:
        """Yield each column that is read, with the place in the mapping that names it."""
        for path, text in self.texts.items():
            yield from ((path, column) for column in text.columns)
        if self.created_at:
            yield "lead.created_at", self.created_at.column
        if self.outcome:
            yield "outcome.column", self.outcome.column
            if self.outcome.at:
                yield "outcome.at", self.outcome.at.column
        for attribute in self.attributes:
            yield f"attributes.{attribute.key}", attribute.column


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
                hint = suggestion(key, sorted(self._known))
                self.problem(
                    key, f"is not known here.{hint or f' Known are {", ".join(sorted(self._known))}.'}"
                )

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
        file.problem(
            "encoding", f'There is no text encoding "{name}"; common are utf-8, utf-16, cp1252, latin-1'
        )
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


class MappingRefused(DocumentRefused):
    code = "mapping_refused"
