"""Where the upper apps join in with diagnoses; they register in their `AppConfig.ready`."""

from collections.abc import Callable
from datetime import datetime

from assessments.models import Diagnosis

Follower = Callable[[Diagnosis, datetime], None]

when_diagnosis_changed: list[Follower] = []
"""Called with a saved diagnosis in the transaction in which its figures or its status changed, its row locked.

After an answer the lead's row is not locked. Answering is what people wait for most: spend two statements at most."""
