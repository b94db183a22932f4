"""Which rules can ever be true, whatever is answered and whatever is known of the lead.

A rule is tried on everything at once: what is not fixed is a range, or unknown. What is false then is
false for every single case, since knowing more never turns a decided rule around. What is undecided is
split, answer by answer, and tried again. Only what is false in every part is said to be never true.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from assessments.domain.cost import amount, total
from assessments.domain.engine import points_of
from assessments.domain.names import PROBLEM_COST, SCORES
from assessments.domain.pieces import Ends, between, constants_in, figures_of, hull, overlap, pieces_of
from assessments.domain.plan import PlannedFormula, PlannedSection, TemplatePlan
from assessments.domain.questions import PlannedQuestion, Scoring, Test, bounds
from assessments.domain.scores import Tally
from leads.domain.rules import Fact, Range, Unknown
from leads.domain.rules.check import names_in
from leads.domain.rules.tokens import scan
from leads.domain.values import AttributeSpec, ValueType

PARTS_AT_MOST = 20_000
"""How many parts one rule is split into; of one that needs more, nothing is said."""
DEEP_AT_MOST = 200
STEPS_AT_MOST = 600_000
"""How many questions and formulas are gone through for all rules of a template together: a few seconds."""
TRIES = 40
ANY_SCORE = between(Decimal(0), Decimal(100))
DAYS = AttributeSpec("days", "Days", ValueType.NUMBER)
NO_ENDS: Ends = (None, None)

Given = Mapping[str, Fact]


def reads_of(text: str) -> tuple[str, ...]:
    """Return the names that a rule which was checked reads."""
    return names_in(scan(text))


@dataclass(frozen=True, slots=True)
class _Scope:
    """What a rule depends on. `pieces` has of every variable what its values consist of, `wide` all of
    them at once, where that can be said. `figures` has the pieces of what is reckoned from the variables."""

    function: Test
    questions: tuple[PlannedQuestion, ...]
    outside: tuple[str, ...]
    formulas: tuple[PlannedFormula, ...]
    sections: tuple[PlannedSection, ...]
    costs: bool
    pieces: Mapping[str, tuple[Fact, ...]]
    wide: Mapping[str, Fact]
    figures: Mapping[str, tuple[Fact, ...]]

    def parts_of(self, name: str) -> tuple[Fact, ...]:
        return self.pieces.get(name) or self.figures.get(name, ())


class Possibilities:
    """Asked of one plan which of its rules are never true; what takes too long to tell counts as possible."""

    def __init__(self, plan: TemplatePlan) -> None:
        self._plan = plan
        self._formulas = {formula.key: formula for formula in plan.formulas}
        self._sections = {section.score_name: section for section in plan.sections}
        self._gates = {
            key: reads_of(question.spec.show_when) for key, question in plan.questions.items() if question.shown
        }
        self._behind: dict[str, tuple[str, ...]] = {}
        self._constants: dict[str, Mapping[str, set[Decimal]]] = {}
        self._steps = STEPS_AT_MOST

    def never(self, function: Test, *texts: str, parts: int = PARTS_AT_MOST) -> bool:
        """Whether there is no case at all in which the function is true. `texts` are the rules it evaluates."""
        scope = self._scope(function, texts)
        whole = self.tried(scope, {})
        if not isinstance(whole, Unknown):
            return whole is False
        if any(self.tried(scope, given) is True for given in _examples(scope)):
            return False
        each = 1 + len(scope.questions) + len(scope.formulas)
        allowed = min(parts, self._steps // each)
        search = _Search(self, scope, allowed)
        found = search.is_never({})
        self._steps -= (allowed - max(search.left, 0)) * each
        return found and search.left >= 0

    def behind(self, name: str) -> tuple[str, ...]:
        """Return the name and everything that it depends on, what stands nearest first."""
        if name not in self._behind:
            points = self._plan.names.points
            found = [points.get(name, name)]
            seen = set(found)
            for key in found:  # grows while it is gone through
                new = dict.fromkeys(points.get(read, read) for read in self._reads(key))
                found += [read for read in new if read not in seen]
                seen.update(new)
            self._behind[name] = tuple(found)
        return self._behind[name]

    def _reads(self, key: str) -> Iterable[str]:
        """Return what a question's being shown, a formula or a figure depends on directly."""
        if key in self._plan.questions:
            return self._gates.get(key, ())
        if key in self._formulas:
            return self._formulas[key].reads
        if key in SCORES:
            return [question.key for question in self._sections[key].questions if question.scoring]
        if key == PROBLEM_COST:
            return [formula.key for formula in self._plan.formulas if formula.cost_item]
        return ()

    def _scope(self, function: Test, texts: tuple[str, ...]) -> _Scope:
        plan = self._plan
        names = {behind for text in texts for name in reads_of(text) for behind in self.behind(name)}
        questions = tuple(question for key, question in plan.questions.items() if key in names)
        formulas = tuple(formula for formula in plan.formulas if formula.key in names)
        shown = [question.spec.show_when for question in questions if question.shown]
        constants = self._compared([*texts, *shown, *(formula.spec.rule for formula in formulas)])
        pieces = {
            question.key: pieces_of(question.value, bounds(question.spec), constants.get(question.key, ()), closed=True)
            for question in questions
        }
        wide = {
            question.key: between(*(_open(end, sign) for end, sign in zip(bounds(question.spec), "-+", strict=True)))
            for question in questions
            if pieces[question.key] and isinstance(pieces[question.key][0], Decimal | Range)
        }
        outside = tuple(sorted(name for name in names if name in plan.attributes or plan.names.base(name) != name))
        for name in outside:
            spec = plan.attributes.get(name, DAYS)
            pieces[name] = pieces_of(spec, NO_ENDS, constants.get(name, ()), closed=False)
            if pieces[name] and isinstance(pieces[name][0], Decimal | Range):
                wide[name] = between(_open(None, "-"), _open(None, "+"))
        return _Scope(
            function=function,
            questions=questions,
            outside=outside,
            formulas=formulas,
            sections=tuple(section for name, section in self._sections.items() if name in names),
            costs=PROBLEM_COST in names,
            pieces=pieces,
            wide=wide,
            figures={
                name: figures_of(constants[name])
                for name in (*SCORES, PROBLEM_COST, *self._formulas)
                if name in names and name in constants
            },
        )

    def _compared(self, texts: Iterable[str]) -> Mapping[str, set[Decimal]]:
        """Return by name the numbers that any of these rules compares it with."""
        found: dict[str, set[Decimal]] = {}
        for text in texts:
            if text not in self._constants:
                self._constants[text] = constants_in(text, self._plan.names.all, self._plan.figures)
            for name, numbers in self._constants[text].items():
                found.setdefault(name, set()).update(numbers)
        return found

    def tried(self, scope: _Scope, given: Given) -> Fact:
        """Return what the function says if only this is given; False if nothing is as given."""
        try:
            return scope.function(self._facts(scope, given))
        except _Nowhere:
            return False

    def _facts(self, scope: _Scope, given: Given) -> dict[str, Fact]:
        """Return what rules read if only this is given: of the rest, all values at once. Raise _Nowhere if a
        figure cannot be as given."""
        facts: dict[str, Fact] = dict(self._plan.figures)
        for name in scope.outside:
            _put(facts, name, given[name] if name in given else scope.wide.get(name))
        standing: dict[str, bool | Unknown] = {}
        answers: dict[str, Fact | None] = {}
        for question in scope.questions:
            key = question.key
            shown = True if question.shown is None else question.shown(facts)
            standing[key] = shown if isinstance(shown, Unknown) else shown is True
            answers[key] = given[key] if key in given else scope.wide.get(key)
            value, points = _read(question, standing[key], answers[key])
            _put(facts, key, value)
            if question.points:
                _put(facts, question.points, points)
        for section in scope.sections:
            score = _score(section, standing, answers)
            _put(facts, section.score_name, None if score is None else _within(score, given.get(section.score_name)))
        items = []
        for formula in scope.formulas:
            value = formula.function(facts)
            if formula.cost_item:
                value = _within(amount(value), given.get(formula.key))
                items.append(value)
            else:
                value = _within(value, given.get(formula.key))
            facts[formula.key] = value
        if scope.costs:
            facts[PROBLEM_COST] = _within(total(items).fact, given.get(PROBLEM_COST))
        return facts


@dataclass(slots=True)
class _Search:
    of: Possibilities
    scope: _Scope
    left: int

    def is_never(self, given: Given) -> bool:
        """Whether the function is false in all cases in which this is given; below 0 `left`, nobody knows."""
        self.left -= 1
        if self.left < 0:
            return False
        holds = self.of.tried(self.scope, given)
        if not isinstance(holds, Unknown):
            return holds is False
        variable = self._to_split(holds, given)
        if variable is None or len(given) >= DEEP_AT_MOST:
            return False
        return all(self.is_never({**given, variable: piece}) for piece in self.scope.parts_of(variable))

    def _to_split(self, holds: Unknown, given: Given) -> str | None:
        for blamed in holds.names:
            for name in self.of.behind(blamed):
                if name not in given and len(self.scope.parts_of(name)) > 1:
                    return name
        return None


class _Nowhere(Exception):
    """No case is as it is given."""


def _within(value: Fact, piece: Fact | None) -> Fact:
    """Return what of the value lies in a piece; the piece, if the value may be anything. Raise _Nowhere if nothing."""
    if piece is None or not isinstance(value, Decimal | Range | Unknown):
        return value
    if isinstance(value, Unknown):
        return piece
    common = overlap(value, piece)
    if common is None:
        raise _Nowhere
    return common


def _put(facts: dict[str, Fact], name: str, value: Fact | None) -> None:
    if value is not None:
        facts[name] = value


def _open(end: Decimal | None, sign: str) -> Decimal:
    return Decimal(f"{sign}Infinity") if end is None else end


def _read(question: PlannedQuestion, shown: bool | Unknown, answer: Fact | None) -> tuple[Fact | None, Fact | None]:
    """Return what a question and its points read as, None if that may be anything."""
    hidden = question.if_hidden
    hidden_points = None if hidden is None or not question.points else points_of(question, hidden)
    if shown is False:
        return hidden, hidden_points
    points: Fact | None = None
    if question.points and question.scoring:
        known = None if answer is None or isinstance(answer, Unknown) else points_of(question, answer)
        points = between(question.scoring.lowest, question.scoring.highest) if known is None else known
    if shown is True:
        return answer, points
    return hull(answer, hidden), hull(points, hidden_points)


def _score(
    section: PlannedSection, standing: Mapping[str, bool | Unknown], answers: Mapping[str, Fact | None]
) -> Fact | None:
    """Return the range of what the section can score; None if nothing of it is ever asked."""
    tally = Tally()
    for question in section.questions:
        if question.scoring is None or standing[question.key] is False:
            continue
        answer = answers[question.key] if standing[question.key] is True else None
        gain = None if answer is None or isinstance(answer, Unknown) else question.scoring.gain(answer)
        if gain is None:
            tally.open += question.scoring.spread
        else:
            tally.add(gain, question.scoring.spread)
    score = tally.score()
    if score is not None:
        return score.fact
    return ANY_SCORE if tally.open else None


# --- Single cases, most of which show at once that a rule can be true ---------------------------


class _Mix:
    """Numbers without a pattern, and the same ones every time."""

    def __init__(self, number: int) -> None:
        self._state = number

    def below(self, end: int) -> int:
        self._state = (self._state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self._state >> 33) % end


def _examples(scope: _Scope) -> Iterator[Given]:
    for number in range(TRIES):
        mix = _Mix(number)
        given: dict[str, Fact] = {}
        scoring = {question.key: question.scoring for question in scope.questions}
        for name, pieces in scope.pieces.items():
            if not pieces:
                continue
            scored = scoring.get(name)
            if number < 2 and scored:  # first the worst answers, then the best
                singles = [_single(piece, mix, number) for piece in pieces]
                singles.sort(key=lambda single: _gain(scored, single))
                given[name] = singles[-number]
            else:
                given[name] = _single(pieces[mix.below(len(pieces))], mix, number)
        yield given


def _gain(scoring: Scoring, value: Fact) -> Decimal:
    gain = None if isinstance(value, Unknown) else scoring.gain(value)
    return gain if isinstance(gain, Decimal) else Decimal(0)


def _single(piece: Fact, mix: _Mix, number: int) -> Fact:
    if not isinstance(piece, Range):
        return piece
    far = Decimal(10) ** mix.below(8)
    low = piece.low if piece.low.is_finite() else (piece.high if piece.high.is_finite() else Decimal(0)) - far
    high = piece.high if piece.high.is_finite() else low + far
    if number < 2:
        return high if number else low
    return (low, high, (low + high) / 2)[mix.below(3)]
