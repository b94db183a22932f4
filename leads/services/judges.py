"""What judges a business's leads: the plans of its published versions, in their order."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from leads.domain import schema_document
from leads.domain.plan import Plan, compile_plan
from leads.domain.snapshot import Snapshot, base_key
from leads.domain.values import Window
from leads.models import Business, QualificationVersion, Status


@dataclass(frozen=True, slots=True)
class PublishedPlan:
    version_id: int
    plan: Plan


@dataclass(frozen=True, slots=True)
class Judges:
    """The plans that judge a business's leads, in order; the first that applies decides."""

    business: Business
    published: tuple[PublishedPlan, ...]

    @property
    def plans(self) -> tuple[Plan, ...]:
        return tuple(entry.plan for entry in self.published)

    @property
    def windows(self) -> list[Window]:
        """What of a lead's engagements must be counted, each way of counting once."""
        return list(dict.fromkeys(spec.window for plan in self.plans for spec in plan.counting))

    @property
    def dates(self) -> dict[str, bool]:
        """The attributes whose days until or since are read, each with whether it has a value where none was given."""
        read = [plan.attributes[base_key(name)] for plan in self.plans for name in plan.derived_names]
        return {spec.key: any(other.not_given is not None for other in read if other.key == spec.key) for spec in read}


def feels_a_new_day(dates: Mapping[str, bool], snapshot: Snapshot, counts: Mapping[Window, int]) -> bool:
    """Whether a new day alone may change how a lead is judged: something is known that the calendar moves."""
    for key, assumed in dates.items():
        entry = snapshot.get(key)
        if assumed if entry is None else "v" in entry:
            return True
    return any(counts.values())


@lru_cache(maxsize=256)
def plan_of(version_id: int, checksum: str) -> Plan:
    """Return the compiled plan of a published version, whose document never changes.

    The checksum tells versions apart that had the same id at different times.
    """
    document = QualificationVersion.objects.values_list("document", flat=True).get(pk=version_id)
    return compile_plan(schema_document.read(document))


def judges_of(business: Business) -> Judges:
    """Return what judges this business's leads now."""
    versions = (
        QualificationVersion.objects.filter(business=business, status=Status.PUBLISHED)
        .order_by("schema__position", "schema_id")
        .values_list("pk", "checksum")
    )
    return Judges(business, tuple(PublishedPlan(pk, plan_of(pk, sum_)) for pk, sum_ in versions))
