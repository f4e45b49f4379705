"""Choosing among arms that drift and answer late."""
