"""A manager at the admin, with a draft of a template."""

from collections.abc import Callable

import pytest

from assessments import services
from assessments.models import TemplateVersion
from leads.tenancy import Viewer
from tests.leads.admin.browser import Desk, sign_in


@pytest.fixture
def desk_of() -> Callable[[Viewer], Desk]:
    """Let a manager sit down at the admin."""

    def sat_down(viewer: Viewer) -> Desk:
        viewer.membership.user.is_staff = True
        viewer.membership.user.save()
        return Desk(sign_in(viewer.membership.user), viewer)

    return sat_down


@pytest.fixture
def at_work(desk_of, manager) -> Desk:
    return desk_of(manager)


@pytest.fixture
def draft(manager: Viewer, template) -> TemplateVersion:
    """A draft without a test case, which keeps it from being published."""
    return services.template_from_document(document=template(test_cases=()), by=manager)


@pytest.fixture
def ready(manager: Viewer, template) -> TemplateVersion:
    """A draft that can be published."""
    return services.template_from_document(document=template(), by=manager)


@pytest.fixture
def published(manager, publish_template) -> TemplateVersion:
    return publish_template(manager.business)
