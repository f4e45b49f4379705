"""Networks that are carried to another valley, and thawed late."""
