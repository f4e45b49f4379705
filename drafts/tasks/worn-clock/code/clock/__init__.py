"""Series whose season drifts."""
