from django.apps import AppConfig
from django.db.models.signals import post_migrate, post_save, pre_migrate


class LeadsConfig(AppConfig):
    name = "leads"

    def ready(self) -> None:
        from leads.guards import install_after_migrate, remove_before_migrate
        from leads.models import Business
        from leads.ports import timeline_sources, when_business_begins
        from leads.services.reasons import begin_business, begin_reasons
        from leads.services.timeline import SOURCES
        from leads.services.working_time import begin_working_week

        pre_migrate.connect(remove_before_migrate, sender=self)
        post_migrate.connect(install_after_migrate, sender=self)
        when_business_begins += [begin_reasons, begin_working_week]
        timeline_sources += SOURCES
        post_save.connect(begin_business, sender=Business, dispatch_uid="begin_business")
