"""Searching for settings that answer roughly."""
