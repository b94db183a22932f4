"""What two test cases of templates differ in: what they give, and what they expect."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from assessments.domain.names import URGENCIES
from assessments.domain.questions import value_of
from assessments.domain.template import ANSWERS, Expected, QuestionSpec, QuestionType, TemplateDocument, TestCase
from leads.domain.difference import Detail, differing
from leads.domain.documents import canonical
from leads.domain.snapshot import DOES_NOT_KNOW
from leads.domain.values import AttributeSpec, decode, plain
from leads.domain.wording import shown_stored

Specs = Mapping[str, AttributeSpec]
WORDS = {
    "good_problem": "Must be a good problem",
    "will_act": "They must act",
    "justifies": "Must justify our solution",
    "outlook": "Outlook must be",
    "advice": "Advice must be",
}


def answer_specs(document: TemplateDocument) -> dict[str, AttributeSpec]:
    """Return every question's answers as attributes, the prospect's own urgency first and last."""
    asked = [question for section in document.sections for question in section.questions]
    before, after = (QuestionSpec(key, document.urgency_question, QuestionType.SCALE) for key in URGENCIES)
    return {question.key: value_of(question) for question in (before, *asked, after)}


def case_details(
    before: TestCase | None, after: TestCase | None, old: TemplateDocument, new: TemplateDocument
) -> Iterator[Detail]:
    """Yield what two cases differ in, values as the templates that they belong to say them."""
    yield from differing(_day(before), _day(after))
    answers = [dict(case.answers) if case else {} for case in (before, after)]
    yield from _values(answers[0], answers[1], answer_specs(old), answer_specs(new))
    facts = [dict(case.facts) if case else {} for case in (before, after)]
    specs = [{spec.key: spec for spec in document.attributes} for document in (old, new)]
    yield from _values(facts[0], facts[1], specs[0], specs[1])
    yield from differing(*(expected_in_words(case.expected) if case else {} for case in (before, after)))


def _day(case: TestCase | None) -> dict[str, str]:
    return {"Day": case.on.isoformat()} if case and case.on else {}


def _values(before: Mapping[str, Any], after: Mapping[str, Any], old: Specs, new: Specs) -> Iterator[Detail]:
    for key in dict.fromkeys([*after, *before]):
        if key in before and key in after and before[key] == after[key]:
            continue
        was = _stored(old.get(key), before[key]) if key in before else ""
        now = _stored(new.get(key), after[key]) if key in after else ""
        if was == now:  # 1.0 for 1, or two choices with one label
            was, now = canonical(before[key]), canonical(after[key])
        spec = new.get(key) or old.get(key)
        yield Detail(spec.label if spec else key, was, now)


def _stored(spec: AttributeSpec | None, stored: Any) -> str:
    if spec is None or (stored != DOES_NOT_KNOW and decode(spec, stored) is None):
        return canonical(stored)
    return shown_stored(spec, stored, "").strip() or canonical(stored)


def expected_in_words(expected: Expected) -> dict[str, str]:
    """Return what a case expects, and what of it; only what it names."""
    said = {WORDS[name]: getattr(expected, name) for name in (*ANSWERS, "outlook", "advice")}
    texts = {what: value.value.replace("_", " ") for what, value in said.items() if value is not None}
    texts |= {f"Cost must be, {end}": _amount(amount) for end, amount in sorted(expected.cost)}
    return texts | {f"Figure {key} must be": _amount(amount) for key, amount in sorted(expected.figures)}


def _amount(amount: Decimal | None) -> str:
    return "open" if amount is None else plain(amount)
