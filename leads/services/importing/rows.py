"""One row of the file, checked and typed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Model

from leads.domain.import_mapping import AttributeColumn, ImportMapping, Moment, Text
from leads.domain.import_reading import suggestion
from leads.domain.values import AttributeSpec, ValueRefused, encode, parse
from leads.models import BuyingRole, Contact, Lead, Organization
from leads.services.importing.source import Record
from leads.services.leads import normalized_domain

REMEMBERED = 1_024  # texts per column: most columns repeat themselves
LIMITED: dict[str, tuple[type[Model], tuple[str, ...]]] = {
    "lead": (Lead, ("reference", "title", "source")),
    "organization": (Organization, ("name", "domain", "reference")),
    "contact": (Contact, ("name", "email", "phone", "job_title", "reference")),
}
LONGEST = {
    f"{part}.{name}": next(field.max_length for field in model._meta.fields if field.name == name)
    for part, (model, names) in LIMITED.items()
    for name in names
}
ROLES = {text.casefold(): role.value for role in BuyingRole for text in (role.value, role.label)}


class RowRefused(Exception):
    """Why a row cannot be imported."""


@dataclass(frozen=True, slots=True)
class ContactRow:
    name: str
    email: str
    phone: str
    job_title: str
    reference: str
    buying_roles: list[str]


@dataclass(frozen=True, slots=True)
class LeadRow:
    """What a row says of a lead. Empty texts and None say nothing."""

    record: Record
    reference: str
    title: str
    source: str
    owner_id: int | None
    created_at: datetime | None
    outcome: str
    decided_at: datetime | None
    organization: str
    domain: str
    organization_reference: str
    contact: ContactRow | None
    values: dict[str, Any]  # in their stored form


@dataclass(slots=True)
class _Reading:
    """The cells of one row, and what is wrong with them."""

    cells: list[str]
    problems: list[str] = field(default_factory=list)


class RowReader:
    """Reads rows by a mapping; `members` has the ids of active ones by their e-mail."""

    def __init__(
        self,
        mapping: ImportMapping,
        header: tuple[str, ...],
        specs: Mapping[str, AttributeSpec],
        members: Mapping[str, int],
        zone: ZoneInfo,
        now: datetime,
    ) -> None:
        self.mapping, self.members, self.zone, self.now = mapping, members, zone, now
        self.width = len(header)
        self.unnamed = [index for index, name in enumerate(header) if not name]
        at = {name: index for index, name in enumerate(header)}
        self.at = at
        self.texts = {path: (text, [at[column] for column in text.columns]) for path, text in mapping.texts.items()}
        self.attributes = [
            (column.key, at[column.column], stored_by(column, specs[column.key], mapping.not_given))
            for column in mapping.attributes
        ]

    def read(self, record: Record) -> LeadRow:
        """Return the typed row; raise RowRefused with everything that is wrong with it."""
        if record.broken:
            raise RowRefused(record.broken)
        if len(record.cells) != self.width:
            raise RowRefused(f"This row has {len(record.cells)} cells, the header has {self.width}.")
        row = _Reading(record.cells)
        if any(record.cells[index].strip() for index in self.unnamed):
            row.problems.append("There is a value in a column without a name.")
        read = LeadRow(
            record=record,
            reference=self._reference(row),
            title=self._text(row, "lead.title"),
            source=self._text(row, "lead.source"),
            owner_id=self._owner(row),
            created_at=self._moment(row, self.mapping.created_at),
            outcome=self._outcome(row),
            decided_at=self._moment(row, self.mapping.outcome.at if self.mapping.outcome else None),
            organization=self._text(row, "organization.name"),
            domain=self._domain(row),
            organization_reference=self._text(row, "organization.reference"),
            contact=self._contact(row) if self.mapping.has_contact else None,
            values=self._values(row),
        )
        if not read.organization:
            row.problems.append("The organization has no name.")
        if row.problems:
            raise RowRefused(" ".join(row.problems))
        return read

    def _given(self, cell: str) -> str:
        text = cell.strip()
        return "" if text.casefold() in self.mapping.not_given else text

    def _text(self, row: _Reading, path: str) -> str:
        found = self.texts.get(path)
        if found is None:
            return ""
        text, indexes = found
        return self._fitting(row, path, text.render([self._given(row.cells[index]) for index in indexes]))

    def _fitting(self, row: _Reading, path: str, text: str) -> str:
        longest = LONGEST.get(path)
        if longest is not None and len(text) > longest:
            row.problems.append(f"`{path}` has {len(text)} characters; at most {longest} fit.")
        return text

    def _reference(self, row: _Reading) -> str:
        """Return what finds the lead again; every part of it must be given."""
        text, indexes = self.texts["lead.reference"]
        if not all(self._given(row.cells[index]) for index in indexes):
            row.problems.append(f"The reference is missing ({_columns(text)}).")
            return ""
        return self._text(row, "lead.reference")

    def _owner(self, row: _Reading) -> int | None:
        email = self._text(row, "lead.owner").lower()
        if not email:
            return None
        if email not in self.members:
            hint = suggestion(email, list(self.members))
            row.problems.append(f'No member of the business has the e-mail "{email}".{hint}')
        return self.members.get(email)

    def _moment(self, row: _Reading, moment: Moment | None) -> datetime | None:
        text = self._given(row.cells[self.at[moment.column]]) if moment else ""
        if moment is None or not text:
            return None
        try:
            found = datetime.strptime(text, moment.format) if moment.format else datetime.fromisoformat(text)  # noqa: DTZ007
            found = (found if found.tzinfo else found.replace(tzinfo=self.zone)).astimezone(UTC)
        except (ValueError, OverflowError):
            wanted = f"like {moment.format}" if moment.format else "like 2026-03-02 or 2026-03-02 09:30"
            row.problems.append(f'"{moment.column}" has no time {wanted}: {_shown(text)}.')
            return None
        if found > self.now:
            row.problems.append(f'"{moment.column}" lies in the future: {_shown(text)}.')
        return found

    def _outcome(self, row: _Reading) -> str:
        outcome = self.mapping.outcome
        text = row.cells[self.at[outcome.column]].strip() if outcome else ""
        found = outcome.words.get(text.casefold()) if outcome else ""
        if found is None and self._given(text):
            row.problems.append(f"The outcome {_shown(text)} is neither won nor lost nor open.")
        return found or ""

    def _domain(self, row: _Reading) -> str:
        return normalized_domain(self._text(row, "organization.domain"))

    def _contact(self, row: _Reading) -> ContactRow | None:
        name, email = self._text(row, "contact.name"), self._text(row, "contact.email").lower()
        phone, job_title = self._text(row, "contact.phone"), self._text(row, "contact.job_title")
        reference = self._text(row, "contact.reference")
        if not any((name, email, phone, job_title, reference)):
            return None
        if email:
            try:
                validate_email(email)
            except ValidationError:
                row.problems.append(f"{_shown(email)} is no e-mail address.")
        if not (name or email):
            row.problems.append("The contact has neither a name nor an e-mail address.")
        return ContactRow(
            self._fitting(row, "contact.name", name or email),
            email,
            phone,
            job_title,
            reference,
            self._roles(row),
        )

    def _roles(self, row: _Reading) -> list[str]:
        texts = [part.strip() for part in self._text(row, "contact.buying_roles").split(";") if part.strip()]
        unknown = [text for text in texts if text.casefold() not in ROLES]
        if unknown:
            known = ", ".join(BuyingRole.values)
            row.problems.append(f"{_shown(unknown[0])} is no buying role; choose from {known}.")
        return sorted({ROLES[text.casefold()] for text in texts if text.casefold() in ROLES})

    def _values(self, row: _Reading) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key, index, stored in self.attributes:
            try:
                value = stored(row.cells[index])
            except ValueRefused as refused:
                row.problems.append(_short(refused.message, 300))
            else:
                if value is not None:
                    values[key] = value
        return values


def stored_by(column: AttributeColumn, spec: AttributeSpec, not_given: frozenset[str]) -> Callable[[str], Any]:
    """Return what turns a cell into the attribute's stored value, or None where nothing is given."""

    @lru_cache(maxsize=REMEMBERED)
    def stored(cell: str) -> Any:
        text = cell.strip()
        folded = text.casefold()
        if folded in column.values:
            text = column.values[folded]
        elif folded in not_given:
            return None
        try:
            return encode(parse(spec, text, date_format=column.format))
        except ValueRefused:
            if column.otherwise is None:
                raise
            return encode(parse(spec, column.otherwise, date_format=column.format))

    return stored


def _columns(text: Text) -> str:
    return ", ".join(text.columns)


def _shown(text: str) -> str:
    return repr(_short(text, 80))


def _short(text: str, at_most: int) -> str:
    return text if len(text) <= at_most else f"{text[:at_most]}…"
