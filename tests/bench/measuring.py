"""How things are measured: in turn within one run, by the median, in wall and in processor time."""

import gc
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table. `holds` is None where no bound was set."""

    figure: str
    result: str
    wanted: str = ""
    holds: bool | None = None


@dataclass(frozen=True, slots=True)
class Spent:
    """The median of what one call took, in seconds; `processor` is this process's share of it."""

    wall: float
    processor: float

    def __str__(self) -> str:
        return f"{self.wall * 1e3:,.1f} ms ({self.processor * 1e3:,.1f} ms of this process)"


Call = Callable[[], Any]


def in_turn(
    parts: Mapping[str, Call],
    *,
    rounds: int,
    calls: int = 1,
    before: Mapping[str, Call] | None = None,
) -> dict[str, Spent]:
    """Measure the parts in turn, so that whatever slows the machine down slows all of them.

    In each of the rounds every part is called so often; `before` is done ahead of a part, unmeasured.
    """
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in parts}
    for _ in range(rounds):
        for name, call in parts.items():
            if before is not None and name in before:
                before[name]()
            gc.collect()
            for _ in range(calls):
                wall, processor = time.perf_counter(), time.process_time()
                call()
                found[name].append((time.perf_counter() - wall, time.process_time() - processor))
    return {
        name: Spent(median(wall for wall, _ in spent), median(processor for _, processor in spent))
        for name, spent in found.items()
    }


def at_most(figure: str, ratio: float, bound: float, detail: str) -> Row:
    return Row(figure, f"{ratio:.2f} × ({detail})", f"at most {bound:g} ×", ratio <= bound)


def at_least(figure: str, ratio: float, bound: float, detail: str) -> Row:
    return Row(figure, f"{ratio:.2f} × ({detail})", f"at least {bound:g} ×", ratio >= bound)
