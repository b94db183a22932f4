"""What two versions differ in, on a page of the admin."""

from decimal import Decimal

import pytest

from leads import services
from leads.models import Band, QualificationVersion
from tests.leads.admin.browser import told

NOT_THERE = "There is no such version. Choose one of these."


@pytest.fixture
def draft(ours):
    return ours.draft


def changes(response):
    return [
        (heading, one.badge.text, one.change.label, [[cell for _, cell in row] for row in one.rows])
        for heading, shown in response.context["groups"]
        for one in shown
    ]


def test_a_draft_is_compared_with_what_is_published(at_work, ours, draft):
    draft.criteria.filter(key="timeframe").delete()
    Band.objects.filter(criterion__version=draft, criterion__key="fit", position=1).update(points=Decimal(15))

    response = at_work.get(at_work.page(draft, "compare"))

    assert response.context["title"] == "From ours schema 1 to ours schema 2"
    found = changes(response)
    assert found[0] == (
        "Criteria",
        "Changed",
        "ours Fit",
        [["Points of step 2 “Middle”", "10", "15"]],
    )
    assert found[1][:3] == ("Criteria", "Removed", "ours Timeframe")
    assert "Points of step 2 “Middle”" in response.content.decode()


def test_the_published_version_is_compared_with_the_draft_in_the_order_of_time(at_work, ours, draft):
    draft.criteria.filter(key="fit").update(otherwise_points=Decimal(-5))

    response = at_work.get(at_work.page(ours.published, "compare"))

    assert response.context["title"] == "From ours schema 1 to ours schema 2"
    assert changes(response) == [("Criteria", "Changed", "ours Fit", [["Points otherwise", "-10", "-5"]])]


def test_versions_that_say_the_same_are_told_to(at_work, ours, draft):
    assert "They say the same." in at_work.get(at_work.page(draft, "compare")).content.decode()


def test_any_other_version_can_be_chosen(at_work, ours, draft, manager, document):
    other = services.draft_from_document(document=document(key="banks", name="Banks"), by=manager)

    response = at_work.get(at_work.page(draft, "compare"), other=str(other.pk))

    assert response.context["title"] == "From Banks 1 to ours schema 2"
    options = [text for _, text in response.context["form"].fields["other"].choices]
    assert options == ["ours schema 1 (published)", "Banks 1 (draft)"]


@pytest.mark.parametrize("other", ["0", "x", "987654", "1; drop"])
def test_a_version_that_is_not_there_is_refused_in_the_form(other, at_work, draft):
    response = at_work.get(at_work.page(draft, "compare"), other=other)

    assert response.status_code == 200
    assert response.context["groups"] == []
    assert list(response.context["form"].errors["other"]) == [NOT_THERE]


def test_a_version_of_another_business_is_not_there(at_work, draft, theirs):
    foreign = at_work.get(at_work.page(draft, "compare"), other=str(theirs.published.pk))

    assert foreign.context["groups"] == []
    assert list(foreign.context["form"].errors["other"]) == [NOT_THERE]
    assert "zebra" not in foreign.content.decode().lower()


def test_a_draft_that_makes_no_sense_is_compared_still(at_work, draft):
    Band.objects.filter(criterion__version=draft, criterion__key="pain").update(when="has_pain and (")

    [(_, kind, label, rows)] = changes(at_work.get(at_work.page(draft, "compare")))

    assert (kind, label) == ("Changed", "ours Pain")
    assert rows == [["Condition of step 1 “Has it”", "has_pain", "has_pain and ("]]


def test_the_only_version_has_nothing_to_be_compared_with(at_work, manager, document):
    draft = services.draft_from_document(document=document(), by=manager)

    html = at_work.get(at_work.page(draft, "compare")).content.decode()

    assert "There is no other version yet to compare with." in html


def test_a_schema_leads_to_the_comparison_of_its_newest_version(at_work, ours, draft):
    schema = ours.published.schema

    assert at_work.page(schema, "compare") in at_work.get(at_work.page(schema)).content.decode()
    assert at_work.get(at_work.page(schema, "compare")).headers["Location"] == at_work.page(draft, "compare")
    assert at_work.page(draft, "compare") in at_work.get(at_work.page(draft)).content.decode()
    assert at_work.page(ours.published, "compare") in at_work.get(at_work.page(ours.published)).content.decode()


def test_a_schema_without_a_version_says_so(at_work, ours):
    schema = ours.published.schema
    empty = type(schema).objects.create(business=ours.business, key="empty", name="Empty", position=9)

    response = at_work.get(at_work.page(empty, "compare"))

    assert response.headers["Location"] == at_work.page(empty)
    assert told(response) == ["Empty has no version yet, so there is nothing to compare."]


def test_labels_cannot_write_into_the_page(at_work, draft):
    draft.criteria.filter(key="fit").update(label="<script>alert(1)</script>")

    html = at_work.get(at_work.page(draft, "compare")).content.decode()

    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_comparing_changes_nothing(at_work, draft):
    before = list(QualificationVersion.objects.order_by("pk").values())

    assert at_work.post(at_work.page(draft, "compare")).status_code == 403
    assert list(QualificationVersion.objects.order_by("pk").values()) == before
