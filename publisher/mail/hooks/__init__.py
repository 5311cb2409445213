"""Webhooks of mail providers: each verifies who called and reads what happened, in our words.

A new provider is a new file with a `read_…` that returns a `SignedCall` or a `HookFault`, and a line in
`web/webhooks.py`. Nothing of a call is believed before its signature holds; then its fields are still a stranger's
text.
"""
