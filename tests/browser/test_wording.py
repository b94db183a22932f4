"""What a manager sees who writes a question that pitches."""

from collections.abc import Iterator

import pytest

from tests.browser.test_authoring import add_attribute, add_criterion, begin_draft, save, sign_in, unfold

PITCH = "What would cause you to change vendors?"
INSTEAD = "Ask instead: What goes wrong today that your vendors cannot prevent?"


@pytest.fixture(scope="module")
def page(chromium, served) -> Iterator:
    """The page of a draft with one criterion; nothing may go wrong in it."""
    context = chromium.new_context(base_url=served.origin, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    sign_in(page, served.newcomer)
    add_attribute(page, "Employees", "number", unit="people")
    begin_draft(page)
    yield page
    context.close()
    assert wrong == []


def test_a_pitch_is_told_while_one_types_and_can_be_kept_with_a_reason(page):
    add_criterion(page, 0, "Pain", "pain", "", [("Large", "employees >= 200", "20")])
    question = page.locator("#id_criteria-0-question")
    reason = page.locator("#id_criteria-0-wording_override")
    said = page.locator("#criteria-0 .sp-wording, .sp-wording").first
    assert not reason.is_visible()

    question.fill(PITCH)

    said.get_by_text(INSTEAD).wait_for()
    assert "sp-wrong" in said.get_attribute("class")
    assert question.get_attribute("aria-invalid") == "true"
    assert said.get_attribute("id") in question.get_attribute("aria-describedby")
    assert reason.is_visible()

    question.fill("What goes wrong today?")
    said.get_by_text(INSTEAD).wait_for(state="detached")
    assert said.inner_text() == ""
    assert not reason.is_visible()

    question.fill(PITCH)
    said.get_by_text(INSTEAD).wait_for()
    reason.fill("We ask it only where a contract ends.")
    said.get_by_text("It stays as it is, for the reason given below.").wait_for()
    assert "sp-wrong" not in said.get_attribute("class")


def test_a_saved_pitch_is_told_when_the_page_opens(page):
    page.fill("#id_criteria-0-wording_override", "")
    save(page)
    unfold(page, 0)

    page.locator(".sp-wording").first.get_by_text(INSTEAD).wait_for()

    assert page.locator("#id_criteria-0-wording_override").is_visible()
    assert INSTEAD in page.locator(".sp-problems").inner_text()
