"""Finding the business that a command is about."""

from django.core.management.base import CommandError

from leads.domain.import_reading import suggestion
from leads.models import Business


def find_business(slug: str) -> Business:
    """Return the business; raise CommandError with the one that was probably meant."""
    found = Business.objects.filter(slug=slug).first()
    if found is None:
        slugs = list(Business.objects.values_list("slug", flat=True)[:1_000])
        raise CommandError(f'There is no business "{slug}".{suggestion(slug, slugs)}')
    return found
