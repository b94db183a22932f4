"""What somebody should know before they speak with a prospect, and what they should not ask."""

from dataclasses import dataclass
from datetime import datetime

from assessments.domain.cost import Cost

SOLUTION_QUESTIONS = (
    ("What do you need?", "They would have to know the cure already. Ask what goes wrong, and why."),
    ("When do you order?", "It asks about our calendar. Ask what happens to them if nothing changes, and by when."),
    ("What is your budget?", "Nobody has one for a problem without a cost. Work out the cost together first."),
    ("May I show you our product?", "Until the cause is known, nobody can tell whether it would help."),
    ("Who else are you looking at?", "It makes a comparison of vendors out of a problem."),
)
"""Questions about our solution instead of their problem, with what is wrong about each."""


@dataclass(frozen=True, slots=True)
class KnownValue:
    """What is known of an attribute; `fresh` is false once it was learned too long ago."""

    label: str
    display: str
    source: str
    learned_at: datetime
    fresh: bool


@dataclass(frozen=True, slots=True)
class Touch:
    what: str
    at: datetime
    with_whom: str


@dataclass(frozen=True, slots=True)
class Dissatisfaction:
    """Something that they are dissatisfied with, in their words; `kind` is where that comes from."""

    kind: str
    text: str
    said_by: str
    at: datetime
    is_new: bool = False  # new to the prospect: the diagnosis taught them


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    job_title: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotToAsk:
    """A question, with why it is not to be asked: mostly its answer."""

    question: str
    because: str


@dataclass(frozen=True, slots=True)
class Brief:
    title: str
    at: datetime
    known: tuple[KnownValue, ...]
    not_known: tuple[str, ...]
    read_and_attended: tuple[Touch, ...]
    dissatisfaction: tuple[Dissatisfaction, ...]
    cost: Cost | None
    cost_text: str
    people: tuple[Person, ...]
    missing_roles: tuple[str, ...]
    not_to_ask: tuple[NotToAsk, ...]
    to_ask: tuple[str, ...]

    @property
    def text(self) -> str:
        return text_of(self)


def text_of(brief: Brief) -> str:
    """Return the brief as plain text, for an e-mail or a telephone; what is empty is left out."""
    parts = [
        ("What is known", [_known(value) for value in brief.known]),
        ("Not known yet", list(brief.not_known)),
        ("What they read and attended", [_touch(touch) for touch in brief.read_and_attended]),
        ("What they are dissatisfied with", [_dissatisfied(found) for found in brief.dissatisfaction]),
        ("What the problem costs", [brief.cost_text] if brief.cost_text else []),
        ("People", [_person(person) for person in brief.people]),
        ("Buying roles that nobody is known for", list(brief.missing_roles)),
        ("Do not ask", [f"{each.question} {each.because}" for each in brief.not_to_ask]),
        ("Ask next", list(brief.to_ask)),
    ]
    written = [f"{title}\n" + "\n".join(f"- {line}" for line in lines) for title, lines in parts if lines]
    return "\n\n".join([brief.title, *written]) + "\n"


def _day(at: datetime) -> str:
    return f"{at:%d %b %Y}"


def _known(value: KnownValue) -> str:
    stale = "" if value.fresh else "; learned too long ago"
    return f"{value.label}: {value.display} ({value.source}, {_day(value.learned_at)}{stale})"


def _touch(touch: Touch) -> str:
    return f"{_day(touch.at)}: {touch.what}" + (f", {touch.with_whom}" if touch.with_whom else "")


def _dissatisfied(found: Dissatisfaction) -> str:
    who = f", {found.said_by}" if found.said_by else ""
    new = "; new to them" if found.is_new else ""
    return f"{found.kind}: “{found.text}” ({_day(found.at)}{who}{new})"


def _person(person: Person) -> str:
    roles = ", ".join(person.roles) or "buying role not known"
    return f"{person.name}{f', {person.job_title}' if person.job_title else ''}: {roles}"
