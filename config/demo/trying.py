"""The manager's part of the story: what would change if a stricter draft were published?"""

from collections.abc import Callable

from config.demo.frontend import Frontend, Refused

DRAFT = "{ qualificationSchemas { name versions { id number status } } }"
PREVIEW = """
query Preview($version: ID!) {
  qualificationPreview(version: $version) {
    total rises falls opens stays
    reasons { movement reason leads }
  }
  qualificationPreviewLeads(version: $version, filter: {movement: OPENS}, first: 3) {
    leads { organization before after score reasons }
  }
}
"""


def preview(manager: Frontend, say: Callable[[str], None]) -> None:
    """Ask what a draft would change. It stays a draft, and nothing is written."""
    say("\n9. The manager has a stricter draft, where an SQL needs ten points more. What would it change?")
    schemas = manager.ask(DRAFT)["qualificationSchemas"]
    drafts = [
        (schema["name"], version)
        for schema in schemas
        for version in schema["versions"]
        if version["status"] == "DRAFT"
    ]
    if not drafts:
        raise Refused("There should be a draft, and is none.")
    name, draft = drafts[0]
    data = manager.ask(PREVIEW, version=draft["id"])
    found = data["qualificationPreview"]
    say(
        f"   {name}, version {draft['number']}: of {found['total']} open leads {found['rises']} would rise, "
        f"{found['falls']} fall, {found['opens']} become unknown and {found['stays']} stay."
    )
    for reason in found["reasons"][:3]:
        say(f"     {reason['leads']:>3} × {reason['reason']}")
    for lead in data["qualificationPreviewLeads"]["leads"]:
        move = f"{lead['before']} → {lead['after']}"
        say(f"   {lead['organization']:<24} {move} with {lead['score']} points; what is missing can be asked.")
    say("   Nothing was written. Publishing it in the admin judges all open leads anew, in the background.")
