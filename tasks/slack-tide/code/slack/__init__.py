"""Two-sided conformal margins for gauges along a coast whose readings come late."""
