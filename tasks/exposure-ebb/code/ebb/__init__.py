"""Auditing joint group exposure of stochastic rankings read by tiring users."""
