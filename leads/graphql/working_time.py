"""Opening hours, holidays, absences, and what is due when."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

import strawberry
import strawberry_django
from strawberry_django.optimizer import optimize

from leads import models
from leads.domain.working_time import Weekday
from leads.graphql import types
from leads.graphql.fields import described, optional_pk, pk_of
from leads.graphql.mutations import fresh
from leads.graphql.results import OperationInfo
from leads.selectors import local_day
from leads.services import absences, working_time
from leads.tenancy import Viewer

BusinessResult = Annotated[
    types.Business | OperationInfo,
    strawberry.union("BusinessResult", description="The business as it is now, or why nothing was changed."),
]
AbsenceResult = Annotated[
    types.Absence | OperationInfo,
    strawberry.union("AbsenceResult", description="The absence as it is now, or why nothing was changed."),
]
FROM = strawberry.argument(name="from", description="The moment to reckon from, with its zone; by default now.")


@strawberry.input(description="A part of a weekday in which the business works.")
class WorkingSpanInput:
    weekday: Weekday = strawberry.field(description="On which day of the week.")
    opens: str = strawberry.field(description="From when on, by the business's clocks, such as 09:00.")
    closes: str = strawberry.field(description="Until when, such as 17:00; 24:00 is the end of the day.")

    def span(self) -> working_time.WrittenSpan:
        return working_time.WrittenSpan(self.weekday, self.opens, self.closes)


@strawberry.type
class WorkingTimeQuery:
    @strawberry.field(description="The business that the request acts for.")
    def business(self, info: strawberry.Info) -> types.Business:
        viewer: Viewer = info.context.viewer
        return optimize(models.Business.objects.all(), info).get(pk=viewer.business.pk)  # type: ignore[return-value]

    @strawberry_django.field(description="Who is away or will be, soonest first.")
    def absences(self, info: strawberry.Info) -> list[types.Absence]:
        return absences.current_absences(info.context.viewer, info.context.now)  # type: ignore[return-value]

    @strawberry.field(
        description="When something is due for which so many working hours, or so many working days, are given; "
        "give one of the two. After working days it is due at the same time of the day."
    )
    def due_time(
        self,
        info: strawberry.Info,
        working_hours: Annotated[Decimal | None, described("So many hours of working time, such as 4 or 0.5.")] = None,
        working_days: Annotated[int | None, described("So many days on which the business works.")] = None,
        start: Annotated[datetime | None, FROM] = None,
    ) -> types.DueTime:
        viewer: Viewer = info.context.viewer
        at = working_time.due_time(
            by=viewer, start=start or info.context.now, working_hours=working_hours, working_days=working_days
        )
        return types.DueTime(at=at, day=local_day(viewer.business, at))


@strawberry.type
class WorkingTimeMutation:
    @strawberry.mutation(description="Replace the opening hours of the whole week. For managers.")
    def set_working_hours(
        self,
        info: strawberry.Info,
        spans: Annotated[list[WorkingSpanInput], described("All of them; a weekday without any is closed.")],
    ) -> BusinessResult:
        changed = working_time.set_working_hours(spans=[span.span() for span in spans], by=info.context.viewer)
        return fresh(info, changed)

    @strawberry.mutation(description="Keep a day as a holiday, on which nobody works. For managers.")
    def add_holiday(
        self,
        info: strawberry.Info,
        date: Annotated[date, described("The day.")],
        name: Annotated[str, described("What it is called.")],
        every_year: Annotated[bool, described("True: on this day and month of every year.")] = False,
    ) -> BusinessResult:
        changed = working_time.add_holiday(day=date, name=name, every_year=every_year, by=info.context.viewer)
        return fresh(info, changed)

    @strawberry.mutation(description="Work on a day again that was a holiday. For managers.")
    def remove_holiday(
        self,
        info: strawberry.Info,
        date: Annotated[date, described("The date under which the holiday is listed.")],
    ) -> BusinessResult:
        return fresh(info, working_time.remove_holiday(day=date, by=info.context.viewer))

    @strawberry.mutation(description="Say that you are away; for managers, that any member is.")
    def set_absence(
        self,
        info: strawberry.Info,
        starts_at: Annotated[datetime, described("From when on.")],
        ends_at: Annotated[datetime | None, described("Until when; by default until further notice.")] = None,
        member: Annotated[strawberry.ID | None, described("Who is away; by default you.")] = None,
        stand_in: Annotated[strawberry.ID | None, described("The member who stands in; by default nobody.")] = None,
        note: Annotated[str, described("What colleagues should know of it.")] = "",
    ) -> AbsenceResult:
        absence = absences.set_absence(
            starts_at=starts_at,
            ends_at=ends_at,
            member_id=optional_pk(member, "Membership"),
            stand_in_id=optional_pk(stand_in, "Membership"),
            note=note,
            by=info.context.viewer,
            now=info.context.now,
        )
        return fresh(info, absence)

    @strawberry.mutation(
        description="Say that you are back; for managers, that any member is. One to come does not happen."
    )
    def end_absence(
        self, info: strawberry.Info, absence: Annotated[strawberry.ID, described("The absence's global id.")]
    ) -> AbsenceResult:
        ended = absences.end_absence(absence_id=pk_of(absence, "Absence"), by=info.context.viewer, now=info.context.now)
        return fresh(info, ended)
