"""The page behind a prospect's link: its questions, or its summary."""

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import ensure_csrf_cookie

from assessments.models import LinkKind, ProspectLink
from assessments.pages.private import private, said
from assessments.pages.summary import summary_page
from assessments.services.evaluating import plan_of
from assessments.services.links import LinkNotValid, find_link, mark_opened
from leads import tenancy


@private
@ensure_csrf_cookie
def prospect(request: HttpRequest, token: str) -> HttpResponse:
    """Return the page that a token opens; every other token is answered alike."""
    now = timezone.now()
    try:
        link = find_link(token, None, now)
    except LinkNotValid as refusal:
        return said(request, "This link does not open", refusal.message, 404)
    with tenancy.within(tenancy.prospect(link.business, link.pk)):
        return _summary(request, link, now) if link.kind == LinkKind.SUMMARY else _questions(request, link, token)


def _questions(request: HttpRequest, link: ProspectLink, token: str) -> HttpResponse:
    """Return the page whose script asks the questions, over GraphQL as any frontend would."""
    context = {
        "link": link,
        "token": token,
        "language": plan_of(link.diagnosis.version).document.language,
        "endpoint": reverse("graphql"),
        "csrf_cookie": settings.CSRF_COOKIE_NAME,
    }
    return render(request, "assessments/prospect/self_assessment.html", context)


def _summary(request: HttpRequest, link: ProspectLink, now: datetime) -> HttpResponse:
    if request.method == "GET":  # a program that only looks whether the page is there is no reader
        mark_opened(link, now)
    return summary_page(request, link.diagnosis, now)
