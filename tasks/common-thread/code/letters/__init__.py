"""Topics of short letters from words that keep to one of them."""
