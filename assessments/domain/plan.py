"""A template, checked and compiled: what runs diagnoses.

Compiling costs milliseconds, evaluating microseconds, so a plan is made once per published version and
process.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from assessments.domain.graph import Graph, build_graph
from assessments.domain.names import POINTS_OF, SCORE_NAMES, Names
from assessments.domain.questions import PlannedQuestion, Test, scoring_of, value_of
from assessments.domain.template import (
    ANSWERS,
    URGENCY_AFTER,
    URGENCY_BEFORE,
    Dimension,
    FormulaSpec,
    QuestionSpec,
    QuestionType,
    SectionSpec,
    StallRiskSpec,
    TemplateDocument,
)
from assessments.domain.template_checks import check_template, each_at, questions_at
from assessments.domain.template_rules import RuleCompiler, extent_of
from leads.domain.documents import DocumentRefused
from leads.domain.rules import Fact, Rule
from leads.domain.values import AttributeSpec, decode


@dataclass(frozen=True, slots=True)
class PlannedSection:
    spec: SectionSpec
    score_name: str
    questions: tuple[PlannedQuestion, ...]

    @property
    def dimension(self) -> Dimension:
        return self.spec.dimension


@dataclass(frozen=True, slots=True)
class PlannedFormula:
    key: str
    spec: FormulaSpec
    cost_item: bool
    function: Test
    reads: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlannedCondition:
    """`node` is where it stands in the document; `behind` are the questions that it takes values from."""

    node: str
    label: str
    text: str
    function: Test
    behind: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlannedRisk:
    spec: StallRiskSpec
    condition: PlannedCondition


@dataclass(frozen=True, slots=True, eq=False)  # one plan is only itself, so that what is made of it can be kept
class TemplatePlan:
    """`questions` has all by key, the two urgency questions too, in the order they are asked.

    `attributes` are those that rules read or that answers are evidence for, `figures` the numbers of the
    document that rules read. `days` has, for each attribute that is a date, the names of days until and
    since it that rules read. `propose_when` says by what is known of a lead whether the template suits it;
    None if it suits all.
    """

    document: TemplateDocument
    sections: tuple[PlannedSection, ...]
    questions: Mapping[str, PlannedQuestion]
    formulas: tuple[PlannedFormula, ...]
    verdict: Mapping[str, tuple[PlannedCondition, ...]]
    risks: tuple[PlannedRisk, ...]
    figures: Mapping[str, Fact]
    attributes: Mapping[str, AttributeSpec]
    days: Mapping[str, tuple[str, ...]]
    names: Names
    graph: Graph
    propose_when: Test | None = None

    @property
    def affects(self) -> Mapping[str, frozenset[str]]:
        """What each question may change: formulas, sections, conditions and risks, as named in `Graph`."""
        return self.graph.affects

    @property
    def behind(self) -> Mapping[str, tuple[str, ...]]:
        """The questions that each formula, section, condition and risk takes values from."""
        return self.graph.behind


def compile_template(document: TemplateDocument) -> TemplatePlan:
    """Return what runs this document; raise DocumentRefused with everything that is wrong with it.

    Test cases are run by `run_test_cases`.
    """
    return _Compilation(document).plan()


class _Compilation:
    def __init__(self, document: TemplateDocument) -> None:
        self.document = document
        self.problems = list(check_template(document))
        self.attributes = {spec.key: spec for spec in document.attributes}
        self.values = {
            question.key: value_of(question, self.attributes.get(question.attribute))
            for _, question in questions_at(document)
        }
        self.names = Names(document, self.values.values())
        self.rules = RuleCompiler(self.names, self.problems)

    def plan(self) -> TemplatePlan:
        propose_when = self.rules.propose_when(self.document.propose_when)
        shown = self._show_when()
        formulas = [
            self.rules.formula(f"{path}.rule", formula.rule, position)
            for position, (path, formula) in enumerate(each_at("formulas", self.document.formulas))
        ]
        conditions = {
            path: self.rules.condition(f"{path}.rule", spec.rule)
            for answer in ANSWERS
            for path, spec in each_at(f"verdict.{answer}", getattr(self.document.verdict, answer))
        }
        risks = [
            self.rules.condition(f"{path}.rule", risk.rule)
            for path, risk in each_at("stall_risks", self.document.stall_risks)
        ]
        scored = {
            section.dimension: tuple(question.key for question in section.questions if scoring_of(question))
            for section in self.document.sections
        }
        for path, question in questions_at(self.document):
            self.rules.check_hidden(path, question)
        if self.problems:
            raise DocumentRefused(self.problems)
        return self._assemble(
            shown,
            [rule for rule in formulas if rule],
            {node: rule for node, rule in conditions.items() if rule},
            [rule for rule in risks if rule],
            scored,
            propose_when,
        )

    def _show_when(self) -> dict[str, Rule]:
        shown: dict[str, Rule] = {}
        extent: dict[str, Fact] = {}
        for position, (path, question) in enumerate(questions_at(self.document)):
            rule = self.rules.show_when(f"{path}.show_when", question, position, extent)
            if rule is not None:
                shown[question.key] = rule
            widest = extent_of(question)
            if widest is not None:
                extent[question.key] = widest
        return shown

    def _assemble(
        self,
        shown: dict[str, Rule],
        formulas: list[Rule],
        conditions: dict[str, Rule],
        risks: list[Rule],
        scored: dict[Dimension, tuple[str, ...]],
        propose_when: Rule | None,
    ) -> TemplatePlan:
        document = self.document
        risk_nodes = [f"stall_risks.{risk.key}" for risk in document.stall_risks]
        rules = conditions | dict(zip(risk_nodes, risks, strict=True))
        graph = build_graph(
            self.names,
            shown_by={key: rule.reads for key, rule in shown.items()},
            formulas={spec.key: rule.reads for spec, rule in zip(document.formulas, formulas, strict=True)},
            cost_items=[spec.key for spec in document.formulas if spec.cost_item],
            scored=scored,
            rules={node: rule.reads for node, rule in rules.items()},
        )

        def condition(node: str, label: str) -> PlannedCondition:
            rule = rules[node]
            return PlannedCondition(node, label, rule.text, rule.function, graph.behind[node])

        sections = tuple(self._section(spec, shown) for spec in document.sections)
        asked = [question for section in sections for question in section.questions]
        before, after = (_urgency(key, document.urgency_question) for key in (URGENCY_BEFORE, URGENCY_AFTER))
        return TemplatePlan(
            document=document,
            sections=sections,
            questions={question.key: question for question in (before, *asked, after)},
            formulas=tuple(
                PlannedFormula(spec.key, spec, spec.cost_item, rule.function, rule.reads)
                for spec, rule in zip(document.formulas, formulas, strict=True)
            ),
            verdict={
                answer: tuple(
                    condition(path, spec.label)
                    for path, spec in each_at(f"verdict.{answer}", getattr(document.verdict, answer))
                )
                for answer in ANSWERS
            },
            risks=tuple(
                PlannedRisk(spec, condition(node, spec.label))
                for node, spec in zip(risk_nodes, document.stall_risks, strict=True)
            ),
            figures={
                "act_from": document.verdict.act_from,
                "offer_price": document.offer.price,
                "recoverable_share": document.offer.recoverable_share,
                "required_return": document.offer.required_return,
            },
            attributes=self._used(),
            days={key: days for key in self.attributes if (days := self._days(key))},
            names=self.names,
            graph=graph,
            propose_when=propose_when.function if propose_when else None,
        )

    def _used(self) -> dict[str, AttributeSpec]:
        """Return the attributes that rules read or that answers are evidence for."""
        answered = {question.attribute for section in self.document.sections for question in section.questions}
        return {key: spec for key, spec in self.attributes.items() if key in self.rules.read_bases | answered}

    def _section(self, spec: SectionSpec, shown: Mapping[str, Rule]) -> PlannedSection:
        questions = tuple(self._question(question, spec.dimension, shown) for question in spec.questions)
        return PlannedSection(spec, SCORE_NAMES[spec.dimension], questions)

    def _question(self, spec: QuestionSpec, dimension: Dimension, shown: Mapping[str, Rule]) -> PlannedQuestion:
        value = self.values[spec.key]
        return PlannedQuestion(
            key=spec.key,
            spec=spec,
            dimension=dimension,
            value=value,
            scoring=scoring_of(spec),
            shown=shown[spec.key].function if spec.key in shown else None,
            if_hidden=None if spec.if_hidden is None else decode(value, spec.if_hidden),
            attribute=spec.attribute,
            days=self._days(spec.key),
            attribute_days=self._days(spec.attribute) if spec.attribute else (),
            points=self._points(spec.key),
        )

    def _days(self, key: str) -> tuple[str, ...]:
        """Return the names of days until and since a date that rules read."""
        return tuple(name for name in (f"days_until_{key}", f"days_since_{key}") if name in self.rules.read)

    def _points(self, key: str) -> str:
        """Return the name of a question's points if rules read it."""
        name = f"{POINTS_OF}{key}"
        return name if name in self.rules.read and name in self.names.points else ""


def _urgency(key: str, text: str) -> PlannedQuestion:
    """Return one of the two questions that stand outside the sections."""
    spec = QuestionSpec(key, text, QuestionType.SCALE)
    return PlannedQuestion(key, spec, None, value_of(spec), None)
