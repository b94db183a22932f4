from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    name = "assessments"

    def ready(self) -> None:
        from assessments import permissions  # noqa: F401 (registers its rules)
        from assessments.services.advancing import advising_verdict
        from assessments.services.merging import step
        from assessments.services.packs import register_templates
        from assessments.services.timeline import SOURCES
        from leads import ports

        ports.before_move.append(advising_verdict)
        ports.when_merging.append(step)
        ports.timeline_sources += SOURCES
        register_templates()
