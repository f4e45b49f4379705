"""Short accounts of a network's decisions."""
