from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class LeadsConfig(AppConfig):
    name = "leads"

    def ready(self) -> None:
        from leads.guards import install_after_migrate, remove_before_migrate

        pre_migrate.connect(remove_before_migrate, sender=self)
        post_migrate.connect(install_after_migrate, sender=self)
