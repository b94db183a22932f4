from collections.abc import Callable, Iterator
from typing import Any

import pytest

from playbook.models import Delivery, Webhook
from playbook.services import deliveries
from playbook.services.webhooks import create_webhook
from tests.playbook.deliveries.receiving import Receiver, receiving


@pytest.fixture
def here(settings) -> None:
    """Let webhooks lead to this machine, over plain HTTP."""
    settings.WEBHOOK_ALLOW_PRIVATE = True


@pytest.fixture
def receiver(here) -> Iterator[Receiver]:
    with receiving() as found:
        yield found


@pytest.fixture
def still(monkeypatch) -> None:
    """No time goes by while something is sent, and chance adds nothing to waits."""
    monkeypatch.setattr(deliveries, "monotonic", lambda: 0.0)
    monkeypatch.setattr(deliveries.random, "random", lambda: 0.0)


@pytest.fixture
def webhook(manager, now) -> Callable[[str], Webhook]:
    def made(url: str) -> Webhook:
        return create_webhook(name="Warehouse", url=url, by=manager, now=now).webhook

    return made


@pytest.fixture
def deliver(business, now) -> Callable[..., Delivery]:
    """Make a delivery that waits to be sent."""

    def made(**given: Any) -> Delivery:
        given = {"body": '{"type":"test"}', "created_at": now, "try_at": now} | given
        return Delivery.objects.create(business=business, **given)

    return made
