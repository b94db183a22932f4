"""Every page of the admin in a real browser; which pages there are follows from what is registered."""

from collections import defaultdict
from urllib.parse import urlsplit

from tests.leads.admin.browser import FOREIGN, PASSWORD


def test_every_admin_page_works_in_a_browser_and_shows_nothing_of_another_business(chromium, served):
    context = chromium.new_context(base_url=served.origin)
    page = context.new_page()
    wrong: dict[str, list[str]] = defaultdict(list)
    at = "/admin/login/"

    def asked(request) -> None:
        target = urlsplit(request.url)
        if target.scheme not in {"data", "blob"} and f"{target.scheme}://{target.netloc}" != served.origin:
            wrong[at].append(f"asked {target.netloc}")

    context.on("request", asked)
    page.on("response", lambda found: wrong[at].append(f"{found.status}: {found.url}") if found.status >= 400 else None)
    page.on("console", lambda said: wrong[at].append(f"said {said.text}") if said.type == "error" else None)
    page.on("pageerror", lambda error: wrong[at].append(f"failed with {error}"))

    page.goto(at)
    page.fill("input[name=username]", served.email)
    page.fill("input[name=password]", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url("**/admin/")
    for at in served.pages:
        page.goto(at)
        if urlsplit(page.url).path != at:
            wrong[at].append(f"led to {page.url}")
        if FOREIGN in page.content().lower():
            wrong[at].append("shows another business")
    context.close()

    assert dict(wrong) == {}
    assert len(served.pages) > 60
