"""Quiet onset: an age-structured epidemic seen through late, partial and imported reports."""
