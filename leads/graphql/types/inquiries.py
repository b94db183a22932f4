from datetime import datetime

import strawberry
import strawberry_django
from strawberry import relay

from leads import models
from leads.graphql.fields import column, computed
from leads.graphql.types.business import Membership


@strawberry_django.type(
    models.InquiryForm,
    description="A form on a website that may hand in inquiries. For managers; its token is kept nowhere.",
)
class InquiryForm(relay.Node):
    name: str = column("What people here call it.")
    source: str = column("What leads that begin with it say of where they came from.")
    per_minute: int = column("How many inquiries it may hand in in a minute.")
    per_day: int = column("How many inquiries it may hand in in a day.")
    created_at: datetime = column("When it was made.")
    created_by: Membership | None = column("Who made it; null for the system.")
    revoked_at: datetime | None = column("Since when its token opens nothing; null while it is good.")
    last_used_at: datetime | None = column("When it last handed in an inquiry; null: never.")

    @computed("The websites that may use its token, such as https://www.example.com; empty: all.", only=["origins"])
    def origins(self, info: strawberry.Info) -> list[str]:
        return list(self.origins)
