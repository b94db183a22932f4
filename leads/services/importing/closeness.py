"""Which rows bring an organization or contact that may be the same as another one."""

from collections.abc import Iterable, Iterator, Sequence

from django.db.models import Q

from leads.domain.identity import Likeness, in_words
from leads.models import Business, Contact, Organization
from leads.services.importing.deciding import Arrival, Change, Decided
from leads.services.importing.matching import Place
from leads.services.importing.source import Record

Prospect = Organization | Contact
Key = tuple[Likeness, Place, str]
Index = dict[Key, tuple[Prospect, Place]]


def close_ones(decided: Decided, business: Business) -> Iterator[tuple[Record, str]]:
    """Yield for each row of what is new in this batch whom it may be about, in words; two queries at most.

    Nothing may be written yet. What came earlier in the batch counts as known.
    """
    homes = {id(new): new for new in decided.organizations}
    places = {id(contact): place for contact, place in decided.contacts}
    organizations: list[tuple[Record, Prospect, Place]] = []
    contacts: list[tuple[Record, Prospect, Place]] = []
    for arrival in decided.arrivals:
        if homes.pop(id(arrival.organization), None) is not None:
            organizations.append((arrival.row.record, arrival.organization, 0))
    entries: list[Arrival | Change] = [*decided.arrivals, *decided.changes]
    for entry in entries:
        place = places.pop(id(entry.contact), None) if entry.contact is not None else None
        if entry.contact is not None and place is not None:
            contacts.append((entry.row.record, entry.contact, place))
    for new in (organizations, contacts):
        for _, row, _ in new:
            row.take_keys()
    yield from _compared(organizations, _known_organizations([row for _, row, _ in organizations], business))
    yield from _compared(contacts, _known_contacts([row for _, row, _ in contacts], business))


def _known_organizations(new: Sequence[Prospect], business: Business) -> Iterable[tuple[Prospect, Place]]:
    named, at = _wanted(new, "name_key"), _wanted(new, "domain_key")
    alike = Q(name_key__in=named) | Q(domain_key__in=at)
    found = Organization.objects.filter(alike, business=business).order_by("pk")
    return [(row, 0) for row in found] if new else []


def _known_contacts(new: Sequence[Prospect], business: Business) -> Iterable[tuple[Prospect, Place]]:
    alike = Q(name_key__in=_wanted(new, "name_key")) | Q(email_key__in=_wanted(new, "email_key"))
    found = Contact.objects.filter(alike, business=business).order_by("pk")
    return [(row, row.organization_id) for row in found] if new else []


def _wanted(new: Iterable[Prospect], column: str) -> set[str]:
    return {getattr(row, column) for row in new} - {""}


def _compared(
    new: Iterable[tuple[Record, Prospect, Place]], known: Iterable[tuple[Prospect, Place]]
) -> Iterator[tuple[Record, str]]:
    index: Index = {}
    for row, place in known:
        _remember(index, row, place)
    for record, row, place in new:
        keys = set(_keys(row, place))
        alike = {id(index[key][0]): index[key] for key in keys if key in index}
        found = [(other, keys.intersection(_keys(other, there))) for other, there in alike.values()]
        if found:
            other, shared = max(found, key=lambda one: len(one[1]))
            why = in_words(tuple(likeness for likeness in _forms(row) if likeness in {key[0] for key in shared}))
            word = row._meta.verbose_name
            yield record, f"the new {word} “{row}” may be the {word} “{other}” ({why.lower()})."
        _remember(index, row, place)


def _remember(index: Index, row: Prospect, place: Place) -> None:
    for key in _keys(row, place):
        index.setdefault(key, (row, place))


def _keys(row: Prospect, place: Place) -> Iterator[Key]:
    """Yield by what a row is looked up; the name of a contact counts at its organization only."""
    for likeness, form in _forms(row).items():
        if form:
            yield likeness, place if isinstance(row, Contact) and likeness is Likeness.SAME_NAME else 0, form


def _forms(row: Prospect) -> dict[Likeness, str]:
    return {likeness: getattr(row, column) for column, likeness in row.LIKENESSES.items()}
