import datetime

import strawberry
import strawberry_django

from leads import models
from leads.domain.working_time import Weekday, clock
from leads.graphql.fields import column, computed


@strawberry_django.type(models.WorkingSpan, description="A part of a weekday in which the business works.")
class WorkingSpan:
    @computed("On which day of the week.", only=["weekday"])
    def weekday(self, info: strawberry.Info) -> Weekday:
        return Weekday(self.weekday)

    @computed("From when on, by the business's clocks, such as 09:00.", only=["opens"])
    def opens(self, info: strawberry.Info) -> str:
        return clock(self.opens)

    @computed("Until just before when, such as 17:00; 24:00 is the end of the day.", only=["closes"])
    def closes(self, info: strawberry.Info) -> str:
        return clock(self.closes)


@strawberry_django.type(models.Holiday, description="A day on which the business does not work.")
class Holiday:
    date: datetime.date = column("The day; of one that returns every year, a day and month in any year.")
    name: str = column("What it is called.")
    every_year: bool = column("Whether it is a holiday on this day and month of every year.")


@strawberry.type(description="When something is due for which so much working time is given.")
class DueTime:
    at: datetime.datetime = strawberry.field(description="The moment at which so much working time has passed.")
    day: datetime.date = strawberry.field(description="The day of that moment, by the business's clocks.")
