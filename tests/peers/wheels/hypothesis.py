from hypothesis import given, settings, strategies as st, example, assume, find, seed, HealthCheck
import unittest
@seed(1)
@settings(max_examples=60, database=None, deadline=None)
@given(st.lists(st.integers()), st.text(max_size=5))
@example([], "")
def test_sort(x, s): assert sorted(sorted(x)) == sorted(x) and s[::-1][::-1] == s
test_sort()
@seed(1)
@settings(max_examples=200, database=None, deadline=None)
@given(st.integers())
def wrong(n): assert n < 1000
try: wrong()
except AssertionError as e: print("falsified", e.__notes__)
print(find(st.lists(st.integers()), lambda x: sum(x) >= 10, settings=settings(database=None)), find(st.dictionaries(st.text(min_size=1), st.booleans()), lambda d: any(d.values()), settings=settings(database=None)))
