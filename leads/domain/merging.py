"""What a merge moves and what it does not take over, in words; and which leads can be merged."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from leads.domain.errors import DomainError
from leads.domain.stages import CLOSED, Stage


class MergedIntoItself(DomainError):
    code = "merged_into_itself"


class MergedElsewhere(DomainError):
    """Said of a row that was merged into another one, which must be used instead."""

    code = "merged_elsewhere"


class LeadMerged(MergedElsewhere):
    code = "lead_merged"


class TwoOrganizations(DomainError):
    code = "two_organizations"


class KeepTheOpenOne(DomainError):
    code = "keep_the_open_one"


class WonAlready(DomainError):
    code = "won_already"


class InOpenOpportunity(DomainError):
    code = "in_open_opportunity"


@dataclass(frozen=True, slots=True)
class Moved:
    """So many of something came to the kept row."""

    one: str
    many: str
    count: int

    @property
    def said(self) -> str:
        return f"{self.count:,} {self.one if self.count == 1 else self.many}"


@dataclass(frozen=True, slots=True)
class Differed:
    """What the gone row said otherwise, and the kept one goes on saying; in words."""

    what: str
    kept: str
    gone: str


def differing(kept: Mapping[str, str], gone: Mapping[str, str]) -> list[Differed]:
    """Return what the gone row said that the kept one does not; both are texts by what they are about."""
    return [Differed(what, kept.get(what, ""), said) for what, said in gone.items() if said and said != kept.get(what)]


def moved_out(parts: Iterable[Moved]) -> list[Any]:
    """Return what moved as it is stored; nothing of what there was none of."""
    return [[part.one, part.many, part.count] for part in parts if part.count]


def moved_in(stored: Iterable[Any]) -> list[Moved]:
    return [Moved(*part) for part in stored]


def differed_out(parts: Iterable[Differed]) -> list[Any]:
    return [[part.what, part.kept, part.gone] for part in parts]


def differed_in(stored: Iterable[Any]) -> list[Differed]:
    return [Differed(*part) for part in stored]


def moved_said(parts: Iterable[Moved]) -> str:
    """Return what moved in a sentence, such as: 2 recordings, 1 touch."""
    return ", ".join(part.said for part in parts) or "Nothing had to move"


@dataclass(frozen=True, slots=True)
class LeadStanding:
    """What decides whether a lead can be merged."""

    label: str
    organization: str
    organization_id: int
    stage: Stage
    in_open_opportunity: bool

    @property
    def is_closed(self) -> bool:
        return self.stage in CLOSED


def check_leads(kept: LeadStanding, gone: LeadStanding) -> None:
    """Raise a DomainError if one lead cannot be merged into the other, saying what can be done instead."""
    if kept.organization_id != gone.organization_id:
        raise TwoOrganizations(
            f"These leads are of two organizations, {kept.organization} and {gone.organization}. Merge those first.",
            field="gone",
        )
    if gone.stage == Stage.CUSTOMER and kept.stage != Stage.CUSTOMER:
        raise WonAlready(
            f"“{gone.label}” is won; a journey that goes on is another one. Keep both.",
            field="gone",
        )
    if kept.is_closed and not gone.is_closed:
        raise KeepTheOpenOne(
            f"“{kept.label}” is closed ({kept.stage.label}) and “{gone.label}” is open. Merge them the other way "
            f"round, so that “{gone.label}” is kept.",
            field="kept",
        )
    if gone.in_open_opportunity:
        instead = (
            "Win, lose or return one of them first."
            if kept.in_open_opportunity
            else f"Merge them the other way round, so that “{gone.label}” is kept."
        )
        raise InOpenOpportunity(f"“{gone.label}” is part of an open opportunity. {instead}", field="gone")
