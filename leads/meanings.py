"""What the values of every enum mean, in a sentence each: said once, for every door that describes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from leads.domain.calibration.report import Verdict
from leads.domain.calibration.suspicion import Cause
from leads.domain.difference import ChangeKind
from leads.domain.identity import Likeness
from leads.domain.level_and_stage import LevelAndStage
from leads.domain.movement import Movement
from leads.domain.opportunities import OpportunityStatus
from leads.domain.qualification import Decision, Outcome
from leads.domain.reasons import ReasonKind
from leads.domain.rules import Reason
from leads.domain.schema_document import Axis
from leads.domain.stages import Level, Stage
from leads.domain.values import ValueType
from leads.domain.working_time import Weekday
from leads.models import (
    BuyingRole,
    Door,
    EngagementKind,
    EvidenceSource,
    FlagKind,
    LeadOutcome,
    MergeKind,
    Role,
    Status,
    StayKind,
    WorkStatus,
)


@dataclass(frozen=True, slots=True)
class Meaning:
    """A description for each value; `name` is what the doors call the enum if not as the code does."""

    description: str
    values: Mapping[Any, str]
    name: str | None = None


MEANINGS: dict[type[Enum], Meaning] = {
    Stage: Meaning(
        "Where people moved a lead to.",
        {
            Stage.INQUIRY: "First recorded interest, before any qualification.",
            Stage.MQL: "Marketing qualified: has shown interest, is nurtured, is not meant for sales yet.",
            Stage.SAL: "Sales accepted: inside sales took it over and owes a first response.",
            Stage.SQL: "Sales qualified: worth a diagnostic conversation now. The beginning of the sales process.",
            Stage.OPPORTUNITY: "A diagnosed problem that both sides want solved.",
            Stage.CUSTOMER: "Won.",
            Stage.NURTURE: "Not now: back to marketing, with a date to look again.",
            Stage.DISQUALIFIED: "Ended because the criteria fail. A normal result.",
            Stage.LOST: "Ended without an order.",
        },
    ),
    Level: Meaning(
        "What the criteria say of a lead, apart from its stage.",
        {
            Level.NONE: "Not qualified, or not yet known to be.",
            Level.MQL: "Marketing qualified.",
            Level.SQL: "Sales qualified: worth a diagnostic conversation now.",
        },
    ),
    Outcome: Meaning(
        "What one criterion says of a lead.",
        {
            Outcome.MET: "It is met.",
            Outcome.NOT_MET: "It is not met.",
            Outcome.UNKNOWN: "Too little is known to tell.",
        },
        name="CriterionOutcome",
    ),
    Decision: Meaning(
        "A three-valued answer.",
        {Decision.YES: "Yes.", Decision.NO: "No.", Decision.UNKNOWN: "Too little is known to tell."},
    ),
    Axis: Meaning(
        "What a criterion speaks of.",
        {
            Axis.PAIN: "The problem that we solve.",
            Axis.FIT: "Who they are: size, industry, place.",
            Axis.TIMEFRAME: "By when they want the problem gone.",
            Axis.BUDGET: "What they could spend on it.",
            Axis.AUTHORITY: "Who decides, and whether we know them.",
            Axis.ENGAGEMENT: "What they read, attended and answered.",
        },
    ),
    Reason: Meaning(
        "Why a value is unknown.",
        {
            Reason.NOT_ASKED: "Nobody asked yet.",
            Reason.DOES_NOT_KNOW: "The prospect was asked and does not know; not asked again.",
            Reason.STALE: "It was learned too long ago to count.",
            Reason.NOT_COMPUTABLE: "It cannot be worked out from what is known, or is a range that spans a boundary.",
        },
        name="UnknownReason",
    ),
    ValueType: Meaning(
        "The type of an attribute's values.",
        {
            ValueType.NUMBER: "A number in the attribute's unit, or a range.",
            ValueType.MONEY: "An amount in the business's currency, or a range.",
            ValueType.PERCENT: "A percentage, 12.5 for 12.5 %, or a range.",
            ValueType.CHOICE: "One of the attribute's choices.",
            ValueType.MULTI_CHOICE: "Any of the attribute's choices.",
            ValueType.YES_NO: "Yes or no.",
            ValueType.DATE: "A date without a zone.",
            ValueType.TEXT: "Free text.",
        },
        name="AttributeType",
    ),
    Role: Meaning(
        "What a member may do in a business.",
        {
            Role.MANAGER: "Authors schemas, overrides levels, and does all that the others do.",
            Role.SALES: "Works on leads, converts them, and wins and loses opportunities.",
            Role.INSIDE_SALES: "Works on leads, takes over MQLs, and moves them on to SQL.",
            Role.MARKETING: "Works on leads, mostly before they are sales qualified.",
            Role.VIEWER: "Sees everything and changes nothing.",
        },
    ),
    BuyingRole: Meaning(
        "What a person does in the prospect's decision.",
        {
            BuyingRole.ECONOMIC_BUYER: "Can release the money.",
            BuyingRole.CHAMPION: "Wants the problem solved and works for it.",
            BuyingRole.DECISION_MAKER: "Decides, alone or with others.",
            BuyingRole.INFLUENCER: "Is listened to.",
            BuyingRole.USER: "Lives with the problem.",
            BuyingRole.BLOCKER: "Works against a change.",
        },
    ),
    EngagementKind: Meaning(
        "What sort of touch took place.",
        {
            EngagementKind.CONTENT_DOWNLOAD: "They took something to read.",
            EngagementKind.WEBINAR: "They attended a webinar.",
            EngagementKind.VISIT: "They visited us or our site.",
            EngagementKind.EMAIL_REPLY: "They answered an e-mail.",
            EngagementKind.CALL: "A call took place.",
            EngagementKind.RESULTS_CONVERSATION: "They asked for, or had, a conversation about results.",
            EngagementKind.INQUIRY: "They wrote through a form on a website.",
        },
    ),
    EvidenceSource: Meaning(
        "Where evidence comes from.",
        {
            EvidenceSource.IMPORT: "A file or another system.",
            EvidenceSource.MARKETING: "Marketing.",
            EvidenceSource.INSIDE_SALES: "Inside sales.",
            EvidenceSource.SALES: "Sales.",
            EvidenceSource.DIAGNOSIS: "A completed diagnosis.",
            EvidenceSource.PROSPECT: "The prospect, in their own words.",
        },
    ),
    LeadOutcome: Meaning(
        "How a journey ended, if the prospect decided.",
        {LeadOutcome.WON: "They became a customer.", LeadOutcome.LOST: "They did not."},
    ),
    Door: Meaning(
        "Through which door a change came in.",
        {
            Door.API: "This API.",
            Door.ADMIN: "The admin.",
            Door.COMMAND: "A command.",
            Door.IMPORT: "An import.",
            Door.PLAY: "A play of the playbook.",
            Door.PROSPECT: "A prospect's own link.",
            Door.INQUIRY: "A form on a website.",
        },
    ),
    Status: Meaning(
        "Where a version stands in its life.",
        {
            Status.DRAFT: "Being written; judges nothing.",
            Status.PUBLISHED: "In force, and never changed again.",
            Status.RETIRED: "No longer in force; what it judged stays as it was judged.",
        },
        name="VersionStatus",
    ),
    ChangeKind: Meaning(
        "What became of a part of a version in another version.",
        {
            ChangeKind.ADDED: "It came.",
            ChangeKind.REMOVED: "It went.",
            ChangeKind.CHANGED: "It is there still, and says something else.",
            ChangeKind.MOVED: "It says the same in another place.",
        },
    ),
    Movement: Meaning(
        "How a lead moves when something else judges it.",
        {
            Movement.RISES: "It comes to a higher level.",
            Movement.FALLS: "It comes to a lower level, and no answer lifts it again.",
            Movement.OPENS: "It loses a level that answers may give back.",
            Movement.STAYS: "It keeps its level.",
        },
    ),
    WorkStatus: Meaning(
        "How far work in the background is.",
        {
            WorkStatus.WAITING: "Waits for a worker.",
            WorkStatus.RUNNING: "Goes on.",
            WorkStatus.DONE: "Is done.",
            WorkStatus.FAILED: "Failed; it says why, and can be tried again.",
            WorkStatus.REPLACED: "A later one does what was left of it.",
        },
    ),
    Weekday: Meaning(
        "A day of the week.",
        {day: f"{day.label}." for day in Weekday},
    ),
    FlagKind: Meaning(
        "What a flag is about.",
        {
            FlagKind.LEVEL_LOWERED: "The level in force fell.",
            FlagKind.RAISED: "The playbook raised it; its reason says why.",
        },
    ),
    ReasonKind: Meaning(
        "What a reason of a business's list is given for.",
        {
            ReasonKind.DISQUALIFIED: "A lead that is disqualified.",
            ReasonKind.LOST: "A lead or an opportunity that is lost.",
            ReasonKind.HANDOFF_REJECTED: "A hand-off that is rejected.",
            ReasonKind.STEP_SKIPPED: "A step that is skipped.",
        },
    ),
    OpportunityStatus: Meaning(
        "How an opportunity stands, which follows from where its leads are.",
        {
            OpportunityStatus.OPEN: "A lead of it is in OPPORTUNITY.",
            OpportunityStatus.WON: "None is any more, and one became a customer.",
            OpportunityStatus.LOST: "None is any more, none became a customer, and one was lost.",
            OpportunityStatus.RETURNED: "All of them went back to an earlier stage.",
        },
    ),
    LevelAndStage: Meaning(
        "How the level in force compares with what the stage means.",
        {
            LevelAndStage.SAME: "The level is what the stage means.",
            LevelAndStage.ABOVE: "The criteria say more; nobody has moved the lead yet.",
            LevelAndStage.BELOW: "The criteria say less than where the lead was moved to.",
            LevelAndStage.NOT_COMPARED: "The stage stands for no level: the lead is put off or closed.",
        },
        name="LevelComparison",
    ),
    StayKind: Meaning(
        "What a lead stays in.",
        {StayKind.STAGE: "A stage of the lead.", StayKind.PHASE: "A phase of the sales process."},
    ),
    Likeness: Meaning(
        "Why two organizations or contacts may be the same.",
        {
            Likeness.SAME_DOMAIN: "They have the same domain, which is no public mail provider's.",
            Likeness.SAME_NAME: "They are called the same but for case, accents, titles and legal forms; of contacts "
            "only those at one organization.",
            Likeness.SAME_EMAIL: "They have the same e-mail address, but for case and what follows a plus.",
        },
        name="DuplicateReason",
    ),
    MergeKind: Meaning(
        "What was merged.",
        {
            MergeKind.ORGANIZATION: "Two organizations.",
            MergeKind.CONTACT: "Two contacts of one organization.",
            MergeKind.LEAD: "Two leads of one organization.",
        },
    ),
    Verdict: Meaning(
        "What a calibration comes to.",
        {
            Verdict.NOT_ENOUGH_DATA: "Too few leads were won, or lost, to say anything.",
            Verdict.NO_EVIDENCE: "Even the best card that fits may be no better than a coin. Nothing is proposed.",
            Verdict.NO_BETTER_CARD: "The version as it is does at least as well as any card that fits.",
            Verdict.BETTER_CARD: "A better card is proposed.",
        },
        name="CalibrationVerdict",
    ),
    Cause: Meaning(
        "Why an attribute is not trusted.",
        {
            Cause.AFTER_OUTCOME: "It was mostly recorded once the outcome was known.",
            Cause.JOURNEY: "Its days count how long the lead took to be decided.",
            Cause.SEPARATES: "Alone it tells won from lost almost perfectly.",
            Cause.FILLED: "That it is filled tells the outcome already.",
        },
        name="SuspicionCause",
    ),
}
