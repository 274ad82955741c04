"""What is wrong with the wording of an English question: patterns, each giving the words that it found."""

from __future__ import annotations

import re

from survey.instrument.lint.wording_rules import WordingRules

MAX_WORDS = 25

_WORD = re.compile(r"[A-Za-z0-9\u00c0-\u024f]+(?:['’.\-][A-Za-z0-9\u00c0-\u024f]+)*")
_JOINED = re.compile(
    r"\b([\w'’-]+),? (and|as well as|and also|but also|plus) (?:the |their |your |a |an |how )?([\w'’-]+)",
    re.I,
)
# Two words for one thing, or a pair that nobody parts.
_SAME_THING = """
rules/regulations terms/conditions law/order laws/regulations men/women women/men boys/girls health/safety
research/development small/medium primary/secondary rivers/lakes you/your time/effort parents/children
pros/cons peace/quiet food/drink bed/breakfast arts/culture towns/cities cities/towns public/private
urban/rural rural/urban goods/services more/more science/technology district/county mother/father
deputies/members name/address again/again skills/knowledge over/above first/foremost north/south
east/west day/night
"""
_PAIRS = frozenset(tuple(pair.split("/")) for pair in _SAME_THING.split())
_WITH = re.compile(r"\b(between|both)\b[^,.?]{1,40}\band\b", re.I)
_WHO = re.compile(r"\b(you|i|me|we) and (your|my|our)\b", re.I)

_LEADING = re.compile(
    r"\b(do(?:n['’]t| not) you (?:think|agree|feel|believe|find)|don['’]t you|"
    r"would(?:n['’]t| not)? you (?:not )?agree|wouldn['’]t you|isn['’]t it|aren['’]t (?:you|they)|surely|"
    r"as (?:we all|everyone|you) knows?|everyone knows|it is (?:well[- ]known|obvious|clear) that|obviously|of course|"
    r"most (?:people|experts|citizens|residents) (?:agree|think|believe|say|support)|experts (?:agree|say|believe)|"
    r"should(?:n['’]t| not) (?:we|the government)|"
    r"how (?:great|excellent|good|wonderful|amazing|bad|terrible|awful|poor|much better|much did you (?:enjoy|like|love))\b|"
    r"(?:the|our|your|this|these) (?:excellent|outstanding|great|wonderful|improved|terrible|awful|corrupt|poor|high-quality|efficient) )",
    re.I,
)
_ABSOLUTE = re.compile(
    r"\b(always|never|every ?(?:one|body|thing)|every (?:single |one of )?(?:time|case|official|visit)|nobody|no one|"
    r"all (?:the time|of the|of your|the|your|(?:\w+ )?(?:officials|staff|people|residents|citizens|servants|departments|services))|"
    r"entirely|completely|absolutely|totally|without exception|under any circumstances)\b",
    re.I,
)
_NOT_ABSOLUTE = re.compile(
    r"all things considered|(?:choose|select|tick|mark|check) all(?: that apply)?|all in all|if (?:ever|any|at all)|almost always|"
    r"hardly ever|nearly always|have you ever|all (?:the|of the) (?:following|above)|taking everything (?:together|into account)",
    re.I,
)
_NEGATIVE = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|neither|nor|without|cannot|[a-z]+n['’]t|"
    r"(?:un|dis|in|im)(?=(?:satisf|agree|approv|happy|likely|able|fair|just|safe|willing|aware|trust|like|honest|appropriat|adequat|"
    r"accept|reasonab|clear|necess|possib|favou?r|certain|sure|common|usual|import|effect|effic|suffic))[a-z]+|"
    r"oppose|prevent|prohibit|forbid|ban|fail(?:s|ed)? to|lack|refuse)\b",
    re.I,
)
_NOT_NEGATIVE = re.compile(
    r"\bwhether or not\b|\bor not\b|satisfied or dissatisfied|likely or unlikely|agree or disagree|safe or unsafe|fair or unfair|"
    r"\bno matter\b|\bnot only\b|[“\"][^”\"]{0,40}[”\"]|\bno\.? \d",
    re.I,
)
_PERIOD = re.compile(
    r"\b(past|last|latest|recent(?:ly)?|most recent|previous(?:ly)?|this|since|during|"
    r"today|yesterday|current(?:ly)?|at present|presently|now|nowadays|these days|usual(?:ly)?|typical(?:ly)?|ago|so far|ever since|"
    r"before (?:this|you|your)|after (?:you|your|this)|when you|while you|first time|"
    r"per (?:day|week|month|year)|(?:a|each|every) (?:day|week|month|year)|"
    r"\d+ (?:days?|weeks?|months?|years?)|twelve months|six months|the year|for the year|(?:19|20)\d\d)\b",
    re.I,
)
_BEHAVIOUR = re.compile(
    r"\b(how (?:often|frequently|many times|many visits|many trips)|have you (?:ever )?(?:been|used|visited|contacted|"
    r"attended|received|experienced|reported|dealt|taken|had|seen|met|heard|applied|complained|participated|made)|did you|"
    r"has any(?:one|body)|did any(?:one|body))\b",
    re.I,
)
_NEUTRAL = re.compile(
    r"\bneither\b|\bneutral\b|\bno change\b|\bunchanged\b|\bthe same\b|\baverage\b|\bso[ -]so\b|\bundecided\b|\bfair enough\b|"
    r"\bno difference\b|\bin between\b|\bmixed\b|\bmoderate\b",
    re.I,
)
_NEGATIVE_LABEL = re.compile(
    r"\b(not|no|never|bad|poor|worse|worst|difficult|hard|low|little|few|slow|disagree|oppose|unsafe|terrible|awful|"
    r"ignored|worried|weak|dirty|expensive|fail(?:ed|ure)?|disappoint\w*|(?:dis|un|in|im)(?=satisf|agree|approv|happ|likely|able|"
    r"fair|safe|clear|reason|confid|import|effic|adequ|accept)\w+)\b",
    re.I,
)
_UNIPOLAR = re.compile(
    r"\b(always|often|sometimes|rarely|seldom|never|daily|weekly|monthly|not at all|a little|slightly|somewhat|moderately|extremely|"
    r"a great deal|once|twice|almost)\b",
    re.I,
)
_DONT_KNOW = re.compile(
    r"\b(don['’]?t know|do not know|not sure|unsure|can['’]?t say|cannot say|no opinion|not applicable|n/a|does not apply|"
    r"(?:prefer|rather) not|refuse[sd]?|no answer|have not used|haven['’]t used|not familiar|hard to say|unable to)\b",
    re.I,
)
_YES_NO = re.compile(r"^(yes|no|agree|disagree|true|false)\b[^a-z]*$", re.I)


def length(text: str) -> int:
    """How many words a text has."""
    return len(_WORD.findall(text))


def double_barrelled(text: str) -> str | None:
    """Two things asked at once, joined by "and" and its like."""
    plain = _WITH.sub(" ", _WHO.sub(" ", text))
    for found in _JOINED.finditer(plain):
        if (found.group(1).lower(), found.group(3).lower()) not in _PAIRS:
            return found.group()
    return None


def leading(text: str) -> str | None:
    """Words that tell the respondent what to think."""
    found = _LEADING.search(text)
    return found.group().strip() if found else None


RULES = WordingRules(
    limit=MAX_WORDS,
    long_code="wording_long_en",
    length=length,
    double_barrelled=double_barrelled,
    leading=leading,
    clause_end=re.compile(r"[.,;:!?()]"),
    absolutes=_ABSOLUTE,
    not_absolute=_NOT_ABSOLUTE,
    negatives=_NEGATIVE,
    not_negative=_NOT_NEGATIVE,
    periods=_PERIOD,
    behaviours=_BEHAVIOUR,
    neutral_labels=_NEUTRAL,
    negative_labels=_NEGATIVE_LABEL,
    unipolar_labels=_UNIPOLAR,
    ways_out=_DONT_KNOW,
    yes_or_no=_YES_NO,
)
"""The rules for English questions."""
