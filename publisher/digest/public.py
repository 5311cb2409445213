"""An issue as anybody may read it: the very text that was mailed, without what speaks to a subscriber.

The template marks that part; a story cannot hold the marks, since its text is escaped.
"""

import re

from publisher.model.issue import Patch, Rendition

_SUBSCRIBERS_PART = re.compile(r"<!--subscriber-->.*?<!--/subscriber-->\s*", re.DOTALL)


def render_public(rendition: Rendition, *, leave_url: str) -> str:
    """The HTML of the web version. `leave_url` replaces a reader's own page wherever one is still named."""
    return _SUBSCRIBERS_PART.sub("", rendition.html).replace(Patch.UNSUBSCRIBE_URL, leave_url)
