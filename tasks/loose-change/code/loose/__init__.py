"""Discs in a rocked box, and which of them have moved for good."""
