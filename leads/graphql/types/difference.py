from collections.abc import Iterable

import strawberry

from leads.domain.difference import Change, ChangeKind


@strawberry.type(description="One thing that differs, in words.")
class ChangeDetail:
    what: str = strawberry.field(description="What differs, such as “Points of step 2 “50 to 199 people””.")
    before: str = strawberry.field(description="As it was; empty where there was nothing.")
    after: str = strawberry.field(description="As it is; empty where there is nothing any more.")


@strawberry.type(description="What became of one part of a version in another version.")
class VersionChange:
    kind: ChangeKind = strawberry.field(description="What became of it.")
    subject: str = strawberry.field(description="What it is: schema, criterion, level, attribute or test case.")
    key: str = strawberry.field(description="Its stable name; of a level mql or sql, of a test case what it is called.")
    label: str = strawberry.field(description="What a person reads.")
    details: list[ChangeDetail] = strawberry.field(
        description="What differs in it; of something that came or went, what it says."
    )


@strawberry.type(description="What became of one version in another.")
class VersionDifference:
    changes: list[VersionChange] = strawberry.field(description="Part by part; empty if both say the same.")


def difference_out(changes: Iterable[Change]) -> VersionDifference:
    return VersionDifference(changes=[_change_out(change) for change in changes])


def _change_out(change: Change) -> VersionChange:
    return VersionChange(
        kind=change.kind,
        subject=change.subject,
        key=change.key,
        label=change.label,
        details=[ChangeDetail(what=said.what, before=said.before, after=said.after) for said in change.details],
    )
