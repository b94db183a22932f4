"""Merging organizations, and merging the people there."""

from datetime import datetime

from django.db import transaction

from leads import permissions, ports, selectors
from leads.domain.merging import Moved, TwoOrganizations
from leads.models import Contact, Lead, OpportunityContact, Organization, Stakeholder
from leads.services.merging.beginning import find_pair, is_merged_already, lock_all
from leads.services.merging.keys import join_parts, let_follow
from leads.services.merging.receipts import fill_gaps, tell, write_receipt
from leads.tenancy import Viewer


@transaction.atomic
def merge_organizations(*, kept_id: int | None, gone_id: int | None, by: Viewer, now: datetime) -> Organization:
    """Let an organization's people, leads and opportunities be another one's from now on; return the kept one.

    What the kept one does not say of itself it takes from the other. Done once, it answers the kept one again.
    """
    permissions.require(by, "merge")
    selectors.take_turn_to_merge(by.business)
    kept, gone = find_pair(Organization, kept_id, gone_id, by)
    if is_merged_already(kept, gone):
        return kept
    leads = Lead.everything.filter(organization__in=[kept, gone]).values_list("pk", flat=True)
    merging = lock_all(kept, gone, leads, by, now)
    said = _organization_in_words(gone)
    moved = [*let_follow(kept, gone), *_moved_by_apps(merging)]
    fill_gaps(kept, gone, ("domain",))
    _stay_in_use(kept, gone)
    kept.save(update_fields=("domain", "archived_at"))
    write_receipt(merging, moved, _organization_in_words(kept), said)
    tell(merging)
    return kept


@transaction.atomic
def merge_contacts(*, kept_id: int | None, gone_id: int | None, by: Viewer, now: datetime) -> Contact:
    """Let what a contact said and did be another one's of the same organization from now on; return the kept one.

    Where both have a part in one lead or opportunity, the kept one has the roles of both. What froze, such as the
    answers of a completed diagnosis, goes on naming the contact who gave it, who leads to the kept one.
    """
    permissions.require(by, "merge")
    selectors.take_turn_to_merge(by.business)
    kept, gone = find_pair(Contact, kept_id, gone_id, by)
    if is_merged_already(kept, gone):
        return kept
    if kept.organization_id != gone.organization_id:
        raise TwoOrganizations(
            f"{kept} and {gone} are people of two organizations, {kept.organization} and {gone.organization}. Merge "
            "those first.",
            field="gone",
        )
    leads = Lead.everything.filter(organization=kept.organization_id).values_list("pk", flat=True)
    merging = lock_all(kept, gone, leads, by, now)
    said = _contact_in_words(gone)
    parts = sum(part.count for model in (Stakeholder, OpportunityContact) for part in join_parts(model, kept, gone))
    moved = [*let_follow(kept, gone), Moved("part", "parts", parts), *_moved_by_apps(merging)]
    fill_gaps(kept, gone, ("email", "phone", "job_title"))
    _stay_in_use(kept, gone)
    kept.save(update_fields=("email", "phone", "job_title", "archived_at"))
    write_receipt(merging, moved, _contact_in_words(kept), said)
    tell(merging)
    return kept


def _moved_by_apps(merging: ports.Merging) -> list[Moved]:
    return [part for step in ports.when_merging for part in step.move(merging)]


def _stay_in_use(kept: Organization | Contact, gone: Organization | Contact) -> None:
    """Two of which one is in use are in use together."""
    if gone.archived_at is None:
        kept.archived_at = None


def _organization_in_words(row: Organization) -> dict[str, str]:
    return {"Name": row.name, "Domain": row.domain, "Reference": row.reference}


def _contact_in_words(row: Contact) -> dict[str, str]:
    return {
        "Name": row.name,
        "E-mail": row.email,
        "Telephone": row.phone,
        "Job title": row.job_title,
        "Reference": row.reference,
    }
