"""Help with the wording of questions: what pitches is told while one writes, and keeps a draft from being published."""

import json
from html import unescape

import pytest

from assessments.models import TemplateVersion
from tests.leads.admin.browser import read, told, typed_in

PITCH = "What do you need?"
REASON = "Their own form asks so."
SAID = "It asks them to diagnose themselves and to order what they think helps. Ask instead: What goes wrong today?"
KEEP = " To keep it as it is, write why in “Keep this wording because” (`wording_override`)."


@pytest.fixture
def draft(ours):
    """A draft of which one question pitches."""
    ours.draft.criteria.filter(key="fit").update(question=PITCH)
    return ours.draft


def ask(desk, draft, text):
    return desk.post(desk.page(draft, "check"), text=text, kind="question").json()


def test_a_pitch_is_told_as_it_is_typed_with_what_to_ask_instead(at_work, ours):
    answer = ask(at_work, ours.draft, PITCH)
    assert (answer["ok"], answer["findings"]) == (False, [{"severity": "error", "said": SAID}])


def test_a_warning_leaves_a_question_well(at_work, ours):
    answer = ask(at_work, ours.draft, "Does it happen often?")
    assert answer["ok"] is True
    assert [finding["severity"] for finding in answer["findings"]] == ["warning"]


def test_nothing_is_said_of_a_good_question(at_work, ours):
    answer = ask(at_work, ours.draft, "What goes wrong today?")
    assert (answer["ok"], answer["findings"]) == (True, [])


def test_a_draft_in_another_language_is_not_looked_at(at_work, ours):
    ours.draft.language = "de"
    ours.draft.save()
    assert ask(at_work, ours.draft, PITCH)["findings"] == []


def test_questions_of_a_template_can_be_checked_too(at_work, ours):
    template = TemplateVersion.objects.get(business=ours.business, status="draft")
    assert ask(at_work, template, PITCH)["findings"] == [{"severity": "error", "said": SAID}]


def test_a_draft_of_somebody_else_is_not_answered_for(at_work, theirs):
    assert at_work.post(at_work.page(theirs.draft, "check"), text=PITCH, kind="question").status_code == 404


def test_the_page_of_a_draft_brings_what_is_said_of_its_questions(at_work, draft):
    html = at_work.get(at_work.page(draft)).content.decode()
    said = json.loads(unescape(html.split('data-said="')[1].split('"')[0]))
    assert said["question"][PITCH]["findings"] == [{"severity": "error", "said": SAID}]
    assert "leads/wording.js" in html


def test_the_page_of_a_draft_lists_the_pitch(at_work, draft):
    label = draft.criteria.get(key="fit").label
    assert f"Criterion “{label}”, question: {SAID}{KEEP}" in read(at_work.get(at_work.page(draft)))


def test_a_draft_that_pitches_is_not_published(at_work, draft):
    label = draft.criteria.get(key="fit").label
    response = at_work.act(draft, "publish")
    assert f"Criterion “{label}”, question: {SAID}{KEEP}" in told(response)
    draft.refresh_from_db()
    assert (draft.status, draft.document) == ("draft", "")


def test_a_reason_typed_in_keeps_the_wording_and_is_read_on_the_published_version(at_work, draft):
    data = typed_in(at_work.get(at_work.page(draft)))
    row = next(name for name, text in data.items() if name.endswith("-question") and text == PITCH)
    data[row.replace("-question", "-wording_override")] = REASON
    assert at_work.post(at_work.page(draft), data).status_code == 302
    page = read(at_work.get(at_work.page(draft)))
    assert SAID not in page.split("Publish what is saved")[0]

    assert at_work.act(draft, "publish").status_code == 302

    draft.refresh_from_db()
    assert draft.status == "published", draft.status
    assert f"Worded so because {REASON}" in read(at_work.get(at_work.page(draft)))
