"""Why a question that was answered is asked no more."""

from collections.abc import Iterable

from assessments.domain.engine import SHOWN, Evaluation, Standing
from assessments.domain.plan import TemplatePlan
from assessments.domain.questions import PlannedQuestion
from leads.domain.normal_form import names_read


def deciders(plan: TemplatePlan, evaluation: Evaluation, key: str) -> tuple[str, ...]:
    """Return the questions that were asked, and the attributes, which keep a question from being shown.

    Those that make no difference are left out. In place of a question that is not shown itself stands what
    keeps that one from being shown. None for a question that is shown.
    """
    found: dict[str, None] = {}
    waiting = [key]
    for asked in waiting:  # grows while it is gone through
        for read in _deciding(plan, evaluation, plan.questions[asked]):
            name = plan.names.base(read)
            if name not in plan.questions or evaluation.standing[name] in SHOWN:
                found[name] = None
            elif name not in waiting:
                waiting.append(name)
    return tuple(found)


def _deciding(plan: TemplatePlan, evaluation: Evaluation, question: PlannedQuestion) -> Iterable[str]:
    if question.shown is None or evaluation.standing[question.key] in SHOWN:
        return ()
    if evaluation.standing[question.key] is Standing.UNDECIDED:
        return evaluation.undecided[question.key].names
    names = list(names_read(question.spec.show_when))
    for name in reversed(names_read(question.spec.show_when)):
        others = [other for other in names if other != name]
        if question.shown({other: evaluation.facts[other] for other in others if other in evaluation.facts}) is False:
            names = others
    return names
