"""The lab: real mail software of Debian at the other end, on loopback, in folders of its own.

Postfix takes our mail and sends real reports back; `smtp-sink` refuses it at every stage; OpenDKIM, rspamd and
SpamAssassin judge it, with a small DNS that says what `nashra dkim show` prints.
"""
