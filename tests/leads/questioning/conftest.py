"""Says at the end of a run how well the lint did on each part of the corpus."""

from typing import Any

from tests.leads.questioning.corpus import DEVELOPMENT, FIRST, SECOND, THIRD, measure, of


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print the figures; docs/wording.md repeats them."""
    parts = {"Development": [DEVELOPMENT], "Held out": [FIRST, SECOND], "  first": [FIRST], "  second": [SECOND]}
    parts["Near misses"] = [THIRD]
    terminalreporter.section("wording of questions", sep="-")
    for name, halves in parts.items():
        terminalreporter.write_line(f"{name}: {measure(of(*halves))}")
