"""Counts of a register for a tree of places, under one privacy budget for whole households."""
