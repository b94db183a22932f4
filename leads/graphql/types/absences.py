from datetime import datetime

import strawberry_django
from strawberry import relay

from leads import models
from leads.graphql.fields import column
from leads.graphql.types.business import Membership


@strawberry_django.type(models.Absence, description="A time in which a member is away.")
class Absence(relay.Node):
    member: Membership = column("Who is away.")
    starts_at: datetime = column("From when on.")
    ends_at: datetime | None = column("Until just before when; null for until further notice.")
    stand_in: Membership | None = column("Who stands in meanwhile; null for nobody.")
    note: str = column("What colleagues should know of it; empty if nothing.")
