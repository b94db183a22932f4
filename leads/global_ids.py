"""The ids by which every API knows a row: base64 of `Type:key`; type names never change."""

import base64
import binascii


def global_id(type_name: str, pk: object) -> str:
    return base64.b64encode(f"{type_name}:{pk}".encode()).decode()


def decode_id(text: str) -> tuple[str, int] | None:
    """Return the type and key behind a global id, None if it is none, or written otherwise than we do."""
    try:
        type_name, _, key = base64.b64decode(text, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return None
    if not (key.isascii() and key.isdigit()) or len(key) > 18 or global_id(type_name, int(key)) != text:
        return None
    return type_name, int(key)
