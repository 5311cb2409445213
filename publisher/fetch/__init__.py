"""Floor 2: asking other people's servers over HTTP, guarded: whatever address a stranger gives us, nothing in our own
network is reached.

    text --parse_web_address--> WebAddress --Fetcher--> Answer | Failure

`public.py` says which IP addresses are anybody's, `guard.py` is where a connection is allowed or refused, `resolver.py`
looks up names without holding up the lookups of others, `body.py` unpacks what comes within bounds.
"""
