"""How many conditions are evaluated and how many leads judged, by one process and without a database."""

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from measuring import Row, in_turn
from samples import MAPPING, NOW, twelve_criteria, write_file

from leads.domain import explanation
from leads.domain.import_reading import read_mapping
from leads.domain.plan import compile_plan
from leads.domain.qualification import judge
from leads.domain.rules import Fact, Rule, compile_rule
from leads.domain.snapshot import Circumstances, Snapshot, absorb, names_of
from leads.services.importing.rows import RowReader
from leads.services.importing.source import records

LEADS = 2_000
ROUNDS = 5
AT = Circumstances(NOW, NOW.date(), {})


def measure(urls: Sequence[str]) -> Iterator[Row]:
    document = twelve_criteria()
    plan = compile_plan(document)
    known = list(snapshots())
    facts = [plan.facts(snapshot, AT)[0] for snapshot in known]
    names = names_of(document.attributes)
    rules = [compile_rule(band.when, names) for criterion in document.criteria for band in criterion.bands]
    spent = in_turn(
        {
            "conditions": partial(evaluate, rules, facts),
            "judge": lambda: [judge(plan, snapshot, AT) for snapshot in known],
            "explain": lambda: [explanation.pack(judge(plan, snapshot, AT)) for snapshot in known],
            "compile": lambda: compile_plan(document),
        },
        rounds=ROUNDS,
    )
    evaluated = len(rules) * LEADS / spent["conditions"].processor
    yield Row(f"rules: the {len(rules)} conditions of 12 criteria", f"{evaluated:,.0f} evaluations/s")
    for name, figure in (
        ("judge", "rules: leads judged by 12 criteria"),
        ("explain", "rules: the same with the explanation that is kept"),
    ):
        yield Row(figure, f"{LEADS / spent[name].processor:,.0f} leads/s")
    yield Row("rules: compiling the 12 criteria, once a version and process", str(spent["compile"]))


def evaluate(rules: Sequence[Rule], known: Sequence[Mapping[str, Fact]]) -> None:
    functions: list[Callable[[Mapping[str, Fact]], Fact]] = [rule.function for rule in rules]
    for facts in known:
        for function in functions:
            function(facts)


def snapshots() -> Iterator[Snapshot]:
    """Yield what is known of leads as they are imported."""
    mapping = read_mapping(MAPPING)
    specs = {spec.key: spec for spec in twelve_criteria().attributes}
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "leads.csv"
        write_file(path, LEADS)
        rows = records(path, mapping)
        header = tuple(cell.strip() for cell in next(rows).cells)
        reader = RowReader(mapping, header, specs, {}, ZoneInfo("UTC"), NOW.astimezone(UTC))
        for record in rows:
            yield absorb({}, reader.read(record).values, at=NOW, source="import", evidence=0)
