"""Pages for people who are signed in, outside of the admin."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from assessments.pages.summary import member_summary
from config.context import ApiContext
from leads.models import Door
from leads.tenancy import Viewer


def summary(request: HttpRequest, diagnosis: str) -> HttpResponseBase:
    """Return a diagnosis's summary. A browser names no business when it opens a page, so any of one's own will do."""
    context = ApiContext(request)
    if context.comes_with_token or not context.user.is_authenticated:
        return member_summary(request, diagnosis, viewers=None, now=context.now)
    viewers = [Viewer(membership.business, membership, Door.API) for membership in context.memberships]
    return member_summary(request, diagnosis, viewers=viewers, now=context.now)
