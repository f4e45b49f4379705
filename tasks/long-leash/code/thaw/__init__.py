"""Evidence for growth curves from particles that leave an anchor."""
