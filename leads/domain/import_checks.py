"""Whether a mapping fits a file and a business, found out before anything is written."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from leads.domain.documents import Problem
from leads.domain.import_mapping import AttributeColumn, ImportMapping
from leads.domain.import_reading import suggestion
from leads.domain.values import AttributeSpec, ValueRefused, ValueType, parse


def header_problems(mapping: ImportMapping, header: Sequence[str]) -> list[Problem]:
    """Return the columns that the file lacks or has twice, and those that nobody reads or ignores.

    A column without a name, as an end of line after a delimiter makes one, is no problem.
    """
    named = [name for name in header if name]
    found = [
        Problem("file", f'The column "{name}" is there {count} times; which one is meant?')
        for name, count in Counter(named).items()
        if count > 1
    ]
    read: dict[str, str] = {}
    for path, column in mapping.columns():
        read.setdefault(column, path)
        if column and column not in named:
            found.append(Problem(path, _no_column(column, named)))
    for column in mapping.ignore:
        if column not in named:
            found.append(Problem("file.ignore", _no_column(column, named)))
        if column in read:
            found.append(Problem("file.ignore", f'"{column}" is ignored, yet {read[column]} reads it'))
    if not mapping.ignore_others:
        unread = [name for name in dict.fromkeys(named) if name not in read and name not in mapping.ignore]
        found += [
            Problem("file", f'Nobody reads the column "{name}"; map it, or list it under file.ignore')
            for name in unread
        ]
    return found


def _no_column(column: str, named: Sequence[str]) -> str:
    return f'The file has no column "{column}".{suggestion(column, named)}'


def attribute_problems(
    mapping: ImportMapping, specs: Mapping[str, AttributeSpec], archived: Collection[str]
) -> list[Problem]:
    """Return what is wrong with the attributes; `specs` has those in use."""
    found: list[Problem] = []
    for column in mapping.attributes:
        path = f"attributes.{column.key}"
        spec = specs.get(column.key)
        if column.key in archived:
            found.append(Problem(path, "This attribute is archived"))
        elif spec is None:
            hint = suggestion(column.key, list(specs))
            found.append(Problem(path, f"The business has no such attribute.{hint}"))
        elif spec.counts_days is not None:
            found.append(Problem(path, "It is counted from engagements and cannot be imported"))
        else:
            found += _column_problems(path, column, spec)
    return found


def _column_problems(path: str, column: AttributeColumn, spec: AttributeSpec) -> Iterator[Problem]:
    if column.format is not None and spec.type != ValueType.DATE:
        yield Problem(f"{path}.format", f"Only dates have a format, and this is a {spec.type.value}")
    replacements = [(f'{path}.values."{text}"', value) for text, value in column.values.items()]
    if column.otherwise is not None:
        replacements.append((f"{path}.otherwise", column.otherwise))
    for place, value in replacements:
        try:
            parse(spec, value, date_format=column.format)
        except ValueRefused as error:
            yield Problem(place, f"{error.message}{suggestion(value, spec.codes)}")
