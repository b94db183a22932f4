"""Words that patterns are made of.

In a pattern `<name>` stands for a group of words from here, and a space for any white space.
"""

import re

GROUPS = {
    # What one may sell.
    "thing": r"(?:tools?|software|systems?|solutions?|platforms?|apps?|applications?|crm|erp|modules?|licen[cs]es?"
    r"|subscriptions?|packages?|automation|robots?|(?:chat)?bots?|dashboards?|equipment|machines?|devices?|scanners?"
    r"|services?|products?|training|programmes?|programs?|portals?|websites?|trucks?|vehicles?|boilers?|pumps?"
    r"|plug-?ins?|hardware|ai|cloud|consult(?:ants?|ing|ancy)|outsourcing)",
    "feature": r"(?:features?|functions?|functionalit(?:y|ies)|capabilit(?:y|ies)|modules?|integrations?"
    r"|specifications?|specs)",
    "seller": r"(?:vendors?|suppliers?|providers?|agenc(?:y|ies)|contractors?|partners?|manufacturers?|dealers?"
    r"|carriers?|insurers?|brokers?|consultants?|accountants?)",
    "replaceable": r"(?:vendors?|suppliers?|providers?|agenc(?:y|ies)|contractors?|partners?|manufacturers?|dealers?"
    r"|carriers?|insurers?|brokers?|consultants?|accountants?|banks?|software|systems?|tools?|platforms?|solutions?"
    r"|products?|services?|crm|erp|brands?|compan(?:y|ies)|firms?)",
    # Whom the prospect serves: what those need, buy and like is not pitched at.
    "third": r"(?:customers?|clients?|buyers?|patients?|guests?|tenants?|users?|members?|consumers?|shoppers?"
    r"|students?"
    r"|visitors?|readers?|citizens?|passengers?|subscribers?|suppliers?|dealers?|applicants?|audience)",
    "buyer": r"(?:you(?: all)?|your (?!<third>)[\w-]+|(?:the |your )?(?:company|board|management|procurement)|we)",
    "buy": r"(?:order|ordering|buy|buying|purchase|purchasing|procure|procuring|place (?:an?|the|your"
    r"|that)(?: <w>)? orders?"
    r"|mak(?:e|ing) (?:a|the|your) purchase)",
    # What is bought over and over to keep the work going: asking when is asking how it goes.
    "stock": r"(?:stock|inventory|materials?|supplies|ingredients|goods|(?:spare )?parts|spares|consumables|feed|fuel)",
    # What trouble costs: a budget for it is no price of a product.
    "expense": r"(?:overtime|repairs?|rework|scrap|waste|returns|claims|complaints|penalt(?:y|ies)|fines|overruns"
    r"|corrections|downtime|breakdowns|absences?|sick leave|temps|(?:temporary|agency) (?:staff|workers)"
    r"|(?:express|rush) (?:freight|deliver(?:y|ies)|orders))",
    "start": r"(?:implement(?:ation|ing|ed)|roll(?:ing)?-? ?out|rolled out|go(?:ing)?-? live|deploy(?:ment|ing|ed)"
    r"|install(?:ation|ing|ed))",
    "help": r"(?:help|save|improve|change|relieve|reduce|support|make|bring|speed|solve|cut|free|ease|benefit|fix"
    r"|simplify"
    r"|increase|boost|replace|prevent|avoid|add|be worth)",
    "surely_help": r"(?:help|save|improve|relieve|solve|speed|ease|simplify|boost|benefit)",
    "newer": r"(?:new|newer|better|modern|different|automated|digital|smarter?|faster|cloud-based|integrated|shared"
    r"|online)",
    "wh": r"(?:who|whom|whose|what|when|where|why|which|how)",
    "aux": r"(?:do|does|did|is|are|was|were|has|have|had|can|could|will|would|should|must|may|might)",
    "someone": r"(?:you|they|it|he|she|we|there|your|their|its|anyone|anybody|someone|somebody|nobody|everyone"
    r"|everybody)",
    "we": r"(?:we|i|me|us)",
    "w": r"[\w'’-]+",
}


def pattern(text: str) -> re.Pattern[str]:
    """Return the compiled pattern, which takes no notice of case."""
    while found := re.search(r"<(\w+)>", re.sub(r"\(\?P<\w+>", lambda group: " " * len(group[0]), text)):
        text = text[: found.start()] + GROUPS[found[1]] + text[found.end() :]
    return re.compile(text.replace(" ?", r"\s*").replace(" ", r"\s+"), re.IGNORECASE)
