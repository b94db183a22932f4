"""Who watches which topics in this process, and who wakes them."""

import asyncio
import threading
from collections import Counter, defaultdict
from collections.abc import Collection, Hashable

from django.db import connection

from leads import live

from .listening import Told, listen

READY_AFTER_AT_MOST = 5.0  # seconds


class Watcher:
    """One stream's ear: it only keeps that something changed, so a burst of changes is one.

    `watch` and `wake` may be called from any thread, the rest in the event loop that it was made in.
    """

    def __init__(self, hub: "Hub", owner: Hashable) -> None:
        self.owner = owner
        self.topics: set[str] = set()
        self._hub = hub
        self._loop = asyncio.get_running_loop()
        self._changed = asyncio.Event()

    def watch(self, *topics: str) -> None:
        """Be woken when one of these topics changes, from now on."""
        self._hub.add(self, topics)

    def wake(self) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._changed.set)

    def forget(self) -> None:
        """Take whatever changed until now as known."""
        self._changed.clear()

    async def changed(self, seconds: float) -> bool:
        """Wait until something changed since the last time, so long at most; return whether it did."""
        try:
            await asyncio.wait_for(self._changed.wait(), seconds)
        except TimeoutError:
            return False
        self._changed.clear()
        return True


class Hub:
    """The watchers of this process; while there are any, it listens to PostgreSQL with one connection."""

    def __init__(self) -> None:
        self.ending = False
        self._lock = threading.Lock()
        self._watchers: set[Watcher] = set()
        self._by_topic: dict[str, set[Watcher]] = defaultdict(set)
        self._of: Counter[Hashable] = Counter()
        self._listening: asyncio.Task[None] | None = None
        self._told = Told(self.told, self.wake_all)

    def __len__(self) -> int:
        return len(self._watchers)

    def enter(self, owner: Hashable, at_most: int) -> Watcher | None:
        """Return a new watcher, which must `leave`; None if this owner has as many as it may have."""
        watcher = Watcher(self, owner)
        with self._lock:
            if self._of[owner] >= at_most:
                return None
            self._of[owner] += 1
            self._watchers.add(watcher)
            if self._listening is None and connection.vendor == "postgresql":
                self._told.ready.clear()
                self._listening = asyncio.create_task(listen(self._told))
        return watcher

    async def ready(self) -> None:
        """Wait until changes are heard of; not for long, since whoever watches is woken once they are."""
        if self._listening is not None:
            await self._told.wait_until_ready(READY_AFTER_AT_MOST)

    def add(self, watcher: Watcher, topics: Collection[str]) -> None:
        with self._lock:
            if watcher in self._watchers:
                watcher.topics.update(topics)
                for topic in topics:
                    self._by_topic[topic].add(watcher)

    def leave(self, watcher: Watcher) -> None:
        """Forget a watcher, from any thread; once more changes nothing."""
        with self._lock:
            if watcher not in self._watchers:
                return
            self._watchers.remove(watcher)
            for topic in watcher.topics:
                self._by_topic[topic].discard(watcher)
                if not self._by_topic[topic]:
                    del self._by_topic[topic]
            self._of[watcher.owner] -= 1
            if not self._of[watcher.owner]:
                del self._of[watcher.owner]
            if not self._watchers and self._listening is not None:
                listening, self._listening = self._listening, None
                loop = listening.get_loop()
                if not loop.is_closed():
                    loop.call_soon_threadsafe(listening.cancel)

    def told(self, topics: Collection[str]) -> None:
        """Wake who watches one of these topics; from any thread."""
        with self._lock:
            woken = {watcher for topic in topics for watcher in self._by_topic.get(topic, ())}
        for watcher in woken:
            watcher.wake()

    def wake_all(self) -> None:
        """Wake everybody: what changed meanwhile is not known."""
        with self._lock:
            woken = list(self._watchers)
        for watcher in woken:
            watcher.wake()

    def begin_to_end(self) -> None:
        """Let all streams end."""
        self.ending = True
        self.wake_all()

    async def end(self, seconds: float) -> None:
        """Let all streams end, and wait for that, so long at most."""
        self.begin_to_end()
        until = asyncio.get_running_loop().time() + seconds
        while self._watchers and asyncio.get_running_loop().time() < until:
            await asyncio.sleep(0.02)


hub = Hub()
live.listeners.append(hub.told)
