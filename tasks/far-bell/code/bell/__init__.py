"""A bell far away, heard by microphones that disagree about the time."""
