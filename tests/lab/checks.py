"""Every check of the lab, in the order they are made: those about the relay first, before others add to its log."""

from collections.abc import Callable, Mapping

from tests.lab.check_filters import check_rspamd, check_spamassassin
from tests.lab.check_refusals import check_refusals
from tests.lab.check_relay import check_relay
from tests.lab.check_reports import check_reports
from tests.lab.check_signatures import check_signatures
from tests.lab.finding import Finding
from tests.lab.scene import Scene

CHECKS: Mapping[str, Callable[[Scene], list[Finding]]] = {
    "relay": check_relay,
    "reports": check_reports,
    "refusals": check_refusals,
    "signatures": check_signatures,
    "rspamd": check_rspamd,
    "spamassassin": check_spamassassin,
}
