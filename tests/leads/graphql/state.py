"""What the database holds."""

from typing import Any

from django.apps import apps

from leads.models import TenantModel


def dump() -> dict[str, list[Any]]:
    """Return all rows of all businesses, by the name of their model."""
    tenants = [model for model in apps.get_models() if issubclass(model, TenantModel)]
    return {model.__name__: list(model._default_manager.order_by("pk").values()) for model in tenants}
