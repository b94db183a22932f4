"""On whose behalf something is done, and the transaction in which it is done."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction

from leads.models import Business, Door, EvidenceSource, Membership, Role


@dataclass(frozen=True, slots=True)
class Viewer:
    """A member of a business, a prospect with a link, a form on a website, or the system at work for one.

    `link` is the key of the link that a prospect opened. Such a viewer sees no rows and may do nothing
    but what is made for prospects. `form` is the key of an inquiry form, which sees no rows either and may
    hand in inquiries. Without a membership, a link and a form it is the system, which may do everything.
    """

    business: Business
    membership: Membership | None = None
    door: Door = Door.API
    link: int | None = None
    form: int | None = None

    @property
    def is_prospect(self) -> bool:
        return self.link is not None

    @property
    def is_outside(self) -> bool:
        """Whether it has a token and no account: a prospect or a form."""
        return self.is_prospect or self.form is not None

    @property
    def role(self) -> Role | None:
        return Role(self.membership.role) if self.membership else None

    @property
    def source(self) -> EvidenceSource:
        """Where evidence comes from that this viewer records and says nothing else of."""
        return EvidenceSource.PROSPECT if self.is_outside else SOURCES[self.role]


SOURCES = {
    None: EvidenceSource.IMPORT,
    Role.MARKETING: EvidenceSource.MARKETING,
    Role.INSIDE_SALES: EvidenceSource.INSIDE_SALES,
    Role.SALES: EvidenceSource.SALES,
    Role.MANAGER: EvidenceSource.SALES,
    Role.VIEWER: EvidenceSource.SALES,
}


def system(business: Business, door: Door) -> Viewer:
    """Return the viewer for work that nobody asked for in person, such as a command's."""
    return Viewer(business=business, door=door)


def prospect(business: Business, link: int) -> Viewer:
    """Return the viewer of somebody who has nothing but a link."""
    return Viewer(business=business, door=Door.PROSPECT, link=link)


def inquiry_form(business: Business, form: int) -> Viewer:
    """Return the viewer of a form on a website, which has nothing but its token."""
    return Viewer(business=business, door=Door.INQUIRY, form=form)


@contextmanager
def within(viewer: Viewer) -> Iterator[None]:
    """Do one operation on a viewer's behalf.

    On PostgreSQL it is one transaction that knows its business as the setting `app.business`, which
    row-level security can read. SQLite opens none: its transactions are IMMEDIATE and would make every
    reader wait for the writers; services open their own.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.business', %s, true)", [str(viewer.business.pk)])
        yield
