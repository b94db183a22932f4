"""What the values of the enums of diagnosis mean, for every door that describes them."""

from enum import Enum

from assessments.domain.dependents import DependentKind
from assessments.domain.edition_difference import FindingChangeKind
from assessments.domain.engine import Standing
from assessments.domain.template import Advice, Dimension, Outlook, QuestionType
from assessments.models import Answer, DiagnosisStatus, Disagreement, FindingKind, LinkKind, NewToProspect
from leads.meanings import Meaning

MEANINGS: dict[type[Enum], Meaning] = {
    Dimension: Meaning(
        "The five sections of an assessment. A score of 100 favours advancing.",
        {
            Dimension.PROBLEM: "What goes wrong, and how badly.",
            Dimension.CAUSE: "Why it goes wrong, and how sure that is.",
            Dimension.COST: "What it costs, and whether the prospect agrees.",
            Dimension.URGENCY: "Why it must end, and by when.",
            Dimension.FIT: "Whether we can remove this cause.",
        },
    ),
    QuestionType: Meaning(
        "What sort of answer a question takes.",
        {
            QuestionType.SINGLE_CHOICE: "One of its options: `choice`.",
            QuestionType.MULTIPLE_CHOICE: "Any of its options: `choices`.",
            QuestionType.SCALE: "A whole or broken number on a scale: `number` or `range`.",
            QuestionType.NUMBER: "A number in its unit: `number` or `range`.",
            QuestionType.MONEY: "An amount: `money` or `range`.",
            QuestionType.PERCENT: "A percentage, 12.5 for 12.5 %: `number` or `range`.",
            QuestionType.DURATION: "A length of time in its unit: `number` or `range`.",
            QuestionType.DATE: "A date: `date`.",
            QuestionType.YES_NO: "Yes or no: `yesNo`.",
            QuestionType.TEXT: "Free text: `text`.",
        },
    ),
    Standing: Meaning(
        "Where a question stands in a diagnosis.",
        {
            Standing.ANSWERED: "It has a value.",
            Standing.DOES_NOT_KNOW: "The prospect was asked and does not know.",
            Standing.OPEN: "It is to be asked.",
            Standing.HIDDEN: "Earlier answers make it pointless; an answer it had counts for nothing.",
            Standing.UNDECIDED: "Not asked yet: what decides about it is unknown.",
        },
        name="QuestionStanding",
    ),
    Outlook: Meaning(
        "What the stall risks say of the sale.",
        {
            Outlook.CLEAR: "Nothing known will bog it down.",
            Outlook.AT_RISK: "A risk to watch is there, or not ruled out.",
            Outlook.UNKNOWN: "A blocking risk is not ruled out.",
            Outlook.BLOCKED: "A blocking risk is there.",
        },
    ),
    Advice: Meaning(
        "What a verdict recommends; it never moves a lead by itself.",
        {
            Advice.ADVANCE: "Go on to the opportunity.",
            Advice.KEEP_DIAGNOSING: "Something that decides is still unknown, or blocks.",
            Advice.NURTURE: "They will not act now: look again on a date.",
            Advice.DISQUALIFY: "Not a problem for us to solve, or not worth our solution.",
        },
    ),
    Answer.Origin: Meaning(
        "How an answer came about.",
        {
            Answer.Origin.ASKED: "Somebody was asked and said it.",
            Answer.Origin.CONFIRMED: "It was known before, was offered, and was confirmed.",
        },
        name="AnswerOrigin",
    ),
    Disagreement.About: Meaning(
        "The three questions that a verdict answers.",
        {
            Disagreement.About.GOOD_PROBLEM: "Is this a good problem for us to solve?",
            Disagreement.About.WILL_ACT: "Is it big enough for the prospect to act?",
            Disagreement.About.JUSTIFIES: "Is it big enough to justify our solution?",
        },
        name="VerdictQuestion",
    ),
    FindingKind: Meaning(
        "What a finding is.",
        {
            FindingKind.SYMPTOM: "What they notice.",
            FindingKind.PROBLEM: "What goes wrong behind it.",
            FindingKind.CAUSE: "Why it goes wrong; a cause may have causes.",
            FindingKind.DRIVER: "What drives the prospect's business, beside the tree.",
            FindingKind.CRITERION: "What the prospect will decide by, beside the tree.",
        },
    ),
    NewToProspect: Meaning(
        "Whether a finding was new to the prospect.",
        {
            NewToProspect.YES: "They learned it in this diagnosis.",
            NewToProspect.NO: "They knew it before.",
            NewToProspect.UNKNOWN: "Nobody noted it.",
        },
    ),
    LinkKind: Meaning(
        "What a link opens for a prospect.",
        {
            LinkKind.SELF_ASSESSMENT: "The questions that are meant for the prospect, to answer.",
            LinkKind.SUMMARY: "The summary of a completed diagnosis, to read.",
        },
        name="ProspectLinkKind",
    ),
    DependentKind: Meaning(
        "What may change with an answer.",
        {
            DependentKind.QUESTION: "A question that it may bring up or take away; `key` is the question's.",
            DependentKind.FORMULA: "A formula; `key` is the formula's.",
            DependentKind.SECTION_SCORE: "The score of a section; `key` is the section's.",
            DependentKind.VERDICT: "A condition of the verdict; `key` is the verdict's question.",
            DependentKind.STALL_RISK: "A stall risk; `key` is the risk's.",
        },
    ),
    FindingChangeKind: Meaning(
        "What became of a finding.",
        {
            FindingChangeKind.ADDED: "Only the later diagnosis has it.",
            FindingChangeKind.REMOVED: "Only the earlier diagnosis has it.",
            FindingChangeKind.CHANGED: "Both have it, in other words or another place.",
        },
    ),
    DiagnosisStatus: Meaning(
        "Where a diagnosis stands.",
        {
            DiagnosisStatus.RUNNING: "Questions are being answered; its verdict is tentative.",
            DiagnosisStatus.PAUSED: "Put by, to be taken up again where it stood.",
            DiagnosisStatus.COMPLETED: "Closed; its verdict stays as it is, and amending it makes the next edition.",
            DiagnosisStatus.ABANDONED: "Given up with a reason; it counts for nothing.",
        },
    ),
}
