"""Our own validator: is this document a feed that every reader can use, and if not, what to do.

    bytes --validate--> Report(kind, entries, findings)

Made for two users: the gate before a file is replaced, and `nashra feeds check` on anybody's feed. One file for each
format (`rss`, `atom`, `json_feed`, `opml`, `sitemap`) and each family of rules that formats share; what a rule says and
where it is written stands at the top of its file, as a `Rule`. Nothing here fetches, and nothing raises on bad input.
"""
