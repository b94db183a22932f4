"""Rules on questions that sell: about products, orders, vendors and prices instead of problems."""

from leads.domain.questioning.rule import error

OWN_PRODUCT = "own-product"

_IN_THE_PAST = r"\b(?:did|was|were|ago|last time|used to)\b"

PITCHING = (
    error(
        OWN_PRODUCT,
        "It speaks of what we sell, so they answer a pitch and not about their problem.",
        "Wouldn't our platform save you time?",
        "What goes wrong today at this step?",
        r"\bour (?:<w> ){0,2}?(?:<thing>|offers?|offering|teams?|compan(?:y|ies)|customers|clients|consultants"
        r"|experts|prices?|approach|method|proposals?|quotes?|references|contract|brochures?|website|demos?"
        r"|webinars?|presentation|help|support|assistance|advice|catalogues?|portfolio|plans?|newsletter|competitors?"
        r"|competition|rivals?)\b|\bcompetitors of ours\b|\bdo we compare\b",
        r"\bdid you know (?:that|we)\b",
        r"\b(?:would you|do you want|are you|have you|did you|can <we>|may <we>|shall <we>|could <we>|should <we>"
        r"|let <we>|will you)\b(?: <w>){0,6}? (?:demo|demonstration|presentation|(?:free|product) (?:trial|test"
        r"|tour)|walk-?through|brochure|leaflet|proof of concept|sales call)\b",
        r"\b(?:shall|can|may|could|should|let|when can) <we>(?: just| quickly)? (?:show|send|offer|present"
        r"|demonstrate|introduce|schedule|arrange|book|set up|walk)\b",
        r"\bheard of (?:us|our)\b|\bknow about us\b|\bthink of us\b|\bwork(?:ing)? with us\b|\bchoose us\b",
        r"^(?:would|could|can|may|shall|should|do|did|are|is)\b(?: <w>){1,6}? demo(?:nstration)?(?= (?:suit|help|be"
        r"|work|fit|next|this|tomorrow|today)\b|\s*\?)",
        r"\b(?:compared? (?:to|with)|hire|use|using|prefer|recommend|trust|buy from|order from|switch to|chose) us\b"
        r"|\bwhy us\b",
        r"\bsee yourself\b|\bfeel about (?:us|our|an?|using|buying|working)\b|\b(?:run|start|join|begin) (?:an?|our"
        r"|the) (?:pilot|trial)\b",
    ),
    error(
        "switch-vendor",
        "It asks them to leave what they have, before anybody knows what is wrong with it.",
        "What would cause you to change vendors?",
        "What goes wrong today although you have somebody for it?",
        r"\b(?<!when\s)(?<!if\s)(?<!after\s)(?<!before\s)(?<!whenever\s)you\b(?: <w>){0,6}? (?:chang(?:e|ing)"
        r"|switch(?:ing)?|replac(?:e|ing)|leav(?:e|ing)|drop(?:ping)?|mov(?:e|ing)(?: away)?|swap(?:ping)?"
        r"|part(?:ing)?|get(?:ting)? rid of|giv(?:e|ing) up)(?: from| to| with| away from)?(?: (?:your|the|an?"
        r"|another|other|current|present|existing|different|new))*(?: <w>)? (?P<it><replaceable>)(?= (?:to|for|if"
        r"|this|next|now|at|in|and|or|that|one|when|because|soon)\b|[?.,;]|$)",
        r"\b(?:happy|satisfied|content|pleased|unhappy|dissatisfied)\b(?: (?:is|are) <buyer>)? with (?:your"
        r"|the)(?: (?:current|present|existing) (?:<w> ){0,3}?(?P<it><replaceable>)| (?:<w> ){0,2}?<seller>)\b",
        r"\b(?:like|dislike|love|hate|miss)(?: most| least| best)? (?:about|in|with) (?:your"
        r"|the) (?:<w> ){0,3}?(?P<it><replaceable>)\b",
        r"\b(?:could|would|can|might|should) (?:another|an?(?: different| new| better| other)"
        r"|other) (?P<it><seller>)\b",
        r"\byou still (?:with|at|using|working with|paying|loyal)\b",
        r"\bhow (?:loyal|attached|committed|tied) (?:are|is) <buyer> to\b",
        r"\bopen to (?:working|trying|talking|looking|changing|switching|considering|an?|other|another|new)\b",
        r"\b(?:which|what)(?: <w>)? <seller> (?:are|do) you (?:considering|looking|talking|evaluating|comparing"
        r"|prefer|like)\b",
        r"\bagainst your (?:current|present|existing) (?P<it><replaceable>)\b",
        r"\bwhy (?:do|are) you (?:still )?(?:stay(?:ing)?|us(?:e|ing)|work(?:ing)?)(?: with)? (?:your"
        r"|the) (?:current|present|existing)\b",
        r"\b(?:willing|ready|prepared|able) to (?:change|switch|replace|leave|try)\b",
        r"\b(?:happy|satisfied|content|pleased|unhappy|dissatisfied)\b(?: <w>){0,6}? your (?:current|present"
        r"|existing)\b",
        r"\bkeeps? you (?:with|at|loyal)\b|\bstay(?:ing)? with (?:your|the) (?:current|present|existing|old)\b",
        r"\byour (?:current|present|existing) <replaceable> (?:doing|good|well|meeting|enough|still)\b",
        r"\b(?:considered|tried|thought (?:about|of)|looked (?:at|for)) (?:an?|another|other)(?: different| other"
        r"| new| second| better)?(?: <w>)? <seller>\b|\b(?:considered|tried|looked (?:at|for)) (?:an? different"
        r"|another|other|a second)\b",
        r"\bwho else are you (?:looking|talking|speaking|considering|comparing|asking)\b",
        unless=(_IN_THE_PAST,),
        with_its_words="What goes wrong today that your {it} cannot prevent?",
    ),
    error(
        "when-do-you-order",
        "It asks for an order before there is a diagnosis.",
        "When do you plan to order?",
        "By when must the problem be solved?",
        r"\b(?:when|how soon|how quickly|(?:in |by |on )?(?:which|what) (?:month|quarter|year|week|date|day)) (?:do"
        r"|does|would|will|can|could|are|is|might) <buyer>\b(?: <w>){0,4}? (?:<buy>(?! (?:<w> ){0,2}?<stock>\b)"
        r"|sign(?! off)|(?:choose|choosing"
        r"|select|pick|decide on)(?: (?:an?|the|your|between|new))* (?:<seller>|<thing>))\b",
        r"\byour (?:purchas(?:e|ing)|buying|order(?:ing)?|procurement) (?:timeline|time ?frame|timing|schedule|date"
        r"|plans?)\b",
        r"\b(?:timeline|time ?frame|timing|schedule|plans?|date) (?:for|of) (?:buying|ordering|purchasing|(?:a|an"
        r"|the|your) (?:purchase|order))\b",
        r"\b(?:timeline|time ?frame|timescale|timing|schedule|date) (?:for|of) (?:(?:the|your|a|an|its"
        r"|this) )?(?:<w> )?<start>\b",
        r"\b(?:when|how soon|how quickly) (?:do|would|will|can|could) <buyer> (?:<w> ){0,2}?(?:want|wish|like|hope"
        r"|expect|plan|intend|need) (?:<w> ){0,4}?<start>\b",
        r"\bdecision[ -]makers? (?:for|on|in|behind) (?:this|the|our|your) (?:<w> )?(?:purchase|order|contract|deal"
        r"|investment)\b",
        r"\b(?:who|whom|which|you)\b(?: <w>){0,7}? (?:decision|sign off|signs off|approves?|decides?|call|say"
        r"|authority)(?: (?:for|on|about|over))? (?:this|our) (?:purchase|order|contract|deal|investment|offer"
        r"|proposal)\b",
        r"\b<buyer>\b(?: <w>){0,2}? (?:ready|plan|planning|intend|intending|expect|expecting|want|going|hoping|like"
        r"|looking|about) to <buy>\b",
        r"\bwhen\b(?: <w>){0,5}? you\b(?: <w>){0,3}? (?:have|get)(?: <w>){1,4}? (?:ordered|bought|purchased"
        r"|delivered|installed|in place|running)\b",
        r"\bwhen (?:should|shall|can) (?:we|i) (?:deliver|install)\b",
        r"\b(?:expect|get|have|receive|see) your (?:purchase order|order|signature|decision)\b",
        r"\bwhen (?:do|would|will) you need (?:it|them|(?:(?:the|a|an|your) )?(?:<newer> )?<thing>)\b",
        unless=(_IN_THE_PAST,),
    ),
    error(
        "push-to-close",
        "It pushes towards a signature. Who is not yet sure of the problem is lost by it.",
        "What would it take to sign this month?",
        "What happens to you if nothing changes?",
        r"\b(?:would|will|could) it take(?: for you| from us)? (?:to|before you) (?:sign|close (?:the|this|a) <w>"
        r"|decide|commit|buy|order|get (?:you|your|this))\b",
        r"\b(?:you|we|i)\b(?: <w>){0,3}? (?:close|seal|finali[sz]e|wrap up|sign) (?:the|this|a|an|our) (?:deal"
        r"|contract|agreement|order|sale|paperwork|offer)\b",
        r"\b(?:you|we|i)\b(?: <w>){0,3}? (?:sign|commit|decide|buy|order|start)(?: <w>){0,2}? (?:today|now"
        r"|this (?:week|month|quarter|year)|by (?:the end|<w>day)|with us)\b",
        r"\b(?:would|will|could|can) you (?:sign|buy|order|commit)\b",
        r"\b(?:shall|can|could|may|should) (?:we|i) (?:go ahead|proceed|move forward|get started|count on|draw up"
        r"|prepare|send (?:you )?(?:the|a|an) (?:contract|proposal|offer|quote))\b",
        r"\b(?:ready|prepared|willing) to (?:move forward|go ahead|proceed|sign|commit|decide|start)\b",
        r"\b(?:keep|hold|stop|prevent)\w* (?:you|<w> <w>|<w>)(?: back)? from (?:deciding|signing|buying|ordering"
        r"|going ahead|moving forward|committing|saying yes)\b",
        r"\breason(?:s)? (?:why |not to |for )?(?:you )?(?:<w> ){0,3}?(?:go ahead|going ahead|sign|signing|proceed"
        r"|buy|order|decide)\b",
        r"\bstands? between us\b|\b(?:win|earn|get) your (?:business|order|signature)\b|\bcount on your\b",
        r"\b(?:convince|persuade|motivate|get) you(?:r <w>)? to (?:buy|sign|decide|order|commit|choose)\b",
        r"\blikely (?:are|is) <buyer> to (?:buy|sign|order|purchase|choose)\b",
        r"\b(?:get|have) (?:the|this|a|an|our|your) (?:contract|deal|agreement|order|paperwork) (?:signed|done"
        r"|closed|through|ready)\b",
        r"\b(?:take|agree on|make) the next step\b|\bget you (?:started|signed up)\b|\bsign you up\b"
        r"|\bgood time to (?:sign|start|buy|order)\b",
        r"\bwhen (?:can|could|shall|should|may|do) (?:we|i) (?:start|begin|go live|kick off|get going|expect)\b",
        r"\b(?:to|you) say yes\b|\b(?:this|the|our) deal\b|\bhelp you (?:to )?(?:decide|commit|say)\b"
        r"|\bmake you (?:decide|sign|commit|buy)\b",
        r"\bif (?:we|i) (?:could|can|were|was|gave|give|offer|offered|show|showed|lowered|told|help|helped|cut"
        r"|dropped)\b|\bwhat if (?:we|i)\b",
        r"\bdeci(?:de|ding|sion)\b(?: <w>){0,3}? (?:today|now|tomorrow|this (?:week|month|quarter)|right away"
        r"|quickly|faster|sooner)\b",
        r"\b(?:stop|keep|hold|prevent)\w* you(?: back)? from (?:getting started|starting|moving ahead|choosing|using"
        r"|switching|working with|taking)\b",
        r"^(?:would|can|may|shall|should|could)\b(?: <w>){0,6}? (?:an? (?:offer|quote|proposal|quotation)"
        r"|discount)\b",
        r"\bagree on (?:an?|the) (?:start|date|price|contract|deal|next)\b",
    ),
    error(
        "feature-wish-list",
        "It collects wishes. They design a product instead of saying what is wrong.",
        "Which features are important to you?",
        "Which step of the work goes wrong most often?",
        r"\b(?:which|what)(?: <w>){0,3}? <feature>(?: (?!of\b)<w>){0,4}? (?:important|matter|matters|need|want"
        r"|require|expect|missing|miss|like|prefer|love|essential|wish)\b",
        r"\b(?:which|what)(?: <w>){0,2}? <feature> (?:should|must|would|do you|are you)\b",
        r"\b(?:which|what)(?: <w>){1,4}? would you (?:<w> )?(?:like|want|prefer|love|wish for)\b(?! to (?:solve"
        r"|remove|end|fix|see solved|get rid)\b)",
        r"\b(?:rank|rate|list|name|prioriti[sz]e|sort|choose|tick)(?: <w>){0,4}? <feature>\b",
        r"\b(?:must-haves?|must haves?|nice-to-haves?|nice to haves?|wish ?-?lists?|magic wand)\b",
        r"\b(?:dream|ideal|perfect) (?:<w> )?(?:<thing>|<seller>)\b",
        r"\b(?:should|must|would) (?:the|an?|your)(?: <newer>| ideal| next)? <thing>(?: ideally)? (?:be able|do|have"
        r"|offer|include|support|provide|look|cover|contain)\b",
        r"^should (?:it|they|there) (?:be able|have|support|include|offer|work with|run on|be (?:available"
        r"|compatible))\b",
        r"\bhow important (?:is|are|would) (?!it\b|this\b|that\b|the problem\b|solving\b"
        r"|fixing\b)(?:<w> ){1,6}?(?:to|for) you\b",
        r"\b(?:what|which(?: <w>){1,3}?) (?:must|should|would) (?:it|they) (?:have to )?(?:have|do|be able|offer"
        r"|look|cover|include|support)\b",
        r"\b(?:which|what)(?: <w>){1,3} (?:do|would) you prefer\b",
        r"\bis it important (?:for|to) you\b|\bmatters? (?:most )?to you (?:in|when|about)\b",
    ),
    error(
        "budget-for-product",
        "It asks for a price before the problem has one. What the problem costs decides what may be spent.",
        "What is your budget for a CRM?",
        "What does the problem cost you in a year?",
        r"\bbudget(?:ed)?(?: <w>){0,4}? for (?:<w> ){0,3}?(?:<thing>|purchase|buying|us\b|our\b)",
        r"\b(?:what is|what's|what will be|how (?:big|large|high|much) is) your (?:current |total "
        r"|overall )?budget(?=\s*(?:[?.,;]|$)| (?:this|next|for (?:this|next|the) year))",
        r"\b(?:money|funds|funding|amount|sum)(?: <w>){0,4}? for (?:<w> ){0,3}?(?:<thing>|purchase|buying|us\b"
        r"|our\b)",
        r"\b(?:willing|prepared|ready|able) to (?:pay|spend|invest)\b",
        r"\byour budget for\b(?! (?:<w> ){0,2}?<expense>\b)",
        r"\b(?:what|how much) (?:would|will) <buyer> (?:<w> )?(?:pay|spend|give|invest) (?:for|to)\b",
        r"\b(?:which|what) price (?:would|could|should|can) (?:you|be|suit|feel)\b",
        r"\b(?:would|could|will|can) you (?:<w> ){0,2}?(?:pay|spend|invest|afford)\b(?=(?: to (?:pay|spend"
        r"|invest))? (?:for|on|in)(?: <w>){0,3}? (?:<thing>|tool|this)\b)",
        r"\b(?:price range|price point|target price|price limit|ballpark|price level)\b",
        r"\b(?:discounts?|prices?|rates?|fees?)(?: <w>)? (?:would|do|are|did) you (?:<w> )?(?:expect|expecting"
        r"|have in mind|want|accept|hope|like|consider)",
        r"\b(?:prefer|like|want|rather)(?: to)? (?:pay|be billed)\b",
        r"\b(?:plan|planning|intend|intending|expect|expecting|hope|hoping|want|going) to (?:spend|pay|invest)\b",
        r"\b(?:fair|right|reasonable|good|acceptable|appropriate|realistic) price\b|\bprice (?:<w> )?(?:fair"
        r"|acceptable|reasonable|comfortable|right)\b",
        r"\b(?:do|have|did) you (?:already )?(?:have|got|set|set aside|plan|planned) (?:an? |any |the "
        r"|some )?budget\b(?! (?:for )?(?:lines?|cuts?|overruns?|repairs?|rework)\b)",
        r"\b(?:is|are|has|have)\b(?: <w>){0,4}? budget(?: <w>){0,4}? (?:approved|allocated|available|earmarked"
        r"|released|signed off)\b",
    ),
    error(
        "what-do-you-need",
        "It asks them to diagnose themselves and to order what they think helps.",
        "What do you need?",
        "What goes wrong today?",
        r"\bwhat (?:exactly |else |precisely |really )?(?:do|would|will|does) <buyer> (?:<w> )?(?:need|want"
        r"|require)\b(?! (?:to (?!buy|order|purchase|get)|before|until|every|each|when|whenever|if|in order|per)\b)",
        r"\b(?:which|what|what (?:kind|sort|type)s? of)(?: <w>){1,6}? (?:do|would|will"
        r"|does) <buyer> (?:<w> )?(?:need|want|require)\b(?! (?:to (?!buy|order|purchase|get)|before|until|when"
        r"|whenever|if|in order|as)\b)",
        r"\bhow (?:many|much)(?: <w>){0,3}? (?:would <buyer> (?:<w> )?(?:need|want|require)|(?:<thing>|users"
        r"|seats) (?:do|does|will) <buyer> (?:<w> )?(?:need|want|require))\b",
        r"\bwhat (?:is|was) it (?:that )?you (?:want|need|require|are looking for)\b",
        r"\b(?:like|want|expect|need|wish) (?:us to|(?:of|from) us)\b",
        r"\bwhat (?:do|would|did) you (?:<w> )?(?:expect|like|hope for|want) (?:from|of|in) (?:an?|the (?:new|next)"
        r"|your (?:new|next))\b",
        r"\b(?:what|which(?: <w>){1,3}?|what (?:kind|sort|type) of(?: <w>){1,3}?) (?:are"
        r"|is) <buyer> (?:<w> )?(?:looking (?:for|to (?:buy|get|order|purchase))|seeking|searching for"
        r"|after)\b(?! (?:when|while|if|whenever)\b)",
        r"\bwhat are your (?:<w> )?(?:requirements|needs|specifications|wishes)\b",
        r"\b(?:tell|show|let) <we> (?:know )?(?:what you (?:need|want|are looking for)|(?:about )?your (?:needs"
        r"|requirements))\b",
        r"\bwhat can <we> do for you\b|\bhow (?:can|may|could) (?:we|i) (?:best )?(?:help|support|assist)\b",
        r"\bof (?:service|help|assistance) to you\b|\bare you (?:<w> )?looking for\b(?! (?:when|while|if"
        r"|whenever)\b)",
        r"\byour (?:<w> )?(?:requirements|wishes)\b|\b(?:send|give|share|list"
        r"|name)(?: <w>){0,2}? your (?:<w> )?(?:needs|specifications)\b",
        r"\bhow (?:can|could|may|might) (?:we|i) (?:serve|make|win|convince|earn|be|improve)\b|\bwhat (?:can|could"
        r"|may) <we> (?:do|offer|improve|change) (?:for|to)\b",
    ),
    error(
        "interested-in",
        "It asks for interest in something to buy, which is polite to affirm and says nothing of a problem.",
        "Are you interested in automating your invoices?",
        "How often does this go wrong?",
        r"\b(?:you|your (?!<third>)<w>|anyone|anybody)(?: <w>){0,4}? interested\b",
        r"\binterested (?:are|is|would) (?:you|your (?!<third>)<w>|<w>)\b",
        r"\binterests? you\b|\b(?:have|see|is there) (?:any |an |some |much )?interest in\b",
        r"\bappeals? to you\b|\bsounds? (?:good|interesting|useful)\b|\b(?:are|is) <buyer> (?:curious|keen|excited"
        r"|enthusiastic)\b",
        r"^(?:would|do) you (?:<w> )?(?:like|love|want|wish|care|prefer) to\b",
        r"\b(?:interesting|attractive|relevant|of interest) (?:for|to) you\b",
    ),
    error(
        "solution-assumed",
        "It assumes the solution, while problem and cause are still open.",
        "How would a new tool help?",
        "What goes wrong at this step today?",
        r"\b(?:would|could|can|will|might)(?: (?:an?|the|some|any|this|such|more))?(?: <w>){0,3}? <thing>(?: really"
        r"| actually| best)? <help>\b",
        r"\b(?:would|could|can|will|might)(?: (?:an?|the|some|any))? <newer>(?: <w>){1,3}? <surely_help>\b",
        r"\b(?:would|could|might|can) (?:you|your <w>|we|they) (?:<w> )?(?:save|gain|win|earn|improve"
        r"|achieve)(?: <w>){0,3}? (?:with|by|through|using) an?\b",
        r"\b(?:would|could|might)(?: <w>)? (?:benefit|profit|gain) (?:most )?from\b",
        r"\b(?:benefits?|results?|effects?|improvements?|savings?|returns?|advantages?|gains?) (?:do|would"
        r"|are) you (?:expect|hope|want|expecting|hoping)(?: <w>){0,2}? from\b",
        r"\b(?:kind|type|sort) of (?:<w> )?(?:<thing>) (?:do|would|are|have|could|should) you\b"
        r"|\bsolutions? do you have in mind\b",
        r"\b(?:considered|thought (?:about|of)|looked (?:at|into)|evaluated|planned)(?: <w>){0,4}? <thing>\b",
        r"\b(?:could|would|can|will|do|are) <buyer>(?: <w>){0,2}? (?:implement|introduce|install|roll out|adopt"
        r"|deploy|migrate to)(?:ing)?(?: (?:an?|the))? (?:<newer> )?(?:<w> )?<thing>\b",
        r"\b(?:could|would|might|can)(?: <w>){1,4}? do for (?:you|your)\b|\blook (?:like )?with (?:an?|the|this"
        r"|more) <w>",
        r"\b(?:would|could|might)(?: really| actually| best)? help(?: (?:you|your|the|most|best)\b|\s*\?)",
        r"\b(?:would|do) you (?:<w> )?(?:like|want|prefer|plan|hope) to (?:automate|digiti[sz]e|outsource|delegate"
        r"|replace|moderni[sz]e|introduce|implement|install|upgrade)\b",
        r"\bhow would you use (?:an?|the|this)\b",
        r"\b(?:would|could|might)\b(?: <w>){0,6}? (?:you|your)\b(?: <w>){0,4}? (?:with|using|through) (?:an?|new"
        r"|better|more) <w>",
        r"\bif (?:you|they|there|your <w>) (?:had|were|was|got|used)(?: (?:an?|the))? (?:(?:<newer>|own|proper"
        r"|real)(?: <w>)?|<thing>)\b",
        r"\b(?:plan|planning|want|intend|intending|looking|hope|hoping) to (?:invest in|introduce|implement|install"
        r"|upgrade|automate|roll out|moderni[sz]e|adopt|digiti[sz]e|outsource)\b",
        r"\bready (?:are|is) <buyer> for (?:an?|the|<newer>|<thing>)\b",
        r"\b(?:would|will|could|should)(?: <w>)? (?:use|work with|run|operate) (?:the|an?"
        r"|this) (?:<newer> )(?:<w> )?<thing>\b",
        r"\b(?:would|could|might|can)(?: <w>){1,6}? (?:help|relieve|improve|simplify|ease|boost|speed up) (?:you"
        r"|your)\b",
        r"\b(?:thinking (?:about|of)|thought (?:about|of)|considering|considered|looking (?:at|into)"
        r"|planning)(?: on)?(?: <w>)? (?:introducing|buying|getting|installing|automating|outsourcing|replacing"
        r"|investing|moving to|upgrading|digiti[sz]ing|hiring)\b",
        r"\b(?:would|could|might|will)\b(?: <w>){1,6}? make(?: <w>){1,4}? (?:faster|easier|better|safer|cheaper"
        r"|simpler|quicker|happier|more <w>)\b",
        r"\bhow much (?:faster|easier|better|safer|cheaper|simpler|quicker|happier|more <w>)\b(?: <w>)? (?:would"
        r"|could|can|might)\b|\bhow much (?:faster|easier|better|safer|cheaper|simpler|quicker) (?:would|could|can"
        r"|might)\b",
        r"\b<thing> (?:could|would|might)(?: also)? (?:take over|do|be used|be useful|<help>)\b|\b(?:could|would"
        r"|might|can) be (?:automated|outsourced|digiti[sz]ed|done by)\b",
        r"\b(?:would|could|might|can) you(?: <w>)? (?:save|gain|win|earn) (?:with|by|through|using)\b",
        r"\bwhat (?:value|benefit|benefits|advantage|advantages) (?:would|could|do|does)\b|\bwhat if you (?:could"
        r"|had|were able|no longer|never)\b",
        r"\bif(?: <w>){1,5}? (?:were|was) (?:automated|automatic|digital|outsourced|faster|easier|cheaper)\b",
        r"\b(?:would|could|might) you(?: <w>){0,2}? (?:do|achieve|reach) with (?:an?|the|better|more|new)\b",
    ),
)
