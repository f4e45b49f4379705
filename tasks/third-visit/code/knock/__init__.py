"""Estimates for districts from a survey of doors that open late."""
