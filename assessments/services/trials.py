"""A trial run: a template tried as a salesperson would run it. Only keeping one as a test case writes anything."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max

from assessments.domain.answers import check_answer, decode_answers, encode_answer
from assessments.domain.asking import next_question
from assessments.domain.engine import Evaluation, Standing, evaluate
from assessments.domain.plan import TemplatePlan, compile_template
from assessments.domain.questions import PlannedQuestion
from assessments.domain.template import ANSWERS, Expected
from assessments.domain.template_document import expected_out, read, write
from assessments.models import TemplateVersion, TestCase
from assessments.services.evaluating import plan_of
from assessments.services.rows import document_of_rows
from leads import permissions, selectors
from leads.domain.errors import DomainError
from leads.domain.rules import Fact, Reason, Unknown
from leads.domain.snapshot import DOES_NOT_KNOW
from leads.domain.values import NUMBER_BELOW, AttributeSpec, decode
from leads.models import Status
from leads.services import versions
from leads.services.lines import line
from leads.tenancy import Viewer

NAME_AT_MOST = 200
CENT = Decimal("0.01")


class NothingAnswered(DomainError):
    code = "nothing_answered"


@dataclass(frozen=True, slots=True)
class Trial:
    """Where a trial run stands: what was answered, by question, and what it means on `today`."""

    plan: TemplatePlan
    answers: Mapping[str, Fact]
    facts: Mapping[str, Fact]
    evaluation: Evaluation
    today: date

    def next(self, skipped: Iterable[str] = (), at: str = "") -> PlannedQuestion | None:
        """Return the first open question after `at` that was not skipped, else the first of all, else a skipped one."""
        keys = list(self.plan.questions)
        start = keys.index(at) + 1 if at in self.plan.questions else 0
        left = {key for key in keys if self.evaluation.standing[key] is not Standing.OPEN} | set(skipped)
        found = next((key for key in (*keys[start:], *keys[:start]) if key not in left), None)
        return self.plan.questions[found] if found else next_question(self.plan, self.evaluation)


def plan_to_try(version: TemplateVersion) -> TemplatePlan:
    """Return what runs a version, of a draft what is saved in it; raise DocumentRefused if it makes no sense yet."""
    if version.status != Status.DRAFT:
        return plan_of(version)
    return compile_template(read(write(document_of_rows(version))))


def run_trial(
    *, version_id: int, answers: Mapping[str, Any], facts: Mapping[str, Any], by: Viewer, now: datetime
) -> Trial:
    """Return what stored answers and stored facts of an imagined lead come to; nothing is written.

    What does not fit the version any more is left out. Raises DocumentRefused for a draft that makes no
    sense yet.
    """
    permissions.require(by, "author")
    visible = TemplateVersion.objects.visible_to(by).select_related("template", "business")
    version = visible.filter(pk=version_id).first()
    if version is None:
        raise selectors.NotFound("There is no such version.", field="version")
    return _run(plan_to_try(version), answers, facts, selectors.local_day(version.business, now))


def _run(plan: TemplatePlan, answers: Mapping[str, Any], facts: Mapping[str, Any], today: date) -> Trial:
    given = {key: fact for key, fact in decode_answers(plan, answers).items() if _fits(plan, key, answers[key])}
    known = facts_of_imagined(plan.attributes, facts)
    return Trial(plan, given, known, evaluate(plan, given, known, today), today)


def _fits(plan: TemplatePlan, key: str, stored: Any) -> bool:
    return stored == DOES_NOT_KNOW or decode(plan.questions[key].value, stored) is not None


def facts_of_imagined(attributes: Mapping[str, AttributeSpec], stored: Mapping[str, Any]) -> dict[str, Fact]:
    """Return what is known of a lead that somebody imagines; what is not said has the value for "not given"."""
    known: dict[str, Fact] = {}
    for key, spec in attributes.items():
        said = stored.get(key, spec.not_given)
        if said == DOES_NOT_KNOW:
            known[key] = Unknown(Reason.DOES_NOT_KNOW, (key,))
        elif said is not None and (value := decode(spec, said)) is not None:
            known[key] = value
    return known


def answer_trial(trial: Trial, question: str, answer: Fact) -> dict[str, Any]:
    """Return the stored answers with one more, or another instead; refused as a diagnosis would refuse it."""
    kept = check_answer(trial.plan, trial.evaluation, question, answer)
    return {key: encode_answer(value) for key, value in {**trial.answers, question: kept}.items()}


@transaction.atomic
def keep_trial(
    *, version_id: int, name: str, answers: Mapping[str, Any], facts: Mapping[str, Any], by: Viewer, now: datetime
) -> TestCase:
    """Return a new test case of a draft: a trial run, and all that it comes to today as what must come of it."""
    permissions.require(by, "author")
    version = versions.locked(TemplateVersion, version_id, by, of="template")
    versions.check_draft(version)
    trial = _run(plan_to_try(version), answers, facts, selectors.local_day(version.business, now))
    if not trial.answers:
        raise NothingAnswered("Answer a question first: a test case without an answer tests nothing.", field="name")
    last = version.test_cases.aggregate(last=Max("position"))["last"]
    return TestCase.objects.create(
        business_id=version.business_id,
        version=version,
        position=0 if last is None else last + 1,
        name=line("name", name, NAME_AT_MOST, required=True),
        answers={key: encode_answer(value) for key, value in trial.answers.items()},
        facts={key: value for key, value in facts.items() if key in trial.plan.attributes},
        expected=expected_out(comes_to(trial.plan, trial.evaluation)),
        on=trial.today,
    )


def comes_to(plan: TemplatePlan, evaluation: Evaluation) -> Expected:
    """Return everything that a test case can expect, as it is now; figures that are ranges or too large are not."""
    verdict, cost = evaluation.verdict, evaluation.cost
    figures = ((formula.key, evaluation.facts[formula.key]) for formula in plan.formulas)
    return Expected(
        **{answer: getattr(verdict, answer).decision for answer in ANSWERS},
        outlook=verdict.outlook,
        advice=verdict.advice,
        cost=(("low", cost.low), ("likely", cost.likely), ("high", cost.high)),
        figures=tuple((key, _figure(value)) for key, value in figures if _can_be_expected(value)),
    )


def _can_be_expected(value: Fact) -> bool:
    return isinstance(value, Unknown) or (isinstance(value, Decimal) and abs(value) < NUMBER_BELOW)


def _figure(value: Fact) -> Decimal | None:
    """Return a figure to the cent, as test cases compare it."""
    return value.quantize(CENT) if isinstance(value, Decimal) else None
