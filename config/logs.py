"""What the log must not say."""

import logging
import re
from typing import Any

TOKEN = re.compile(r"(?<=/prospect/)[^/\s\"'?]+")


class HidesTokens(logging.Filter):
    """Takes the tokens of prospects' links out of the addresses in a line: who has one can open the link."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = _hidden(record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(map(_hidden, record.args))
        elif record.args:
            record.args = {name: _hidden(value) for name, value in record.args.items()}
        return True


def _hidden(value: Any) -> Any:
    return TOKEN.sub("…", value) if isinstance(value, str) else value
