"""Take a refusal of our own SMTP session: the same policy as for a bounce that comes back later.

For the sender, after it settled the delivery: a refusal of the address at RCPT suppresses at once; one because of us
alarms; the rest is counted. Losing one (a crash between settling and this) costs nothing: the next issue is
refused too.
"""

from datetime import datetime

from publisher.jobs.note_feedback import Noted, note_feedback
from publisher.mail.bounce.codes import classify_reply
from publisher.model.delivery import Recipient, Refused
from publisher.model.feedback import Feedback, Proof
from publisher.store.database import Database


def take_refusal(database: Database, recipient: Recipient, refused: Refused, *, now: datetime) -> Noted:
    """Note the refusal of one attempt, once."""
    new = Feedback(
        finding=classify_reply(refused.phase, refused.reply),
        proof=Proof.SESSION,
        issue=recipient.issue,
        at=now,
    )
    with database.write() as tx:
        key = f"session attempt {recipient.attempt}"
        return note_feedback(tx, new, report=key, subscriber=recipient.subscriber)
