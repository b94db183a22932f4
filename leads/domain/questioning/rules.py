"""All rules, in the order in which they are told: the most telling first."""

from leads.domain.questioning.asking import ASKING
from leads.domain.questioning.pitching import PITCHING

RULES = (*PITCHING, *ASKING)
