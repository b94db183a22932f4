"""Two businesses with something in every list of the admin, and somebody at a desk."""

from collections.abc import Callable

import pytest

from leads.models import User
from leads.tenancy import Viewer
from tests.leads.admin.browser import FOREIGN, PASSWORD, Desk, Filled, sign_in
from tests.leads.admin.filling import fill_lists


@pytest.fixture
def desk() -> Callable[[Viewer], Desk]:
    """Let a member sit down at the admin, as staff if their role is a manager's."""

    def sat_down(viewer: Viewer) -> Desk:
        membership = viewer.membership
        assert membership is not None
        membership.user.is_staff = membership.role == "manager"
        membership.user.save(update_fields=["is_staff"])
        return Desk(sign_in(membership.user), viewer)

    return sat_down


@pytest.fixture
def at_work(desk, manager) -> Desk:
    """The manager of the first business at work."""
    return desk(manager)


@pytest.fixture
def superuser(db) -> User:
    return User.objects.create_superuser("root@example.com", PASSWORD, name="Root")


@pytest.fixture
def fill(now) -> Callable[[Viewer, str], Filled]:
    """Put a row into every list for a business, with a word in all of its texts."""
    return lambda viewer, word: fill_lists(viewer, word, now)


@pytest.fixture
def ours(fill, manager) -> Filled:
    return fill(manager, "ours")


@pytest.fixture
def theirs(fill, join, other_business) -> Filled:
    """The other business at work, in which everything and everybody is called by one word."""
    other_business.name = f"{FOREIGN} Corporation"
    other_business.save()
    viewer = join(other_business, "manager", f"{FOREIGN}@{FOREIGN}.example")
    return fill(viewer, FOREIGN)
