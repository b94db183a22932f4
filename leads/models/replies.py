"""Replies to requests that may be sent twice."""

from django.db import models

from leads.models.base import TenantModel


class IdempotentReply(TenantModel):
    """What one request was answered, kept so that the same request sent again gets the same answer.

    Written in the transaction of the change itself: it is there if and only if the change is. `scope` says
    who asked, such as `member:12`; a key belongs to whoever chose it.
    """

    scope = models.CharField(max_length=63)
    key = models.CharField(max_length=255)
    request_hash = models.CharField(max_length=64, help_text="SHA-256 of the request's body.")
    status = models.PositiveSmallIntegerField()
    content_type = models.CharField(max_length=100)
    body = models.BinaryField(help_text="The reply as it was sent, encrypted with a key made from SECRET_KEY.")
    at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name_plural = "idempotent replies"
        constraints = [models.UniqueConstraint(fields=["business", "scope", "key"], name="idempotent_reply_once")]

    def __str__(self) -> str:
        return f"{self.scope} {self.key}"
