"""The reasons that every business begins with, as the tests choose them."""

from leads.models import Business, Reason


def cause(business: Business, key: str = "problem_too_small") -> int:
    """Return the id of a business's reason; by default of one to disqualify for."""
    return Reason.objects.get(business=business, key=key).pk
