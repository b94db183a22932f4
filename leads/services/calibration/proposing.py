"""Making a draft of what calibration proposes."""

from django.db import transaction

from leads import permissions
from leads.domain.calibration.report import Report
from leads.domain.errors import DomainError
from leads.models import QualificationSchema, QualificationVersion, Status
from leads.services.publishing import draft_from_document
from leads.services.versions import DraftExists
from leads.tenancy import Viewer


class NothingToPropose(DomainError):
    code = "nothing_to_propose"


@transaction.atomic
def propose(*, report: Report, by: Viewer) -> QualificationVersion:
    """Return a new draft with the card that the report proposes; what is published stays as it is.

    Raises NothingToPropose without such a card, DraftExists where somebody works on a draft already.
    """
    permissions.require(by, "author")
    if report.proposal is None:
        raise NothingToPropose(f"There is no card to propose. {report.why}")
    schema = QualificationSchema.objects.visible_to(by).select_for_update().filter(key=report.schema).first()
    drafts = QualificationVersion.objects.filter(schema=schema, status=Status.DRAFT)
    if schema is not None and drafts.exists():
        raise DraftExists(
            f"{schema} has a draft already, which would be lost. Publish or delete that draft, then propose again."
        )
    return draft_from_document(document=report.proposal.document, by=by)
