"""Effects of a treatment that is taken up after bad news."""
