"""What calibration found, as it is kept, printed and shown."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from leads.domain.calibration.measures import Auc, Bin
from leads.domain.calibration.rates import Interval, Rate
from leads.domain.calibration.suspicion import Suspicion
from leads.domain.schema_document import Axis, SchemaDocument

LEAST_DECIDED = 40  # won, and as many lost


class Verdict(StrEnum):
    """What the report comes to. Frontends rely on these codes."""

    NOT_ENOUGH_DATA = "not_enough_data"  # fewer than 40 leads won, or lost
    NO_EVIDENCE = "no_evidence"  # even the best fitted card may be no better than a coin
    NO_BETTER_CARD = "no_better_card"  # the schema as it is does at least as well
    BETTER_CARD = "better_card"  # a card is proposed


@dataclass(frozen=True, slots=True)
class BandFigures:
    """One band of a criterion, `otherwise` included: the leads on it, and its points as they are and fitted.

    `fitted` is None without enough data, and for a band without leads.
    """

    label: str
    when: str  # empty for otherwise
    met: bool
    rate: Rate
    lift: float | None
    points: Decimal
    fitted: Decimal | None


@dataclass(frozen=True, slots=True)
class CriterionFigures:
    """How leads fared by a criterion's outcome. `lift` is how much better those convert that meet it.

    Points are the least and the most over its bands. The fitted ones come from all criteria of the
    schema together, in the scale of the present ones and against the same points for `otherwise`.
    """

    key: str
    label: str
    axis: Axis
    met: Rate
    not_met: Rate
    unknown: Rate
    lift: float | None
    least: Decimal
    most: Decimal
    fitted_least: Decimal | None
    fitted_most: Decimal | None
    bands: tuple[BandFigures, ...]


@dataclass(frozen=True, slots=True)
class CardFigures:
    """How well a card tells won from lost. Probabilities are cross-validated in five folds.

    `top_tenth_lift`: how much better the best-scored tenth converts than all. `brier`: the mean squared
    error of the probabilities.
    """

    auc: Auc
    top_tenth_lift: float | None
    brier: float
    reliability: tuple[Bin, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A better card, ready to become a draft. `gain` is how much its AUC exceeds the present one's."""

    document: SchemaDocument
    gain: Interval


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that one calibration of one published version found.

    `decided` counts all decided leads that the schema judges as far as they were looked at; `present`
    are the figures of the version as it is, None with hardly any leads of one kind. `fitted` are those
    of the best fitted card on leads that it had not seen, `fitted_on_seen` its AUC on the ones it had;
    both None without enough data. `proposal` is there with BETTER_CARD only.
    """

    schema: str  # its key
    schema_name: str
    version: int  # its number
    at: datetime
    verdict: Verdict
    why: str
    decided: Rate
    criteria: tuple[CriterionFigures, ...]
    present: CardFigures | None
    fitted: CardFigures | None
    fitted_on_seen: Auc | None
    proposal: Proposal | None
    suspicious: tuple[Suspicion, ...]
    notes: tuple[str, ...]
