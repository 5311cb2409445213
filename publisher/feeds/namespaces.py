"""XML namespaces the feeds use, by the prefixes readers expect (some match the prefix, not the name)."""

ATOM = "http://www.w3.org/2005/Atom"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
DC = "http://purl.org/dc/elements/1.1/"
MEDIA = "http://search.yahoo.com/mrss/"
HISTORY = "http://purl.org/syndication/history/1.0"
"""RFC 5005: archives. Declared where a document is one."""
TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"
"""RFC 6721: deleted entries. Declared where there are some."""
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

RSS_PREFIXES = {"dc": DC, "media": MEDIA, "atom": ATOM, "content": CONTENT}
"""On the root of an RSS document, in this order."""
ATOM_PREFIXES = {"media": MEDIA}
"""On the root of an Atom document beside the default namespace."""
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
