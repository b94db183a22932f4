"""Two leads become one: what is known of both counts, and what happened to each stays its own."""

from datetime import timedelta
from decimal import Decimal

import pytest

from leads import services
from leads.domain.snapshot import replay
from leads.domain.stages import MOVES, Level, Stage
from leads.models import (
    Attribute,
    BuyingRole,
    Engagement,
    EngagementKind,
    Event,
    Evidence,
    Flag,
    FlagKind,
    Lead,
    LeadValue,
    Merge,
    Role,
    Stay,
    Transition,
)

pytestmark = pytest.mark.django_db


def test_what_is_known_of_both_counts_in_the_kept_one(pair, merge, moved, manager, now):
    kept, gone = pair
    services.record_evidence(lead_id=gone.pk, values={"employees": Decimal(500)}, by=manager, now=now)
    services.record_engagement(lead_id=gone.pk, kind=EngagementKind.CALL, by=manager, now=now)

    merged = merge(kept, gone)

    assert merged.pk == kept.pk
    assert {key: entry["v"] for key, entry in merged.snapshot.items()} == {"has_pain": True, "employees": "500"}
    assert (merged.score, merged.level) == (Decimal(50), "sql")
    assert Lead.objects.get() == merged
    assert (Lead.objects.get().score, Lead.objects.get().revision) == (Decimal(50), kept.revision + 1)
    assert set(Evidence.objects.values_list("lead", flat=True)) == {kept.pk}
    assert set(Engagement.objects.values_list("lead", flat=True)) == {kept.pk}
    assert moved() == {"recordings": 1, "touches": 1}


def test_of_values_that_both_know_the_one_observed_last_counts_and_the_other_is_kept_as_the_one_before(
    pair, merge, manager, now
):
    kept, gone = pair
    for lead, number, days in ((kept, 100, 5), (gone, 200, 2), (kept, 300, 9)):
        services.record_evidence(
            lead_id=lead.pk,
            values={"employees": Decimal(number)},
            observed_at=now - timedelta(days=days),
            by=manager,
            now=now,
        )

    merged = merge(kept, gone)

    rows = Evidence.objects.filter(values__has_key="employees").order_by("id")
    recordings = [(row.values["employees"], row.observed_at, row.source, row.pk) for row in rows]
    assert merged.snapshot["employees"] == replay(recordings)
    assert merged.snapshot["employees"]["v"] == "200"
    assert merged.snapshot["employees"]["was"]["v"] == "100"


def test_what_happened_to_each_stays_its_own(pair, merge, events, now):
    kept, gone = pair
    before = list(Transition.objects.filter(lead=gone).values_list("pk", "to_stage"))

    merge(kept, gone)

    assert list(Transition.objects.filter(lead=gone.pk).values_list("pk", "to_stage")) == before
    assert events(kept) == ["lead_created", "evidence_recorded", "level_changed", "lead_merged"]
    assert events(gone) == ["lead_created"]
    assert Event.objects.get(kind="lead_merged").data == {"merge": Merge.objects.get().pk, "gone": gone.pk}
    assert list(Stay.objects.filter(lead=gone.pk).values_list("kind", "ended_at")) == [("stage", now), ("phase", now)]
    assert list(Stay.objects.filter(lead=kept).values_list("ended_at", flat=True)) == [None, None]
    receipts = list(Transition.objects.filter(lead=kept).order_by("id").values_list("from_stage", "to_stage"))
    assert all(not start or Stage(to) in MOVES[Stage(start)] for start, to in receipts)


def test_people_of_both_have_their_part_once_with_the_roles_of_both(pair, merge, moved, manager, now):
    kept, gone = pair
    changes = services.LeadChanges(
        stakeholders=[services.Part(name="Ann", buying_roles=(BuyingRole.CHAMPION,)), services.Part(name="Bob")]
    )
    services.update_lead(lead_id=gone.pk, changes=changes, expected_revision=1, by=manager, now=now)
    ann, _ = (part.contact for part in gone.stakeholders.order_by("pk"))
    again = services.LeadChanges(stakeholders=[services.Part(contact_id=ann.pk, buying_roles=(BuyingRole.USER,))])
    services.update_lead(lead_id=kept.pk, changes=again, expected_revision=1, by=manager, now=now)

    merge(kept, gone)

    parts = kept.stakeholders.order_by("contact__name").values_list("contact__name", "buying_roles")
    assert list(parts) == [("Ann", ["champion", "user"]), ("Bob", [])]
    assert moved()["parts"] == 2
    assert not gone.stakeholders.exists()


def test_the_receipt_says_what_moved_and_what_was_not_taken_over(pair, merge, manager, now):
    kept, gone = pair
    changes = services.LeadChanges(title="Order desk", source="Fair", owner_id=manager.membership.pk)
    services.update_lead(lead_id=gone.pk, changes=changes, expected_revision=1, by=manager, now=now)
    services.move_lead(
        lead_id=gone.pk, to=Stage.NURTURE, nurture_until=now.date() + timedelta(days=9), expected_revision=2,
        by=manager, now=now, reason="Later",
    )  # fmt: skip

    merged = merge(kept, gone)

    receipt = Merge.objects.get()
    assert (receipt.kind, receipt.lead, receipt.gone_key) == ("lead", kept, gone.pk)
    assert (receipt.kept_label, receipt.gone_label, receipt.author, receipt.at) == (
        "Orders",
        "Order desk",
        manager.membership,
        now,
    )
    assert (merged.title, merged.source, merged.owner) == ("Orders", "Fair", manager.membership)
    assert receipt.differed == [
        ["Title", "Orders", "Order desk"],
        ["Stage", "Inquiry", "Nurture"],
        ["Look again on", "", "2026-03-11"],
    ]


def test_a_merged_lead_takes_no_change_and_names_the_one_to_go_on_with(pair, merge, refused, manager, now):
    kept, gone = pair
    merge(kept, gone)

    with refused("lead_merged", "lead") as caught:
        services.record_evidence(lead_id=gone.pk, values={"has_pain": True}, by=manager, now=now)
    assert "“Orders”" in caught.value.message
    with refused("lead_merged", "lead"):
        services.move_lead(lead_id=gone.pk, to=Stage.MQL, expected_revision=1, by=manager, now=now)
    with refused("lead_merged", "lead"):
        services.qualify_lead(lead_id=gone.pk, by=manager, now=now)


def test_an_override_of_the_gone_lead_ends_and_is_told(pair, merge, manager, now):
    kept, gone = pair
    services.override_level(
        lead_id=gone.pk, level=Level.SQL, reason="Known", expires_at=now + timedelta(days=3), expected_revision=1,
        by=manager, now=now,
    )  # fmt: skip

    merged = merge(kept, gone)

    assert merged.level_in_force(now) == "mql"
    assert gone.overrides.get().ended_at == now
    assert ["Level that counts instead", "", "SQL until 2026-03-05"] in Merge.objects.get().differed


def test_flags_that_somebody_must_see_move_and_others_are_cleared(pair, merge, business, now):
    kept, gone = pair
    for kind in (FlagKind.RAISED, FlagKind.LEVEL_LOWERED):
        Flag.objects.create(business=business, lead=gone, kind=kind, reason="x", raised_at=now)

    merge(kept, gone)

    assert Flag.objects.get(cleared_at__isnull=True).lead == kept
    cleared = Flag.objects.get(cleared_at__isnull=False)
    assert (cleared.kind, cleared.lead_id, cleared.note) == (
        "level_lowered",
        gone.pk,
        "The lead was merged into “Orders”.",
    )


def test_leads_are_found_by_what_the_other_one_knew(pair, merge, manager, now):
    kept, gone = pair
    services.set_filterable(attribute_id=Attribute.objects.get(key="employees").pk, filterable=True, by=manager)
    services.record_evidence(lead_id=gone.pk, values={"employees": Decimal(500)}, by=manager, now=now)

    merge(kept, gone)

    assert list(LeadValue.objects.values_list("lead", "key", "number")) == [(kept.pk, "employees", Decimal(500))]


def test_asking_again_answers_the_kept_lead_and_changes_nothing(pair, merge, now):
    kept, gone = pair
    first = merge(kept, gone)

    again = merge(kept, gone, expected_revision=1)

    assert (again.pk, again.revision) == (first.pk, first.revision)
    assert Merge.objects.count() == 1


def test_a_merge_into_a_merge_leads_to_the_last_one(pair, merge, make_lead, manager):
    first, second = pair
    third = make_lead(manager, organization_id=first.organization_id, name="", title="Third")
    merge(first, second)

    merge(third, first)

    assert set(Lead.everything.filter(merged_into=third).values_list("pk", flat=True)) == {first.pk, second.pk}
    assert list(Lead.objects.all()) == [third]


class TestRefusals:
    def test_a_lead_into_itself(self, pair, merge, refused):
        with refused("merged_into_itself", "gone"):
            merge(pair[0], pair[0])

    def test_leads_of_two_organizations(self, pair, merge, make_lead, manager, refused):
        other = make_lead(manager, "Hooli")
        with refused("two_organizations", "gone") as caught:
            merge(pair[0], other)
        assert caught.value.message == ("These leads are of two organizations, Initech and Hooli. Merge those first.")

    def test_one_that_was_merged_into_another(self, pair, merge, make_lead, manager, refused):
        third = make_lead(manager, organization_id=pair[0].organization_id, name="", title="Third")
        merge(*pair)
        with refused("merged_elsewhere", "gone"):
            merge(third, pair[1])
        with refused("merged_elsewhere", "kept"):
            merge(pair[1], third)

    def test_a_lead_that_somebody_changed_meanwhile(self, pair, merge, refused):
        with refused("stale_revision", "expectedRevision"):
            merge(*pair, expected_revision=7)

    def test_one_of_another_business(self, pair, merge, make_lead, stranger, refused):
        foreign = make_lead(stranger, "Hooli")
        with refused("not_found", "gone"):
            merge(pair[0], foreign)
        with refused("not_found", "kept"):
            merge(*pair, by=stranger, expected_revision=1)

    def test_an_open_lead_into_a_closed_one(self, pair, merge, business, manager, now, refused):
        kept, gone = pair
        Lead.objects.filter(pk=kept.pk).update(stage="disqualified")
        with refused("keep_the_open_one", "kept") as caught:
            merge(kept, gone)
        assert "the other way round" in caught.value.message
        assert merge(gone, kept).pk == gone.pk

    @pytest.mark.parametrize(("role", "may"), [("sales", True), ("inside_sales", True), ("marketing", False)])
    def test_roles(self, pair, merge, business, join, refused, role, may):
        by = join(business, Role(role))
        if may:
            assert merge(*pair, by=by).pk == pair[0].pk
        else:
            with refused("not_allowed"):
                merge(*pair, by=by)


def at(stage, lead, business, manager, now):
    from leads.models import Opportunity

    closed = None if stage == "opportunity" else now
    lead.opportunity = Opportunity.objects.create(
        business=business, organization=lead.organization, title="Orders", opened_at=now, currency="EUR",
        status={"opportunity": "open", "customer": "won"}[stage], closed_at=closed,
    )  # fmt: skip
    lead.stage = stage
    lead.save()


def test_only_the_kept_lead_may_be_in_an_open_opportunity(pair, merge, business, manager, now, refused):
    kept, gone = pair
    at("opportunity", gone, business, manager, now)

    with refused("in_open_opportunity", "gone"):
        merge(kept, gone)

    assert merge(gone, kept).opportunity == gone.opportunity


def test_a_won_lead_is_not_merged_into_one_that_goes_on(pair, merge, business, manager, now, refused):
    kept, gone = pair
    at("customer", gone, business, manager, now)

    with refused("won_already", "gone"):
        merge(kept, gone)
