"""What the tests of services share: refusals that change nothing, and what was written."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps

from leads.domain.errors import DomainError
from leads.domain.schema_document import Axis, BandSpec, CriterionSpec, SchemaDocument
from leads.domain.values import AttributeSpec, ValueType
from leads.models import Event, Lead, Role, TenantModel
from leads.tenancy import Viewer


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Return all rows of all businesses."""
    models = [model for model in apps.get_models() if issubclass(model, TenantModel)]
    return {model.__name__: sorted(model._base_manager.values_list(), key=str) for model in models}


@pytest.fixture
def refused(db) -> Callable[..., AbstractContextManager[Any]]:
    """Expect a refusal with this code and field that leaves every row as it was."""

    @contextmanager
    def refusal(code: str, field: str | None = None) -> Iterator[pytest.ExceptionInfo[Any]]:
        before = everything()
        with pytest.raises(DomainError) as caught:
            yield caught
        assert (caught.value.code, caught.value.field) == (code, field)
        assert everything() == before

    return refusal


@pytest.fixture
def viewer(business, join) -> Viewer:
    """A member who may only look."""
    return join(business, Role.VIEWER)


@pytest.fixture
def events(db) -> Callable[[Lead], list[str]]:
    def kinds(lead: Lead) -> list[str]:
        return list(Event.objects.filter(lead=lead).values_list("kind", flat=True))

    return kinds


@pytest.fixture
def with_interest(document) -> Callable[..., SchemaDocument]:
    """The worked example with a criterion for webinars of the last days instead of the timeframe."""

    def built(days: int = 7, **changes: Any) -> SchemaDocument:
        webinars = AttributeSpec("webinars", "Webinars", ValueType.NUMBER, counts_kinds=("webinar",), counts_days=days)
        once = BandSpec("webinars >= 1", Decimal(30), True)
        interest = CriterionSpec("interest", Axis.ENGAGEMENT, "Interest", "What did you see?", (once,))
        pain, fit, _ = document().criteria
        return document(attributes=(*document().attributes, webinars), criteria=(pain, fit, interest), **changes)

    return built
