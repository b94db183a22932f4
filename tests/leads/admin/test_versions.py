"""Writing, publishing, copying and retiring what judges leads."""

import pytest

from leads.models import Band, Criterion, QualificationSchema, QualificationVersion, Status
from tests.leads.admin.browser import told, typed_in


@pytest.fixture
def draft(ours) -> QualificationVersion:
    return ours.draft


def test_a_draft_can_be_changed_with_its_criteria_and_their_steps(at_work, draft):
    data = typed_in(at_work.get(at_work.page(draft)))
    data["mql_score"] = "25"
    data["criteria-1-bands-0-when"] = "employees >= 300"
    data["criteria-1-bands-TOTAL_FORMS"] = "3"
    data |= {"criteria-1-bands-2-when": "employees >= 5", "criteria-1-bands-2-points": "2"}
    data |= {"criteria-1-bands-2-position": "7", "criteria-1-bands-2-label": "Small"}
    response = at_work.post(at_work.page(draft), data)
    assert response.status_code == 302
    draft.refresh_from_db()
    assert draft.mql_score == 25
    fit = draft.criteria.get(key="fit")
    assert [(band.when, band.label) for band in fit.bands.all()] == [
        ("employees >= 300", "Large"),
        ("employees >= 50", "Middle"),
        ("employees >= 5", "Small"),
    ]
    assert {band.business_id for band in Band.objects.all()} == {draft.business_id}


def test_a_new_criterion_comes_with_its_steps(at_work, draft):
    data = typed_in(at_work.get(at_work.page(draft)))
    data |= {
        "criteria-TOTAL_FORMS": "4",
        "criteria-3-label": "Budget",
        "criteria-3-key": "budget",
        "criteria-3-axis": "budget",
        "criteria-3-position": "9",
        "criteria-3-question": "How much?",
        "criteria-3-otherwise_points": "0",
        "criteria-3-bands-TOTAL_FORMS": "1",
        "criteria-3-bands-INITIAL_FORMS": "0",
        "criteria-3-bands-0-when": "has_pain",
        "criteria-3-bands-0-points": "3",
        "criteria-3-bands-0-position": "0",
    }
    assert at_work.post(at_work.page(draft), data).status_code == 302
    budget = draft.criteria.get(key="budget")
    assert (budget.business_id, budget.bands.get().when) == (draft.business_id, "has_pain")


def test_a_key_that_is_there_already_is_refused_in_the_form(at_work, draft):
    data = typed_in(at_work.get(at_work.page(draft)))
    data["criteria-1-key"] = "pain"
    response = at_work.post(at_work.page(draft), data)
    assert response.status_code == 200
    assert sorted(draft.criteria.values_list("key", flat=True)) == ["fit", "pain", "timeframe"]


def test_criteria_of_another_business_cannot_be_taken_into_a_draft(at_work, draft, theirs):
    foreign = theirs.draft.criteria.first()
    data = typed_in(at_work.get(at_work.page(draft)))
    data["criteria-0-id"] = str(foreign.pk)
    response = at_work.post(at_work.page(draft), data)
    assert response.status_code == 200
    foreign.refresh_from_db()
    assert foreign.version_id == theirs.draft.pk


def test_the_draft_shows_what_still_keeps_it_from_being_published(at_work, draft):
    Band.objects.filter(criterion__version=draft, criterion__key="fit", position=1).update(when="employes >= 50")
    html = at_work.get(at_work.page(draft)).content.decode()
    assert "Criterion “ours Fit”, step 2, condition: " in html


def test_publishing_freezes_the_draft_and_retires_the_one_before(at_work, draft, ours, manager):
    response = at_work.act(draft, "publish")
    assert (response.status_code, response.headers["Location"]) == (302, at_work.page(draft))
    assert told(response) == ["ours schema 2 is published. It judges what changes from now on."]
    draft.refresh_from_db()
    ours.published.refresh_from_db()
    assert (draft.status, draft.published_by) == (Status.PUBLISHED, manager.membership)
    assert ours.published.status == Status.RETIRED
    assert not Criterion.objects.filter(version=draft).exists()


def test_publishing_with_problems_tells_them_all_and_changes_nothing(at_work, draft):
    Band.objects.filter(criterion__version=draft, criterion__key="pain").update(when="")
    draft.criteria.filter(key="timeframe").update(question=" ")
    Band.objects.filter(criterion__version=draft, criterion__key="fit", position=0).update(when="employees >=")
    before = list(Band.objects.order_by("pk").values()), list(QualificationVersion.objects.order_by("pk").values())
    response = at_work.act(draft, "publish")
    assert response.status_code == 302
    assert told(response) == [
        "Criterion “ours Pain”, step 1, condition: is missing",
        "Criterion “ours Fit”, step 1, condition: The rule ends too early, after `>=`.",
    ]
    after = list(Band.objects.order_by("pk").values()), list(QualificationVersion.objects.order_by("pk").values())
    assert after == before


def test_a_published_version_can_be_read(at_work, ours):
    html = at_work.get(at_work.page(ours.published)).content.decode()
    for text in ("employees &gt;= 200", "ours Fit", "Must be met for SQL", "A score of at least 20", "-10"):
        assert text in html
    assert ours.published.checksum in html


def test_a_published_version_tells_how_many_leads_it_judges(at_work, ours):
    assert "1 lead\n" in at_work.get(at_work.page(ours.published)).content.decode().replace("</dd>", "\n")


def test_a_published_version_cannot_be_changed(at_work, ours):
    before = QualificationVersion.objects.filter(pk=ours.published.pk).values().get()
    data = typed_in(at_work.get(at_work.page(ours.draft)))
    assert at_work.post(at_work.page(ours.published), data).status_code == 403
    assert at_work.act(ours.published, "publish").status_code == 302
    assert QualificationVersion.objects.filter(pk=ours.published.pk).values().get() == before


def test_a_published_version_can_be_copied_to_a_draft(at_work, ours):
    at_work.act(ours.draft, "publish")
    response = at_work.act(ours.published, "copy")
    new = QualificationVersion.objects.get(business=ours.business, status=Status.DRAFT)
    assert (new.number, response.headers["Location"]) == (3, at_work.page(new))
    assert list(new.criteria.values_list("key", flat=True)) == ["pain", "fit", "timeframe"]


def test_a_second_draft_is_refused(at_work, ours):
    response = at_work.act(ours.published, "copy")
    assert told(response) == ["ours schema has a draft already; publish or change that one."]
    assert QualificationVersion.objects.filter(business=ours.business).count() == 2


def test_a_published_version_can_be_retired(at_work, ours):
    response = at_work.act(ours.published, "retire")
    assert told(response) == ["ours schema 1 is retired and judges no more."]
    ours.published.refresh_from_db()
    assert ours.published.status == Status.RETIRED


def test_nothing_is_done_by_following_a_link(at_work, ours):
    for name in ("publish", "copy", "retire"):
        assert at_work.get(at_work.page(ours.published, name)).status_code == 302
    assert QualificationVersion.objects.filter(business=ours.business).count() == 2
    assert QualificationVersion.objects.get(pk=ours.published.pk).status == Status.PUBLISHED


def test_a_new_schema_gets_its_first_draft(at_work, business):
    at_work.post(at_work.page(QualificationSchema, "add"), name="Enterprise", key="enterprise", position="0")
    schema = QualificationSchema.objects.get(business=business)
    response = at_work.act(schema, "begin")
    draft = schema.versions.get()
    assert (draft.number, draft.status, draft.business) == (1, Status.DRAFT, business)
    assert response.headers["Location"] == at_work.page(draft)


def test_where_a_published_schema_stands_stays(at_work, ours):
    schema = ours.published.schema
    data = {"name": "Renamed", "key": "other", "position": "7"}
    data |= {"versions-TOTAL_FORMS": "0", "versions-INITIAL_FORMS": "0"}
    assert at_work.post(at_work.page(schema), data).status_code == 302
    schema.refresh_from_db()
    assert (schema.name, schema.key, schema.position) == ("Renamed", "ours_schema", 0)


def test_a_schema_key_that_is_there_already_is_refused_in_the_form(at_work, ours):
    response = at_work.post(at_work.page(QualificationSchema, "add"), name="Again", key="ours_schema", position="1")
    assert response.status_code == 200
    assert "There is such a" in response.content.decode()
    assert QualificationSchema.objects.filter(business=ours.business).count() == 1
