"""Nashra: articles go in; feeds and an email digest come out, on a schedule, correct in Arabic first."""

__version__ = "0.1.0"
