"""What servers write about a refusal, beside or instead of a code.

Order matters: a policy phrase wins over all, since a refusal because of us must never count against a reader; then what
passes; a dead address only where nothing milder is said. Specific on purpose: "spam" or "blocked" alone are not here,
"rejected" neither: they stand in the web addresses and disclaimers of every kind of bounce.
"""

import re

from publisher.model.feedback import FeedbackKind

_POLICY = (
    r"unsolicited (?:bulk )?(?:e-?)?mail",
    r"likely (?:unsolicited|spam|suspicious)",
    r"(?:classified|detected|identified|considered|marked) as spam",
    r"spam (?:message|content|filter|detected|score)",
    r"message (?:contains|content) .{0,30}(?:spam|virus)",
    r"(?:been|was|is|are|temporarily|permanently|currently) (?:block|black)(?:ed|listed)",
    r"(?:block|black|deny)[ -]?list",
    r"blocked (?:by|using|for|due)",
    r"\b(?:rbl|dnsbl|spamhaus|spamcop|barracuda|sorbs|uceprotect|cloudmark)\b",
    r"(?:poor|low|bad) (?:sender |ip )?reputation",
    r"\b(?:dmarc|dkim|spf)\b",
    r"sender policy framework",
    r"unauthenticated (?:e-?)?mail",
    r"(?:against|violat\w{1,8}|due to|for|local|by|because of) (?:\w{1,20} ){0,2}polic(?:y|ies)",
    r"policy (?:reasons?|violation|rejection|restriction)",
    r"(?:unable|not allowed|not permitted|denied|prohibited).{0,12} relay(?:ing)?\b",
    r"relay(?:ing)? (?:access )?(?:denied|not permitted|prohibited)",
    r"sender (?:address )?(?:rejected|denied|verif\w{1,9}|refused|not allowed)",
    r"client host .{0,80}(?:rejected|blocked|denied)",
    r"reverse dns",
    r"\bptr record",
    r"too many (?:connections|messages|errors)\b",
    r"rate[ -]?limit",
    r"gr[ea]ylist",
    r"not accepting mail from",
)
_SOFT = (
    r"over ?-?(?:the )?(?:disk )?quota",
    r"quota (?:\w{1,10} ){0,2}(?:exceeded|violation|full)",
    r"(?:exceed\w{0,5}|reached|over|out of|insufficient) (?:\w{1,10} ){0,3}(?:quota|storage|space|capacity)",
    r"(?:mail ?)?(?:box|folder|drop)(?: \w{1,10}){0,3} full\b",
    r"full mail ?box",
    r"(?:box|disk|system|enough)(?: disk)? space(?: not enough)?",
    r"(?:maximum|exceed\w{0,5}) (?:\w{1,10} ){0,4}size",
    r"(?:message|mail) (?:is )?too (?:big|large)",
    r"size limit",
    r"too many hops",
    r"\bloop(?:ing|s back| detected)",
    r"timed? ?-?out\b",
    r"time-expired",
    r"connection (?:refused|reset|failed|lost)",
    r"(?:can'?t|cannot|could ?n[o']t|unable to|wasn't able to|failed to) (?:connect|establish|reach)",
    r"not reachable",
    r"try (?:again )?later",
    r"try again\b",
    r"temporar(?:y|ily)\b",
    r"unavailable or busy",
    r"service unavailable",
    r"in the queue too long",
    r"maximum delivery attempts",
    r"delivery failed \d{1,4} attempts",
    r"could not find a gateway",
    r"has not been collected",
    r"no answer from host",
    r"(?:did not|not) respond",
    r"صندوق (?:البريد|الوارد) ممتلئ",
    r"تجاوز (?:الحصة|المساحة)",
)
_WHO = r"(?:user|recipient|mail ?box|address|account|addressee|alias|userid)"
_NOT_A = r"(?:unknown|invalid|illegal|incorrect|inactive|disabled|no such|non-?existent|not a valid)"
_HARD = (
    rf"{_WHO}(?: \w{{1,20}}){{0,3}} (?:unknown|invalid|disabled|discontinued|inactive|suspended|terminated|closed)",
    rf"{_WHO}(?: \w{{1,20}}){{0,2}} not (?:found|known|recogni[sz]ed|listed|local)",
    rf"{_NOT_A} (?:or \w{{1,10}} )?(?:local |virtual |mail |final |delivery |destination ){{0,2}}{_WHO}",
    r"bad destination mailbox",
    rf"{_WHO} (?:\S{{1,80}} )?(?:does not|doesn'?t) exist",
    rf"{_WHO} (?:\S{{1,80}} )?(?:is )?no longer (?:exists|valid|available|active)",
    rf"no (?:such |valid )?(?:{_WHO}|person)s? (?:here|found|by|with|were|exists|at)\b",
    r"no such user",
    r"wrong or no longer valid",
    r"doesn'?t have an? \S{1,80} account",
    r"does not have (?:an? \S{1,80} account|a final email delivery)",
    r"(?:recipient|name) (?:name )?is not recogni[sz]ed",
    r"not listed in domino directory",
    r"account has been (?:disabled|deactivated|discontinued)",
    r"did not exactly match",
    r"unrout(?:e)?able",
    r"(?:host|domain)(?: or domain)?(?: name)? (?:not found(?!, try again)|does not exist|unknown)",
    r"unknown (?:host|domain)",
    r"\bnxdomain\b",
    r"\bnull mx\b",
    r"does not accept mail",
    r"requested action not taken: mailbox unavailable",
    r"recipient address rejected: (?:access denied|undeliverable)",
    r"n'existe pas",
    r"non recensé",
    r"المستخدم غير موجود",
    r"(?:العنوان|صندوق البريد) غير موجود",
)
_LATER = (
    r"not yet been delivered",
    r"(?:been|is) (?:delayed|postponed)",
    r"warning (?:message )?only",
    r"will continue (?:to (?:try|attempt|be made)|trying|for)",
    r"attempts will continue",
    r"(?:will be|still being) retried",
    r"advisory-only",
)


def _any(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_TABLE = (
    (FeedbackKind.POLICY, _any(_POLICY)),
    (FeedbackKind.SOFT, _any(_SOFT)),
    (FeedbackKind.HARD, _any(_HARD)),
)
_WAITING = _any(_LATER)


def find_phrase(text: str) -> FeedbackKind | None:
    """POLICY, SOFT or HARD by what a server wrote; None where it wrote nothing we know."""
    line = " ".join(text.split())
    return next((kind for kind, pattern in _TABLE if pattern.search(line)), None)


def says_later(text: str) -> bool:
    """Whether a bounce written for people says that it is still being tried."""
    return _WAITING.search(" ".join(text.split())) is not None
