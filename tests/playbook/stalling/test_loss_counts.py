"""How often the reasons of lost leads had been foreseen, as managers read it."""

from leads.models import Reason, Transition
from playbook.models import LossReview

QUERY = "{ lossCounts { key label lost foreseen notForeseen nothingPredicted } }"


def lose(business, lead, reason, foreseen, now):
    cause = Reason.objects.get(business=business, kind="lost", key=reason)
    receipt = Transition.objects.create(
        business=business, lead=lead, to_stage="lost", at=now, door="api", level_in_force="sql", cause=cause
    )
    LossReview.objects.create(business=business, lead=lead, transition=receipt, cause=cause, foreseen=foreseen, at=now)


def test_reasons_are_counted_with_what_was_foreseen(
    business, manager, other_business, stranger, make_lead, frontend, now
):
    for number, (reason, foreseen) in enumerate(
        [
            ("budget", "no"),
            ("no_decision", "yes"),
            ("no_decision", "yes"),
            ("no_decision", "no"),
            ("no_decision", "nothing_predicted"),
        ]
    ):
        lose(business, make_lead(manager, f"Lost {number}"), reason, foreseen, now)
    lose(other_business, make_lead(stranger, "Theirs"), "budget", "yes", now)

    body = frontend(manager, path="/graphql/reporting/")(QUERY)

    assert body["data"]["lossCounts"] == [
        {
            "key": "no_decision",
            "label": "No decision",
            "lost": 4,
            "foreseen": 2,
            "notForeseen": 1,
            "nothingPredicted": 1,
        },
        {"key": "budget", "label": "Budget", "lost": 1, "foreseen": 0, "notForeseen": 1, "nothingPredicted": 0},
    ]


def test_a_salesperson_reads_no_reports(business, rep, frontend):
    body = frontend(rep, path="/graphql/reporting/")(QUERY)

    assert body.get("data") is None
    assert body["errors"]
