"""Writing a draft of a template on its page, without a word of JSON."""

from decimal import Decimal

import pytest

from assessments import services
from assessments.models import Option, Question, TemplateVersion
from assessments.services.rows import document_of_rows
from leads.tenancy import Viewer
from tests.leads.admin.browser import Desk, sign_in, told, typed_in


@pytest.fixture
def at_work(manager) -> Desk:
    manager.membership.user.is_staff = True
    manager.membership.user.save()
    return Desk(sign_in(manager.membership.user), manager)


@pytest.fixture
def draft(manager: Viewer, template) -> TemplateVersion:
    return services.template_from_document(document=template(), by=manager)


def test_a_draft_that_is_saved_as_it_is_stays_as_it_is(at_work, draft):
    before = document_of_rows(draft)
    response = at_work.post(at_work.page(draft), typed_in(at_work.get(at_work.page(draft))))
    assert response.status_code == 302
    assert document_of_rows(TemplateVersion.objects.get(pk=draft.pk)) == before


def test_options_are_written_one_a_line(at_work, draft):
    data = typed_in(at_work.get(at_work.page(draft)))
    name = next(name for name, value in data.items() if name.endswith("-options") and value)
    data[name] = "mail: By mail = 2.5\nfax"
    assert at_work.post(at_work.page(draft), data).status_code == 302
    options = Option.objects.filter(question__key="kind")
    assert [(row.code, row.label, row.points, row.business_id) for row in options] == [
        ("mail", "By mail", Decimal("2.5"), draft.business_id),
        ("fax", "fax", Decimal(0), draft.business_id),
    ]


def test_publishing_a_draft_with_problems_says_all_of_them_in_words(at_work, draft):
    Question.objects.filter(key="which_mail").update(show_when="kin == 1")
    draft.stall_risks.update(rule="not sponsors")
    at_work_said = told(at_work.act(draft, "publish"))
    draft.refresh_from_db()
    assert draft.status == "draft"
    assert len(at_work_said) == 2
    assert at_work_said[0].startswith("Question “Which mailbox?”, show when: ")
    assert at_work_said[1].startswith("Stall risk “No sponsor”, condition: ")


def test_a_draft_is_published_copied_and_retired_by_its_buttons(at_work, draft):
    at_work.act(draft, "publish")
    draft.refresh_from_db()
    assert draft.status == "published"
    at_work.act(draft, "copy")
    assert TemplateVersion.objects.filter(template=draft.template, status="draft").count() == 1
    at_work.act(draft, "retire")
    draft.refresh_from_db()
    assert draft.status == "retired"
