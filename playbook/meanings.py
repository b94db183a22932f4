"""What the values of this app's enums mean, as in `leads.meanings`."""

from enum import Enum

from leads.domain.rules import Kind
from leads.meanings import Meaning
from playbook.domain.happenings import Happening
from playbook.domain.process import Severity
from playbook.domain.ranking_work import WorkKind
from playbook.domain.stalling import Foreseen, RiskSeverity
from playbook.domain.steps import (
    ActionKind,
    Addressee,
    AssignBy,
    DeliveryStatus,
    DueUnit,
    HandOffKind,
    HandOffStatus,
    RunStatus,
    StepKind,
    StepStatus,
)
from playbook.domain.timeline import TimelineKind

MEANINGS: dict[type[Enum], Meaning] = {
    Happening: Meaning(
        "What a play may wait for.",
        {
            Happening.LEAD_CREATED: "A lead was created.",
            Happening.INQUIRY_RECEIVED: "Somebody wrote through a form on a website.",
            Happening.STAGE_CHANGED: "The lead went to another stage.",
            Happening.PHASE_CHANGED: "The lead went to another phase.",
            Happening.LEVEL_CHANGED: "The lead's level changed.",
            Happening.EVIDENCE_RECORDED: "Something was learned of the lead.",
            Happening.EVIDENCE_STALE: "What is known of the lead got too old to be relied on.",
            Happening.ENGAGEMENT_RECORDED: "A touch between the prospect and us was recorded.",
            Happening.DIAGNOSIS_STARTED: "A diagnosis was begun.",
            Happening.DIAGNOSIS_COMPLETED: "A diagnosis was completed.",
            Happening.DIAGNOSIS_AMENDED: "A completed diagnosis was amended.",
            Happening.VERDICT_CHANGED: "The verdict of the diagnosis changed.",
            Happening.HAND_OFF_OFFERED: "The lead was offered to somebody.",
            Happening.HAND_OFF_ACCEPTED: "Somebody took the lead over.",
            Happening.HAND_OFF_REJECTED: "Somebody gave the lead back.",
            Happening.HAND_OFF_OVERDUE: "Nobody answered a hand-off in time.",
            Happening.STEP_DONE: "A next step was done.",
            Happening.STEP_OVERDUE: "A next step was not done in time.",
            Happening.NOTHING_HAPPENED: "Nothing happened with the lead for so many working days.",
            Happening.DATE_REACHED: "A date of the lead is reached, or so many days before or after it.",
        },
    ),
    ActionKind: Meaning(
        "What a step of a play does.",
        {
            ActionKind.NEXT_STEP: "Plan a next step.",
            ActionKind.START_DIAGNOSIS: "Begin a diagnosis.",
            ActionKind.PROPOSE_DIAGNOSIS: "Plan a next step that proposes a diagnosis; a meeting if no kind is given.",
            ActionKind.HAND_OFF: "Offer the lead: an MQL to inside sales, an SQL to sales.",
            ActionKind.NURTURE: "Move the lead to nurture until a day.",
            ActionKind.FLAG: "Raise a flag for its owner.",
            ActionKind.EMAIL: "Send an e-mail to colleagues.",
            ActionKind.WEBHOOK: "Call another system.",
        },
        "PlayAction",
    ),
    Addressee: Meaning(
        "For whom a step of a play is.",
        {
            Addressee.OWNER: "The lead's owner.",
            Addressee.ROLE: "Whoever of a role.",
            Addressee.MEMBER: "One member.",
        },
    ),
    DueUnit: Meaning(
        "In what it is counted by when something is due.",
        {DueUnit.WORKING_HOURS: "Working hours.", DueUnit.WORKING_DAYS: "Working days."},
    ),
    RunStatus: Meaning(
        "What became of a play for one event.",
        {
            RunStatus.DONE: "Its steps were done.",
            RunStatus.DID_NOT_APPLY: "Its condition did not hold.",
            RunStatus.UNKNOWN: "Too little is known to tell whether its condition holds.",
            RunStatus.STOPPED: "Too many plays had led to it, one after the other.",
            RunStatus.REFUSED: "One of its steps was refused; nothing of it was done.",
        },
    ),
    Kind: Meaning(
        "What sort of value a name in a condition stands for.",
        {
            Kind.NUMBER: "A number.",
            Kind.TEXT: "A text, or one of some codes.",
            Kind.YES_NO: "Yes or no.",
            Kind.DATE: "A day.",
            Kind.CHOICES: "Several of some codes.",
        },
        "ConditionKind",
    ),
    DeliveryStatus: Meaning(
        "How far an e-mail or a call of a webhook is.",
        {
            DeliveryStatus.WAITING: "It waits to be sent, or to be tried again.",
            DeliveryStatus.SENT: "It arrived.",
            DeliveryStatus.FAILED: "It was given up, and can be tried again by hand.",
        },
    ),
    HandOffKind: Meaning(
        "To whom a lead is handed off.",
        {
            HandOffKind.TO_INSIDE_SALES: "An MQL to inside sales; accepting it makes it a SAL.",
            HandOffKind.TO_SALES: "An SQL to sales; accepting it changes its owner.",
        },
    ),
    HandOffStatus: Meaning(
        "What became of a hand-off.",
        {
            HandOffStatus.OFFERED: "It waits for an answer.",
            HandOffStatus.ACCEPTED: "Somebody took the lead over.",
            HandOffStatus.REJECTED: "Somebody gave the lead back, with a reason.",
            HandOffStatus.WITHDRAWN: "It was taken back, or the lead moved on, before anybody answered.",
        },
    ),
    AssignBy: Meaning(
        "How a rule chooses among those who may take a lead over.",
        {
            AssignBy.ROUND_ROBIN: "One after the other.",
            AssignBy.LEAST_LOAD: "Who has the fewest open leads and open offers.",
        },
    ),
    StepKind: Meaning(
        "What somebody does with a next step.",
        {
            StepKind.CALL: "Call. Not with a lead that is only nurtured, unless it asked for a conversation.",
            StepKind.EMAIL: "Write an e-mail.",
            StepKind.MEETING: "Meet. Not with a lead that is only nurtured, unless it asked for a conversation.",
            StepKind.RESEARCH: "Find something out without asking the prospect.",
            StepKind.NURTURE: "Send what helps the prospect, and ask for nothing.",
            StepKind.OTHER: "Anything else.",
        },
    ),
    StepStatus: Meaning(
        "What became of a next step.",
        {
            StepStatus.OPEN: "Still to be done.",
            StepStatus.DONE: "Done.",
            StepStatus.SKIPPED: "Not done, for a reason, or since its lead was closed or went to nurture.",
        },
    ),
    WorkKind: Meaning(
        "Why a lead has its place in a work queue, in the order of the places.",
        {
            WorkKind.PROMISE: "A step is overdue or due today.",
            WorkKind.CONVERSATION: "The prospect asked for a conversation and nobody took it up.",
            WorkKind.FIRST_RESPONSE: "Inside sales accepted it and owes a first response.",
            WorkKind.START_DIAGNOSIS: "Nobody has begun to diagnose it.",
            WorkKind.DIAGNOSE: "Its diagnosis is to go on: what is unknown may change the verdict.",
            WorkKind.VERDICT: "Its diagnosis is completed; what it advises is to be done.",
            WorkKind.NO_NEXT_STEP: "Nothing is planned for it.",
            WorkKind.NURTURE: "It is to be nurtured: no sales call.",
            WorkKind.WAITING: "Nothing is to be done now; not listed.",
        },
    ),
    Severity: Meaning(
        "What an exit criterion does that does not hold, or is not known to.",
        {
            Severity.BLOCKS: "The phase is not left until it holds.",
            Severity.WARNS: "The phase is left once somebody says why nevertheless.",
        },
        name="ExitSeverity",
    ),
    RiskSeverity: Meaning(
        "How much a stall risk weighs.",
        {
            RiskSeverity.BLOCKING: "The sale does not go on while it is there.",
            RiskSeverity.WATCH: "To be watched.",
        },
    ),
    Foreseen: Meaning(
        "Whether the reason for which a lead was lost had been predicted.",
        {
            Foreseen.YES: "A risk that was present then predicts this reason.",
            Foreseen.NO: "The risks that were present predict other reasons only.",
            Foreseen.NOTHING_PREDICTED: "No risk that was present predicts a reason.",
        },
    ),
    TimelineKind: Meaning(
        "What an entry of a lead's history is about.",
        {
            TimelineKind.ANSWER: "A question of a diagnosis was answered.",
            TimelineKind.DIAGNOSIS_COMPLETED: "A diagnosis was completed.",
            TimelineKind.DIAGNOSIS_STARTED: "A diagnosis was begun, or amended.",
            TimelineKind.ENGAGEMENT: "A touch between the prospect and us took place.",
            TimelineKind.EVIDENCE: "Something was learned.",
            TimelineKind.HAND_OFF_DECIDED: "A hand-off was accepted, rejected or withdrawn.",
            TimelineKind.HAND_OFF_OFFERED: "A hand-off was offered.",
            TimelineKind.OPPORTUNITY_CLOSED: "The lead's opportunity was won, lost or returned.",
            TimelineKind.OPPORTUNITY_OPENED: "The lead's opportunity was opened.",
            TimelineKind.PHASE_MOVE: "The lead went to another phase.",
            TimelineKind.STEP_CLOSED: "A next step was done or skipped.",
            TimelineKind.STEP_MADE: "A next step was planned.",
            TimelineKind.TRANSITION: "The lead was moved to another stage.",
        },
    ),
}
