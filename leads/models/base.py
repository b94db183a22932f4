"""What every row of a business has in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models

if TYPE_CHECKING:
    from leads.tenancy import Viewer


class TenantQuerySet(models.QuerySet):
    def visible_to(self, viewer: Viewer | None) -> Self:
        """Return the rows of the viewer's business; none for nobody, and none for who comes from outside."""
        if viewer is None or viewer.is_outside:
            return self.none()
        return self.filter(business_id=viewer.business.pk)


class TenantModel(models.Model):
    """A row that belongs to exactly one business.

    The database refuses a foreign key from here to a row of another business (`leads.guards`).
    The index on the business is left to the composite ones, which all begin with it.
    """

    business = models.ForeignKey("leads.Business", models.PROTECT, related_name="+", db_index=False, editable=False)

    objects = TenantQuerySet.as_manager()

    FROZEN_ONCE: ClassVar[str] = ""
    """The column that, once it has a value, lets the row change no more; the database sees to it."""

    MAY_CHANGE_ONCE_FROZEN: ClassVar[tuple[str, ...]] = ()

    FROZEN_WITH: ClassVar[str] = ""
    """The foreign key to the row with which this one freezes: none is added, changed or deleted after that."""

    class Meta:
        abstract = True


def same_business(name: str) -> models.UniqueConstraint:
    """Return the key that other rows refer to when the database checks that both share a business."""
    return models.UniqueConstraint(fields=["business", "id"], name=f"{name}_of_business")
