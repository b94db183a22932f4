"""What a prospect could find out about answers that are not its own, by trying."""

from collections.abc import Iterator
from dataclasses import fields

from assessments.domain.plan import TemplatePlan
from assessments.domain.template_checks import questions_at
from leads.domain.documents import Problem
from leads.domain.rules import Kind
from leads.domain.rules.rule import checked
from leads.domain.rules.tree import Compare, InList, Part

GRADED = frozenset({Kind.NUMBER, Kind.DATE})


def told_by_trying(plan: TemplatePlan) -> Iterator[Problem]:
    """Yield the prospect's questions that show or hide by comparing its own number with one that it must not see.

    It may correct its answers, so that question coming and going would tell the other number digit by digit.
    Whether a question is asked at all tells one thing and no more, which is what branching is for.
    """
    for path, spec in questions_at(plan.document):
        if not spec.for_prospect or not spec.show_when.strip():
            continue
        part, _ = checked(spec.show_when, plan.names.all)
        for comparison in _comparisons(part):
            graded = [name for name in dict.fromkeys(comparison.reads) if plan.names.all[name].kind in GRADED]
            own = [name for name in graded if _is_own(plan, name)]
            others = [name for name in graded if name not in own]
            if own and others:
                yield Problem(
                    f"{path}.show_when",
                    f"compares the prospect's own `{own[0]}` with `{others[0]}`, which it must not see and could find "
                    "out by trying; compare one of them with a fixed number, or do not ask the prospect this question",
                )


def _is_own(plan: TemplatePlan, name: str) -> bool:
    question = plan.questions.get(plan.names.base(name))
    return question is not None and question.spec.for_prospect


def _comparisons(part: Part) -> Iterator[Compare | InList]:
    if isinstance(part, Compare | InList):
        yield part
        return
    for field in fields(part):
        value = getattr(part, field.name)
        for inner in value if isinstance(value, tuple) else (value,):
            if isinstance(inner, Part):
                yield from _comparisons(inner)
