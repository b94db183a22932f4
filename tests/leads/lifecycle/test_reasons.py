"""Lists of reasons: what a business begins with, and what its managers make of them."""

import pytest

from leads import ports, services
from leads.domain.reasons import DEFAULT_REASONS, NOT_READY_TO_BUY, ReasonKind
from leads.domain.stages import Stage
from leads.models import Business, Reason
from tests.causes import cause


def test_every_business_begins_with_the_same_reasons(business, other_business):
    for each in (business, other_business):
        found = Reason.objects.filter(business=each)
        assert {kind: [reason.key for reason in found if reason.kind == kind] for kind in ReasonKind} == {
            kind: [spec.key for spec in specs] for kind, specs in DEFAULT_REASONS.items()
        }
    assert list(found.filter(names_competitor=True).values_list("key", flat=True)) == ["competitor_or_price"]
    assert found.filter(kind="handoff_rejected").first().key == NOT_READY_TO_BUY


def test_saving_a_business_again_begins_nothing_again(business):
    before = Reason.objects.count()
    business.name = "Acme again"
    business.save()

    assert Reason.objects.count() == before


def test_an_app_gives_every_new_business_what_it_has_for_it(db):
    begun = []
    ports.when_business_begins.append(begun.append)
    try:
        made = Business.objects.create(slug="hooli", name="Hooli")
    finally:
        ports.when_business_begins.remove(begun.append)

    assert begun == [made]


def test_a_manager_adds_changes_and_archives_a_reason(business, manager, now):
    added = services.add_reason(kind=ReasonKind.LOST, label=" Merged with another company ", by=manager)
    assert (added.key, added.label, added.position) == ("merged_with_another_company", "Merged with another company", 5)

    changes = services.ReasonChanges(label="Merged", description="Somebody bought them.", position=0)
    changed = services.change_reason(reason_id=added.pk, changes=changes, by=manager)
    assert (changed.key, changed.label, changed.position) == ("merged_with_another_company", "Merged", 0)

    archived = services.archive_reason(reason_id=added.pk, archived=True, by=manager, now=now)
    assert archived.archived_at == now
    assert services.archive_reason(reason_id=added.pk, archived=False, by=manager, now=now).archived_at is None


def test_a_key_is_unique_within_its_kind(manager, refused):
    with refused("reason_key_taken", "key"):
        services.add_reason(kind=ReasonKind.LOST, label="Money", key="budget", by=manager)

    assert services.add_reason(kind=ReasonKind.STEP_SKIPPED, label="Money", key="budget", by=manager).key == "budget"
    assert services.add_reason(kind=ReasonKind.LOST, label="Budget", by=manager).key == "budget_2"


def test_only_managers_keep_reasons_and_only_their_own(manager, rep, stranger, business, now, refused):
    key = cause(business)
    with refused("not_allowed"):
        services.add_reason(kind=ReasonKind.LOST, label="x", by=rep)
    with refused("not_allowed"):
        services.archive_reason(reason_id=key, archived=True, by=rep, now=now)
    with refused("not_found", "reason"):
        services.change_reason(reason_id=key, changes=services.ReasonChanges(label="x"), by=stranger)
    with refused("field_refused", "label"):
        services.add_reason(kind=ReasonKind.LOST, label="  ", by=manager)


def test_an_archived_or_foreign_reason_moves_nothing(
    business, other_business, publish, make_lead, rep, manager, now, refused
):
    publish(business)
    lead = make_lead(rep)
    call = {"lead_id": lead.pk, "to": Stage.DISQUALIFIED, "expected_revision": 1, "by": rep, "now": now}
    services.archive_reason(reason_id=cause(business), archived=True, by=manager, now=now)

    with refused("reason_archived", "cause"):
        services.move_lead(cause_id=cause(business), **call)
    with refused("not_found", "cause"):
        services.move_lead(cause_id=cause(other_business), **call)


# --- The API -------------------------------------------------------------------------------------

ADD = """
mutation($label: String!, $key: String! = "") {
  addReason(kind: LOST, label: $label, key: $key, namesCompetitor: true) {
    ... on Reason { id key label namesCompetitor position archivedAt }
    ... on OperationInfo { messages { kind code field } }
  }
}
"""


def test_frontends_read_and_keep_the_lists(frontend, manager, graphql):
    ask = frontend(manager)
    made = ask(ADD, label="Went with Umbrella")["data"]["addReason"]
    reason = made.pop("id")
    assert made == {
        "key": "went_with_umbrella",
        "label": "Went with Umbrella",
        "namesCompetitor": True,
        "position": 5,
        "archivedAt": None,
    }

    ask('mutation($r: ID!) { changeReason(reason: $r, label: "Umbrella") { __typename } }', r=reason)
    listed = "{ reasons(kind: LOST) { label } }"
    labels = [entry["label"] for entry in graphql(listed)["data"]["reasons"]]
    assert labels == [*(spec.label for spec in DEFAULT_REASONS[ReasonKind.LOST]), "Umbrella"]

    ask("mutation($r: ID!) { archiveReason(reason: $r) { __typename } }", r=reason)
    assert len(graphql(listed)["data"]["reasons"]) == 5
    assert len(graphql("{ reasons(kind: LOST, archived: true) { label } }")["data"]["reasons"]) == 6


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"label": " "}, {"kind": "VALIDATION", "code": "field_refused", "field": "label"}),
        ({"label": "x", "key": "budget"}, {"kind": "VALIDATION", "code": "reason_key_taken", "field": "key"}),
        ({"label": "x", "key": "No Key"}, {"kind": "VALIDATION", "code": "invalid", "field": "key"}),
    ],
)
def test_what_makes_no_sense_is_refused(frontend, manager, given, message):
    assert frontend(manager)(ADD, **given)["data"]["addReason"] == {"messages": [message]}


def test_other_roles_are_refused(graphql):
    assert graphql(ADD, label="x")["data"]["addReason"]["messages"][0]["kind"] == "PERMISSION"
