"""For which business somebody opened the admin: one's only one, or the one chosen in the session."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from leads.models import Business, Door, Membership, Role
from leads.tenancy import Viewer

KEY = "business"


def businesses_of(user: Any) -> QuerySet[Business]:
    """Return the businesses that a person may open the admin for, read anew at every request."""
    if not (user.is_active and user.is_staff):
        return Business.objects.none()
    if user.is_superuser:
        return Business.objects.all()
    return Business.objects.filter(
        memberships__user=user.pk, memberships__role=Role.MANAGER, memberships__is_active=True
    )


def may_enter(request: HttpRequest) -> bool:
    """Whether somebody may open the admin at all; asked of the database once a request."""
    found: bool | None = getattr(request, "_may_enter", None)
    if found is None:
        user = request.user
        found = bool(user.is_active and user.is_staff) and (user.is_superuser or businesses_of(user).exists())
        request._may_enter = found  # type: ignore[attr-defined]
    return found


def find_viewer(request: HttpRequest) -> Viewer | None:
    """Return on whose behalf this request works; None where a business must be chosen first."""
    businesses = businesses_of(request.user)
    chosen = request.session.get(KEY)
    business = businesses.filter(pk=chosen).first() if chosen is not None else None
    if business is None:
        first_two = list(businesses[:2])
        if len(first_two) != 1:
            return None
        business = first_two[0]
    membership = Membership.objects.filter(
        business=business, user=request.user.pk, role=Role.MANAGER, is_active=True
    ).first()
    if membership is not None:
        membership.business, membership.user = business, request.user  # type: ignore[assignment]
    return Viewer(business, membership, Door.ADMIN)


def choose(request: HttpRequest, business: Business) -> None:
    request.session[KEY] = business.pk


def viewer_of(request: HttpRequest) -> Viewer | None:
    """Return the viewer that the site found for this request; None for nobody."""
    return getattr(request, "viewer", None)


def the_viewer(request: HttpRequest) -> Viewer:
    """Return the viewer where there must be one."""
    viewer = viewer_of(request)
    assert viewer is not None  # noqa: S101 (the site lets nobody else in)
    return viewer


def is_superuser(request: HttpRequest) -> bool:
    user: Any = request.user
    return bool(user.is_superuser)


def has_choice(request: HttpRequest) -> bool:
    """Whether there is another business to work for."""
    return len(businesses_of(request.user).values_list("pk")[:2]) > 1
