"""Mail that a machine answered with: vacation notices, challenges, read receipts (RFC 3834, RFC 8098).

None of it says anything about an address. Where only the subject says so it is a guess, and the mail is kept.
"""

import re
from email.message import Message

from publisher.mail.bounce.opened import decoded_field, field
from publisher.model.feedback import Certainty, FeedbackKind, FeedbackSource, Finding

_MARKS = ("X-Autoreply", "X-Autorespond", "X-Auto-Reply-From", "X-Vacation")
_SUBJECT = re.compile(
    r"(?:auto(?:matic|mated)?[- ]?(?:reply|response)|out of (?:the )?office|vacation\b|away from"
    r"|réponse automatique|automatische antwort|respuesta automática|otomatik yanıt"
    r"|رد (?:تلقائي|آلي)|(?:أنا |انا )?خارج (?:المكتب|الدوام)|في إجازة|وەڵامی خۆکار|پاسخ خودکار"
    r"|please (?:confirm|verify) your (?:e-?mail|message)|\[challenge)",
    re.IGNORECASE,
)


def read_auto_reply(mail: Message) -> Finding | None:
    """AUTO_REPLY where the mail is one; None for anything else."""
    if _is_stated(mail):
        certainty = Certainty.STATED
    elif _SUBJECT.match(decoded_field(mail, "Subject")):
        certainty = Certainty.GUESSED
    else:
        return None
    return Finding(kind=FeedbackKind.AUTO_REPLY, certainty=certainty, source=FeedbackSource.MAIL)


def _is_stated(mail: Message) -> bool:
    """`Auto-Submitted: no` is a person (RFC 3834 section 5); its absence says nothing."""
    stated = re.split(r"[\s;(]", field(mail, "Auto-Submitted").lower(), maxsplit=1)[0]
    return (
        stated not in ("", "no")
        or any(mail.get(name) is not None for name in _MARKS)
        or field(mail, "Precedence").lower() in ("auto_reply", "auto-reply")
        or str(mail.get_param("report-type")).lower() == "disposition-notification"
    )
