"""Keys made out of what people call things."""

import re
import unicodedata
from collections.abc import Container

from .words import is_key

AT_MOST = 63
_PREFIXES = ("days_until_", "days_since_")  # belong to the dates that they count


def key_from(label: str, taken: Container[str] = (), *, noun: str) -> str:
    """Return a key for something of this label: `Company size` becomes `company_size`.

    Where the label alone gives no key that rules can read, the noun helps; where the key is taken, a number.
    """
    plain = unicodedata.normalize("NFKD", label.casefold()).encode("ascii", "ignore").decode()
    key = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:AT_MOST].strip("_")
    if not is_key(key) or key.startswith(_PREFIXES):
        key = f"{noun}_{key}"[:AT_MOST].strip("_")
    found, number = key, 1
    while found in taken:
        number += 1
        ending = f"_{number}"
        found = f"{key[: AT_MOST - len(ending)]}{ending}"
    return found
