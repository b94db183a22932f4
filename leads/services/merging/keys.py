"""What becomes of every row of this app that refers to a merged one. Upper apps answer for theirs in `when_merging`."""

from django.db.models import Model

from leads import ports
from leads.domain.merging import Moved
from leads.models import (
    Contact,
    Engagement,
    Evidence,
    Lead,
    Opportunity,
    OpportunityContact,
    Organization,
    Stakeholder,
)

# The foreign keys that simply name the kept row from then on, with what their rows are called.
FOLLOWING: dict[type[Model], tuple[tuple[type[Model], str, str, str], ...]] = {
    Organization: (
        (Contact, "organization", "contact", "contacts"),
        (Lead, "organization", "lead", "leads"),
        (Opportunity, "organization", "opportunity", "opportunities"),
    ),
    Contact: (
        (Evidence, "said_by", "recording", "recordings"),
        (Engagement, "contact", "touch", "touches"),
    ),
    Lead: (
        (Evidence, "lead", "recording", "recordings"),
        (Engagement, "lead", "touch", "touches"),
    ),
}

# Parts that people have: where the kept row has one too, it gets the roles of both.
JOINED = frozenset({"leads.Stakeholder.contact", "leads.Stakeholder.lead", "leads.OpportunityContact.contact"})

# What says how a lead stood and what became of it goes on saying so of the gone one, and is read through it.
STAYING = frozenset(
    {
        *("leads.Transition.lead", "leads.Stay.lead", "leads.Event.lead", "leads.Qualification.lead"),
        *("leads.LevelOverride.lead", "leads.Flag.lead"),
        *("leads.Merge.organization", "leads.Merge.contact", "leads.Merge.lead"),
    }
)

# Worked out anew from what the kept row says then.
WORKED_OUT = frozenset(
    {
        *("leads.LeadValue.lead", "leads.Organization.merged_into", "leads.Contact.merged_into"),
        "leads.Lead.merged_into",
    }
)


def answered_for() -> set[str]:
    """Return every foreign key to something that can be merged of which somebody knows what becomes of it."""
    following = {
        f"{model._meta.app_label}.{model.__name__}.{name}" for keys in FOLLOWING.values() for model, name, *_ in keys
    }
    others = {key for step in ports.when_merging for key in step.keys}
    return following | JOINED | STAYING | WORKED_OUT | others


def let_follow(kept: Model, gone: Model) -> list[Moved]:
    """Let every row that follows name the kept one; rows that were merged themselves go with them uncounted."""
    moved = []
    for model, name, one, many in FOLLOWING[type(kept)]:
        moved.append(Moved(one, many, model._default_manager.filter(**{name: gone}).count()))
        model._base_manager.filter(**{name: gone}).update(**{name: kept})
    type(kept)._base_manager.filter(merged_into=gone).update(merged_into=kept)
    return moved


def join_parts(model: type[Stakeholder] | type[OpportunityContact], kept: Model, gone: Model) -> list[Moved]:
    """Give the kept row the gone one's parts; where it has a part in the same already, that gets the roles of both.

    Two parts of one person in one lead would show the person twice, so that the gone one's is removed there.
    """
    name = "contact" if isinstance(kept, Contact) else "lead"
    other = next(field for field in ("lead", "opportunity", "contact") if field != name and hasattr(model, field))
    parts = {getattr(part, f"{other}_id"): part for part in model._base_manager.filter(**{name: kept})}
    moved = 0
    for part in model._base_manager.filter(**{name: gone}).order_by("pk"):
        known = parts.get(getattr(part, f"{other}_id"))
        moved += 1
        if known is None:
            setattr(part, name, kept)
            part.save(update_fields=(name,))
            continue
        known.buying_roles = sorted({*known.buying_roles, *part.buying_roles})
        known.save(update_fields=("buying_roles",))
        part.delete()
    return [Moved("part", "parts", moved)]
