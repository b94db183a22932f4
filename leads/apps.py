from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate, post_save, pre_migrate


class LeadsConfig(AppConfig):
    name = "leads"

    def ready(self) -> None:
        from leads.guards import install_after_migrate, remove_before_migrate
        from leads.models import Business
        from leads.ports import when_business_begins
        from leads.services.working_time import begin_working_week

        pre_migrate.connect(remove_before_migrate, sender=self)
        post_migrate.connect(install_after_migrate, sender=self)
        post_save.connect(_begin_business, sender=Business)
        when_business_begins.append(begin_working_week)


def _begin_business(sender: Any, *, instance: Any, created: bool, raw: bool = False, **kwargs: Any) -> None:
    """Give a new business what it begins with; not one that is loaded with all that it has."""
    from leads.ports import when_business_begins

    if created and not raw:
        for begin in when_business_begins:
            begin(instance)
