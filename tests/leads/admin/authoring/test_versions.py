"""Writing, publishing, copying and retiring what judges leads."""

import pytest

from leads import services
from leads.models import Band, Criterion, Lead, QualificationSchema, QualificationVersion, Status
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
    assert told(response) == ["ours schema 2 is published and judges from now on."]
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
    for text in (
        "employees &gt;= 200",
        "ours Employees is at least 200 people",
        "ours Fit",
        "Must be met for SQL",
        "A score of at least 20",
        "-10",
    ):
        assert text in html
    assert ours.published.checksum in html


def test_a_published_version_tells_how_many_leads_it_judges(at_work, ours):
    html = at_work.get(at_work.page(ours.published)).content.decode()
    listed = f"{at_work.page(Lead, 'changelist')}?version={ours.published.pk}"
    assert f'<a href="{listed}">1 lead</a>' in html
    assert "3 moves" in html
    assert list(at_work.get(listed).context["cl"].result_list) == [ours.lead]
    other = f"{at_work.page(Lead, 'changelist')}?version={ours.draft.pk}"
    assert list(at_work.get(other).context["cl"].result_list) == []


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
    added = at_work.post(at_work.page(QualificationSchema, "add"), name="Enterprise", place="0")
    schema = QualificationSchema.objects.get(business=business)
    assert (schema.key, added.headers["Location"]) == ("enterprise", at_work.page(schema))
    response = at_work.act(schema, "begin")
    draft = schema.versions.get()
    assert (draft.number, draft.status, draft.business) == (1, Status.DRAFT, business)
    assert response.headers["Location"] == at_work.page(draft)


def test_a_schema_key_that_is_there_already_is_refused_in_the_form(at_work, ours):
    response = at_work.post(at_work.page(QualificationSchema, "add"), name="Again", key="ours_schema", place="0")
    assert response.status_code == 200
    assert "There is such a" in response.content.decode()
    assert QualificationSchema.objects.filter(business=ours.business).count() == 1


def test_a_draft_is_discarded_and_its_schema_stays(at_work, ours):
    response = at_work.act(ours.draft, "discard")
    assert told(response) == ["ours schema 2 is discarded."]
    assert response.headers["Location"] == at_work.page(ours.draft.schema)
    assert list(QualificationVersion.objects.filter(business=ours.business)) == [ours.published]
    assert not Criterion.objects.filter(business=ours.business).exists()


def test_a_published_version_is_not_discarded(at_work, ours):
    response = at_work.act(ours.published, "discard")
    assert told(response) == ["ours schema 1 is published already."]
    assert QualificationVersion.objects.filter(pk=ours.published.pk).exists()


def test_a_draft_that_is_saved_stays_open(at_work, draft):
    response = at_work.post(at_work.page(draft), typed_in(at_work.get(at_work.page(draft))))
    assert (response.status_code, response.headers["Location"]) == (302, at_work.page(draft))


# --- Places and keys -----------------------------------------------------------------------------


def test_criteria_and_steps_stand_in_the_order_that_was_sent(at_work, draft):
    data = typed_in(at_work.get(at_work.page(draft)))
    data |= {"criteria-0-position": "2", "criteria-1-position": "0", "criteria-2-position": "1"}
    data |= {"criteria-1-bands-0-position": "1", "criteria-1-bands-1-position": "0"}
    assert at_work.post(at_work.page(draft), data).status_code == 302
    assert list(draft.criteria.values_list("key", flat=True)) == ["fit", "timeframe", "pain"]
    assert [band.label for band in draft.criteria.get(key="fit").bands.all()] == ["Middle", "Large"]


def new_criterion(number: int, label: str, **given: str) -> dict[str, str]:
    at = f"criteria-{number}"
    data = {f"{at}-label": label, f"{at}-axis": "fit", f"{at}-question": "How much?", f"{at}-otherwise_points": "0"}
    data |= {f"{at}-bands-TOTAL_FORMS": "0", f"{at}-bands-INITIAL_FORMS": "0"}
    return data | {f"{at}-{name}": value for name, value in given.items()}


def test_new_criteria_come_last_and_get_keys_of_their_labels(at_work, draft):
    data = typed_in(at_work.get(at_work.page(draft)))
    data |= new_criterion(3, "Company size") | new_criterion(4, "Fit") | new_criterion(5, "Company  size!", key="")
    # One that was put somewhere and left empty is none.
    data |= new_criterion(6, "", axis="", question="", position="3") | {"criteria-TOTAL_FORMS": "7"}
    assert at_work.post(at_work.page(draft), data).status_code == 302
    keys = ["pain", "fit", "timeframe", "company_size", "fit_2", "company_size_2"]
    assert list(draft.criteria.values_list("key", flat=True)) == keys


def test_the_key_of_a_criterion_can_be_chosen_while_it_is_a_draft(at_work, draft):
    data = typed_in(at_work.get(at_work.page(draft)))
    data["criteria-0-key"] = "chosen"
    assert at_work.post(at_work.page(draft), data).status_code == 302
    assert list(draft.criteria.values_list("key", flat=True)) == ["chosen", "fit", "timeframe"]


def test_the_line_of_a_criterion_says_its_points_and_what_it_is_needed_for(at_work, draft):
    html = at_work.get(at_work.page(draft)).content.decode()
    for said in ("-10 … 20 points", "0 … 30 points", "needed for SQL"):
        assert said in html


# --- Several schemas -----------------------------------------------------------------------------


@pytest.fixture
def for_banks(ours, manager, document, now) -> QualificationSchema:
    """A second published schema of ours, for banks only; it is asked first."""
    only = document(key="banks", name="Banks", applies_when='industry == "bank"')
    draft = services.draft_from_document(document=only, by=manager)
    services.publish(version_id=draft.pk, by=manager, now=now)
    return draft.schema


def test_the_list_tells_in_english_which_leads_a_schema_judges(at_work, for_banks):
    html = at_work.get(at_work.page(QualificationSchema, "changelist")).content.decode()
    assert "ours Industry is Bank" in html
    assert "Every lead that is left" in html


def order(business) -> list[str]:
    return list(QualificationSchema.objects.filter(business=business).values_list("key", flat=True))


def put(at_work, schema, place: str):
    data = {"name": schema.name, "place": place, "versions-TOTAL_FORMS": "0", "versions-INITIAL_FORMS": "0"}
    return at_work.post(at_work.page(schema), data)


def test_a_schema_that_judges_all_cannot_be_put_before_another(at_work, for_banks, ours):
    response = put(at_work, ours.published.schema, "0")
    assert response.status_code == 200
    message = "“ours schema” judges every lead, so “Banks” after it would never judge one."
    assert message in response.context["adminform"].form.errors["place"][0]
    assert order(ours.business) == ["banks", "ours_schema"]


def test_schemas_that_are_not_published_can_stand_anywhere(at_work, for_banks, ours):
    at_work.post(at_work.page(QualificationSchema, "add"), name="Trial", place="1")
    assert order(ours.business) == ["banks", "trial", "ours_schema"]
    assert put(at_work, QualificationSchema.objects.get(key="trial"), "0").status_code == 302
    assert order(ours.business) == ["trial", "banks", "ours_schema"]
    assert [row.position for row in QualificationSchema.objects.filter(business=ours.business)] == [0, 1, 2]


def test_a_new_schema_is_offered_the_place_before_the_one_that_judges_all(at_work, for_banks):
    response = at_work.get(at_work.page(QualificationSchema, "add"))
    assert response.context["adminform"].form.initial["place"] == 1


def test_the_schema_that_judges_all_others_is_not_retired_while_some_remain(at_work, for_banks, ours):
    response = at_work.act(ours.published, "retire")
    assert told(response) == [
        "“ours schema” judges the leads that no other schema does, and “Banks” judges only some. "
        "Retire “Banks” first, or publish one without a condition."
    ]
    ours.published.refresh_from_db()
    assert ours.published.status == Status.PUBLISHED
    at_work.act(for_banks.versions.get(), "retire")
    at_work.act(ours.published, "retire")
    assert not QualificationVersion.objects.filter(business=ours.business, status=Status.PUBLISHED).exists()
