"""Reads what comes back: bounces, complaints, auto-replies, and tells them from mail.

`read.read_report` is the door. Behind it, one file a form of report:

    opened      octets into a tree, bounded           dsn         RFC 3464
    codes       status and reply into a kind          arf         RFC 5965, RFC 9477
    phrases     what servers write about it           prose       bounces written for people
    auto_reply  RFC 3834, RFC 8098                    identity    which delivery it is about
    leaving     mail to an unsubscribe address

Promise: whatever the octets are, reading ends quickly and returns a value; a field of a report is hostile text and
reaches nothing but our own parser, and a page only cleaned.
"""
