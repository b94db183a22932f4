"""How a manager writes the opening hours and holidays of the week."""

from collections.abc import Iterator

import pytest

from tests.browser.test_authoring import sign_in


@pytest.fixture(scope="module")
def page(chromium, served) -> Iterator:
    """The page of the working time; nothing may go wrong in it."""
    context = chromium.new_context(base_url=served.origin, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    sign_in(page, served.newcomer)
    page.goto("/admin/working-time/")
    yield page
    context.close()
    assert wrong == []


def write(page, row: int, day: str, opens: str, closes: str) -> None:
    page.select_option(f"[name=spans-{row}-weekday]", label=day)
    page.fill(f"[name=spans-{row}-opens]", opens)
    page.fill(f"[name=spans-{row}-closes]", closes)


def save(page) -> None:
    page.get_by_role("button", name="Save hours and holidays").click()
    page.wait_for_load_state()


def test_rows_are_added_and_what_overlaps_can_be_mended(page):
    add = page.locator("[data-add=spans]")
    write(page, 5, "Saturday", "10:00", "14:00")
    write(page, 6, "Saturday", "13:00", "16:00")
    add.click()
    assert page.locator("[name=spans-7-weekday]").evaluate("field => field === document.activeElement")
    write(page, 7, "Sunday", "20:00", "24:00")

    save(page)
    page.get_by_text("Saturday: 10:00–14:00 and 13:00–16:00 overlap. Write 10:00–16:00 instead").wait_for()
    page.fill("[name=spans-6-opens]", "14:00")
    save(page)

    page.get_by_text("Saved. Due times follow these hours from now on.").wait_for()
    kept = page.locator("[name^=spans-][name$=-opens]").evaluate_all("fields => fields.map(field => field.value)")
    assert kept == [*["09:00"] * 5, "10:00", "14:00", "20:00", "", ""]


def test_holidays_are_pasted_and_one_is_taken_out(page):
    page.fill("[name=lines]", "2026-12-25 Christmas Day\n2026-12-26 Boxing Day")
    page.get_by_role("button", name="Add these holidays").click()
    page.get_by_text("2 holidays were added.").wait_for()
    page.check("[name=holidays-0-every_year]")
    page.check("[name=holidays-1-DELETE]")

    save(page)

    page.get_by_text("Saved. Due times").wait_for()
    assert page.input_value("[name=holidays-0-name]") == "Christmas Day"
    assert page.is_checked("[name=holidays-0-every_year]")
    assert page.input_value("[name=holidays-1-name]") == ""


def test_a_narrow_screen_shows_the_rows_without_scrolling_sideways(page):
    page.set_viewport_size({"width": 360, "height": 740})

    assert page.evaluate("document.documentElement.scrollWidth") <= 360
