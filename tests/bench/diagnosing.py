"""Guided diagnosis over HTTP and in process: how it grows with the template, against a bare UPDATE."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from itertools import cycle

from calling import Caller, body, checked, queries
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from filling import fill
from measuring import Row, Spent, at_most, in_turn
from samples import NOW, business_with, six_criteria

from assessments import services
from assessments.domain.plan import compile_template
from assessments.domain.template import (
    Advice,
    ConditionSpec,
    Dimension,
    Expected,
    FormulaSpec,
    OfferSpec,
    OptionSpec,
    QuestionSpec,
    QuestionType,
    SectionSpec,
    StallRiskSpec,
    TemplateDocument,
    TestCase,
    VerdictSpec,
)
from assessments.models import Diagnosis, TemplateVersion
from assessments.services.evaluating import evaluation_of
from leads.domain.stages import Stage
from leads.domain.values import AttributeSpec, ValueType
from leads.global_ids import global_id
from leads.models import Door, Lead
from leads.tenancy import Viewer, system

LARGE, SMALL = (200, 60), (20, 7)
ROUNDS, CALLS = 7, 30
ANSWER = """
mutation Answer($diagnosis: ID!, $question: String!, $choice: String!, $revision: Int!) {
  answerQuestion(
    diagnosis: $diagnosis, question: $question, value: {choice: $choice}, expectedRevision: $revision
  ) {
    __typename
    ... on Diagnosis {
      id revision advice
      nextQuestion { key text }
      progress { total { answered open } }
      scores { dimension score low high }
      cost { complete low { amount currency } likely { amount } high { amount } }
      goodProblem { decision } willAct { decision } justifies { decision }
    }
    ... on OperationInfo { messages { code message } }
  }
}
"""
READ = """
query Read($diagnosis: ID!) {
  diagnosis(id: $diagnosis) {
    id status revision advice outlook
    answers { question { key text } standing value { __typename ... on Displayed { display } } }
    nextQuestion { key text whyWeAsk }
    progress { complete total { answered open hidden } sections { dimension answered open hidden } }
    scores { dimension score low high }
    formulas { key label value { ... on Displayed { display } } }
    cost { complete low { amount currency } likely { amount } high { amount } }
    goodProblem { decision reasons { label decision } }
    willAct { decision reasons { label decision } }
    justifies { decision reasons { label decision } }
    stallRisks { key label present }
  }
}
"""
WHO_ASKS = ("session", "user", "membership", "setting")


def template(questions: int, formulas: int) -> TemplateDocument:
    """Return a template of so many choices, of which the first of three may hide the third, and formulas."""
    asked = [_question(number) for number in range(questions)]
    share = questions // len(Dimension)
    return TemplateDocument(
        key=f"choices_{questions}",
        name=f"{questions} choices",
        attributes=(AttributeSpec("employees", "Employees", ValueType.NUMBER),),
        offer=OfferSpec("Automation", Decimal(10_000), Decimal(70), Decimal(2)),
        sections=tuple(
            SectionSpec(dimension, dimension.value.title(), tuple(asked[place * share : (place + 1) * share]))
            for place, dimension in enumerate(Dimension)
        ),
        urgency_question="How urgent is it for you?",
        formulas=tuple(_formula(number, questions) for number in range(formulas)),
        verdict=VerdictSpec(
            Decimal(20_000),
            (
                ConditionSpec("Severe enough", "problem_score >= 50"),
                ConditionSpec("Proven enough", "cause_score >= 50"),
                ConditionSpec("Ours to remove", "fit_score >= 60"),
            ),
            (ConditionSpec("Urgent", "urgency_score >= 50"), ConditionSpec("Costly", "problem_cost >= act_from")),
            (ConditionSpec("Worth it", "problem_cost * recoverable_share / 100 >= required_return * offer_price"),),
        ),
        stall_risks=tuple(
            StallRiskSpec(f"risk_{number}", f"Risk {number}", f'q{number} == "c" and employees >= 100')
            for number in range(0, questions, max(questions // 10, 1))
        ),
        test_cases=(TestCase("Nothing is known", (), (), Expected(advice=Advice.KEEP_DIAGNOSING)),),
    )


def _question(number: int) -> QuestionSpec:
    hides = number % 3 == 2
    return QuestionSpec(
        f"q{number}",
        f"What about the circumstance of number {number}?",
        QuestionType.SINGLE_CHOICE,
        why_we_ask="To see what it costs.",
        listen_for="The last time it hurt.",
        required=True,
        options=tuple(
            OptionSpec(code, f"Answer {code.upper()}", Decimal(points)) for points, code in enumerate("abcd")
        ),
        show_when=f'q{number - 2} != "d"' if hides else "",
        if_hidden="a" if hides else None,
    )


def _formula(number: int, questions: int) -> FormulaSpec:
    one, other = (number * 7 + 1) % questions, (number * 11 + 2) % questions
    before = f" + part_{number - 1} / 100" if number else " + employees / 10"
    rule = f'(q{one} == "a" ? 100 : q{one} in ["b", "c"] ? 250 : 40) * (q{other} == "b" ? 3 : 1) * 46{before}'
    return FormulaSpec(f"part_{number}", f"Part {number}", rule, cost_item=number % 2 == 0)


@dataclass(slots=True)
class Guided:
    """A diagnosis that is answered on and on, at the questions that hide nothing."""

    caller: Caller
    pk: int
    revision: int
    questions: Iterator[tuple[str, str]]

    def answer(self) -> bytes:
        question, choice = next(self.questions)
        content = self.caller.post(
            "/graphql/",
            body(
                ANSWER,
                diagnosis=global_id("Diagnosis", self.pk),
                question=question,
                choice=choice,
                revision=self.revision,
            ),
        )
        self.revision += 1
        return content

    def read(self) -> bytes:
        return self.caller.post("/graphql/", body(READ, diagnosis=global_id("Diagnosis", self.pk)))


def measure(urls: Sequence[str]) -> Iterator[Row]:
    with override_settings(ROOT_URLCONF="recording"):
        yield from _measured()


def _measured() -> Iterator[Row]:
    rep = business_with(six_criteria())
    assert rep.membership is not None
    fill(rep, 2)
    Lead.objects.update(stage=Stage.SQL)
    caller = Caller(rep.membership.user, rep.business)
    large, small = (_guided(rep, caller, *size) for size in (LARGE, SMALL))
    lead = str(Lead.objects.values_list("pk", flat=True)[0]).encode()
    update = partial(caller.post, "/bare/", lead)
    author = system(rep.business, Door.COMMAND)
    version = TemplateVersion.objects.get(diagnoses=large.pk)
    document = template(*LARGE)
    drafts: list[TemplateVersion] = []

    _check(large, small)
    spent = in_turn(
        {
            "answer": large.answer,
            "small": small.answer,
            "read": large.read,
            "evaluate": partial(_evaluate, _row(large)),
            "bare": update,
        },
        rounds=ROUNDS,
        calls=CALLS,
    )
    authored = in_turn(
        {
            "compile": lambda: compile_template(document),
            "publish": lambda: services.publish_template(version_id=drafts[-1].pk, by=author, now=NOW),
        },
        rounds=ROUNDS,
        before={
            "publish": lambda: drafts.append(services.copy_template_to_draft(version_id=version.pk, by=author)),
        },
    )
    on = connection.display_name
    yield _against(f"answerQuestion among {LARGE[0]} on {on}, against a bare UPDATE", spent, "answer", "bare", 6)
    yield _against(f"  … among {LARGE[0]} against {SMALL[0]} questions", spent, "answer", "small", 1.3)
    yield from _statements("answerQuestion", large.answer, 6, small.answer)
    yield _against(f"diagnosis with {LARGE[0]} answers and all results on {on}", spent, "read", "bare", 6)
    yield from _statements("diagnosis", large.read, 3, small.read)
    yield _against(f"evaluation of {LARGE[0]} stored answers, {LARGE[1]} formulas", spent, "evaluate", "bare", 0.3)
    yield Row(f"compiling the template of {LARGE[0]} questions", str(authored["compile"]))
    yield Row(f"publishing it on {on}", str(authored["publish"]))


def _guided(rep: Viewer, caller: Caller, questions: int, formulas: int) -> Guided:
    """Run a diagnosis until every question is answered, and then a third of them hidden."""
    author = system(rep.business, Door.COMMAND)
    draft = services.template_from_document(document=template(questions, formulas), by=author)
    version = services.publish_template(version_id=draft.pk, by=author, now=NOW)
    lead = Lead.objects.filter(diagnoses=None).first()
    assert lead is not None
    now = timezone.now()
    found = services.start_diagnosis(lead_id=lead.pk, template_id=version.template_id, by=rep, now=now)
    given = [(f"q{number}", "abc"[number % 3]) for number in range(questions)]
    given += [(f"q{number}", "d") for number in range(0, questions, 3)]
    for question, choice in given:
        found = services.answer_question(
            diagnosis_id=found.pk, question=question, value=choice, expected_revision=found.revision, by=rep, now=now
        )
    corrections = cycle((f"q{number}", choice) for choice in "cab" for number in range(1, questions, 3))
    return Guided(caller, found.pk, found.revision, corrections)


def _check(large: Guided, small: Guided) -> None:
    """Raise RuntimeError unless what is measured is what was meant."""
    for guided, (questions, formulas) in ((large, LARGE), (small, SMALL)):
        answered = checked(guided.answer())["answerQuestion"]
        if answered["__typename"] != "Diagnosis" or answered["nextQuestion"]["key"] != "urgency_before":
            raise RuntimeError(f"Nothing was answered: {answered}")
        found = checked(guided.read())["diagnosis"]
        counts = (len(found["answers"]) - 2, len(found["formulas"]), found["progress"]["total"]["hidden"])
        if counts != (questions, formulas, questions // 3):
            raise RuntimeError(f"Something else was read: {counts}")


def _row(guided: Guided) -> Diagnosis:
    return Diagnosis.objects.select_related("version", "lead", "business").get(pk=guided.pk)


def _evaluate(diagnosis: Diagnosis) -> None:
    diagnosis.__dict__.pop("_evaluation", None)
    evaluation_of(diagnosis, NOW)


def _against(figure: str, spent: dict[str, Spent], one: str, other: str, bound: float) -> Row:
    return at_most(figure, spent[one].wall / spent[other].wall, bound, f"{spent[one]} against {spent[other]}")


def _statements(name: str, call: Callable[[], bytes], bound: int, of_small: Callable[[], bytes]) -> Iterator[Row]:
    """Count what is asked of the database beyond who asks; transactions and settings are only in the total."""
    with CaptureQueriesContext(connection) as captured:
        call()
    own, of_small_own = (
        [made for made in queries(asked) if made.split()[1] not in WHO_ASKS] for asked in (call, of_small)
    )
    yield Row(
        f"  {name}: statements beyond session and membership",
        f"{len(own)} ({len(of_small_own)} with {SMALL[0]} questions; {len(captured)} with who asks, settings, "
        f"transactions and savepoints)",
        f"at most {bound}, constant",
        own == of_small_own and len(own) <= bound,
    )
    yield Row("  which", ", ".join(own))
