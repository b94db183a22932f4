"""A prospect who answers its part from a link, changes its mind, and later reads what came of it."""

import json
import re
import subprocess
import sys

import pytest

from tests.browser.conftest import ROOT

PHONE = {"width": 390, "height": 800}


def run(served, what: str, folder) -> dict:
    file = folder / f"{what}.json"
    command = [sys.executable, "-m", "tests.browser.prospects", what, str(file)]
    subprocess.run(command, cwd=ROOT, env=served.environment, check=True, timeout=120)
    return json.loads(file.read_text())


@pytest.fixture
def watched(chromium, served):
    """Return a page of a phone, and what went wrong on it."""
    context = chromium.new_context(base_url=served.origin, viewport=PHONE)
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    yield page, wrong
    context.close()


def asked(page, text: str) -> None:
    page.get_by_role("group", name=text).wait_for()


def press(page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def told(page) -> str:
    return re.sub(r"\s+", " ", page.locator("main").inner_text())


def overflows(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


def test_a_prospect_answers_corrects_sends_and_reads_the_summary(watched, served, tmp_path, chromium):
    page, wrong = watched
    page.goto(run(served, "begin", tmp_path)["address"])

    asked(page, "severity?")
    assert "Question 1 of 5" in told(page)
    assert not overflows(page)
    press(page, "Save and go on")
    assert "Give a number" in told(page)
    page.get_by_role("radio", name="8", exact=True).check()
    press(page, "Save and go on")

    # An answer brings up another question, and its correction takes it away again.
    asked(page, "What sort of orders?")
    page.get_by_label("Mail").check()
    press(page, "Save and go on")
    asked(page, "What else should we know?")
    assert "Question 3 of 6" in told(page)
    press(page, "Back")
    asked(page, "What sort of orders?")
    assert page.get_by_label("Mail").is_checked()
    page.get_by_label("EDI").check()
    press(page, "Save and go on")
    asked(page, "What else should we know?")
    assert "Question 3 of 5" in told(page)
    press(page, "I do not know")

    # With the keyboard alone.
    asked(page, "Which systems do you use?")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")

    asked(page, "How many hours a week?")
    page.get_by_label("Usually").fill("200")
    press(page, "Save and go on")
    page.get_by_text("This question takes values from 0 to 168.").wait_for()
    page.get_by_label("Usually").fill("25")
    page.get_by_text("It varies").click()
    page.get_by_label("At least").fill("20")
    page.get_by_label("At most").fill("30.5")
    press(page, "Save and go on")

    page.get_by_role("heading", name="Your answers").wait_for()
    assert "5 of 5 answered" in told(page)
    assert "SAP, A CRM" in told(page)
    assert "20 – 25 – 30.5 hours" in told(page)
    page.reload()  # nothing is lost
    page.get_by_role("heading", name="Your answers").wait_for()
    page.get_by_role("button", name="Change: What else should we know?").click()
    asked(page, "What else should we know?")
    page.get_by_role("textbox").fill("We grow <fast>.")
    press(page, "Save and go on")
    page.get_by_role("heading", name="Your answers").wait_for()
    assert "We grow <fast>." in told(page)
    press(page, "Send my answers")

    page.get_by_role("heading", name="Thank you").wait_for()
    page.reload()
    page.get_by_role("heading", name="Thank you").wait_for()
    assert page.get_by_role("button").count() == 0
    assert not overflows(page)

    found = run(served, "complete", tmp_path)
    assert found["evidence"] == {"hours_lost": {"low": "20", "likely": "25", "high": "30.5"}}
    assert found["said_by"] == "Ann Prospect"
    page.goto(found["address"])
    assert "Summary for Prospect & Sons" in told(page)
    assert "Because They are typed by one person." in told(page)
    assert "25 hours × € 42.50 × 46 = € 48,875" in told(page)
    assert not overflows(page)
    assert wrong == []


def test_a_bad_network_loses_nothing_and_a_second_device_is_noticed(watched, served, tmp_path, chromium):
    page, _ = watched
    address = run(served, "again", tmp_path)["address"]
    page.goto(address)
    asked(page, "severity?")
    page.get_by_role("radio", name="3", exact=True).check()

    # The change arrives, but its answer does not: it is sent again and takes effect once.
    lost = []

    def lose_once(route):
        if lost:
            route.continue_()
            return
        lost.append(route.fetch())
        route.abort()

    page.route("**/graphql/", lose_once)
    press(page, "Save and go on")
    asked(page, "What sort of orders?")
    assert len(lost) == 1
    page.unroute("**/graphql/")

    other = page.context.new_page()
    other.goto(address)
    asked(other, "What sort of orders?")
    other.get_by_label("EDI").check()
    press(other, "Save and go on")
    asked(other, "What else should we know?")

    page.get_by_label("Mail").check()
    press(page, "Save and go on")
    page.get_by_text("These answers were changed meanwhile").wait_for()
    asked(page, "What else should we know?")

    run(served, "revoke", tmp_path)
    page.get_by_role("textbox").fill("Too late.")
    press(page, "Save and go on")
    page.get_by_role("heading", name="This link does not open").wait_for()
    assert "Ask the person who sent it for a new one." in told(page)
