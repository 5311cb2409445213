"""The processing instruction that dresses a feed for a person who opens it in a browser.

CSS alone: browsers are removing XSLT, and warn of it in red meanwhile. A reader passes the instruction over.
"""

from urllib.parse import urlsplit

from lxml import etree

from publisher.model.feed import Feed

STYLESHEET = "feed.css"
"""The style sheet's file in the feeds folder."""


def add_stylesheet(root: etree._Element, feed: Feed) -> None:
    """Put `<?xml-stylesheet?>` (W3C, Associating Style Sheets with XML documents) before the root. The address has no
    host: whatever name the feed is opened under, the style sheet is beside it.
    """
    path = f"{urlsplit(feed.base_url).path}/{STYLESHEET}"
    root.addprevious(etree.ProcessingInstruction("xml-stylesheet", f'type="text/css" href="{path}"'))
