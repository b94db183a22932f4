"""The editions of one diagnosis: the first, its amendments, and what they have in common."""

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from assessments.models import Answer, Diagnosis, DiagnosisStatus


def editions_of(diagnosis: Diagnosis) -> QuerySet[Diagnosis]:
    """Return all editions of this diagnosis, whatever became of them."""
    first = diagnosis.origin_id or diagnosis.pk
    return Diagnosis.objects.filter(Q(pk=first) | Q(origin=first))


def chain_of(diagnosis: Diagnosis) -> QuerySet[Diagnosis]:
    """Return the editions up to this one whose answers it began with, and itself."""
    counting = editions_of(diagnosis).filter(Q(pk=diagnosis.pk) | ~Q(status=DiagnosisStatus.ABANDONED))
    return counting.filter(edition__lte=diagnosis.edition)


def edition_after() -> Subquery:
    """Return what gives each diagnosis the id of the next edition that was not given up, null if there is none."""
    first = Coalesce(OuterRef("origin"), OuterRef("pk"))
    later = Diagnosis.objects.filter(origin=first, edition__gt=OuterRef("edition"))
    return Subquery(later.exclude(status=DiagnosisStatus.ABANDONED).order_by("edition").values("pk")[:1])


def earlier_completed(diagnosis: Diagnosis) -> Diagnosis | None:
    """Return the last completed edition before this one; None for a first edition."""
    if diagnosis.edition == 1:
        return None
    found = chain_of(diagnosis).filter(edition__lt=diagnosis.edition, status=DiagnosisStatus.COMPLETED)
    return found.select_related("version", "lead", "business").order_by("edition").last()


def given_rows(diagnosis: Diagnosis) -> dict[str, Answer]:
    """Return by question the row that gave its current answer, from whichever edition; one query."""
    rows = Answer.objects.filter(diagnosis=diagnosis)
    if diagnosis.edition > 1:
        rows = Answer.objects.filter(diagnosis__in=chain_of(diagnosis))
    with_people = rows.select_related("said_by", "author", "conversation", "diagnosis__version")
    return {row.question: row for row in with_people.defer("diagnosis__version__document").order_by("id")}
