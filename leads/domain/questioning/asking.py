"""Rules on how a question is put, whatever it asks about."""

from leads.domain.questioning.finding import Severity
from leads.domain.questioning.rule import Rule, error, warning

DOUBLE = "double-question"
TOO_LONG = "too-long"
WORDS_AT_MOST = 30

_AT_START = r"(?:^|[.?!,;:–—-] |\b(?:so|but|and) )"
_BAD = (
    r"(?:painful|frustrating|annoying|expensive|costly|hard|difficult|terrible|awful|tiring|stressful|a nightmare"
    r"|tough)"
)

ASKING = (
    error(
        "leading",
        "It puts the answer into their mouth, so a yes proves nothing.",
        "Don't you agree that typing orders by hand is outdated?",
        "How does this go today?",
        _AT_START + r"(?:is|are|was|were|do|does|did|would|could|should|ca|has|have|had|wo|must)n't <w>",
        r", ?(?:right|correct|agreed|yes|no|true|ok|okay|isn't that so|am i right)\s*\?",
        r"^(?:are|do|would|should|could|have|did|will|can) you not\b|\b(?:would|is) it not\b(?! (?:possible"
        r"|allowed)\b)",
        r"\bagree(?: with me)? that\b|\bwith me that\b|\b(?:fair|safe|right|correct) (?:to say|in saying|to assume"
        r"|that you)\b|\bcan (?:we|you) (?:all )?(?:agree|admit)\b",
        r"\b(?:can|could) you imagine\b|^(?:just )?imagine\b|\bI (?:guess|suppose|assume|bet"
        r"|imagine) (?:that )?(?:you|your|it|this"
        r"|that)\b",
        r"\b(?:i'm|i am|we are|we're) sure\b|\byou(?:'d| would| will|'ll) (?:surely |certainly |probably )?agree\b"
        r"|\bafford (?:not to|to (?:lose|wait|ignore|go on))\b",
        r"\bdo you (?:really|seriously|even) (?:want|believe|think)\b|\bdo you reali[sz]e (?:how|that|what)\b"
        r"|^why not\b|\bwould you rather\b",
        _AT_START
        + r"(?:surely|obviously|clearly|of course|naturally|undoubtedly|no doubt|everybody|everyone|we all)\b",
        r"\b(?:surely|obviously|as you (?:certainly |surely )?know)\b",
        r"\b(?:that|it|this) must(?: really)? be (?:<w> )?" + _BAD + r"\b",
        r"\b(?:would|wouldn't) it(?: not)? be (?:<w> )?(?:great|nice|good|helpful|better|wonderful|easier|useful"
        r"|best) (?:if|to)\b",
        _AT_START
        + r"(?:do|would|don't|wouldn't) you (?:<w> )?(?:want|like|love|wish|prefer) to (?:save|reduce|lower|cut"
        r"|increase|improve|grow|avoid|get rid|earn|pay less|sell more|gain|speed|boost|win|be more|spend less"
        r"|lose less)\b",
    ),
    Rule(
        DOUBLE,
        Severity.ERROR,
        "It asks two things at once; one of them stays without an answer.",
        "How many hours does it take and who does it?",
        "“How many hours does it take?” Then, on its own: “Who does it?”",
    ),
    warning(
        "hypothetical",
        "What they would do is a guess; what they did is known.",
        "Would you use a shared list for it?",
        "What did you do the last time it happened?",
        r"\bwould you (?:ever )?(?:use|like|prefer|consider|recommend|try|do if)\b"
        r"|\bif you could\b|\bhow would you feel\b|\bwhat would you do if\b",
    ),
    warning(
        "yes-or-no-for-a-number",
        "A yes tells neither how often nor how much.",
        "Does it take a lot of time?",
        "How many hours does it take in a week?",
        r"^(?:do|does|is|are|did|has|have|was|were)\b(?: <w>){1,8}? (?:a lot|lots of|often|frequently|too much"
        r"|too many|expensive|costly|many|much)\b",
    ),
    warning(
        "jargon",
        "They answer best in their own words.",
        "What are your main pain points regarding end-to-end visibility?",
        "What bothers you most in your daily work?",
        r"\b(?:pain points?|roi|synerg(?:y|ies)|leverag(?:e|ing)|paradigm|best-in-class|digital transformation"
        r"|holistic|end-to-end|seamless(?:ly)?|value propositions?|low-hanging fruit|cutting-edge|game-?changers?"
        r"|deep dive|touch base|use cases?|thought leader(?:s|ship)?|empower(?:s|ing)?|bandwidth for|tco)\b",
    ),
    Rule(
        TOO_LONG,
        Severity.WARNING,
        f"It has more than {WORDS_AT_MOST} words; nobody remembers its beginning at its end.",
        "Thinking of the last quarter, and of all orders that came in by mail, by telephone or on paper, and of "
        "those that your colleagues corrected afterwards, how many were wrong in at least one line?",
        "How many orders of the last quarter had a wrong line?",
    ),
)
