"""Few labels spread over a graph."""
