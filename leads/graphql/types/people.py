from datetime import datetime
from typing import Annotated

import strawberry
import strawberry_django
from strawberry import relay

from leads import models
from leads.graphql.connection import KeysetConnection, pages
from leads.graphql.fields import column, computed
from leads.graphql.types.merging import Merge, PossibleDuplicate, duplicate_out, merged_into_out
from leads.models import BuyingRole
from leads.services.duplicates import alike, possible_duplicates, read_by

LATER = strawberry.lazy("leads.graphql.types.lead")


@strawberry_django.type(models.Organization, description="A prospect company.")
class Organization(relay.Node):
    name: str = column("What it is called.")
    domain: str = column("Its domain in small letters, such as example.com; empty if not known.")
    reference: str = column("Its key in the system it came from; empty if none.")
    created_at: datetime = column("When it was first recorded.")
    contacts: list["Contact"] = column("The people known there.")
    leads: KeysetConnection[Annotated["Lead", LATER]] = pages("The sales journeys with it, oldest first.")
    merges: list[Merge] = column("What was merged into it, newest first.")

    @computed(
        "The global id of the organization that it was merged into, which counts instead; null while it counts itself.",
        only=["merged_into"],
    )
    def merged_into(self, info: strawberry.Info) -> strawberry.ID | None:
        return merged_into_out("Organization", self)

    @computed(
        "Organizations that may be the same, the most alike first; at most 20. See `mergeOrganizations`.",
        only=read_by(models.Organization),
        prefetch_related=alike(models.Organization),
    )
    def possible_duplicates(self, info: strawberry.Info) -> list[PossibleDuplicate]:
        return [duplicate_out("Organization", found) for found in possible_duplicates(self)]


@strawberry_django.type(models.Contact, description="A person at an organization.")
class Contact(relay.Node):
    organization: Organization = column("Where the person works.")
    name: str = column("The person's name.")
    email: str = column("E-mail address; empty if not known.")
    phone: str = column("Telephone number; empty if not known.")
    job_title: str = column("Job title; empty if not known.")
    reference: str = column("The person's key in the system it came from; empty if none.")
    merges: list[Merge] = column("What was merged into this contact, newest first.")

    @computed(
        "The global id of the contact that it was merged into and that counts instead; null while it counts itself.",
        only=["merged_into"],
    )
    def merged_into(self, info: strawberry.Info) -> strawberry.ID | None:
        return merged_into_out("Contact", self)

    @computed(
        "Contacts that may be the same person, the most alike first; at most 20. See `mergeContacts`.",
        only=read_by(models.Contact),
        prefetch_related=alike(models.Contact),
    )
    def possible_duplicates(self, info: strawberry.Info) -> list[PossibleDuplicate]:
        return [duplicate_out("Contact", found) for found in possible_duplicates(self)]


@strawberry_django.type(models.Stakeholder, description="A contact's part in one lead.")
class Stakeholder(relay.Node):
    contact: Contact = column("Who it is.")
    lead: Annotated["Lead", LATER] = column("In which lead.")

    @computed("What the person does in this decision; empty if not known.", only=["buying_roles"])
    def buying_roles(self, info: strawberry.Info) -> list[BuyingRole]:
        return [BuyingRole(role) for role in self.buying_roles]
