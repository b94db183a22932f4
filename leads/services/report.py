"""How the levels that the criteria gave compare with what became of the leads."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from leads.domain.ranking import area_under_curve
from leads.domain.stages import Level
from leads.models import Lead, LeadOutcome
from leads.tenancy import Viewer

WON, LOST = Q(outcome=LeadOutcome.WON), Q(outcome=LeadOutcome.LOST)


@dataclass(frozen=True, slots=True)
class LevelOutcomes:
    """The decided leads of one level; `may_be_higher` are those that answers could still lift."""

    won: int
    lost: int
    may_be_higher: int

    @property
    def leads(self) -> int:
        return self.won + self.lost

    @property
    def conversion(self) -> float | None:
        return self.won / self.leads if self.leads else None


@dataclass(frozen=True, slots=True)
class QualificationReport:
    """Decided leads by computed level; `undecided` are the leads without an outcome.

    `auc` is the chance that a won lead scores higher than a lost one, None without leads of both kinds.
    """

    levels: dict[Level, LevelOutcomes]
    total: LevelOutcomes
    undecided: int
    auc: float | None


def qualification_report(viewer: Viewer) -> QualificationReport:
    leads = Lead.objects.visible_to(viewer).order_by()
    decided = leads.exclude(outcome="")
    levels = {level: LevelOutcomes(0, 0, 0) for level in Level}
    counted = decided.values("level", "possible_level").annotate(won=Count("id", WON), lost=Count("id", LOST))
    for row in counted:
        level = Level(row["level"])
        before, leads_here = levels[level], row["won"] + row["lost"]
        higher = leads_here if Level(row["possible_level"]).rank > level.rank else 0
        levels[level] = LevelOutcomes(before.won + row["won"], before.lost + row["lost"], before.may_be_higher + higher)
    total = LevelOutcomes(
        sum(level.won for level in levels.values()),
        sum(level.lost for level in levels.values()),
        sum(level.may_be_higher for level in levels.values()),
    )
    return QualificationReport(levels, total, leads.filter(outcome="").count(), _auc(decided))


def _auc(decided: QuerySet[Lead]) -> float | None:
    scores = decided.values_list("score").annotate(won=Count("id", WON), lost=Count("id", LOST))
    return area_under_curve({score: (won, lost) for score, won, lost in scores})
