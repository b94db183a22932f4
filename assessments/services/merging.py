"""What becomes of diagnoses, and of who said what in them, when leads or contacts are merged."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from assessments.models import UNFINISHED, Answer, Diagnosis, Finding, ProspectLink
from leads.domain.errors import DomainError
from leads.domain.merging import Moved
from leads.models import Contact, Lead
from leads.ports import MergeStep, Merging


class TwinDiagnoses(DomainError):
    code = "twin_diagnoses"


def locked(merging: Merging) -> Sequence[QuerySet[Any]]:
    """Return the diagnoses and links of the leads; their own writers lock them before the lead."""
    if not isinstance(merging.kept, Contact | Lead):
        return ()
    of_leads = Diagnosis.objects.filter(lead__in=merging.leads)
    return of_leads, ProspectLink.objects.filter(diagnosis__lead__in=merging.leads)


def check(merging: Merging) -> None:
    """Raise TwinDiagnoses where both leads have an unfinished diagnosis with one template."""
    if not isinstance(merging.kept, Lead):
        return
    unfinished = Diagnosis.objects.filter(status__in=UNFINISHED).select_related("version__template")
    templates = {row.version.template for row in unfinished.filter(lead=merging.kept.pk)}
    for row in unfinished.filter(lead=merging.gone.pk):
        if row.version.template in templates:
            raise TwinDiagnoses(
                f"Both leads have a diagnosis with {row.version.template} under way. Complete or abandon one of them "
                "first.",
                field="gone",
            )


def move(merging: Merging) -> Sequence[Moved]:
    """Let all editions follow their lead, and what is not frozen name the kept contact."""
    if isinstance(merging.kept, Lead):
        found = Diagnosis.objects.filter(lead=merging.gone.pk).update(lead=merging.kept)
        return [Moved("diagnosis", "diagnoses", found)]
    if isinstance(merging.kept, Contact):
        of_gone: dict[str, Any] = {"said_by": merging.gone.pk, "diagnosis__completed_at__isnull": True}
        return [
            Moved("answer", "answers", Answer.objects.filter(**of_gone).update(said_by=merging.kept)),
            Moved("finding", "findings", Finding.objects.filter(**of_gone).update(said_by=merging.kept)),
            Moved("link", "links", ProspectLink.objects.filter(contact=merging.gone.pk).update(contact=merging.kept)),
        ]
    return ()


step = MergeStep(
    keys=frozenset(
        {
            *("assessments.Diagnosis.lead", "assessments.Answer.said_by", "assessments.Finding.said_by"),
            "assessments.ProspectLink.contact",
        }
    ),
    locked=locked,
    check=check,
    move=move,
)
