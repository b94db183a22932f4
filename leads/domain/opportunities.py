"""How an opportunity stands, which follows from where its leads are."""

from collections.abc import Collection
from enum import StrEnum

from leads.domain.stages import Stage


class OpportunityStatus(StrEnum):
    OPEN = "open"
    WON = "won"
    LOST = "lost"
    RETURNED = "returned"

    @property
    def label(self) -> str:
        return self.value.capitalize()


def status_of(stages: Collection[Stage]) -> OpportunityStatus:
    """Return how an opportunity stands whose leads are in these stages.

    It is open while one of them is in OPPORTUNITY; then won if one became a customer, else lost if one was lost.
    Where all went back, or none is left, it is returned.
    """
    if Stage.OPPORTUNITY in stages:
        return OpportunityStatus.OPEN
    if Stage.CUSTOMER in stages:
        return OpportunityStatus.WON
    return OpportunityStatus.LOST if Stage.LOST in stages else OpportunityStatus.RETURNED
