"""What can be read. Every root starts from what is visible to the viewer."""

from collections.abc import Iterable
from enum import Enum
from typing import Annotated, Any

import strawberry
import strawberry_django
from django.db.models import Model, QuerySet
from strawberry import relay
from strawberry.utils.str_converters import to_camel_case
from strawberry_django.optimizer import optimize

from leads import models, permissions
from leads.filters import FilterRefused, TenantFilterSet
from leads.global_ids import decode_id
from leads.graphql import types
from leads.graphql.connection import KeysetConnection, pages
from leads.graphql.fields import described, pk_of
from leads.graphql.filtering import ContactFilter, LeadFilter, OrganizationFilter, data_of
from leads.models import TenantModel
from leads.models.mergeable import MergeableModel
from leads.selectors import NotFound
from leads.services.comparing import compare_versions


@strawberry.enum(description="In which order leads are listed.")
class LeadOrder(Enum):
    SCORE = strawberry.enum_value("score", description="Highest score first.")
    NEWEST = strawberry.enum_value("newest", description="Created last first.")
    OLDEST = strawberry.enum_value("oldest", description="Created first first.")


@strawberry.enum(description="In which order organizations and contacts are listed.")
class NameOrder(Enum):
    NAME = strawberry.enum_value("name", description="By name.")
    NEWEST = strawberry.enum_value("newest", description="Recorded last first.")


# Each order is one that an index serves, and ends with the key, so that it is total.
LEAD_ORDERS = {
    LeadOrder.SCORE: ("-score", "id"),
    LeadOrder.NEWEST: ("-created_at", "id"),
    LeadOrder.OLDEST: ("created_at", "-id"),
}
NAME_ORDERS = {NameOrder.NAME: ("name", "id"), NameOrder.NEWEST: ("-id",)}

NODES: dict[str, type[TenantModel]] = {
    "Absence": models.Absence,
    "Attribute": models.Attribute,
    "Calibration": models.Calibration,
    "Contact": models.Contact,
    "Engagement": models.Engagement,
    "Evidence": models.Evidence,
    "Flag": models.Flag,
    "Lead": models.Lead,
    "LevelOverride": models.LevelOverride,
    "Membership": models.Membership,
    "Merge": models.Merge,
    "Opportunity": models.Opportunity,
    "OpportunityContact": models.OpportunityContact,
    "Organization": models.Organization,
    "Qualification": models.Qualification,
    "QualificationSchema": models.QualificationSchema,
    "QualificationVersion": models.QualificationVersion,
    "Reason": models.Reason,
    "Rejudging": models.Rejudging,
    "Stakeholder": models.Stakeholder,
    "Stay": models.Stay,
    "Transition": models.Transition,
}
"""What `node` finds; an upper app adds its own in `config.schema`."""


NEEDED = {"Calibration": "author"}
"""Types that not every member may read, with what they must be allowed."""

Id = Annotated[strawberry.ID, described("A global id.")]
WHICH = described("Which ones; by default all.")
ORDER = described("In which order.")


def filtered(info: strawberry.Info, model: type[TenantModel], filter_set: type[TenantFilterSet], given: Any) -> Any:
    """Return the visible rows that a filter input asks for."""
    viewer = info.context.viewer
    visible = model.objects.visible_to(viewer)
    if given is None:
        return visible  # a filter set builds its form even where nothing is asked for
    try:
        return filter_set(data_of(given), visible, viewer=viewer, now=info.context.now).result()
    except FilterRefused as refusal:
        field = to_camel_case(refusal.field) if refusal.field else None
        raise FilterRefused(refusal.message, field=field) from refusal


def one(info: strawberry.Info, queryset: QuerySet[Any], pk: int | None) -> Model | None:
    """Return a visible row with all that is selected of it; None for absent and foreign alike."""
    return optimize(queryset.visible_to(info.context.viewer), info).filter(pk=pk).first()  # type: ignore[attr-defined]


def all_of(model: type[TenantModel]) -> QuerySet[Any]:
    """Return all rows of a model, with those that were merged into others."""
    return (model.everything if issubclass(model, MergeableModel) else model.objects).all()


@strawberry.type
class Query:
    @strawberry.field(description="Who is signed in; null if nobody is.")
    def me(self, info: strawberry.Info) -> types.Me | None:
        return me_of(info)

    @strawberry.field(description="The object with this global id; null for absent and foreign alike.")
    def node(self, info: strawberry.Info, id: Id) -> relay.Node | None:
        type_name, pk = decode_id(id) or ("", None)
        model = NODES.get(type_name)
        needed = NEEDED.get(type_name)
        if needed is not None and not permissions.allows(info.context.viewer, needed):
            return None
        return one(info, all_of(model), pk) if model else None  # type: ignore[return-value]

    @strawberry.field(description="The lead with this global id; null for absent and foreign alike.")
    def lead(self, info: strawberry.Info, id: Id) -> types.Lead | None:
        return one(info, models.Lead.everything.all(), pk_of(id, "Lead"))  # type: ignore[return-value]

    @pages("The business's leads, highest score first.", KeysetConnection[types.Lead])
    def leads(
        self,
        info: strawberry.Info,
        filter: Annotated[LeadFilter | None, WHICH] = None,
        order: Annotated[LeadOrder, ORDER] = LeadOrder.SCORE,
    ) -> Iterable[models.Lead]:
        found = filtered(info, models.Lead, LeadFilter.filter_set, filter)
        return found.order_by(*LEAD_ORDERS[order])

    @strawberry.field(description="The organization with this global id; null for absent and foreign alike.")
    def organization(self, info: strawberry.Info, id: Id) -> types.Organization | None:
        return one(info, models.Organization.everything.all(), pk_of(id, "Organization"))  # type: ignore[return-value]

    @pages("The prospect companies that the business knows.", KeysetConnection[types.Organization])
    def organizations(
        self,
        info: strawberry.Info,
        filter: Annotated[OrganizationFilter | None, WHICH] = None,
        order: Annotated[NameOrder, ORDER] = NameOrder.NAME,
    ) -> Iterable[models.Organization]:
        found = filtered(info, models.Organization, OrganizationFilter.filter_set, filter)
        return found.order_by(*NAME_ORDERS[order])

    @pages("The people that the business knows.", KeysetConnection[types.Contact])
    def contacts(
        self,
        info: strawberry.Info,
        filter: Annotated[ContactFilter | None, WHICH] = None,
        order: Annotated[NameOrder, ORDER] = NameOrder.NAME,
    ) -> Iterable[models.Contact]:
        found = filtered(info, models.Contact, ContactFilter.filter_set, filter)
        return found.order_by(*NAME_ORDERS[order])

    @strawberry_django.field(description="What the business chose to know about its leads, in its order.")
    def attributes(self, info: strawberry.Info) -> list[types.Attribute]:
        visible = models.Attribute.objects.visible_to(info.context.viewer)
        return visible.filter(archived_at__isnull=True)  # type: ignore[return-value]

    @strawberry_django.field(description="The people who work in the business, active ones only.")
    def members(self, info: strawberry.Info) -> list[types.Membership]:
        visible = models.Membership.objects.visible_to(info.context.viewer)
        return visible.filter(is_active=True).order_by("id")  # type: ignore[return-value]

    @strawberry_django.field(description="What makes a lead qualified here, in the order in which it is tried.")
    def qualification_schemas(self, info: strawberry.Info) -> list[types.QualificationSchema]:
        return models.QualificationSchema.objects.visible_to(info.context.viewer)  # type: ignore[return-value]

    @strawberry.field(
        description="What became of one version of a schema in another, in words, for managers; drafts, and versions "
        "of another schema, may be compared too; null for absent and foreign alike."
    )
    def qualification_difference(
        self,
        info: strawberry.Info,
        before: Annotated[strawberry.ID, described("The global id of the earlier version.")],
        after: Annotated[strawberry.ID, described("The global id of the later version.")],
    ) -> types.VersionDifference | None:
        ids = {"before_id": pk_of(before, "QualificationVersion"), "after_id": pk_of(after, "QualificationVersion")}
        try:
            found = compare_versions(**ids, by=info.context.viewer)
        except NotFound:
            return None
        return types.difference_out(found.changes)


def me_of(info: strawberry.Info) -> types.Me | None:
    """Return the person behind the request, whether or not it is clear for which business they act."""
    context = info.context
    if not context.user.is_authenticated:
        return None
    return types.Me(
        email=context.user.email,
        name=str(context.user),
        memberships=context.memberships,
        membership=context.membership,
    )
