"""An assessment template as a document: what is frozen when a version is published.

Numbers are texts, a range is an object of low, likely and high, an answer that somebody does not know
is `{"unknown": "does_not_know"}`.
"""

from decimal import Decimal
from typing import Any

from assessments.domain.template import (
    ANSWERS,
    Expected,
    FormulaSpec,
    OptionSpec,
    QuestionSpec,
    SectionSpec,
    StallRiskSpec,
    TemplateDocument,
    TestCase,
    VerdictSpec,
)
from assessments.domain.template_reading import KIND, read
from leads.domain.documents import FORMAT, canonical
from leads.domain.schema_document import attribute_out
from leads.domain.values import encode, plain

__all__ = ["KIND", "read", "write"]


def write(document: TemplateDocument) -> str:
    """Return the canonical JSON; `read` gives the same document back.

    Parts that came later are left out where they say nothing, so that documents from before them stay equal.
    """
    offer = document.offer
    return canonical(
        _said(currency=document.currency, propose_when=document.propose_when)
        | {
            "format": FORMAT,
            "kind": KIND,
            "key": document.key,
            "name": document.name,
            "language": document.language,
            "attributes": [attribute_out(spec) for spec in document.attributes],
            "offer": {
                "name": offer.name,
                "price": encode(offer.price),
                "recoverable_share": encode(offer.recoverable_share),
                "required_return": plain(offer.required_return),
            },
            "sections": [_section(section) for section in document.sections],
            "urgency_question": document.urgency_question,
            "formulas": [_formula(formula) for formula in document.formulas],
            "verdict": _verdict(document.verdict),
            "stall_risks": [_risk(risk) for risk in document.stall_risks],
            "nurture_days": document.nurture_days,
            "test_cases": [_test_case(case) for case in document.test_cases],
        }
    )


def _said(**parts: Any) -> dict[str, Any]:
    return {key: value for key, value in parts.items() if value}


def _section(section: SectionSpec) -> dict[str, Any]:
    return {
        "dimension": section.dimension.value,
        "title": section.title,
        "guidance": section.guidance,
        "questions": [_question(question) for question in section.questions],
    }


def _question(question: QuestionSpec) -> dict[str, Any]:
    return {
        "key": question.key,
        "text": question.text,
        "type": question.type.value,
        "why_we_ask": question.why_we_ask,
        "listen_for": question.listen_for,
        "show_when": question.show_when,
        "if_hidden": question.if_hidden,
        "required": question.required,
        "unit": question.unit,
        "minimum": _number(question.minimum),
        "maximum": _number(question.maximum),
        "options": [_option(option) for option in question.options],
        "points_yes": _number(question.points_yes),
        "points_no": _number(question.points_no),
        "scored": question.scored,
        "attribute": question.attribute,
        "for_prospect": question.for_prospect,
        **_said(wording_override=question.wording_override),
    }


def _option(option: OptionSpec) -> dict[str, Any]:
    return {"code": option.code, "label": option.label, "points": plain(option.points)}


def _formula(formula: FormulaSpec) -> dict[str, Any]:
    return {
        "key": formula.key,
        "label": formula.label,
        "rule": formula.rule,
        "unit": formula.unit,
        "cost_item": formula.cost_item,
        "benchmark": formula.benchmark,
        **_said(bands=[{"label": band.label, "from": plain(band.least)} for band in formula.bands]),
    }


def _verdict(verdict: VerdictSpec) -> dict[str, Any]:
    written: dict[str, Any] = {"act_from": plain(verdict.act_from)}
    for answer in ANSWERS:
        conditions = getattr(verdict, answer)
        written[answer] = [{"label": condition.label, "rule": condition.rule} for condition in conditions]
    return written


def _risk(risk: StallRiskSpec) -> dict[str, Any]:
    return {
        "key": risk.key,
        "label": risk.label,
        "rule": risk.rule,
        "blocking": risk.blocking,
        "what_to_do": risk.what_to_do,
    }


def _test_case(case: TestCase) -> dict[str, Any]:
    return {
        "name": case.name,
        "on": None if case.on is None else case.on.isoformat(),
        "answers": dict(case.answers),
        "facts": dict(case.facts),
        "expected": expected_out(case.expected),
    }


def expected_out(expected: Expected) -> dict[str, Any]:
    """Write only what is expected: a null would say that a cost is open."""
    found = {name: getattr(expected, name) for name in (*ANSWERS, "outlook", "advice")}
    written: dict[str, Any] = {name: value.value for name, value in found.items() if value is not None}
    for name, amounts in (("cost", expected.cost), ("figures", expected.figures)):
        if amounts:
            written[name] = {key: _number(amount) for key, amount in amounts}
    return written


def _number(number: Decimal | None) -> str | None:
    return None if number is None else plain(number)
