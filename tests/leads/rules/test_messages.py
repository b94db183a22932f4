"""What the author of a rule is told when it cannot be used."""

import pytest

from leads.domain.rules import (
    Kind,
    Name,
    RuleError,
    RuleSyntax,
    RuleToken,
    RuleTooLong,
    RuleType,
    RuleUnknownChoice,
    RuleUnknownName,
    compile_rule,
)

NAMES = {
    "employees": Name(Kind.NUMBER),
    "budget": Name(Kind.NUMBER),
    "has_pain": Name(Kind.YES_NO),
    "urgent": Name(Kind.YES_NO),
    "city": Name(Kind.TEXT),
    "industry": Name(Kind.TEXT, ("bank", "software")),
    "vendors": Name(Kind.CHOICES, ("sap", "oracle")),
    "decision_date": Name(Kind.DATE),
}


def refusal(text, **options):
    with pytest.raises(RuleError) as caught:
        compile_rule(text, NAMES, **options)
    return caught.value


@pytest.mark.parametrize(
    ("text", "message", "position", "suggestion"),
    [
        ("emploees > 3", "There is no `emploees`; did you mean `employees`?", 0, "employees"),
        ("has_pain and Budget > 3", "There is no `Budget`; did you mean `budget`?", 13, "budget"),
        ("has_pain == True", "There is no `True`; did you mean `true`?", 12, "true"),
        ("xyzzy > 3", "There is no `xyzzy`.", 0, None),
    ],
)
def test_an_unknown_name_gets_a_suggestion(text, message, position, suggestion):
    error = refusal(text)

    assert (type(error), error.code) == (RuleUnknownName, "rule_unknown_name")
    assert (error.message, error.position, error.suggestion) == (message, position, suggestion)


@pytest.mark.parametrize(
    ("text", "message", "position"),
    [
        ('employees == "many"', '`employees == "many"` compares a number with a text.', 0),
        ("has_pain and employees == city", "`employees == city` compares a number with a text.", 13),
        ('budget > d"2026-01-01"', '`budget > d"2026-01-01"` compares a number with a date.', 0),
        ("decision_date > 3", "`decision_date > 3` compares a date with a number.", 0),
        ("has_pain == 1", "`has_pain == 1` compares a yes or no with a number.", 0),
        ('budget in [1, "a"]', '`budget in [1, "a"]` compares a number with a text.', 0),
        ("city in [budget]", "`city in [budget]` compares a text with a number.", 0),
        ('has_pain and "x"', '`"x"` is a text, but `and` joins only yes or no.', 13),
        ("budget or has_pain", "`budget` is a number, but `or` joins only yes or no.", 0),
        ("not budget", "`budget` is a number, but `not` turns only yes or no around.", 4),
        ("not (budget + 1)", "`(budget + 1)` is a number, but `not` turns only yes or no around.", 4),
        ("budget ? true : false", "`budget` is a number, but before `?` stands a yes or no.", 0),
        ('has_pain ? 1 : "x"', '`has_pain ? 1 : "x"` gives a number or a text; both must be of one kind.', 0),
        ('city > "a"', '`city > "a"` orders a text, but `>` works only with numbers and dates.', 0),
        (
            "has_pain < urgent",
            "`has_pain < urgent` orders a yes or no, but `<` works only with numbers and dates.",
            0,
        ),
        ("city + 1 > 3", "`city` is a text, but `+` works only with numbers.", 0),
        (
            "decision_date - decision_date > 3",
            "`decision_date` is a date, but `-` works only with numbers.",
            0,
        ),
        (
            "decision_date + 7 > decision_date",
            "`decision_date` is a date, but `+` works only with numbers.",
            0,
        ),
        (
            "(has_pain and urgent) * 2 > 1",
            "`(has_pain and urgent)` is a yes or no, but `*` works only with numbers.",
            0,
        ),
        ("-city == 1", "`city` is a text, but `-` works only with numbers.", 1),
        ("max(budget, city) > 1", "`city` is a text, but `max` works only with numbers.", 12),
        ('"x" in city', "`city` is a text, but after `in` comes a list or a multiple choice.", 7),
        ("budget in vendors", "`budget` is a number, but a multiple choice holds texts.", 0),
        (
            'vendors in ["sap"]',
            '`vendors` is a multiple choice, but look for one choice like this: "a" in vendors.',
            0,
        ),
        (
            "vendors == vendors",
            "`vendors == vendors` compares multiple choices; use `in` to look for one choice.",
            0,
        ),
        ("budget + not has_pain > 1", "`not` gives a yes or no, but `+` does not work with yes or no.", 9),
        ("round(budget, 2.5) > 1", "`2.5` is not a number of decimals; `round` takes 0 to 10.", 14),
        (
            "round(budget, employees) > 1",
            "`employees` is not a number of decimals; `round` takes 0 to 10.",
            14,
        ),
        ("budget in budget * 3", "This rule combines parts that do not fit together.", 0),
        ("budget * 2", "The rule gives a number, but a yes or no is needed.", 0),
    ],
)
def test_a_mismatch_names_the_smallest_part_that_does_not_fit(text, message, position):
    error = refusal(text)

    assert (type(error), error.code) == (RuleType, "rule_type")
    assert (error.message, error.position) == (message, position)


@pytest.mark.parametrize(
    ("text", "message", "position", "suggestion"),
    [
        ('industry == "banc"', "`industry` has no choice `banc`; did you mean `bank`?", 12, "bank"),
        ('"Bank" != industry', "`industry` has no choice `Bank`; did you mean `bank`?", 0, "bank"),
        (
            'industry in ["bank", "zzz"]',
            "`industry` has no choice `zzz`; there is `bank`, `software`.",
            21,
            None,
        ),
        ('"sab" in vendors', "`vendors` has no choice `sab`; did you mean `sap`?", 0, "sap"),
        ('"banc" in [industry]', "`industry` has no choice `banc`; did you mean `bank`?", 0, "bank"),
        (
            'industry == (urgent ? "bank" : "softwear")',
            "`industry` has no choice `softwear`; did you mean `software`?",
            31,
            "software",
        ),
    ],
)
def test_a_text_that_is_none_of_the_choices_is_refused(text, message, position, suggestion):
    error = refusal(text)

    assert (type(error), error.code) == (RuleUnknownChoice, "rule_unknown_choice")
    assert (error.message, error.position, error.suggestion) == (message, position, suggestion)


def test_a_text_without_closed_choices_can_be_compared_with_any_text():
    assert compile_rule('city == "anywhere"', NAMES).reads == ("city",)


@pytest.mark.parametrize(
    ("text", "message", "position"),
    [
        ("", "The rule is empty.", 0),
        (" \n\t ", "The rule is empty.", 0),
        ("budget >", "The rule ends too early, after `>`.", 8),
        ("has_pain ? urgent", "The rule ends too early, after `urgent`.", 17),
        ("(budget > 3", "This `(` is never closed.", 0),
        ("budget > 3)", "This `)` closes nothing.", 10),
        ("budget in [1)", "A list holds only plain values and names, not `)`.", 12),
        (
            "1 < budget < 5",
            "Comparisons cannot be chained at `<`; join them with `and`, as in a < b and b < c.",
            11,
        ),
        ("has_pain AND urgent", "There is no `AND`; did you mean `and`?", 9),
        (
            "has_pain urgent",
            "Something is missing between `has_pain` and `urgent`, such as `and` or `==`.",
            9,
        ),
        ("budget == or", "`or` makes no sense here after `==`.", 10),
        ("and", "`and` makes no sense here.", 0),
        ("abs(budget) > 1", "`abs` cannot be called. The only functions are min, max and round.", 0),
        ("min > 3", "`min` needs parentheses, as in min(…).", 0),
        ("budget > max", "`max` needs parentheses, as in max(…).", 9),
        ("min(budget) > 3", "`min` needs two or more numbers.", 0),
        ("round() > 3", "`round` needs a number, and perhaps how many decimals.", 0),
        ("() > 1", "Parentheses hold exactly one expression.", 0),
        ("(budget, 1) > 1", "Parentheses hold exactly one expression.", 0),
        ("budget in []", "The list is empty.", 10),
        ("[1] == budget", "A list in [ ] may only stand directly after `in`.", 0),
        ("budget[0] > 1", "A list in [ ] may only stand directly after `in`.", 6),
        ("budget in [1 + 2]", "A list holds only plain values and names, not `+`.", 13),
        (
            "budget in [x for x in [1]]",
            "Something is missing between `x` and `for`, such as `and` or `==`.",
            13,
        ),
        ("budget in [[1]]", "A list in [ ] may only stand directly after `in`.", 11),
        ('"a" in "abc"', 'After `in` comes a list like ["a", "b"] or a multiple choice, not `"abc"`.', 7),
    ],
)
def test_a_rule_that_makes_no_sense_says_where(text, message, position):
    error = refusal(text)

    assert (type(error), error.code) == (RuleSyntax, "rule_syntax")
    assert (error.message, error.position) == (message, position)


@pytest.mark.parametrize(
    ("text", "sign", "suggestion"),
    [
        ("budget = 3", "=", "=="),
        ("budget <> 3", "<>", "!="),
        ("budget ≥ 3", "≥", ">="),
        ("has_pain && urgent", "&&", "and"),
        ("has_pain || urgent", "||", "or"),
        ("!has_pain", "!", "not"),
        ("city == “a”", "“", '"'),
    ],
)
def test_a_sign_from_another_language_gets_a_suggestion(text, sign, suggestion):
    error = refusal(text)

    assert (type(error), error.code, error.suggestion) == (RuleToken, "rule_token", suggestion)
    assert error.message == f"`{sign}` is not part of the rule language; did you mean `{suggestion}`?"
    assert error.position == text.index(sign)


@pytest.mark.parametrize(
    "text",
    [
        "budget ** 2",
        "budget // 2",
        "budget % 2",
        "budget << 2",
        "budget >> 2",
        "budget ^ 2",
        "city =~ 'a'",
        "city !~ 'a'",
        "budget.real",
        "budget ?? 1",
        "{} == city",
        "$pi > 3",
        "budget # note",
        "budget; 1",
        "budget > .5",
        "é > 1",
        "has_pain\\urgent",
    ],
)
def test_a_sign_outside_the_language_is_refused(text):
    error = refusal(text)

    assert (type(error), error.code) == (RuleToken, "rule_token")
    assert error.message.endswith("is not part of the rule language.")


@pytest.mark.parametrize("text", ["budget == null", "budget < inf", "nan > budget", "budget if has_pain else 1"])
def test_words_of_other_languages_mean_nothing(text):
    assert refusal(text).code in {"rule_unknown_name", "rule_syntax"}


@pytest.mark.parametrize(
    "digits", ["1e5", "0x1f", "0b1", "0o7", "007", "5.", "1.2.3", "1_000", "9" * 19, "0." + "1" * 11]
)
def test_a_number_is_written_in_plain_digits(digits):
    error = refusal(f"budget > {digits}")

    assert (type(error), error.position) == (RuleToken, 9)
    assert error.message == (
        f"`{digits}` is not a number here. Write plain digits like 10000 or 0.5,"
        " at most 18 before the point and 10 after it."
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('city == "a', "A text begins here but its closing quote is missing."),
        ('city == "a\nb"', "A text begins here but its closing quote is missing."),
        ('city == "a\\n"', "`\\n` is not allowed in a text; a backslash itself is written `\\\\`."),
        ('city == b"a"', "`b` cannot stand directly before a text."),
        ('city == r"a"', "`r` cannot stand directly before a text."),
        ('city == f"a"', "`f` cannot stand directly before a text."),
        ('city == t"P1D"', "`t` cannot stand directly before a text."),
        ('decision_date > d"tomorrow"', 'A date is written like d"2026-03-01".'),
        ('decision_date > d"2026-03-01T10:00"', 'A date is written like d"2026-03-01".'),
        ('decision_date > d"2026-02-30"', "There is no day 2026-02-30."),
        ("budget\xa0> 1", "An invisible character stands here; write a plain space instead."),
        ("budget\x00 > 1", "The rule contains an invisible control character."),
        ('city == "\x1b"', "The rule contains an invisible control character."),
        ('city == "\ud800"', "The rule contains an invisible control character."),
    ],
)
def test_a_malformed_text_or_date_is_refused(text, message):
    error = refusal(text)

    assert (type(error), error.message) == (RuleToken, message)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1" * 2_001, "A rule has at most 2000 characters; this one has 2001."),
        (" + ".join(["1"] * 102) + " > 1", "A rule has at most 100 operators."),
        ("(" * 25 + "has_pain" + ")" * 25, "Brackets and `? :` may be at most 24 deep together."),
        ("urgent ? true : " * 25 + "false", "Brackets and `? :` may be at most 24 deep together."),
        ("not not not not has_pain", "At most 3 of `-` and `not` may follow each other."),
        ("- - - - budget > 1", "At most 3 of `-` and `not` may follow each other."),
        ("budget in [" + "1, " * 200 + "1]", "A list has at most 200 entries."),
    ],
)
def test_a_rule_has_limits(text, message):
    error = refusal(text)

    assert (type(error), error.code, error.message) == (RuleTooLong, "rule_too_long", message)


def test_any_kind_is_accepted_where_none_is_wanted():
    assert compile_rule("vendors", NAMES, wants=None).kind is Kind.CHOICES
    assert compile_rule("city", NAMES, wants=Kind.TEXT).kind is Kind.TEXT
    assert refusal("city", wants=Kind.NUMBER).message == "The rule gives a text, but a number is needed."
