"""What a mutation refuses, in which words, and that nothing is changed then."""

from typing import Any

import pytest

from leads.global_ids import global_id
from leads.models import Attribute, Contact, Lead, Role
from tests.causes import cause
from tests.leads.graphql import walk
from tests.leads.graphql.state import dump

INFO = "... on OperationInfo { messages { kind code field message } }"
FUTURE = "2099-01-01T00:00:00Z"

# A complete, sensible call of every mutation; a test changes one argument of it.
CALLS: dict[str, dict[str, Any]] = {
    "createLead": {"organizationName": "Hooli"},
    "updateLead": {"lead": "LEAD", "expectedRevision": 1, "title": "Quotes"},
    "recordEvidence": {"lead": "LEAD", "values": [{"key": "has_pain", "value": {"yesNo": True}}]},
    "recordEngagement": {"lead": "LEAD", "kind": "CALL"},
    "qualifyLead": {"lead": "LEAD"},
    "overrideLevel": {
        "lead": "LEAD",
        "level": "SQL",
        "reason": "They called.",
        "expiresAt": FUTURE,
        "expectedRevision": 1,
    },
    "endOverride": {"lead": "LEAD", "expectedRevision": 1},
    "moveLead": {"lead": "LEAD", "to": "DISQUALIFIED", "cause": "CAUSE", "expectedRevision": 1},
}
# These have theirs beside the tests of diagnosis, and of authoring.
ELSEWHERE = {
    *("startDiagnosis", "answerQuestion", "completeDiagnosis"),
    *("confirmKnown", "skipQuestion", "goToSection", "pauseDiagnosis", "resumeDiagnosis", "abandonDiagnosis"),
    *("amendDiagnosis", "disagreeWithVerdict", "withdrawDisagreement", "addFinding", "changeFinding", "removeFinding"),
    *("inviteProspect", "revokeProspectLink", "answerSelfAssessment", "submitSelfAssessment"),
    *("publishQualification", "retireQualification", "copyQualification", "retryRejudging", "clearFlag"),
    *("calibrateQualification", "proposeCalibration"),
    *("setWorkingHours", "addHoliday", "removeHoliday", "setAbsence", "endAbsence"),
    *("makeInquiryForm", "revokeInquiryForm", "submitInquiry"),
    *("createWebhook", "changeWebhook", "rotateWebhookSecret", "archiveWebhook", "tryWebhook", "retryDelivery"),
    *("publishTemplate", "retireTemplate", "copyTemplate"),
    *("convertLead", "winOpportunity", "loseOpportunity", "reopenOpportunity"),
    *("addReason", "changeReason", "archiveReason"),
    *("mergeOrganizations", "mergeContacts", "mergeLeads"),
    *("offerHandOff", "acceptHandOff", "rejectHandOff", "withdrawHandOff"),
    *("addHandOffRule", "changeHandOffRule", "placeHandOffRule", "archiveHandOffRule"),
    *("addNextStep", "changeNextStep", "completeNextStep", "skipNextStep", "snoozeNextStep", "reassignNextSteps"),
    *(
        "createPlay",
        "changePlay",
        "copyPlay",
        "placePlay",
        "switchOnPlay",
        "switchOffPlay",
        "archivePlay",
        "retryEvent",
    ),
    "changeStallRisk",
    *("movePhase", "changeSalesProcess", "addPhase", "changePhase", "placePhase", "archivePhase"),
}
TOO_LONG = "That is too long: at most {} characters."
ZONE = "Give the time with its zone, such as 2026-03-02T09:30:00+01:00."
YEARS = "Give a time between the years 1900 and 2199."
SOMEBODY_ELSE = "There is no such contact at this lead's organization."


def field_refused(field: str, at_most: int) -> tuple[str, str, str]:
    return "field_refused", field, TOO_LONG.format(at_most)


# mutation, what is different in the call, and the code, field and message of the refusal
REFUSED: list[tuple[str, dict[str, Any], tuple[str, str, str]]] = [
    (
        "createLead",
        {"organizationName": " "},
        ("organization_missing", "organization", "Give the organization, or the name of a new one."),
    ),
    ("createLead", {"organizationName": "x" * 301}, field_refused("organizationName", 300)),
    ("createLead", {"organizationDomain": "x" * 254}, field_refused("organizationDomain", 253)),
    ("createLead", {"organizationDomain": "İ" * 200}, field_refused("organizationDomain", 253)),
    ("createLead", {"title": "x" * 301}, field_refused("title", 300)),
    ("createLead", {"source": "x" * 201}, field_refused("source", 200)),
    ("createLead", {"stakeholders": [{}]}, ("field_refused", "stakeholders", "A name is needed.")),
    ("createLead", {"stakeholders": [{"name": "x" * 201}]}, field_refused("stakeholders", 200)),
    ("createLead", {"stakeholders": [{"name": "Ann", "phone": "1" * 51}]}, field_refused("stakeholders", 50)),
    ("createLead", {"stakeholders": [{"name": "Ann", "jobTitle": "x" * 201}]}, field_refused("stakeholders", 200)),
    (
        "createLead",
        {"stakeholders": [{"name": "Ann", "email": "x" * 250 + "@b.de"}]},
        field_refused("stakeholders", 254),
    ),
    (
        "createLead",
        {"stakeholders": [{"name": "Ann", "email": "ann@"}]},
        ("field_refused", "stakeholders", "'ann@' is no e-mail address."),
    ),
    (
        "createLead",
        {"values": [{"key": "nope", "value": {"text": "x"}}]},
        ("unknown_attribute", "nope", "There is no attribute `nope`."),
    ),
    ("updateLead", {"title": "x" * 301}, field_refused("title", 300)),
    ("updateLead", {"source": "x" * 201}, field_refused("source", 200)),
    (
        "updateLead",
        {"stakeholders": [{"name": "Ann"}, {"name": " "}]},
        ("field_refused", "stakeholders", "A name is needed."),
    ),
    ("recordEvidence", {"values": []}, ("nothing_to_record", "values", "Give at least one value.")),
    (
        "recordEvidence",
        {"observedAt": FUTURE},
        ("from_the_future", "observedAt", "This cannot have happened yet: the time lies in the future."),
    ),
    ("recordEvidence", {"observedAt": "2026-03-01T10:00:00"}, ("moment_refused", "observedAt", ZONE)),
    ("recordEvidence", {"observedAt": "0001-01-01T00:00:00+14:00"}, ("moment_refused", "observedAt", YEARS)),
    ("recordEngagement", {"title": "x" * 301}, field_refused("title", 300)),
    (
        "recordEngagement",
        {"happenedAt": FUTURE},
        ("from_the_future", "happenedAt", "This cannot have happened yet: the time lies in the future."),
    ),
    ("recordEngagement", {"happenedAt": "2026-03-01"}, ("moment_refused", "happenedAt", ZONE)),
    ("recordEngagement", {"happenedAt": "9999-12-31T23:59:59-12:00"}, ("moment_refused", "happenedAt", YEARS)),
    (
        "overrideLevel",
        {"reason": " "},
        ("reason_missing", "reason", "Say why another level should count than the computed one."),
    ),
    (
        "overrideLevel",
        {"expiresAt": "2020-01-01T00:00:00Z"},
        ("expiry_not_ahead", "expiresAt", "The override must end in the future."),
    ),
    ("overrideLevel", {"expiresAt": "2099-01-01T00:00:00"}, ("moment_refused", "expiresAt", ZONE)),
    ("overrideLevel", {"expiresAt": "9999-12-31T23:59:59-12:00"}, ("moment_refused", "expiresAt", YEARS)),
    (
        "moveLead",
        {"to": "CUSTOMER"},
        (
            "illegal_move",
            "to",
            "A lead cannot go from INQUIRY to CUSTOMER; choose from MQL, SQL, NURTURE, DISQUALIFIED.",
        ),
    ),
    (
        "moveLead",
        {"to": "INQUIRY"},
        (
            "illegal_move",
            "to",
            "A lead cannot go from INQUIRY to INQUIRY; choose from MQL, SQL, NURTURE, DISQUALIFIED.",
        ),
    ),
    (
        "moveLead",
        {"to": "SQL", "cause": None},
        ("level_too_low", "to", "SQL needs the level SQL in force; this lead's is NONE."),
    ),
    (
        "moveLead",
        {"cause": None},
        (
            "cause_missing",
            "cause",
            "Choose why this lead goes from INQUIRY to DISQUALIFIED: one of the business's reasons of the kind "
            "DISQUALIFIED.",
        ),
    ),
    (
        "moveLead",
        {"to": "NURTURE", "nurtureUntil": "2099-01-01"},
        ("cause_of_other_kind", "cause", "NURTURE takes no reason of a list; this one is of the kind DISQUALIFIED."),
    ),
    (
        "moveLead",
        {"competitor": "Umbrella"},
        ("competitor_not_asked", "competitor", "A competitor is named only where a lead is lost; leave it out."),
    ),
    ("moveLead", {"competitor": "x" * 201}, field_refused("competitor", 200)),
    (
        "moveLead",
        {"to": "NURTURE", "cause": None},
        ("date_missing", "nurtureUntil", "NURTURE needs a date to look again."),
    ),
    (
        "moveLead",
        {"to": "NURTURE", "cause": None, "nurtureUntil": "0001-01-01"},
        ("date_not_ahead", "nurtureUntil", "The date to look again must lie ahead."),
    ),
]


@pytest.fixture
def lead(publish, business, make_lead, manager):
    publish(business)
    Attribute.objects.create(
        business=business, key="calls", label="Calls", type="number", counts_kinds=["call"], counts_days=30
    )
    return make_lead(manager, "Initech", title="Ours")


@pytest.fixture
def refusal(frontend, manager, lead):
    """Call a mutation and return the one message of its refusal; nothing may have changed."""

    def refused(mutation: str, *, by: Any = manager, **changed: Any) -> dict[str, Any]:
        ask, before = frontend(by), dump()
        body = call(ask, mutation, lead, **changed)
        assert dump() == before
        assert body["data"][mutation]["__typename"] == "OperationInfo", body
        [message] = body["data"][mutation]["messages"]
        return message

    return refused


def call(ask: Any, mutation: str, ours: Lead, /, **changed: Any) -> dict[str, Any]:
    """Send a mutation, its arguments as variables."""
    given = CALLS[mutation] | changed
    if given.get("lead") == "LEAD":
        given["lead"] = global_id("Lead", ours.pk)
    if given.get("cause") == "CAUSE":
        given["cause"] = global_id("Reason", cause(ours.business))
    arguments = walk.SCHEMA.mutation_type.fields[mutation].args
    types = ", ".join(f"${name}: {arguments[name].type}" for name in given)
    passed = ", ".join(f"{name}: ${name}" for name in given)
    return ask(f"mutation({types}) {{ {mutation}({passed}) {{ __typename {INFO} }} }}", **given)


def test_every_mutation_has_a_call_that_is_taken(frontend, manager, lead):
    assert set(CALLS) | ELSEWHERE == set(walk.SCHEMA.mutation_type.fields)
    for mutation in CALLS:
        Lead.objects.update(revision=1, stage="inquiry")
        assert call(frontend(manager), mutation, lead)["data"][mutation]["__typename"] != "OperationInfo"


@pytest.mark.parametrize(("mutation", "changed", "said"), REFUSED)
def test_what_makes_no_sense_is_refused_and_changes_nothing(refusal, mutation, changed, said):
    code, field, message = said

    assert refusal(mutation, **changed) == {"kind": "VALIDATION", "code": code, "field": field, "message": message}


@pytest.mark.parametrize("mutation", CALLS)
def test_a_role_that_may_not_is_told_so(refusal, join, business, mutation):
    viewer = join(business, Role.VIEWER)
    said = {"updateLead": "update lead", "createLead": "create lead", "recordEvidence": "record evidence"}

    message = refusal(mutation, by=viewer)

    words = said.get(mutation) or "".join(f" {c.lower()}" if c.isupper() else c for c in mutation)
    assert message == {
        "kind": "PERMISSION",
        "code": "not_allowed",
        "field": None,
        "message": f"Your role (viewer) may not {words}. Ask a manager of Acme.",
    }


@pytest.mark.parametrize("role", [Role.SALES, Role.INSIDE_SALES, Role.MARKETING])
def test_only_managers_override_levels(refusal, join, business, role):
    message = refusal("overrideLevel", by=join(business, role))

    assert (message["kind"], message["code"]) == ("PERMISSION", "not_allowed")
    assert message["message"] == f"Your role ({role.label.lower()}) may not override level. Ask a manager of Acme."


@pytest.mark.parametrize("mutation", [name for name, given in CALLS.items() if "expectedRevision" in given])
@pytest.mark.parametrize("expected", [0, 2, -1, 2**31 - 1, -(2**31)])
def test_a_stale_revision_is_a_conflict(refusal, mutation, expected):
    assert refusal(mutation, expectedRevision=expected) == {
        "kind": "CONFLICT",
        "code": "stale_revision",
        "field": "expectedRevision",
        "message": (
            f"Somebody changed this lead meanwhile: it is at revision 1, you expected {expected}. "
            "Read it again, then decide."
        ),
    }


def test_a_revision_is_required_where_people_overwrite_each_other():
    required = {
        name
        for name, field in walk.SCHEMA.mutation_type.fields.items()
        if str(getattr(field.args.get("expectedRevision"), "type", "")) == "Int!"
    }

    assert required == {
        *("updateLead", "overrideLevel", "endOverride", "moveLead", "answerQuestion", "completeDiagnosis"),
        *("answerSelfAssessment", "submitSelfAssessment"),
        *("confirmKnown", "skipQuestion", "goToSection", "pauseDiagnosis", "resumeDiagnosis", "abandonDiagnosis"),
        *("changeFinding", "removeFinding"),
        *("convertLead", "winOpportunity", "loseOpportunity", "reopenOpportunity", "mergeLeads"),
        *("changeNextStep", "completeNextStep", "skipNextStep", "snoozeNextStep"),
        *("acceptHandOff", "rejectHandOff", "withdrawHandOff"),
        *("movePhase", "changeSalesProcess", "addPhase", "changePhase", "placePhase", "archivePhase"),
        *("changePlay", "switchOnPlay", "switchOffPlay", "archivePlay"),
    }


def test_a_contact_of_another_organization_is_refused(refusal, make_organization, business):
    other = make_organization(business, "Hooli")
    elsewhere = global_id("Contact", Contact.objects.create(business=business, organization=other, name="Ann").pk)
    wanted = {"kind": "NOT_FOUND", "code": "not_found", "message": SOMEBODY_ELSE}

    assert refusal("recordEvidence", saidBy=elsewhere) == wanted | {"field": "saidBy"}
    assert refusal("recordEngagement", contact=elsewhere) == wanted | {"field": "contact"}
    assert refusal("updateLead", stakeholders=[{"name": "New"}, {"contact": elsewhere}]) == wanted | {
        "field": "stakeholders"
    }


def test_a_member_who_left_owns_nothing_new(refusal, join, business):
    left = join(business, Role.SALES).membership
    left.is_active = False
    left.save()

    for mutation in ("createLead", "updateLead"):
        assert refusal(mutation, owner=global_id("Membership", left.pk)) == {
            "kind": "NOT_FOUND",
            "code": "not_found",
            "field": "owner",
            "message": "There is no such member.",
        }


def test_the_level_of_a_closed_lead_is_not_overridden(refusal, lead):
    Lead.objects.filter(pk=lead.pk).update(stage="lost")

    assert refusal("overrideLevel") == {
        "kind": "VALIDATION",
        "code": "lead_is_closed",
        "field": "lead",
        "message": "This lead is closed (lost). Reopen it first.",
    }


def test_an_opportunity_needs_a_verdict_or_a_reason_to_go_on_without(refusal, lead):
    Lead.objects.filter(pk=lead.pk).update(stage="sql")

    assert refusal("moveLead", to="OPPORTUNITY", cause=None) == {
        "kind": "VALIDATION",
        "code": "verdict_missing",
        "field": "overrideReason",
        "message": (
            "OPPORTUNITY needs a completed diagnosis that advises to advance. "
            "To go on without one, give an override reason."
        ),
    }


@pytest.mark.parametrize(
    ("mutation", "changed"),
    [
        ("moveLead", {"expectedRevision": 2**31}),
        ("moveLead", {"to": "WON"}),
        ("updateLead", {"lead": None}),
        ("recordEngagement", {"kind": "call"}),
    ],
)
def test_what_is_of_no_type_is_refused_before_anything_runs(frontend, manager, lead, mutation, changed):
    before = dump()

    body = call(frontend(manager), mutation, lead, **changed)

    assert "data" not in body
    assert {error["extensions"]["code"] for error in body["errors"]} == {"invalid_request"}
    assert dump() == before
