"""A template as a file: downloaded, read before it is taken, and made a draft of."""

from django.core.files.uploadedfile import SimpleUploadedFile

from assessments.domain.template_document import read as read_document
from assessments.models import AssessmentTemplate, TemplateVersion
from assessments.services.rows import document_of_rows
from tests.leads.admin.browser import read, told


def packs_page(at_work):
    return f"{at_work.page(AssessmentTemplate, 'changelist')}packs/"


def test_a_version_is_downloaded_and_another_business_begins_with_it(at_work, published, stranger, desk_of):
    file = at_work.get(at_work.page(published, "download"))
    assert file.headers["Content-Disposition"] == 'attachment; filename="orders-1.json"'
    theirs = desk_of(stranger)
    stranger.business.currency = "EUR"
    stranger.business.save()
    upload = SimpleUploadedFile("orders.json", file.content, content_type="application/json")
    response = theirs.post(packs_page(theirs), {"file": upload})
    draft = TemplateVersion.objects.get(business=stranger.business)
    assert told(response) == ["Orders 1 is a draft. Make it your own, then publish it."]
    assert response.headers["Location"] == theirs.page(draft)
    assert document_of_rows(draft).sections == read_document(published.document).sections


def test_a_draft_that_makes_no_sense_is_not_downloaded(at_work, draft):
    draft.stall_risks.update(rule="not sponsors")
    response = at_work.get(at_work.page(draft, "download"))
    assert told(response) == ["This draft cannot be downloaded before it makes sense. See what is still wrong."]
    assert response.headers["Location"] == at_work.page(draft)


def test_a_file_that_is_no_template_is_refused_with_every_reason(at_work):
    upload = SimpleUploadedFile("x.json", b'{"kind": "assessment_template", "format": 1}')
    response = at_work.post(packs_page(at_work), {"file": upload})
    assert response.status_code == 200
    assert "No draft was made:" in read(response)
    assert not TemplateVersion.objects.exists()


def test_the_packs_that_come_along_are_templates_only(at_work):
    response = at_work.get(packs_page(at_work))
    assert {pack.kind for pack in response.context["packs"]} == {"assessment_template"}
    for pack in response.context["packs"]:
        page = at_work.get(packs_page(at_work), pack=pack.name)
        assert page.context["title"] == pack.title
        assert [table.title for table in page.context["tables"]][-1] == "Test cases"
    assert "A pack is a whole template to begin with" in read(response)
