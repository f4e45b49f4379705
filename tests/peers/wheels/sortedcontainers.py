from sortedcontainers import SortedList, SortedDict, SortedSet, SortedKeyList
import random
r = random.Random(1); s = SortedList(r.randrange(1000) for _ in range(2000))
print(s[:5], s.bisect(500), s.count(7), list(s.irange(10, 20))[:5], s.pop(), len(s)); s._check()
d = SortedDict({"b": 1, "a": 2}); d["c"] = 3; print(d, d.peekitem(0), list(d.irange("b")), d.index("c"))
print(SortedSet("hello") & SortedSet("world"), SortedKeyList([3, -1, 2], key=abs))
