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

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from leads.domain.documents import Problem

JOINT = " / "


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
