"""What the API says of a running diagnosis is the same to the byte before and after its template gets a new version."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from assessments import services
from leads.global_ids import global_id
from leads.tenancy import system
from tests.assessments.samples import ANSWERS, small_template
from tests.leads.graphql import walk

pytestmark = pytest.mark.django_db


def changed(document):
    """Return a document in which everything that a person reads, scores or pays is another."""
    sections = tuple(
        replace(
            section,
            title=f"New {section.title}",
            questions=tuple(
                replace(question, text=f"{question.text} New", why_we_ask="New", listen_for="New")
                for question in section.questions
            ),
        )
        for section in document.sections
    )
    formulas = tuple(replace(formula, label="New", rule="hours * 2") for formula in document.formulas)
    offer = replace(document.offer, price=Decimal(1))
    verdict = replace(document.verdict, act_from=Decimal(1), good_problem=document.verdict.will_act)
    case = document.test_cases[0]
    return replace(
        document,
        sections=sections,
        formulas=formulas,
        offer=offer,
        verdict=verdict,
        stall_risks=(),
        test_cases=(replace(case, expected=replace(case.expected, **NOTHING_ELSE)),),
    )


def said(ask, query: str) -> bytes:
    """Return the bytes of the answer; that its version is retired by the new one is the version's own affair."""
    response = ask.client.post(ask.path, {"query": query}, content_type="application/json", headers=ask.headers)
    own = re.sub(rb'"retiredAt":"[^"]+"', b'"retiredAt":null', response.content)
    return own.replace(b'"status":"RETIRED"', b'"status":"PUBLISHED"')


NOTHING_ELSE = {"good_problem": None, "will_act": None, "justifies": None, "outlook": None, "cost": (), "figures": ()}


@pytest.mark.parametrize("answered", [0, 4, len(ANSWERS)])
def test_a_new_version_changes_nothing_of_a_running_diagnosis(frontend, rep, manager, start, answer, now, answered):
    diagnosis = answer(start(rep), rep, **dict(list(ANSWERS.items())[:answered]))
    ask = frontend(rep)
    query = walk.of_node(walk.SCHEMA.type_map["Diagnosis"], global_id("Diagnosis", diagnosis.pk))
    before = said(ask, query)

    draft = services.template_from_document(document=changed(small_template()), by=system(rep.business, rep.door))
    services.publish_template(version_id=draft.pk, by=manager, now=now)

    assert b'"errors"' not in before
    assert b"severity" in before
    assert said(ask, query) == before
    assert (draft.number, diagnosis.version_id == draft.pk) == (2, False)
