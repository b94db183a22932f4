"""What can be wrong with the text of a rule, told to someone who has never programmed."""

from leads.domain.errors import DomainError


class RuleError(DomainError):
    """A rule that cannot be used.

    `position` counts characters from 0; `suggestion` is what could stand there instead.
    """

    code = "rule_invalid"

    def __init__(
        self,
        message: str,
        *,
        position: int | None = None,
        suggestion: str | None = None,
        field: str | None = None,
    ) -> None:
        super().__init__(message, field=field)
        self.position = position
        self.suggestion = suggestion


class RuleTooLong(RuleError):
    """Longer, deeper or busier than a rule may be."""

    code = "rule_too_long"


class RuleToken(RuleError):
    """A sign or a word that is not part of the language."""

    code = "rule_token"


class RuleSyntax(RuleError):
    """Known signs and words in an order that means nothing."""

    code = "rule_syntax"


class RuleUnknownName(RuleError):
    code = "rule_unknown_name"


class RuleUnknownChoice(RuleError):
    """A text compared with a name that can never have it."""

    code = "rule_unknown_choice"


class RuleType(RuleError):
    """Parts of different kinds that cannot be combined."""

    code = "rule_type"
