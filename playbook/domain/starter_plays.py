"""The plays that every business begins with, for the default process.

Marketing qualified leads are nurtured and handed off, never called unless they ask for a conversation; diagnosing comes
before presenting; and whoever is sales-qualified always has a dated next step.
"""

from leads.domain.stages import Stage
from playbook.domain.happenings import Happening
from playbook.domain.playing import NURTURE_UNTIL, PlaySpec, StepSpec
from playbook.domain.steps import ActionKind, Addressee, DueUnit, StepKind

MARKETING, INSIDE_SALES, MANAGER = "marketing", "inside_sales", "manager"


def _step(kind: StepKind, title: str, text: str, due_in: int, *, role: str = "", hours: bool = False) -> StepSpec:
    return StepSpec(
        ActionKind.NEXT_STEP,
        kind,
        title,
        text,
        Addressee.ROLE if role else Addressee.OWNER,
        role,
        due_in=due_in,
        due_unit=DueUnit.WORKING_HOURS if hours else DueUnit.WORKING_DAYS,
    )


STARTER_PLAYS: tuple[PlaySpec, ...] = (
    PlaySpec(
        key="answer_inquiry",
        name="Answer who asks for a conversation",
        happening=Happening.INQUIRY_RECEIVED,
        condition="wants_conversation",
        steps=(
            _step(
                StepKind.CALL,
                "Call {contact} at {organization}, who asked for a conversation",
                "What made you write to us? What happens today when that comes up? What have you tried so far?",
                4,
                role=INSIDE_SALES,
                hours=True,
            ),
        ),
    ),
    PlaySpec(
        key="nurture_inquiry",
        name="Nurture who does not ask for a conversation",
        happening=Happening.INQUIRY_RECEIVED,
        condition="not wants_conversation",
        steps=(
            _step(
                StepKind.NURTURE,
                "Send {organization} something that helps with what they looked for",
                "Choose what helps them to describe their problem. Nobody calls them yet.",
                2,
                role=MARKETING,
            ),
        ),
    ),
    PlaySpec(
        key="look_at_level",
        name="Look at who became marketing qualified",
        happening=Happening.LEVEL_CHANGED,
        condition='lead_stage == "inquiry" and lead_level != "none"',
        steps=(
            _step(
                StepKind.RESEARCH,
                "See whether {organization} is marketing qualified, and move it if so",
                "What do we know of their situation? Who told us?",
                1,
                role=MARKETING,
            ),
        ),
    ),
    PlaySpec(
        key="hand_to_inside_sales",
        name="Hand marketing qualified leads to inside sales",
        happening=Happening.STAGE_CHANGED,
        to_stage=Stage.MQL,
        steps=(StepSpec(ActionKind.HAND_OFF),),
    ),
    PlaySpec(
        key="first_response",
        name="First response once inside sales accepted",
        happening=Happening.STAGE_CHANGED,
        to_stage=Stage.SAL,
        steps=(
            _step(
                StepKind.CALL,
                "Speak with {contact} at {organization} for the first time",
                "What is going on that made this a topic? Whom does it affect? What happens if nothing changes?",
                4,
                hours=True,
            ),
        ),
    ),
    PlaySpec(
        key="begin_diagnosis",
        name="Diagnose who is sales-qualified",
        happening=Happening.STAGE_CHANGED,
        to_stage=Stage.SQL,
        steps=(
            _step(
                StepKind.RESEARCH,
                "Prepare the diagnosis of {organization}",
                "What do we know already? Which of it did they say themselves? Whom do we still have to hear?",
                1,
            ),
            StepSpec(
                ActionKind.PROPOSE_DIAGNOSIS,
                StepKind.MEETING,
                "Agree with {contact} on a time to diagnose the problem together",
                "Which problem do you want to understand better? Who lives with it every day?",
                due_in=2,
            ),
        ),
    ),
    PlaySpec(
        key="hand_to_sales",
        name="Hand sales-qualified leads to sales",
        happening=Happening.STAGE_CHANGED,
        to_stage=Stage.SQL,
        steps=(StepSpec(ActionKind.HAND_OFF),),
    ),
    PlaySpec(
        key="continue_diagnosis",
        name="Go on with a diagnosis that rests",
        happening=Happening.NOTHING_HAPPENED,
        days=5,
        condition="diagnosis_running",
        steps=(
            _step(
                StepKind.OTHER,
                "Go on with the diagnosis of {organization}",
                "What keeps it from going on? Who else knows the answers that are missing?",
                1,
            ),
        ),
    ),
    PlaySpec(
        key="keep_sql_moving",
        name="Give a quiet sales-qualified lead its next step",
        happening=Happening.NOTHING_HAPPENED,
        days=5,
        condition='lead_stage == "sql" and open_steps == 0',
        steps=(
            _step(
                StepKind.OTHER,
                "Decide what comes next with {organization}",
                "What changed for them since we last spoke? What would make this urgent, or not worth doing?",
                1,
            ),
        ),
    ),
    PlaySpec(
        key="after_last_step",
        name="Plan what follows the last step",
        happening=Happening.STEP_DONE,
        condition='lead_stage == "sql" and open_steps == 0',
        steps=(
            _step(StepKind.OTHER, "Plan what follows with {organization}", "What was learned? What is still open?", 2),
        ),
    ),
    PlaySpec(
        key="speak_of_results",
        name="Speak of what the diagnosis showed",
        happening=Happening.DIAGNOSIS_COMPLETED,
        condition='verdict_advice == "advance"',
        steps=(
            _step(
                StepKind.MEETING,
                "Go through the results with {contact} at {organization}",
                "Does this match what you see? What does {cost} mean for you? Who else has to see it?",
                2,
            ),
            _step(StepKind.OTHER, "Convert {organization} to an opportunity once they agree with the results", "", 5),
        ),
    ),
    PlaySpec(
        key="consider_nurture",
        name="Decide whether to nurture after a diagnosis",
        happening=Happening.DIAGNOSIS_COMPLETED,
        condition='verdict_advice == "nurture"',
        steps=(
            _step(
                StepKind.NURTURE,
                "Tell {organization} openly that now is not the time, and agree when to look again",
                "What would have to change for this to matter? When will you know?",
                2,
            ),
        ),
    ),
    PlaySpec(
        key="look_at_verdict",
        name="Look again when a verdict changes",
        happening=Happening.VERDICT_CHANGED,
        condition="has_completed_diagnosis and not diagnosis_running",
        steps=(
            _step(
                StepKind.RESEARCH,
                "See what the changed verdict means for {organization}",
                "Which answer changed? Who should hear of it?",
                1,
            ),
        ),
    ),
    PlaySpec(
        key="map_who_decides",
        name="Find out who decides",
        happening=Happening.STAGE_CHANGED,
        to_stage=Stage.OPPORTUNITY,
        steps=(
            _step(
                StepKind.RESEARCH,
                "Map with {contact} who decides at {organization}",
                "Who has to agree? Who pays? Who would rather keep things as they are?",
                2,
            ),
        ),
    ),
    PlaySpec(
        key="measure_against_before",
        name="Measure what changed for a customer",
        happening=Happening.STAGE_CHANGED,
        to_stage=Stage.CUSTOMER,
        steps=(
            _step(
                StepKind.OTHER,
                "Agree with {organization} how to measure against what the problem cost before ({cost})",
                "How will you notice that the problem is gone? What do you measure today?",
                5,
            ),
        ),
    ),
    PlaySpec(
        key="flag_overdue_step",
        name="Flag what is overdue",
        happening=Happening.STEP_OVERDUE,
        steps=(StepSpec(ActionKind.FLAG, text="A next step is overdue: do it, or say why it is skipped."),),
    ),
    PlaySpec(
        key="tell_of_overdue_hand_off",
        name="Tell managers of a hand-off that nobody answers",
        happening=Happening.HAND_OFF_OVERDUE,
        steps=(
            StepSpec(
                ActionKind.EMAIL,
                title="Nobody took over {organization} yet",
                text="The hand-off of {lead} was due and is not answered. Please see to it that somebody takes it.",
                addressee=Addressee.ROLE,
                role=MANAGER,
            ),
        ),
    ),
    PlaySpec(
        key="look_again",
        name="Look again when the nurture date comes",
        happening=Happening.DATE_REACHED,
        attribute=NURTURE_UNTIL,
        steps=(
            _step(
                StepKind.RESEARCH,
                "Look again at {organization}: is it time?",
                "What was to change until now? How will we find out whether it did?",
                1,
            ),
        ),
    ),
    PlaySpec(
        key="ask_again",
        name="Ask again when evidence goes stale",
        happening=Happening.EVIDENCE_STALE,
        condition='lead_stage in ["sal", "sql", "opportunity"]',
        steps=(StepSpec(ActionKind.FLAG, text="What we know has become old: ask again before you rely on it."),),
    ),
)
