"""How the admin looks, and the way around it in the field's words; an app adds its group here."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.text import format_lazy

GROUPS: tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...] = (
    (
        "Leads",
        (
            ("Leads", "leads_lead", "filter_alt"),
            ("Opportunities", "leads_opportunity", "handshake"),
            ("Flags", "leads_flag", "flag"),
            ("Organizations", "leads_organization", "apartment"),
            ("Contacts", "leads_contact", "person"),
            ("Stakeholders", "leads_stakeholder", "diversity_3"),
        ),
    ),
    (
        "Qualification",
        (
            ("Schemas", "leads_qualificationschema", "checklist"),
            ("Versions", "leads_qualificationversion", "history_edu"),
            ("Attributes", "leads_attribute", "tune"),
            ("Calibrations", "leads_calibration", "speed"),
            ("Judged anew", "leads_rejudging", "autorenew"),
        ),
    ),
    (
        "Diagnosis",
        (
            ("Diagnoses", "assessments_diagnosis", "stethoscope"),
            ("Templates", "assessments_assessmenttemplate", "quiz"),
            ("Template versions", "assessments_templateversion", "edit_document"),
        ),
    ),
    (
        "Playbook",
        (
            ("Next steps", "playbook_nextstep", "event_upcoming"),
            ("Hand-offs", "playbook_handoff", "swap_horizontal_circle"),
            ("Sales process", "playbook_salesprocess", "route"),
            ("Phases", "playbook_phase", "linear_scale"),
            ("Plays", "playbook_play", "play_circle"),
            ("Runs of plays", "playbook_playrun", "history"),
            ("What could not be done", "playbook_eventfailure", "error"),
            ("Rules of hand-offs", "playbook_handoffrule", "alt_route"),
            ("Stall risks", "playbook_stallrisksetting", "hourglass_disabled"),
            ("Loss reviews", "playbook_lossreview", "troubleshoot"),
        ),
    ),
    (
        "What happened",
        (
            ("Evidence", "leads_evidence", "fact_check"),
            ("Touches", "leads_engagement", "forum"),
            ("Judgements", "leads_qualification", "balance"),
            ("Receipts", "leads_transition", "receipt_long"),
            ("Changes of phase", "playbook_phasemove", "moving"),
            ("Overrides", "leads_leveloverride", "edit_note"),
            ("Events", "leads_event", "bolt"),
        ),
    ),
    (
        "Your business",
        (
            ("Business", "leads_business", "storefront"),
            ("Reasons", "leads_reason", "rule"),
            ("People", "leads_membership", "group"),
            ("Absences", "leads_absence", "event_busy"),
            ("Inquiry forms", "leads_inquiryform", "contact_mail"),
            ("Webhooks", "playbook_webhook", "webhook"),
            ("Deliveries", "playbook_delivery", "outbox"),
        ),
    ),
)
FOR_SUPERUSERS = (("Accounts", "leads_user", "shield_person"),)


def _item(title: str, name: str, icon: str, **more: Any) -> dict[str, Any]:
    return {"title": title, "icon": icon, "link": reverse_lazy(f"admin:{name}_changelist"), **more}


NAVIGATION: list[dict[str, Any]] = [
    {"items": [{"title": "Home", "icon": "home", "link": reverse_lazy("admin:index")}]},
    *({"title": title, "items": [_item(*entry) for entry in entries]} for title, entries in GROUPS),
]


def _lists_idle(request: HttpRequest) -> bool:
    """Tell whether the leads without a next step are shown."""
    return request.GET.get("next_step") == "none"


LEADS = next(group["items"][0] for group in NAVIGATION if group.get("title") == "Leads")
LEADS["active"] = lambda request: request.path.startswith(str(LEADS["link"])) and not _lists_idle(request)
PLAYBOOK = next(group["items"] for group in NAVIGATION if group.get("title") == "Playbook")
PLAYBOOK.insert(
    1,
    {
        "title": "SQLs without a next step",
        "icon": "event_busy",
        "link": format_lazy("{}?next_step=none", reverse_lazy("admin:leads_lead_changelist")),
        "active": _lists_idle,
    },
)
NAVIGATION[-1]["items"] += [
    {"title": "Working time", "icon": "schedule", "link": reverse_lazy("admin:working_time")},
    *(_item(*entry, permission="leads.admin.chosen.is_superuser") for entry in FOR_SUPERUSERS),
    {
        "title": "Another business",
        "icon": "swap_horiz",
        "link": reverse_lazy("admin:choose_business"),
        "permission": "leads.admin.chosen.has_choice",
    },
]

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Sales playbook",
    "SITE_HEADER": "Sales playbook",
    "SITE_SYMBOL": "conversion_path",
    "SITE_URL": None,
    "SHOW_VIEW_ON_SITE": False,
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("leads/icon.svg")}],
    "STYLES": [lambda request: static("leads/admin.css")],
    "LOGIN": {"form": "config.accounts.AdminSignIn"},
    "SIDEBAR": {"navigation": NAVIGATION},
    "COLORS": {
        "primary": {
            "50": "oklch(97.1% .014 195)",
            "100": "oklch(94.5% .035 195)",
            "200": "oklch(89.5% .062 195)",
            "300": "oklch(82.5% .09 196)",
            "400": "oklch(72.5% .11 197)",
            "500": "oklch(60.5% .105 198)",
            "600": "oklch(50.5% .09 200)",
            "700": "oklch(43.5% .077 202)",
            "800": "oklch(38% .064 204)",
            "900": "oklch(33% .052 206)",
            "950": "oklch(24% .04 208)",
        }
    },
}
