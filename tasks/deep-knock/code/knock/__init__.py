"""Small earthquakes under a line of stations, in rock that is not known."""
