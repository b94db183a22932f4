"""What two assessment templates differ in, as a manager reads it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from assessments.domain.case_difference import case_details
from assessments.domain.questions import bounds, value_of
from assessments.domain.template import (
    ANSWERS,
    ConditionSpec,
    FormulaSpec,
    OfferSpec,
    OptionSpec,
    QuestionSpec,
    SectionSpec,
    StallRiskSpec,
    TemplateDocument,
)
from leads.domain.difference import (
    Change,
    ChangeKind,
    Detail,
    Texts,
    change_of,
    changes_among,
    differing,
    numbered,
    out_of_order,
)
from leads.domain.documents import canonical
from leads.domain.normal_form import same_rule
from leads.domain.rules import Range
from leads.domain.schema_difference import attribute_details as attribute_details
from leads.domain.snapshot import base_key
from leads.domain.values import AttributeSpec, decode, plain
from leads.domain.wording import shown_stored

_TEXTS = re.compile(r"\"[^\"]*\"|'[^']*'")
_NAMES = re.compile(r"[a-z][a-z0-9_]*")
TEMPLATE, OFFER, SECTION, QUESTION = "template", "offer", "section", "question"
FORMULA, CONDITION, RISK, ATTRIBUTE, CASE = "formula", "condition", "stall risk", "attribute", "test case"
RULES = frozenset({"Rule", "There if", "Show when", "Propose when"})
VERDICT_WORDS = {
    "good_problem": "A good problem for us to solve",
    "will_act": "Big enough for the prospect to act",
    "justifies": "Big enough to justify our solution",
}


def difference(before: TemplateDocument, after: TemplateDocument) -> tuple[Change, ...]:
    """Return everything in which `after` differs from `before`; nothing for what only is written differently.

    Without meaning, and so ignored: attributes that nothing uses, the order of attributes, and the order of
    what a test case gives and expects.
    """
    return (
        *change_of(TEMPLATE, after.key, after.name, _said(_template(before), _template(after))),
        *change_of(OFFER, OFFER, after.offer.name, differing(_offer(before.offer), _offer(after.offer))),
        *_sections(before, after),
        *_questions(before, after),
        *changes_among(
            FORMULA,
            before.formulas,
            after.formulas,
            key=lambda formula: formula.key,
            label=lambda formula: formula.label,
            details=_formula_details,
        ),
        *_verdict(before, after),
        *changes_among(
            RISK,
            before.stall_risks,
            after.stall_risks,
            key=lambda risk: risk.key,
            label=lambda risk: risk.label,
            details=lambda old, new: _said(_risk(old), _risk(new)),
        ),
        *changes_among(
            ATTRIBUTE,
            _used(before),
            _used(after),
            key=lambda spec: spec.key,
            label=lambda spec: spec.label,
            details=attribute_details,
            ordered=False,
        ),
        *changes_among(
            CASE,
            before.test_cases,
            after.test_cases,
            key=lambda case: case.name,
            label=lambda case: case.name,
            details=lambda old, new: case_details(old, new, before, after),
        ),
    )


def _said(before: Texts, after: Texts) -> tuple[Detail, ...]:
    """Return what is said differently, rules that are only spaced or quoted differently apart."""
    details = differing(before, after)
    return tuple(each for each in details if each.what not in RULES or not same_rule(each.before, each.after))


def _used(document: TemplateDocument) -> tuple[AttributeSpec, ...]:
    """Return the attributes that rules read, answers are evidence for, or test cases give.

    Rules may make no sense yet, so what looks like a name counts as read.
    """
    questions = [question for section in document.sections for question in section.questions]
    rules = [document.propose_when, *(question.show_when for question in questions)]
    rules += [formula.rule for formula in document.formulas]
    rules += [condition.rule for answer in ANSWERS for condition in getattr(document.verdict, answer)]
    rules += [risk.rule for risk in document.stall_risks]
    used = {base_key(name) for rule in rules for name in _NAMES.findall(_TEXTS.sub(" ", rule))}
    used |= {question.attribute for question in questions}
    used |= {key for case in document.test_cases for key, _ in case.facts}
    return tuple(spec for spec in document.attributes if spec.key in used)


def _template(document: TemplateDocument) -> dict[str, str]:
    return {
        "Name": document.name,
        "Key": document.key,
        "Language": document.language,
        "Currency": document.currency,
        "Propose when": document.propose_when.strip() or "always",
        "Asked first and last": document.urgency_question,
        "Prospects act from": plain(document.verdict.act_from),
        "Look again after": f"{document.nurture_days} days",
    }


def _offer(offer: OfferSpec) -> dict[str, str]:
    return {
        "Name": offer.name,
        "Price": _figure(offer.price),
        "Recoverable share": f"{_figure(offer.recoverable_share)} %",
        "Required return": f"{plain(offer.required_return)} times the price",
    }


def _figure(value: Decimal | Range) -> str:
    if isinstance(value, Range):
        return f"{plain(value.low)} – {plain(value.likely)} – {plain(value.high)}"
    return plain(value)


# --- Sections and questions ----------------------------------------------------------------------


def _sections(before: TemplateDocument, after: TemplateDocument) -> tuple[Change, ...]:
    return changes_among(
        SECTION,
        before.sections,
        after.sections,
        key=lambda section: section.dimension.value,
        label=lambda section: section.title,
        details=lambda old, new: differing(_section(old), _section(new)),
    )


def _section(section: SectionSpec | None) -> dict[str, str]:
    return {} if section is None else {"Title": section.title, "Guidance": section.guidance}


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question with its section, and what it comes after there."""

    spec: QuestionSpec
    section: SectionSpec
    after: str

    @property
    def place(self) -> str:
        return f"{self.section.title}, {f'after “{self.after}”' if self.after else 'first'}"


def _asked(document: TemplateDocument) -> list[_Asked]:
    found = []
    for section in document.sections:
        texts = ["", *(question.text for question in section.questions)]
        found += [_Asked(spec, section, texts[at]) for at, spec in enumerate(section.questions)]
    return found


def _questions(before: TemplateDocument, after: TemplateDocument) -> Iterator[Change]:
    """Yield what became of each question; one that stands in another section has moved."""
    were, are = (numbered(_asked(document), lambda asked: asked.spec.key) for document in (before, after))
    moved = {name for name in are if name in were and _dimension(were[name]) != _dimension(are[name])}
    for dimension in dict.fromkeys(section.dimension for section in after.sections):
        old, new = (
            [name for name, found in names.items() if _dimension(found) == dimension and name not in moved]
            for names in (were, are)
        )
        moved |= out_of_order(old, new)
    for name, (_, new_) in are.items():
        if name not in were:
            details = tuple(_question_details(None, new_))
            yield Change(ChangeKind.ADDED, QUESTION, name[0], new_.spec.text, details)
            continue
        old_ = were[name][1]
        said = tuple(_question_details(old_, new_))
        place = differing({"Place": old_.place}, {"Place": new_.place}) if name in moved else ()
        if place or said:
            kind = ChangeKind.CHANGED if said else ChangeKind.MOVED
            yield Change(kind, QUESTION, name[0], new_.spec.text, (*place, *said))
        elif name in moved:
            yield Change(ChangeKind.MOVED, QUESTION, name[0], new_.spec.text)
    for name, (_, old_) in were.items():
        if name not in are:
            details = tuple(_question_details(old_, None))
            yield Change(ChangeKind.REMOVED, QUESTION, name[0], old_.spec.text, details)


def _dimension(found: tuple[int, _Asked]) -> str:
    return found[1].section.dimension.value


def _question_details(before: _Asked | None, after: _Asked | None) -> Iterator[Detail]:
    old, new = (asked.spec if asked else None for asked in (before, after))
    section = ({"Section": asked.section.title} if asked else {} for asked in (before, after))
    if before is None or after is None:
        yield from differing(*section)
    said = _said(_question(old), _question(new))
    yield from said
    options = [(spec.options if spec else ()) for spec in (old, new)]
    yield from _option_details(*options)


def _question(spec: QuestionSpec | None) -> dict[str, str]:
    if spec is None:
        return {}
    return {
        "Text": spec.text,
        "Type": spec.type.value.replace("_", " "),
        "Why we ask": spec.why_we_ask,
        "Listen for": spec.listen_for,
        "Show when": spec.show_when.strip() or "always",
        "While hidden": _hidden(spec),
        "Required": yes_no(spec.required),
        "Unit": spec.unit,
        "Least": _number(bounds(spec)[0]),
        "Greatest": _number(bounds(spec)[1]),
        "Points for yes": _number(spec.points_yes),
        "Points for no": _number(spec.points_no),
        "The value is the points": yes_no(spec.scored),
        "Evidence for": spec.attribute,
        "For the prospect": yes_no(spec.for_prospect),
        "Keep this wording because": spec.wording_override,
    }


def _hidden(spec: QuestionSpec) -> str:
    if spec.if_hidden is None:
        return "unknown"
    value = value_of(spec)
    if value.choices or decode(value, spec.if_hidden) is None:
        return canonical(spec.if_hidden)
    return shown_stored(value, spec.if_hidden, "").strip()


def _option_details(before: tuple[OptionSpec, ...], after: tuple[OptionSpec, ...]) -> Iterator[Detail]:
    """Return what became of the options, each known by its code; the second of one code is another."""
    were, are = (numbered(options, lambda option: option.code) for options in (before, after))
    for name in dict.fromkeys([*are, *were]):
        old, new = (found[name][1] if name in found else None for found in (were, are))
        if old != new:
            yield Detail(f"Option {name[0]}", _option(old), _option(new))
    if out_of_order(list(were), list(are)):
        yield Detail("Order of the options", *(", ".join(code for code, _ in found) for found in (were, are)))


def _option(option: OptionSpec | None) -> str:
    return "" if option is None else f"{option.label} = {plain(option.points)}"


# --- Formulas, verdict and risks -----------------------------------------------------------------


def _formula_details(before: FormulaSpec | None, after: FormulaSpec | None) -> tuple[Detail, ...]:
    return _said(_formula(before), _formula(after))


def _formula(spec: FormulaSpec | None) -> dict[str, str]:
    if spec is None:
        return {}
    return {
        "Label": spec.label,
        "Rule": spec.rule.strip(),
        "Unit": spec.unit,
        "Cost item": yes_no(spec.cost_item),
        "Benchmark": spec.benchmark,
        "Is called": ", ".join(f"{band.label} from {plain(band.least)}" for band in spec.bands),
    }


def _verdict(before: TemplateDocument, after: TemplateDocument) -> Iterator[Change]:
    """Yield what became of the conditions: the same are those of one label, else those of one rule."""
    for answer in ANSWERS:
        old, new = _conditions(before, answer), _conditions(after, answer)
        shared = {spec.label for spec in old} & {spec.label for spec in new}
        for change in changes_among(
            CONDITION,
            old,
            new,
            key=lambda spec, shared=shared: spec.label if spec.label in shared else spec.rule,  # type: ignore[misc]
            label=lambda spec: spec.label,
            details=lambda one, other: _said(_condition(one), _condition(other)),
        ):
            label = f"{VERDICT_WORDS[answer]}: {change.label}"
            yield replace(change, key=f"{answer}: {change.key}", label=label)


def _conditions(document: TemplateDocument, answer: str) -> tuple[ConditionSpec, ...]:
    found: tuple[ConditionSpec, ...] = getattr(document.verdict, answer)
    return found


def _condition(spec: ConditionSpec | None) -> dict[str, str]:
    return {} if spec is None else {"Label": spec.label, "Rule": spec.rule.strip()}


def _risk(spec: StallRiskSpec | None) -> dict[str, str]:
    if spec is None:
        return {}
    return {
        "Label": spec.label,
        "There if": spec.rule.strip(),
        "Blocks the sale": yes_no(spec.blocking),
        "What to do": spec.what_to_do,
    }


def _number(number: Decimal | None) -> str:
    return "" if number is None else plain(number)


def yes_no(value: bool) -> str:
    return "yes" if value else "no"
