"""Currencies that a unit names: the codes of ISO 4217, their signs and what people call them."""

import re

# fmt: off
CODES = frozenset({
    "AED", "ARS", "AUD", "BGN", "BRL", "CAD", "CHF", "CLP", "CNY", "COP", "CZK", "DKK", "EGP", "EUR", "GBP",
    "HKD", "HUF", "IDR", "ILS", "INR", "ISK", "JPY", "KRW", "MXN", "MYR", "NGN", "NOK", "NZD", "PEN", "PHP",
    "PKR", "PLN", "QAR", "RON", "RSD", "RUB", "SAR", "SEK", "SGD", "THB", "TRY", "TWD", "UAH", "USD", "VND",
    "ZAR",
})
# fmt: on
DOLLARS = frozenset({"USD", "AUD", "CAD", "NZD", "SGD", "HKD", "TWD", "MXN", "ARS", "CLP", "COP"})
CROWNS = frozenset({"SEK", "NOK", "DKK", "ISK", "CZK"})
# Capital letters only count for codes: a TRY is a currency, a try is none.
CALLED = {
    "€": frozenset({"EUR"}),
    "euro": frozenset({"EUR"}),
    "euros": frozenset({"EUR"}),
    "$": DOLLARS,
    "us$": frozenset({"USD"}),
    "dollar": DOLLARS,
    "dollars": DOLLARS,
    "£": frozenset({"GBP"}),
    "¥": frozenset({"JPY", "CNY"}),
    "yen": frozenset({"JPY"}),
    "yuan": frozenset({"CNY"}),
    "₹": frozenset({"INR"}),
    "rupees": frozenset({"INR", "PKR"}),
    "₩": frozenset({"KRW"}),
    "₽": frozenset({"RUB"}),
    "₺": frozenset({"TRY"}),
    "₪": frozenset({"ILS"}),
    "zł": frozenset({"PLN"}),
    "fr.": frozenset({"CHF"}),
    "francs": frozenset({"CHF"}),
    "kr": CROWNS,
    "kr.": CROWNS,
    "kč": frozenset({"CZK"}),
    "r$": frozenset({"BRL"}),
}
# A thousand euros may be written k€ or kEUR.
_PARTS = re.compile(r"US\$|R\$|[€$£¥₹₩₽₺₪]|[^\W\d_]+\.?")
_THOUSANDS = re.compile(r"[kKmMT](?=[A-Z]{3}$)")


def other_currency(unit: str, currency: str) -> str:
    """Return the first word or sign in a unit that stands for another currency than this one, else nothing."""
    for part in _PARTS.findall(unit):
        code = _THOUSANDS.sub("", part)
        meant = frozenset({code}) if code in CODES else CALLED.get(part.casefold(), frozenset())
        if meant and currency not in meant:
            return str(part)
    return ""
