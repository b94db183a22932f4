from datetime import datetime

import strawberry
import strawberry_django
from strawberry import relay

from assessments import models
from assessments.models import Disagreement as DisagreementRow
from assessments.models import FindingKind, NewToProspect
from assessments.services.findings import depth_of
from leads.domain.qualification import Decision
from leads.global_ids import global_id
from leads.graphql.fields import column, computed
from leads.graphql.types import Contact, Membership


@strawberry_django.type(
    models.Finding, description="A symptom, problem or cause in the tree of “why?”, or beside it a driver or criterion."
)
class Finding(relay.Node):
    kind: FindingKind = column("What it is.")
    text: str = column("In the prospect's words.")
    new_to_prospect: NewToProspect = column("Whether it was new to the prospect.")
    position: int = column("Its place among its siblings.")
    revision: int = column("Counts its changes; send it back as `expectedRevision`.")
    said_by: Contact | None = column("Who said it, if that is known.")
    author: Membership | None = column("Who recorded it.")
    at: datetime = column("When it was recorded.")
    removed_at: datetime | None = column("When it was removed; null while it stands.")

    @computed("The global id of the finding that it hangs on; null at the top.", name="parent", only=["parent"])
    def hangs_on(self, info: strawberry.Info) -> strawberry.ID | None:
        return strawberry.ID(global_id("Finding", self.parent_id)) if self.parent_id else None

    @computed("How many findings it hangs under.", only=["parent", "position", "kind", "diagnosis", "removed_at"])
    def depth(self, info: strawberry.Info) -> int:
        return depth_of(self)

    @computed("Keys of the questions whose answers show it.", only=["questions"])
    def questions(self, info: strawberry.Info) -> list[str]:
        return list(self.questions)


@strawberry_django.type(
    models.Disagreement, description="Somebody's other opinion on one of a verdict's answers; it changes no verdict."
)
class Disagreement(relay.Node):
    about: DisagreementRow.About = column("Which of the verdict's answers.")
    reason: str = column("Why.")
    author: Membership | None = column("Whose opinion it is.")
    at: datetime = column("When it was given.")
    withdrawn_at: datetime | None = column("When it was taken back; null while it stands.")

    @computed("What the verdict said then.", only=["found"])
    def found(self, info: strawberry.Info) -> Decision:
        return Decision(self.found)

    @computed("What it should say in this opinion.", only=["says"])
    def says(self, info: strawberry.Info) -> Decision:
        return Decision(self.says)
