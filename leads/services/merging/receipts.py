"""The receipt of a merge, and what marks a row as merged."""

from collections.abc import Iterable, Mapping

from leads import live, ports
from leads.domain.merging import Differed, Moved, differed_out, differing, moved_out
from leads.models import Contact, Event, EventKind, Lead, Merge, MergeKind, Organization

KINDS: Mapping[type, MergeKind] = {
    Organization: MergeKind.ORGANIZATION,
    Contact: MergeKind.CONTACT,
    Lead: MergeKind.LEAD,
}


def label_of(row: Organization | Contact | Lead) -> str:
    return row.title or row.organization.name if isinstance(row, Lead) else str(row)


def fill_gaps(kept: Organization | Contact | Lead, gone: Organization | Contact | Lead, names: Iterable[str]) -> None:
    """Take from the gone row what the kept one does not say; the caller saves it."""
    for name in names:
        if not getattr(kept, name) and getattr(gone, name):
            setattr(kept, name, getattr(gone, name))


def write_receipt(
    merging: ports.Merging, moved: Iterable[Moved], kept: Mapping[str, str], gone: Mapping[str, str]
) -> Merge:
    """Mark the gone row and keep what was done; `kept` and `gone` are what both say after it, in words."""
    row, other = merging.kept, merging.gone
    other.merged_into = row
    other.save(update_fields=("merged_into",))
    kind = KINDS[type(row)]
    differed: list[Differed] = differing(kept, gone)
    return Merge.objects.create(
        business_id=row.business_id,
        kind=kind,
        kept_label=label_of(row)[:300],
        gone_key=other.pk,
        gone_label=label_of(other)[:300],
        at=merging.now,
        author=merging.by.membership,
        door=merging.by.door,
        moved=moved_out(moved),
        differed=differed_out(differed),
        **{kind.value: row},
    )


def merged_event(merge: Merge, lead: Lead) -> Event:
    """Return the event of a lead that another one was merged into, unsaved."""
    data = {"merge": merge.pk, "gone": merge.gone_key}
    return Event(business_id=lead.business_id, lead=lead, kind=EventKind.LEAD_MERGED, at=merge.at, data=data)


def tell(merging: ports.Merging) -> None:
    """Tell who watches one of the leads."""
    live.tell_of_leads(merging.by.business.pk, merging.leads)
