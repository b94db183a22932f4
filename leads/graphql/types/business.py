import strawberry
import strawberry_django
from strawberry import relay

from leads import models
from leads.graphql.fields import column, computed
from leads.graphql.types.working_time import Holiday, WorkingSpan
from leads.models import Role


@strawberry_django.type(models.Business, description="The selling company that you work for.")
class Business:
    slug: str = column("Its name in the `X-Business` header.")
    name: str = column("What people call it.")
    currency: str = column("The one currency of its money, in the three letters of ISO 4217.")
    time_zone: str = column("Whose days and working hours count, such as Europe/Berlin.")
    working_hours: list[WorkingSpan] = column("When it works, from Monday on; empty if never.")
    holidays: list[Holiday] = column("The days on which it does not work, earliest first.")


@strawberry_django.type(models.Membership, description="A user's place in a business.")
class Membership(relay.Node):
    business: Business = column("The business.")
    role: Role = column("What the member may do there.")
    is_active: bool = column("Whether the member still works there.")

    @computed("The person's name.", only=["user__name", "user__email"], select_related=["user"])
    def name(self, info: strawberry.Info) -> str:
        return str(self.user)

    @computed("The e-mail that the person signs in with.", only=["user__email"], select_related=["user"])
    def email(self, info: strawberry.Info) -> str:
        return self.user.email


@strawberry.type(description="Who is signed in.")
class Me:
    email: str = strawberry.field(description="The e-mail that you signed in with.")
    name: str = strawberry.field(description="Your name; your e-mail if you gave none.")
    memberships: list[Membership] = strawberry.field(
        description="The businesses that you work in. With several, name one in `X-Business`."
    )
    membership: Membership | None = strawberry.field(
        description="The one that this request acts for, if it is clear which."
    )
