from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    name = "assessments"

    def ready(self) -> None:
        from assessments import permissions  # noqa: F401 (registers its rules)
        from assessments.services.advancing import advising_verdict
        from assessments.services.packs import register_templates
        from leads import ports

        ports.before_move.append(advising_verdict)
        register_templates()
