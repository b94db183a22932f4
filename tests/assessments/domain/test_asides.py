"""Why a question that was answered is asked no more."""

import pytest

from assessments.domain.asides import deciders
from tests.assessments.domain.templates import NOT_KNOWN, asked, attribute, choice, compiled, run, yes_no

CHAIN = {
    "attributes": (attribute("sector", "choice", codes=("bank", "shop")),),
    "problem": (
        yes_no("tried"),
        yes_no("left", show_when="tried", if_hidden=False),
        asked("obstacle", "text", show_when="tried and left"),
        choice("kind", ("mail", "0"), ("edi", "0")),
        asked("either", "text", show_when='kind == "mail" or left'),
        asked("bank", "text", show_when='sector == "bank" and tried'),
    ),
}


@pytest.mark.parametrize(
    ("answers", "question", "because"),
    [
        ({"tried": False, "left": True}, "obstacle", ("tried",)),
        ({"tried": NOT_KNOWN, "left": True}, "obstacle", ("tried",)),
        ({"left": True}, "obstacle", ("tried",)),
        ({"tried": True, "left": False}, "obstacle", ("left",)),
        ({"tried": True, "left": NOT_KNOWN}, "obstacle", ("left",)),
        ({"tried": True, "left": True}, "obstacle", ()),
        ({"tried": True, "left": False, "kind": "edi"}, "either", ("kind", "left")),
        ({"tried": False, "left": True, "kind": "edi"}, "either", ("kind", "tried")),
        ({"tried": True}, "bank", ("sector",)),
        ({"tried": False}, "bank", ("tried",)),
    ],
)
def test_only_what_was_asked_and_decides_is_named(answers, question, because):
    plan = compiled(**CHAIN)
    facts = {"sector": "shop"} if answers.get("tried") is True else {}

    assert deciders(plan, run(plan, answers, facts), question) == because
