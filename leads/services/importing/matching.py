"""Which organization and which contact a row means: those that are known, and those of the same batch."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from django.db.models import Model, QuerySet

from leads.models import Business, Contact, Organization
from leads.services.importing.rows import ContactRow, LeadRow, RowRefused

M = TypeVar("M", bound=Model)


class Organizations:
    """The organizations that a batch may mean, and the `new` ones it brings.

    Found by reference, else by domain, else by exact name. What contradicts is not the same: another
    reference, or for an equal name another domain. What was merged leads to the one that was kept.
    """

    def __init__(self, business: Business, rows: Sequence[LeadRow]) -> None:
        self.business = business
        self.new: list[Organization] = []
        self._by_reference: dict[str, Organization] = {}
        self._by_domain: dict[str, list[Organization]] = {}
        self._by_name: dict[str, list[Organization]] = {}
        everything = Organization.everything.filter(business=business).select_related("merged_into").order_by("id")
        in_use = everything.filter(archived_at__isnull=True)
        known: dict[int, Organization] = {}
        for found in (
            _among(everything, "reference", (row.organization_reference for row in rows)),
            _among(in_use, "domain", (row.domain for row in rows)),
            _among(in_use, "name", (row.organization for row in rows)),
        ):
            known |= {organization.pk: organization for organization in found}
        for organization in sorted(known.values(), key=_in_use_first):
            self._remember(organization)

    def _remember(self, organization: Organization) -> None:
        if organization.reference:
            self._by_reference[organization.reference] = organization
        if organization.archived_at is not None:
            return
        if organization.domain:
            self._by_domain.setdefault(organization.domain, []).append(organization)
        self._by_name.setdefault(organization.name, []).append(organization)

    def match(self, row: LeadRow) -> Organization | None:
        """Return the organization that a row means; None if there is none yet."""
        found = self._found(row)
        return found.the_one_kept if found is not None else None

    def _found(self, row: LeadRow) -> Organization | None:
        reference, domain = row.organization_reference, row.domain
        if reference and reference in self._by_reference:
            return self._by_reference[reference]
        for organization in self._by_domain.get(domain, ()):
            if _agree(organization.reference, reference):
                return organization
        for organization in self._by_name.get(row.organization, ()):
            if _agree(organization.reference, reference) and _agree(organization.domain, domain):
                return organization
        return None

    def make(self, row: LeadRow) -> Organization:
        organization = Organization(
            business=self.business,
            name=row.organization,
            domain=row.domain,
            reference=row.organization_reference,
        )
        self.new.append(organization)
        self._remember(organization)
        return organization


Place = int
"""An organization's id, or for one that has none yet the negative identity of its object."""


def place_of(organization: Organization) -> Place:
    return organization.pk if organization.pk is not None else -id(organization)


class Contacts:
    """The contacts that a batch may mean, and the `new` ones it brings, each with its place.

    Found by reference, else by e-mail within the organization, and one without either by exact name.
    """

    def __init__(self, business: Business, rows: Iterable[LeadRow]) -> None:
        self.business = business
        self.new: list[tuple[Contact, Place]] = []
        self._by_reference: dict[str, tuple[Contact, Place]] = {}
        self._by_email: dict[tuple[Place, str], list[Contact]] = {}
        self._by_name: dict[tuple[Place, str], list[Contact]] = {}
        given = [row.contact for row in rows if row.contact is not None]
        contacts = Contact.everything.filter(business=business).select_related("merged_into").order_by("id")
        known: dict[int, Contact] = {}
        for found in (
            _among(contacts, "reference", (contact.reference for contact in given)),
            _among(contacts, "email", (contact.email for contact in given)),
            _among(contacts, "name", (contact.name for contact in given if _only_named(contact))),
        ):
            known |= {contact.pk: contact for contact in found}
        for contact in sorted(known.values(), key=_in_use_first):
            self._remember(contact, contact.organization_id)

    def _remember(self, contact: Contact, place: Place) -> None:
        if contact.reference:
            self._by_reference[contact.reference] = (contact, place)
        if contact.email:
            self._by_email.setdefault((place, contact.email), []).append(contact)
        self._by_name.setdefault((place, contact.name), []).append(contact)

    def match(self, row: ContactRow, place: Place | None) -> Contact | None:
        """Return the contact that a row means; None if there is none yet.

        Raises RowRefused if the reference belongs to somebody elsewhere.
        """
        found = self._found(row, place)
        return found.the_one_kept if found is not None else None

    def _found(self, row: ContactRow, place: Place | None) -> Contact | None:
        if row.reference and row.reference in self._by_reference:
            contact, where = self._by_reference[row.reference]
            if where != place:
                raise RowRefused(f'The contact "{row.reference}" ({contact.name}) belongs to another organization.')
            return contact
        if place is None:
            return None
        for contact in self._by_email.get((place, row.email), ()):
            if _agree(contact.reference, row.reference):
                return contact
        if _only_named(row):
            return next(iter(self._by_name.get((place, row.name), ())), None)
        return None

    def make(self, row: ContactRow, place: Place) -> Contact:
        contact = Contact(
            business=self.business,
            name=row.name,
            email=row.email,
            phone=row.phone,
            job_title=row.job_title,
            reference=row.reference,
        )
        self.new.append((contact, place))
        self._remember(contact, place)
        return contact


def _in_use_first(row: Organization | Contact) -> tuple[bool, int]:
    return row.merged_into_id is not None, row.pk


def _only_named(row: ContactRow) -> bool:
    return not row.reference and not row.email


def _agree(one: str, other: str) -> bool:
    return not one or not other or one == other


def _among(rows: QuerySet[M], field: str, texts: Iterable[str]) -> Iterable[M]:
    wanted = {text for text in texts if text}
    return rows.filter(**{f"{field}__in": wanted}) if wanted else ()
