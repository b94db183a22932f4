"""A template without what makes no difference: what is left is what a draft keeps."""

from collections.abc import Iterator
from dataclasses import replace

from assessments.domain.template import ANSWERS, TemplateDocument
from assessments.domain.template_checks import questions_at
from leads.domain.normal_form import names_read
from leads.domain.snapshot import base_key


def normal(document: TemplateDocument) -> TemplateDocument:
    """Return the document as any business's draft gives it back.

    Attributes that no rule reads and no question asks for are left out; the others stand in the order in
    which the document comes to them.
    """
    specs = {spec.key: spec for spec in document.attributes}
    used = dict.fromkeys(_used(document))
    return replace(
        document,
        propose_when=document.propose_when.strip(),
        attributes=tuple(specs[key] for key in used if key in specs),
        sections=tuple(
            replace(
                section,
                questions=tuple(
                    replace(question, show_when=question.show_when.strip()) for question in section.questions
                ),
            )
            for section in document.sections
        ),
    )


def _used(document: TemplateDocument) -> Iterator[str]:
    """Yield the keys of attributes that are asked for, and all names that rules read."""
    yield from _bases(document.propose_when)
    for _, question in questions_at(document):
        yield from _bases(question.show_when)
        if question.attribute:
            yield question.attribute
    rules = [formula.rule for formula in document.formulas]
    rules += [condition.rule for answer in ANSWERS for condition in getattr(document.verdict, answer)]
    rules += [risk.rule for risk in document.stall_risks]
    for rule in rules:
        yield from _bases(rule)


def _bases(rule: str) -> Iterator[str]:
    yield from map(base_key, names_read(rule))
