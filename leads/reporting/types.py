"""The rows of the reports. Types and fields are named as in the other API; descriptions may say more."""

from typing import Any

import graphene

from leads import models
from leads.domain.level_and_stage import LevelAndStage, compare
from leads.domain.opportunities import OpportunityStatus
from leads.domain.qualification import Decision
from leads.domain.reasons import ReasonKind
from leads.domain.stages import Level, Stage
from leads.models import LeadOutcome, Role, Status
from leads.reporting.rows import Row, choice, to_one
from leads.reporting.scalars import Decimal


class Organization(Row):
    class Meta:
        model = models.Organization
        description = "A prospect company."
        columns = {
            "name": "What it is called.",
            "domain": "Its domain in small letters, such as example.com; empty if not known.",
            "reference": "Its key in the system it came from; empty if none.",
            "created_at": "When it was first recorded.",
        }


class Membership(Row):
    class Meta:
        model = models.Membership
        description = "A user's place in a business."
        columns = {"is_active": "Whether the member still works there."}

    needs = {"name": "user", "email": "user"}

    name = graphene.String(required=True, description="The person's name.")
    email = graphene.String(required=True, description="The e-mail that the person signs in with.")
    role = choice(Role, "What the member may do there.")

    def resolve_name(self: Any, info: Any) -> str:
        return str(self.user)

    def resolve_email(self: Any, info: Any) -> str:
        return self.user.email


class Reason(Row):
    class Meta:
        model = models.Reason
        description = "An entry of a list of reasons that the business keeps."
        columns = {
            "key": "Its stable name within its kind.",
            "label": "What a person reads.",
            "description": "When to choose it; may be empty.",
            "names_competitor": "Whether who chooses it must name the competitor.",
            "position": "Its place in the list.",
            "archived_at": "Since when it is not offered any more; null while it is.",
        }

    kind = choice(ReasonKind, "What it is given for.")


class Opportunity(Row):
    class Meta:
        model = models.Opportunity
        description = "A diagnosed problem that both sides want solved, made of leads of one organization."
        columns = {
            "title": "What it is about.",
            "opened_at": "When the first lead became it.",
            "closed_at": "When it was won, lost or returned; null while it is open.",
            "currency": "The currency of its amounts, in the three letters of ISO 4217.",
            "verdict_kind": "What sort of verdict it rests on, such as `diagnosis`; empty for an override.",
            "verdict_id": "The global id of that verdict; empty for an override.",
            "verdict_reason": "What the verdict said then; empty for an override.",
            "override_reason": "Why it was opened without a verdict; empty if there was one.",
            "competitor": "Who won it instead; empty if nobody is named.",
            "revision": "Counts what people changed.",
        }

    needs = {"organization": "organization", "owner": "owner", "cause": "cause"}

    organization = to_one(Organization, "The prospect company.")
    owner = to_one(Membership, "Who works on it; null if nobody does.", required=False)
    cause = to_one(Reason, "Why it was lost; null unless it is lost.", required=False)
    status = choice(OpportunityStatus, "How it stands, which follows from where its leads are.")
    cost_low_amount = Decimal(description="The yearly cost of the problem, at least; null if no verdict tells.")
    cost_likely_amount = Decimal(description="The likely yearly cost of the problem, likewise.")
    cost_high_amount = Decimal(
        description="The yearly cost of the problem, at most; null while part of it is unknown, or if no verdict tells."
    )

    def resolve_cost_low_amount(self: Any, info: Any) -> Any:
        return self.cost_low

    def resolve_cost_likely_amount(self: Any, info: Any) -> Any:
        return self.cost_likely

    def resolve_cost_high_amount(self: Any, info: Any) -> Any:
        return self.cost_high


class QualificationSchema(Row):
    class Meta:
        model = models.QualificationSchema
        description = "One of the business's ordered answers to what makes a lead qualified."
        columns = {
            "key": "Its stable name.",
            "name": "What a person reads.",
            "position": "Its place: the first whose published version applies judges a lead.",
        }


class QualificationVersion(Row):
    class Meta:
        model = models.QualificationVersion
        description = "Criteria and thresholds, frozen when published."
        columns = {
            "number": "Counts within its schema.",
            "checksum": "SHA-256 of its document; empty for a draft.",
            "published_at": "When it was published.",
            "retired_at": "When it was retired.",
        }

    needs = {"schema": "schema"}
    heavy = ("document",)

    status = choice(Status, "Where it stands in its life.")
    schema = to_one(QualificationSchema, "The schema that it is a version of.")


class Qualification(Row):
    class Meta:
        model = models.Qualification
        description = "How one lead was judged by one version at one time."
        columns = {
            "judged_at": "When it was judged so for the first time.",
            "score": "The sum of the points.",
            "worst": "The least the score may become once more is known.",
            "best": "The most the score may become once more is known.",
        }

    needs = {"lead": "lead", "version": "version", "isCurrent": "lead"}
    heavy = ("explanation",)

    lead = to_one(lambda: Lead, "The lead.")
    version = to_one(QualificationVersion, "The version that judged it; pinned.")
    level = choice(Level, "The highest level that is certain.")
    possible_level = choice(Level, "The highest level that is not ruled out.")
    order_ready = choice(
        Decision, "Ready to buy now? It informs and never gates; null if the schema does not say.", required=False
    )
    is_current = graphene.Boolean(required=True, description="Whether it is the one that counts now.")

    def resolve_is_current(self: Any, info: Any) -> bool:
        return self.lead.qualification_id == self.pk


class Lead(Row):
    class Meta:
        model = models.Lead
        description = "One sales journey with one organization."
        columns = {
            "title": "What it is about; may be empty.",
            "source": "Where it came from; may be empty.",
            "reference": "Its key in the system it came from; empty if none.",
            "stage_since": "Since when it is there.",
            "phase": "The key of its phase in the sales process; empty before it begins.",
            "nurture_until": "When to look again, while in NURTURE.",
            "revision": "Counts what people changed.",
            "created_at": "When the journey began.",
            "score": "The sum of the criteria's points.",
            "worst": "The least the score may become once more is known.",
            "best": "The most the score may become once more is known.",
        }

    needs = {
        "organization": "organization",
        "owner": "owner",
        "qualification": "qualification",
        "opportunity": "opportunity",
    }
    heavy = ("snapshot",)

    organization = to_one(Organization, "The prospect company.")
    owner = to_one(Membership, "Who works on it; null if nobody does.", required=False)
    qualification = to_one(Qualification, "The judgement behind the level; null before the first.", required=False)
    stage = choice(Stage, "Where people moved it to.")
    level = choice(Level, "The computed level: the highest that is certain.")
    possible_level = choice(Level, "The highest level that is not ruled out.")
    level_in_force = choice(Level, "The level that counts: that of an override while it lasts, else the computed one.")
    opportunity = to_one(
        Opportunity,
        "The opportunity that it is part of, also once that is won or lost; null if it is part of none.",
        required=False,
    )
    level_and_stage = choice(LevelAndStage, "Whether the level in force is above or below what the stage means.")
    outcome = choice(LeadOutcome, "How it ended; null while it goes on.", required=False)

    def resolve_level_in_force(self: Any, info: Any) -> str:
        return self.level_in_force(info.context.now)

    def resolve_level_and_stage(self: Any, info: Any) -> LevelAndStage:
        return compare(Level(self.level_in_force(info.context.now)), Stage(self.stage))
