"""Beginning with a pack in the admin, and downloading a version as one."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from leads import services
from leads.admin.authoring.packs import PACK_AT_MOST
from leads.models import Attribute, Band, QualificationSchema, QualificationVersion, Role, Status
from leads.services.packs import export_pack, find_pack, list_packs
from tests.leads.admin.browser import told
from tests.leads.conftest import everything

START = "/admin/leads/qualificationschema/packs/"


def upload(content, name="ours.json"):
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    return {"file": SimpleUploadedFile(name, data, content_type="application/json")}


def bant(**changes):
    return json.loads(find_pack("bant").text) | changes


def test_the_list_of_schemas_leads_to_the_packs(at_work):
    assert START in at_work.get(at_work.page(QualificationSchema, "changelist")).content.decode()
    assert reverse("admin:leads_qualificationschema_start_from_pack") == START


def test_every_pack_is_offered_with_what_it_is_for(at_work):
    html = at_work.get(START).content.decode()

    for pack in list_packs(["qualification_schema"]):
        assert f'href="?pack={pack.name}"' in html
        assert pack.about.split(".")[0].replace("'", "&#x27;") in html


@pytest.mark.parametrize("pack", list_packs(["qualification_schema"]), ids=lambda pack: pack.name)
def test_every_pack_can_be_read_before_a_draft_is_made_of_it(pack, at_work):
    html = at_work.get(START, pack=pack.name).content.decode()

    content = json.loads(pack.text)
    words = [criterion["label"] for criterion in content["criteria"]]
    words += [case["name"] for case in content["test_cases"]]
    for word in words:
        assert word.replace("'", "&#x27;") in html
    assert not QualificationVersion.objects.exists()


def test_a_pack_becomes_a_draft_that_can_be_published(at_work, business, manager, now):
    response = at_work.post(START, {"pack": "champ"})

    draft = QualificationVersion.objects.get()
    assert (draft.business, draft.status, draft.schema.key) == (business, Status.DRAFT, "champ")
    assert (response.status_code, response.headers["Location"]) == (302, at_work.page(draft))
    assert told(response) == ["CHAMP 1 is a draft. Make it your own, then publish it."]
    assert services.publish(version_id=draft.pk, by=manager, now=now).status == Status.PUBLISHED


def test_a_file_becomes_a_draft(at_work, business, manager):
    response = at_work.post(START, upload(bant(key="ours", name="Ours")))

    draft = QualificationVersion.objects.get()
    assert (draft.schema.key, draft.schema.name) == ("ours", "Ours")
    assert response.headers["Location"] == at_work.page(draft)


def test_what_is_wrong_with_a_file_is_told_with_its_place_in_words_and_nothing_is_written(at_work, business):
    Attribute.objects.create(business=business, key="tried_so_far", label="Tried", type="text")
    content = bant()
    content["criteria"][2]["bands"][1]["when"] = "has_problm"
    content["test_cases"][1]["values"]["problem_cost_per_year"] = "<b>a lot</b>"
    before = everything()

    response = at_work.post(START, upload(content))

    assert response.status_code == 200
    assert response.context["wrong"] == [
        "Criterion “Need: a problem that is still there”, step 2 “What was tried did not last”, condition: "
        "There is no `has_problm`; did you mean `has_problem`?",
        "Test case “Somebody else's money pays for it, the rest holds”, problem cost per year: "
        "is no value of `problem_cost_per_year`",
        "Attribute “What was tried so far”, type: `tried_so_far` is a choice there and a text here.",
    ]
    assert "<b>a lot" not in response.content.decode()
    assert everything() == before


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "Choose a file first."),
        ({"pack": "bnt"}, 'There is no pack "bnt". Did you mean "bant"?'),
        (upload(b"\xff\xfe"), "This file is no text in UTF-8, so it is no pack."),
        (upload(b" " * (PACK_AT_MOST + 1)), "This file is larger than 256 KB, so it is no pack."),
        (upload(b"{"), "This is no JSON: "),
        (upload(b"[" * 200_000), "This is no JSON: "),
        (upload([]), "must be an object"),
        (upload(bant(kind="playlist")), "Kind: must be one of qualification_schema"),
        (upload({"kind": "qualification_schema", "\ud800": 1}), "has a character that cannot be stored"),
        (upload(bant(format=9)), "Format: must be 1"),
    ],
)
def test_what_is_no_pack_is_refused_with_the_reason(data, said, at_work):
    before = everything()

    response = at_work.post(START, data)

    [line] = response.context["wrong"]
    assert line.startswith(said)
    assert everything() == before


def test_a_schema_that_has_a_draft_already_is_told(at_work):
    at_work.post(START, {"pack": "bant"})

    response = at_work.post(START, {"pack": "bant"})

    assert response.context["wrong"] == ["BANT has a draft already; publish or change that one."]
    assert QualificationVersion.objects.count() == 1


@pytest.mark.parametrize("role", [role for role in Role if role != Role.MANAGER])
def test_nobody_but_managers_is_let_in(role, desk, join, business):
    somebody = desk(join(business, role, "somebody@example.com"))

    for response in (somebody.get(START), somebody.post(START, {"pack": "bant"})):
        assert response.status_code == 302
        assert response.headers["Location"].startswith("/admin/login/")
    assert not QualificationVersion.objects.exists()


def test_a_version_is_downloaded_as_a_pack(at_work, ours, manager):
    for version, number in ((ours.published, 1), (ours.draft, 2)):
        response = at_work.get(at_work.page(version, "download"))

        assert response.status_code == 200
        assert response.content.decode() == export_pack(version_id=version.pk, by=manager)
        assert response.headers["Content-Type"] == "application/json; charset=utf-8"
        assert response.headers["Content-Disposition"] == f'attachment; filename="ours_schema-{number}.json"'
        assert at_work.page(version, "download") in at_work.get(at_work.page(version)).content.decode()


def test_a_draft_that_makes_no_sense_is_not_downloaded(at_work, ours):
    Band.objects.filter(criterion__version=ours.draft).update(when="no such thing")

    response = at_work.get(at_work.page(ours.draft, "download"))

    assert (response.status_code, response.headers["Location"]) == (302, at_work.page(ours.draft))
    assert told(response) == ["This draft cannot be downloaded before it makes sense. See what is still wrong."]


def test_a_pack_of_one_business_is_taken_in_by_another(at_work, desk, ours, stranger):
    text = at_work.get(at_work.page(ours.published, "download")).content
    elsewhere = desk(stranger)

    elsewhere.post(START, upload(text))

    draft = QualificationVersion.objects.get(business=stranger.business)
    assert elsewhere.get(elsewhere.page(draft, "download")).content == text
