"""What a version would say, before it counts."""

from collections import Counter
from decimal import Decimal

import strawberry

from leads.domain.movement import Movement
from leads.domain.qualification import Decision
from leads.domain.stages import Level
from leads.global_ids import global_id
from leads.graphql.types.explained import (
    CriterionJudgement,
    QuestionToAsk,
    Requirement,
    criteria_out,
    requirements_out,
    to_ask_out,
)
from leads.services.previewing import Listed, Preview, Trial

LEADS = "How many leads."


@strawberry.type(description="How many leads go from one level to another.")
class LevelMove:
    before: Level = strawberry.field(description="The computed level now.")
    after: Level = strawberry.field(description="The computed level then.")
    leads: int = strawberry.field(description=LEADS)


@strawberry.type(description="What would become of one owner's leads.")
class OwnerPreview:
    owner: strawberry.ID | None = strawberry.field(description="The member's id; null for leads that nobody works on.")
    name: str = strawberry.field(description="The member's name; empty for leads that nobody works on.")
    rises: int = strawberry.field(description="Come to a higher level.")
    falls: int = strawberry.field(description="Come to a lower level.")
    opens: int = strawberry.field(description="Lose a level that answers may give back.")
    stays: int = strawberry.field(description="Keep their level.")


@strawberry.type(description="Why leads would move; a lead counts once for each of its reasons.")
class MovementReason:
    movement: Movement = strawberry.field(description="How they move.")
    reason: str = strawberry.field(
        description="What the level asks for that does not hold then; for those that rise, that does not hold now."
    )
    leads: int = strawberry.field(description=LEADS)


@strawberry.type(description="What would become of all open leads if a version were published now.")
class QualificationPreview:
    total: int = strawberry.field(description="How many open leads there are.")
    rises: int = strawberry.field(description="Come to a higher level.")
    falls: int = strawberry.field(description="Come to a lower level, and no answer lifts them again.")
    opens: int = strawberry.field(description="Lose a level that answers may give back.")
    stays: int = strawberry.field(description="Keep their level.")
    levels: list[LevelMove] = strawberry.field(description="From which level to which, the lowest first.")
    owners: list[OwnerPreview] = strawberry.field(description="By owner, the most concerned first.")
    reasons: list[MovementReason] = strawberry.field(description="By reason, the most frequent first.")


@strawberry.type(description="An open lead as a version would judge it.")
class PreviewedLead:
    lead: strawberry.ID = strawberry.field(description="The lead's id.")
    title: str = strawberry.field(description="What it is about; may be empty.")
    organization: str = strawberry.field(description="The name of its organization.")
    owner: str = strawberry.field(description="The name of its owner; empty if nobody works on it.")
    before: Level = strawberry.field(description="The computed level now.")
    after: Level = strawberry.field(description="The computed level then.")
    possible_level: Level = strawberry.field(description="The highest level that would not be ruled out.")
    score: Decimal = strawberry.field(description="The score then.")
    movement: Movement = strawberry.field(description="How it moves.")
    reasons: list[str] = strawberry.field(description="Why; empty if it stays.")


@strawberry.type(description="A page of leads in the order of their age.")
class PreviewedLeads:
    leads: list[PreviewedLead] = strawberry.field(description="The leads.")
    has_next_page: bool = strawberry.field(description="Whether there are more.")
    end_cursor: str | None = strawberry.field(description="To give as `after` for more; null on an empty page.")


@strawberry.type(description="How one lead would be judged now; nothing is written.")
class QualificationTrial:
    lead: strawberry.ID = strawberry.field(description="The lead's id.")
    schema: str = strawberry.field(description="The name of the schema that judges it; empty if none applies.")
    by_this_version: bool = strawberry.field(
        description="Whether the version that is tried judges it; false if another schema comes first, or none applies."
    )
    level: Level = strawberry.field(description="The highest level that is certain.")
    possible_level: Level = strawberry.field(description="The highest level that is not ruled out.")
    score: Decimal = strawberry.field(description="The sum of the points.")
    worst: Decimal = strawberry.field(description="The least the score may become once more is known.")
    best: Decimal = strawberry.field(description="The most the score may become once more is known.")
    order_ready: Decision | None = strawberry.field(description="Ready to buy now? Null if the schema does not say.")
    criteria: list[CriterionJudgement] = strawberry.field(description="What each criterion says.")
    requirements: list[Requirement] = strawberry.field(description="What MQL and SQL ask for, and whether it holds.")
    next_to_ask: list[QuestionToAsk] = strawberry.field(description="What to ask next.")


def preview_out(found: Preview, names: dict[int, str]) -> QualificationPreview:
    """Return a preview; `names` has the names of the owners."""
    owners = sorted(found.owners.items(), key=lambda entry: (_still(entry[1]), names.get(entry[0] or 0, "")))
    return QualificationPreview(
        total=found.total,
        **_counts(found.movements),
        levels=[
            LevelMove(before=before, after=after, leads=leads)
            for (before, after), leads in sorted(
                found.levels.items(), key=lambda entry: tuple(level.rank for level in entry[0])
            )
        ],
        owners=[
            OwnerPreview(
                owner=strawberry.ID(global_id("Membership", pk)) if pk else None,
                name=names.get(pk or 0, ""),
                **_counts(counts),
            )
            for pk, counts in owners
        ],
        reasons=[
            MovementReason(movement=movement, reason=reason, leads=leads)
            for (movement, reason), leads in found.most_frequent_reasons()
        ],
    )


def _still(counts: Counter[Movement]) -> int:
    return counts[Movement.STAYS] - counts.total()


def _counts(counts: Counter[Movement]) -> dict[str, int]:
    return {movement.value: counts[movement] for movement in Movement}


def listed_out(listed: Listed) -> PreviewedLead:
    lead, moving = listed.lead, listed.moving
    return PreviewedLead(
        lead=strawberry.ID(global_id("Lead", lead.pk)),
        title=lead.title,
        organization=lead.organization.name,
        owner=str(lead.owner.user) if lead.owner else "",
        before=moving.before,
        after=moving.after,
        possible_level=moving.possible,
        score=moving.score,
        movement=moving.movement,
        reasons=list(moving.reasons),
    )


def trial_out(trial: Trial, currency: str) -> QualificationTrial:
    plan, judgement = trial.plan, trial.judgement
    known = plan is not None and judgement is not None
    return QualificationTrial(
        lead=strawberry.ID(global_id("Lead", trial.lead.pk)),
        schema=plan.document.name if plan else "",
        by_this_version=trial.by_this,
        level=judgement.level if judgement else Level.NONE,
        possible_level=judgement.possible_level if judgement else Level.NONE,
        score=judgement.score if judgement else Decimal(0),
        worst=judgement.worst if judgement else Decimal(0),
        best=judgement.best if judgement else Decimal(0),
        order_ready=judgement.order_ready if judgement else None,
        criteria=criteria_out(plan, judgement, currency) if known else [],
        requirements=requirements_out(plan, judgement) if known else [],
        next_to_ask=to_ask_out(plan, judgement) if known else [],
    )
