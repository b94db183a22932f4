"""What belongs to somebody else is answered like what is not there, and stays as it is."""

import base64
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from graphql import GraphQLInputObjectType, get_named_type

from assessments import services as assessment_services
from assessments.models import FindingKind
from leads.global_ids import decode_id, global_id
from leads.models import Contact, Lead, Opportunity
from playbook.domain.steps import StepKind
from playbook.models import HandOff, HandOffRule, Play, StallRiskSetting
from playbook.services.steps import add_step
from tests.assessments.samples import small_template
from tests.causes import cause
from tests.leads.graphql import walk
from tests.leads.graphql.places import PLACES
from tests.leads.graphql.state import dump

LENIENT = {"Mutation.updateLead.leaving"}
STRICT = [place for place in PLACES if place not in LENIENT]


def id_arguments() -> Iterator[str]:
    for root in (walk.SCHEMA.query_type, walk.SCHEMA.mutation_type):
        for name, field in root.fields.items():
            for argument, definition in field.args.items():
                for path in ids_in(definition.type):
                    yield ".".join((root.name, name, argument, *path))


def ids_in(given: Any) -> Iterator[tuple[str, ...]]:
    named = get_named_type(given)
    if named.name == "ID":
        yield ()
    elif isinstance(named, GraphQLInputObjectType):
        for name, field in named.fields.items():
            yield from ((name, *path) for path in ids_in(field.type))


@pytest.fixture
def ours(publish, business, make_lead, manager):
    publish(business)
    lead = make_lead(manager, "Initech", title="Ours")
    Lead.objects.filter(pk=lead.pk).update(stage="sql")
    return lead


@pytest.fixture
def diagnosis(ours, manager, now):
    draft = assessment_services.template_from_document(document=small_template(), by=manager)
    version = assessment_services.publish_template(version_id=draft.pk, by=manager, now=now)
    return assessment_services.start_diagnosis(lead_id=ours.pk, template_id=version.template_id, by=manager, now=now)


@pytest.fixture
def finding(diagnosis, manager, now):
    return assessment_services.add_finding(
        diagnosis_id=diagnosis.pk, kind=FindingKind.CAUSE, text="By hand.", by=manager, now=now
    )


@pytest.fixture
def contact(ours):
    return Contact.objects.create(business=ours.business, organization=ours.organization, name="Ann")


@pytest.fixture
def pursuit(ours, now):
    return Opportunity.objects.create(
        business=ours.business, organization=ours.organization, title="Ours", opened_at=now, currency="EUR"
    )


def stall_risk(business):
    return StallRiskSetting.objects.filter(business=business).values_list("pk", flat=True)[0]


@pytest.fixture
def offer(ours, now):
    return HandOff.objects.create(
        business=ours.business,
        lead=ours,
        kind="to_sales",
        stage="sql",
        role="sales",
        offered_at=now,
        due_at=now,
        rule=HandOffRule.objects.get(business=ours.business, kind="to_sales"),
    )


@pytest.fixture
def step(ours, manager, now):
    return add_step(lead_id=ours.pk, kind=StepKind.EMAIL, title="Ours", working_days=1, by=manager, now=now)


@pytest.fixture
def play(ours):
    return Play.objects.create(business=ours.business, key="ours", name="Ours", happening="lead_created")


@pytest.fixture
def ask(frontend, manager, ours, diagnosis, contact, finding, pursuit, offer, step, play):
    """Return what a manager is answered about an id."""
    say = frontend(manager)

    def asked(place: str, global_id_: str) -> dict[str, Any]:
        query = PLACES[place][0].replace("OURS", json.dumps(global_id("Lead", ours.pk)))
        query = query.replace("VERSION", json.dumps(global_id("QualificationVersion", ours.qualification.version_id)))
        query = query.replace("DIAGNOSIS", json.dumps(global_id("Diagnosis", diagnosis.pk)))
        query = query.replace("FINDING", json.dumps(global_id("Finding", finding.pk)))
        query = query.replace("REASON", json.dumps(global_id("Reason", cause(ours.business, "budget"))))
        query = query.replace("OFFER", json.dumps(global_id("HandOff", offer.pk)))
        query = query.replace("TERRITORY", json.dumps(global_id("HandOffRule", offer.rule_id)))
        query = query.replace("PURSUIT", json.dumps(global_id("Opportunity", pursuit.pk)))
        query = query.replace("HOME", json.dumps(global_id("Organization", ours.organization_id)))
        query = query.replace("PLAYED", json.dumps(global_id("Play", play.pk)))
        query = query.replace("STEP", json.dumps(global_id("NextStep", step.pk)))
        query = query.replace("STALLRISK", json.dumps(global_id("StallRiskSetting", stall_risk(ours.business))))
        query = query.replace("CONTACT", json.dumps(global_id("Contact", contact.pk)))
        query = query.replace("TEMPLATE", json.dumps(global_id("AssessmentTemplate", diagnosis.version.template_id)))
        return say(query, id=global_id_)

    return asked


def test_every_argument_that_takes_an_id_has_its_case():
    assert sorted(id_arguments()) == sorted(PLACES)


@pytest.mark.parametrize("place", STRICT)
def test_the_id_of_a_stranger_is_answered_like_one_that_is_not_there(crowd, ask, place):
    theirs = crowd(1, "theirs")

    for type_name in PLACES[place][1]:
        before = dump()
        absent = ask(place, global_id(type_name, 123_456_789))
        foreign = ask(place, theirs.id(type_name))

        assert foreign == absent
        assert dump() == before
        assert "theirs" not in json.dumps(foreign)


def test_leaving_takes_no_stranger_out_of_their_own_lead(crowd, ask):
    theirs = crowd(1, "theirs")
    stakeholders = dump()["Stakeholder"]

    body = ask("Mutation.updateLead.leaving", theirs.id("Contact"))

    assert body == {"data": {"updateLead": {"__typename": "Lead", "title": "Ours", "stakeholders": []}}}
    assert dump()["Stakeholder"] == stakeholders


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


MALFORMED = [
    *["", " ", "x", "=", "TGVhZDox=", "TGVhZDox\n", "🦊", "lead:1", "1", "-1", "0", "null", "%00", "../1"],
    *[encoded(text) for text in ("Lead", "Lead:", ":1", ":", "Lead:-1", "Lead:0", "Lead:+1", "Lead:1.0", "Lead:1e3")],
    *[encoded(text) for text in ("Lead: 1", "Lead:01", "Lead:1:1", "Lead:１", "lead:1", "Läd:1", "Lead:" + "9" * 500)],
    *[encoded(text) for text in ("Lead:9223372036854775808", "Lead:999999999999999999", "Nope:1", "User:1", "Event:1")],
    base64.b64encode(b"\xff\xfe:1").decode(),
    "A" * 10_000,
]


@pytest.mark.parametrize("place", STRICT)
def test_a_malformed_id_is_refused_and_changes_nothing(ask, place):
    before = dump()

    # A filter by a lead that nobody has finds nothing.
    well_formed = [text for text in MALFORMED if (decode_id(text) or ("",))[0] == "Lead"]
    texts = [text for text in MALFORMED if not (place.endswith(".filter.lead") and text in well_formed)]
    [refusal] = {json.dumps(ask(place, text)) for text in texts}

    assert dump() == before
    kind = next((kind for kind in (".filter.", ".input.") if kind in place), "")
    expected = EXPECTED.get(place) or EXPECTED[f"{place.split('.')[0]}{kind}".rstrip(".")]
    assert re.search(expected, refusal), refusal


EXPECTED = {
    "Query.workQueue.member": r'"message": "There is no such member\.".*"code": "not_found", "field": "member"',
    "Mutation.reassignNextSteps.steps": r'"code": "steps_refused", "field": "steps\[0\]", .*There is no such step',
    "Query": r'^\{"data": \{"\w+": (null|\[\])\}\}$',
    "Query.input": r'"message": "steps\[0\]\.(\w+): There is no such \1, .*"code": "play_refused"',
    "Mutation.input": r'"code": "play_refused", "field": "steps\[0\]\.(\w+)", .*There is no such \1, ',
    "Query.filter": r'"message": "This is no id of the type \w+\.".*"code": "invalid_id", "field": "\w+"',
    "Mutation": r'"kind": "NOT_FOUND", "code": "not_found", "field": "\w+", "message": "There is no such ',
}


def test_an_id_of_another_type_is_no_id_here(ask, ours):
    other = global_id("Organization", ours.organization_id)

    assert ask("Query.lead.id", other) == {"data": {"lead": None}}
    assert ask("Mutation.qualifyLead.lead", other) == {
        "data": {
            "qualifyLead": {
                "__typename": "OperationInfo",
                "messages": [
                    {"kind": "NOT_FOUND", "code": "not_found", "field": "lead", "message": "There is no such lead."}
                ],
            }
        }
    }


def test_lists_hold_nothing_of_a_stranger(crowd, frontend, manager, ours):
    crowd(2, "theirs")
    ask = frontend(manager)

    body = ask(
        "{ leads { edges { node { title } } } organizations { totalCount edges { node { name } } }"
        " contacts { totalCount } attributes { key } members { email } qualificationSchemas { key } }"
    )

    assert body == {
        "data": {
            "leads": {"edges": [{"node": {"title": "Ours"}}]},
            "organizations": {"totalCount": 1, "edges": [{"node": {"name": "Initech"}}]},
            "contacts": {"totalCount": 0},
            "attributes": [{"key": key} for key in ("has_pain", "employees", "decision", "industry")],
            "members": [{"email": "manager@acme.example"}],
            "qualificationSchemas": [{"key": "standard"}],
        }
    }
