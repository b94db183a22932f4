"""A manager who never saw JSON: from an empty draft of a template to a published one, in a real browser."""

from collections.abc import Iterator

import pytest

from tests.leads.admin.browser import PASSWORD

ADMIN = "/admin/assessments"
SECTIONS = {"problem": 0, "cause": 1, "cost": 2, "urgency": 3, "fit": 4}


@pytest.fixture
def page(chromium, served) -> Iterator:
    """A page that the newcomer is signed in on; nothing may go wrong in it."""
    context = chromium.new_context(base_url=served.origin, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto("/admin/login/")
    page.fill("input[name=username]", served.newcomer)
    page.fill("input[name=password]", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url("**/admin/")
    page.set_default_timeout(15_000)
    yield page
    context.close()
    assert wrong == []


def save(page) -> None:
    with page.expect_navigation():
        page.locator("button[name=_save]").last.click()


def press(page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def follow(page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("link", name=name, exact=True).first.click()


def go_to(page, part: str) -> None:
    page.click(f"[data-part-link=part-{part}]")


def begin_draft(page) -> None:
    page.goto(f"{ADMIN}/assessmenttemplate/add/")
    page.fill("#id_name", "Order handling")
    save(page)
    press(page, "Begin an empty draft")


def add_question(page, section: str, number: int, text: str, type_: str, **given: str) -> str:
    """Add a question to a section, and return what the ids of its fields begin with."""
    go_to(page, section)
    page.locator(f"#part-{section} .add-row").last.click()
    at = f"#id_sections-{SECTIONS[section]}-questions-{number}-"
    page.fill(f"{at}text", text)
    page.select_option(f"{at}type", type_)
    for name, written in given.items():
        page.fill(f"{at}{name}", written)
        page.keyboard.press("Escape")
    return at


def add_options(page, at: str, *options: tuple[str, str]) -> None:
    beside = page.locator(f"{at}options").locator("xpath=..")
    for index, (label, points) in enumerate(options):
        beside.get_by_role("button", name="Add an option").click()
        row = beside.locator(".sp-option-row").nth(index)
        row.get_by_label("Option").fill(label)
        row.get_by_label("Points").fill(points)
        row.get_by_label("Points").press("Tab")


def problems(page) -> list[str]:
    return page.locator(".sp-problems li a").all_inner_texts()


def answer(page, text: str) -> None:
    page.fill("input[name=answer]", text)
    press(page, "Answer")


def choose(page, code: str, button: str = "Answer") -> None:
    page.locator(f"input[name=answer][value={code}]").check(force=True)
    press(page, button)


def asked(page) -> str:
    return page.locator("#asked").inner_text()


def write_the_questions(page) -> None:
    at = add_question(page, "problem", 0, "How do orders come in?", "single_choice", key="channel")
    assert page.locator(f"{at}minimum").is_hidden()  # of no use for a choice
    add_options(page, at, ("By mail", "4"), ("By EDI", "0"))
    assert page.locator(f"{at}options").input_value() == "by_mail: By mail = 4\nby_edi: By EDI = 0"
    at = add_question(
        page, "problem", 1, "How many are typed twice?", "scale", key="twice", show_when='channel == "by_mail"'
    )
    assert page.locator(f"{at}options").is_hidden()
    page.locator(f"{at}scored").check(force=True)
    at = add_question(page, "cause", 0, "Who types them?", "scale", key="proven")
    page.locator(f"{at}scored").check(force=True)
    add_question(page, "cause", 1, "Which mailbox?", "text", show_when="twice > 5", while_hidden="none")
    add_question(page, "cost", 0, "How many hours a week?", "number", key="hours", unit="hours", minimum="0")
    add_question(page, "cost", 1, "What does an hour cost?", "money", key="hourly")
    add_question(page, "cost", 2, "Is that about right?", "yes_no", key="cost_confirmed")
    for section, text in (("urgency", "By when must it end?"), ("fit", "How far can we help?")):
        at = add_question(page, section, 0, text, "scale")
        page.locator(f"{at}scored").check(force=True)


def write_the_rest(page) -> None:
    go_to(page, "start")
    for name, written in (("offer_name", "Automation"), ("price_likely", "10000"), ("share_likely", "70")):
        page.fill(f"#id_{name}", written)
    page.fill("#id_required_return", "2")
    go_to(page, "formulas")
    page.locator("#formulas-group .add-row").last.click()
    page.fill("#id_formulas-0-label", "Typing")
    page.fill("#id_formulas-0-rule", "hour * hourly * 46")
    page.keyboard.press("Escape")
    page.locator("#id_formulas-0-cost_item").check(force=True)
    go_to(page, "verdict")
    page.fill("#id_act_from", "20000")


def test_a_manager_comes_from_an_empty_draft_to_a_published_template(page):
    begin_draft(page)
    assert len(problems(page)) > 5
    write_the_questions(page)
    write_the_rest(page)
    save(page)

    # Publishing is refused, with a link to each place.
    press(page, "Publish what is saved")
    page.get_by_text("is not published: 3 things must be mended first.").wait_for()
    assert problems(page) == [
        "Formula “Typing”, calculated as",
        "Question “How many are typed twice?”, while hidden",
        "Test cases",
    ]
    page.get_by_role("link", name="Formula “Typing”, calculated as").click()
    rule = page.locator("#id_formulas-0-rule")
    page.wait_for_function("document.activeElement.id === 'id_formulas-0-rule'")
    rule.fill("hours * hourly * 46")
    page.get_by_text("How many hours a week? × What does an hour cost? × 46").last.wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Question “How many are typed twice?”, while hidden").click()
    page.wait_for_function("document.activeElement.name.endsWith('-while_hidden')")
    page.keyboard.type("0")
    save(page)
    assert problems(page) == ["Test cases"]

    # Tried as a salesperson would; what follows depends on the answers.
    follow(page, "Try it")
    answer(page, "6")
    choose(page, "by_edi")
    assert asked(page) == "Who types them?"
    page.locator(".sp-way summary", has_text="Problem").click()
    follow(page, "How do orders come in?")
    choose(page, "by_mail", "Correct it")
    assert asked(page) == "How many are typed twice?"
    answer(page, "8")
    answer(page, "7")
    assert asked(page) == "Which mailbox?"
    press(page, "Does not know")
    page.get_by_text("They give a range").click()
    page.fill("input[name=low]", "20")
    page.fill("input[name=high]", "30")
    answer(page, "25")
    answer(page, "40")
    assert "EUR 46,000" in page.locator(".sp-facts").inner_text()
    choose(page, "yes")
    press(page, "Skip for now")
    answer(page, "9")
    assert "KEEP DIAGNOSING" in page.locator(".sp-facts").inner_text()
    page.get_by_text("Keep as a test case").click()
    page.fill("#case-name", "By mail")
    press(page, "Keep it")
    page.get_by_text("“By mail” is a test case now").wait_for()
    assert page.locator("#part-cases").is_visible()
    assert "PASSES" in page.locator("#test_cases-data .sp-fold").first.inner_text()

    press(page, "Publish what is saved")
    page.get_by_text("is published. Diagnoses that begin from now on ask what it asks.").wait_for()
    said = page.locator("#content").inner_text()
    assert "How do orders come in? is By mail" in said
    assert "hours: 20 – 25 – 30" in said


def test_the_pages_fit_on_a_phone(chromium, served):
    context = chromium.new_context(base_url=served.origin, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto("/admin/login/")
    page.fill("input[name=username]", served.email)
    page.fill("input[name=password]", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url("**/admin/")
    wide = []
    drafts = [address for address in served.pages if "/templateversion/" in address and "/change/" in address]
    for address in drafts:
        for page_address in (address, address.replace("/change/", "/run/"), address.replace("/change/", "/compare/")):
            page.goto(page_address)
            parts = page.locator("[data-part-link]")
            for index in range(parts.count()):
                parts.nth(index).click()
                rows = page.locator(".sp-part:not([hidden]) .original.sp-row > .form-row .sp-fold")
                if rows.count():
                    rows.first.click()
                wide.append((page_address, index, _overflow(page)))
            wide.append((page_address, None, _overflow(page)))
    context.close()
    assert len(drafts) == 2
    assert [found for found in wide if found[2] > 0] == []


def _overflow(page) -> int:
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
