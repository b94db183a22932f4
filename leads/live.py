"""Telling those who watch that something changed, as soon as the change is committed.

A topic names what changed, such as `lead:12`; it says nothing of how, for who is told reads it anew. On
PostgreSQL every process is told, on SQLite this one only. See `docs/live.md`.
"""

from collections.abc import Callable, Collection, Iterable
from functools import partial

from django.db import connection, transaction

CHANNEL = "live"
"""PostgreSQL's channel; the payload of a notification is one topic."""

ONE_BY_ONE = 100
"""Leads that are named themselves when they change together; of more, all of the business's are told."""

listeners: list[Callable[[Collection[str]], None]] = []
"""What is called in this process, from any thread, where the database cannot tell it."""


def topic(kind: str, pk: int) -> str:
    return f"{kind}:{pk}"


def topics_of_lead(business_id: int, lead_id: int) -> tuple[str, str]:
    """Return all topics under which a change of the lead may be told."""
    return topic("lead", lead_id), topic("leads", business_id)


def tell(*topics: str) -> None:
    """Tell who watches these topics once the transaction is committed; nobody if it is not.

    PostgreSQL tells a topic once for each transaction, however often it is named.
    """
    if not topics:
        return
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, t) FROM unnest(%s::text[]) t", [CHANNEL, list(topics)])
    else:
        transaction.on_commit(partial(_deliver, topics))


def tell_of_leads(business_id: int, lead_ids: Iterable[int]) -> None:
    """Tell that leads of one business changed: each by its topic, or all at once if they are many."""
    changed = set(lead_ids)
    if len(changed) > ONE_BY_ONE:
        tell(topic("leads", business_id))
    else:
        tell(*(topic("lead", lead_id) for lead_id in sorted(changed)))


def _deliver(topics: Collection[str]) -> None:
    for listener in listeners:
        listener(topics)
