"""Who asks, for which business, and when: what every operation of the API is done with."""

from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from assessments.models import LinkKind
from assessments.services.links import find_link
from leads.domain.errors import DomainError
from leads.models import Attribute, Door, Membership
from leads.selectors import attributes_of
from leads.services.inquiry_forms import find_form
from leads.tenancy import Viewer, inquiry_form, prospect

HEADER = "X-Business"
PROSPECT_HEADER = "X-Prospect"
FORM_HEADER = "X-Form"
PASSES_AT_MOST = 2


class NotSignedIn(DomainError):
    code = "not_signed_in"


class BusinessNotChosen(DomainError):
    code = "business_not_chosen"


class UnknownBusiness(DomainError):
    code = "unknown_business"


class NoMembership(DomainError):
    code = "no_membership"


class NotForProspects(DomainError):
    code = "not_for_prospects"

    def __init__(self) -> None:
        super().__init__("This is not for prospects: a link opens its self-assessment and nothing else.")


class NotForForms(DomainError):
    code = "not_for_forms"

    def __init__(self) -> None:
        super().__init__("This is not for forms: a form's token hands in inquiries and opens nothing else.")


class OneTokenOnly(DomainError):
    code = "one_token_only"


class TooManyPasses(DomainError):
    code = "too_many_passes"


def _not_watching(*topics: str) -> None:
    pass


class ApiContext:
    """Handed to every resolver as `info.context`; `now` is one moment for the whole operation."""

    def __init__(self, request: HttpRequest, response: HttpResponse | None = None) -> None:
        self.request, self.response = request, response
        self.now: datetime = timezone.now()
        self.refused = False
        """Whether a mutation answered a refusal."""
        self.watch: Callable[..., None] = _not_watching
        """Called by a subscription with the topics whose changes are to be sent, before it reads anything."""
        self._passes = 0

    def __getitem__(self, key: str) -> Any:
        return getattr(self, key)

    @property
    def user(self) -> Any:
        return self.request.user

    @cached_property
    def memberships(self) -> list[Membership]:
        """The places where the signed-in person works, in the order in which they joined."""
        if not self.user.is_authenticated:
            return []
        found = Membership.objects.filter(user=self.user.pk, is_active=True).select_related("business")
        memberships = list(found.order_by("id"))
        for membership in memberships:
            membership.user = self.user
        return memberships

    @cached_property
    def viewer(self) -> Viewer:
        """On whose behalf this is done; raise a DomainError that says what is missing.

        Who sends a prospect's token is that prospect, also where a member is signed in; a token that opens
        nothing is refused with LinkNotValid and never falls back to the member. The same holds of a form's
        token (FormNotValid); both at once are refused before either is looked at.
        """
        headers = self.request.headers
        if FORM_HEADER in headers and PROSPECT_HEADER in headers:
            raise OneTokenOnly(f"Send either {FORM_HEADER} or {PROSPECT_HEADER}, not both.")
        if FORM_HEADER in headers:
            form = find_form(headers[FORM_HEADER], headers.get("Origin"))
            return inquiry_form(form.business, form.pk)
        if PROSPECT_HEADER in headers:
            link = find_link(headers[PROSPECT_HEADER], LinkKind.SELF_ASSESSMENT, self.now)
            return prospect(link.business, link.pk)
        if not self.user.is_authenticated:
            raise NotSignedIn("Sign in first.")
        if not self.memberships:
            raise NoMembership("You are not a member of any business. Ask a manager to add you.")
        slugs = ", ".join(membership.business.slug for membership in self.memberships)
        wanted = self.request.headers.get(HEADER)
        if not wanted and len(self.memberships) > 1:
            raise BusinessNotChosen(f"You work in several businesses: name one of {slugs} in the {HEADER} header.")
        for membership in self.memberships:
            if not wanted or membership.business.slug == wanted:
                return Viewer(membership.business, membership, Door.API)
        raise UnknownBusiness(f"You are no member of the business in {HEADER}. Yours: {slugs}.")

    @property
    def comes_with_token(self) -> bool:
        return PROSPECT_HEADER in self.request.headers or FORM_HEADER in self.request.headers

    @property
    def membership(self) -> Membership | None:
        """The membership that the request acts for, None if that is not clear."""
        try:
            return self.viewer.membership
        except DomainError:
            return None

    def begin_pass(self) -> None:
        """Count a pass over all leads; raise TooManyPasses for more than an operation may ask for."""
        self._passes += 1
        if self._passes > PASSES_AT_MOST:
            raise TooManyPasses(f"Ask for {PASSES_AT_MOST} previews at a time at most: each goes over all leads.")

    @cached_property
    def attributes(self) -> dict[str, Attribute]:
        """What the business chose to know, by key; read once an operation."""
        return attributes_of(self.viewer)
