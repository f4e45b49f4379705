#: merging intervals
def merge(intervals):
    merged = []
    for low, high in sorted(intervals):
        if merged and low <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return merged
for intervals in ([], [(1, 3), (2, 6), (8, 10), (10, 11)], [(5, 5)], [(1, 9), (2, 3)]):
    print(merge(intervals))

#: sorting by several keys, stable and in reverse
from operator import itemgetter, attrgetter
people = [("Ann", 31, 1.7), ("Bob", 25, 1.8), ("Cid", 31, 1.6), ("Dee", 25, 1.8)]
print(sorted(people, key=itemgetter(1)), sorted(people, key=lambda p: (-p[1], p[0])), sorted(people, key=itemgetter(2, 1), reverse=True))
print(sorted("banana", key="nab".index), sorted([3, -1, 2], key=abs), sorted({"b": 1, "a": 2}), sorted([[2], [1, 2], [1]]))
numbers = [5, 2, 9]; numbers.sort(reverse=True); print(numbers, numbers.sort())
try: sorted([1, "a"])
except TypeError as error: print(error)

#: a comparison as a key
from functools import cmp_to_key
def largest(numbers):
    order = cmp_to_key(lambda a, b: (a + b < b + a) - (a + b > b + a))
    return int("".join(sorted(map(str, numbers), key=order)))
print(largest([3, 30, 34, 5, 9]), largest([0, 0]), largest([10, 2]))

#: a matrix turned, transposed, walked in a spiral
def spiral(rows):
    rows = [list(row) for row in rows]
    out = []
    while rows:
        out += rows.pop(0)
        rows = [list(row) for row in zip(*rows)][::-1]
    return out
grid = [[1, 2, 3], [4, 5, 6], [7, 8, 9], [10, 11, 12]]
print(spiral(grid), [list(r) for r in zip(*grid)], [list(r) for r in zip(*grid[::-1])], spiral([]))

#: flattening to any depth
def flatten(thing):
    for each in thing:
        if isinstance(each, (list, tuple)):
            yield from flatten(each)
        else:
            yield each
deep = []
for _ in range(200): deep = [deep, 1]
print(list(flatten([1, [2, (3, [4, []]), "ab"]])), sum(flatten(deep)))

#: groups, windows and chunks with itertools
import itertools as it
print([(k, list(g)) for k, g in it.groupby([1, 1, 2, 1])], list(it.pairwise("abcd")), list(it.accumulate([1, 2, 3], initial=10)))
print(list(it.product("ab", repeat=2)), list(it.permutations([1, 2, 3], 2)), list(it.combinations("abcd", 3)), list(it.combinations_with_replacement("ab", 2)))
print(list(it.chain.from_iterable([[1], [2, 3]])), list(it.compress("abc", [1, 0, 1])), list(it.dropwhile(lambda x: x < 3, [1, 4, 2])), list(it.takewhile(lambda x: x < 3, [1, 4])))
print(list(it.zip_longest("ab", "c", fillvalue="-")), list(it.islice(it.count(3, 2), 2, 6, 2)), list(it.starmap(pow, [(2, 3), (3, 2)])), list(it.filterfalse(None, [0, 1])))
a, b = it.tee(iter(range(3))); print(list(a), next(b), list(it.islice(it.cycle("ab"), 5)), list(it.repeat(1, 3)))

#: counters as multisets
from collections import Counter
a, b = Counter("mississippi"), Counter(s=1, p=5)
print(a.most_common(2), a + b, a - b, a & b, a | b, +Counter(x=-1), a.total(), sorted(a.elements()), a["none"])
a.subtract("miss"); a.update({"z": 2}); print(sorted(a.items()), Counter("ab") == Counter("ba"), Counter("a") <= Counter("aa"))

#: deques, chain maps, ordered dicts
from collections import deque, ChainMap, OrderedDict
d = deque(range(5), maxlen=5); d.append(5); d.appendleft(-1); d.rotate(2); print(d, d.index(3), d.count(1)); d.extendleft("ab"); print(d, d.maxlen)
m = ChainMap({"a": 1}, {"a": 2, "b": 3}); m["b"] = 4; print(m, m.maps[1]["b"], m.parents["a"], sorted(m), m.new_child()["a"])
o = OrderedDict(a=1, b=2, c=3); o.move_to_end("a"); o.move_to_end("c", last=False); print(list(o), o.popitem(last=False), OrderedDict(a=1, b=2) == OrderedDict(b=2, a=1))

#: a cache that forgets what was used least
from collections import OrderedDict
class Cache:
    def __init__(self, size): self.size, self.kept = size, OrderedDict()
    def get(self, key):
        if key not in self.kept: return None
        self.kept.move_to_end(key)
        return self.kept[key]
    def put(self, key, value):
        self.kept[key] = value
        self.kept.move_to_end(key)
        if len(self.kept) > self.size: self.kept.popitem(last=False)
cache = Cache(2); cache.put(1, "a"); cache.put(2, "b"); cache.get(1); cache.put(3, "c")
print([cache.get(key) for key in (1, 2, 3)])

#: heaps: the k largest, merging, a running median
import heapq
def medians(numbers):
    low, high, out = [], [], []
    for n in numbers:
        heapq.heappush(high, -heapq.heappushpop(low, -n))
        if len(high) > len(low): heapq.heappush(low, -heapq.heappop(high))
        out.append(-low[0] if len(low) > len(high) else (high[0] - low[0]) / 2)
    return out
print(medians([5, 15, 1, 3, 8]), heapq.nlargest(2, [3, 9, 4]), heapq.nsmallest(2, ["bb", "a", "ccc"], key=len))
print(list(heapq.merge([1, 4], [2, 3], [0])), list(heapq.merge("da", "cb", reverse=True)), heapq.heapreplace([1, 2], 5))
h = [5, 3, 8, 1]; heapq.heapify(h); print(h, [heapq.heappop(h) for _ in range(4)])

#: bisection
import bisect
grades = [60, 70, 80, 90]
print(["FDCBA"[bisect.bisect(grades, score)] for score in (59, 60, 89.9, 100)], bisect.bisect_left(grades, 70), bisect.bisect_right(grades, 70))
kept = []
for n in (5, 1, 4, 1): bisect.insort(kept, n)
print(kept, bisect.bisect([(1, "a"), (3, "b")], 2, key=lambda pair: pair[0]))

#: shortest ways in a weighted graph
import heapq
def shortest(graph, start):
    best, queue = {start: (0, [start])}, [(0, [start])]
    while queue:
        cost, way = heapq.heappop(queue)
        if cost > best[way[-1]][0]: continue
        for there, more in graph.get(way[-1], {}).items():
            if there not in best or cost + more < best[there][0]:
                best[there] = cost + more, way + [there]
                heapq.heappush(queue, best[there])
    return best
print(shortest({"a": {"b": 7, "c": 3}, "c": {"b": 1, "d": 8}, "b": {"d": 2}}, "a"))

#: an order of things that need each other
from graphlib import TopologicalSorter, CycleError
print(list(TopologicalSorter({"d": ["b", "c"], "b": ["a"], "c": ["a"]}).static_order())[0])
s = TopologicalSorter({1: [2], 2: [3]}); s.prepare()
while s.is_active(): ready = s.get_ready(); print(ready); s.done(*ready)
try: list(TopologicalSorter({1: [2], 2: [1]}).static_order())
except CycleError as error: print(error.args[0], sorted(set(error.args[1])))

#: eight queens, counted and drawn
def queens(n, placed=()):
    if len(placed) == n: yield placed
    for column in range(n):
        if all(column != c and abs(column - c) != len(placed) - r for r, c in enumerate(placed)):
            yield from queens(n, placed + (column,))
print([sum(1 for _ in queens(n)) for n in range(1, 8)])
print("\n".join("." * c + "Q" + "." * (5 - c) for c in next(queens(6))))

#: subsets, partitions and ways to give change
from functools import lru_cache
@lru_cache(None)
def change(amount, coins):
    if amount == 0: return 1
    if amount < 0 or not coins: return 0
    return change(amount - coins[-1], coins) + change(amount, coins[:-1])
def partitions(n, most=None):
    if n == 0: yield []
    for first in range(min(n, most or n), 0, -1):
        for rest in partitions(n - first, first): yield [first, *rest]
print(change(100, (1, 5, 10, 25, 50)), change.cache_info().hits > 0, list(partitions(5)))
def subsets(items): return [[x for bit, x in enumerate(items) if mask >> bit & 1] for mask in range(2 ** len(items))]
print(subsets("abc"))

#: dictionaries: order, merging, views, defaults
d = {"b": 1, "a": 2}; d["c"] = 3; d["b"] = 9
print(d, d | {"a": 0, "z": 1}, list(reversed(d)), d.keys() & {"a", "q"}, d.items() >= {("a", 2)}, d.setdefault("n", []), d.pop("none", None))
d |= {"x": 1}; print({**d, "y": 2}, dict(zip("ab", [1, 2])), dict.fromkeys("ab", 0), {v: k for k, v in {"p": 1, "q": 1}.items()}, d.popitem())
for wrong in (lambda: d["no"], lambda: {[]: 1}, lambda: [d.pop(k) for k in d]):
    try: wrong()
    except (KeyError, TypeError, RuntimeError) as error: print(type(error).__name__)

#: sets and frozen sets
a, b = {1, 2, 3}, {2, 3, 4}
print(a & b, a | b, a - b, a ^ b, a <= a | b, a.isdisjoint({9}), {frozenset({1}), frozenset([1])}, len({1, 1.0, True}))
a.symmetric_difference_update(b); a.discard(99); print(sorted(a), sorted(set("hello")), frozenset("ab") == {"a", "b"}, hash(frozenset([1, 2])) == hash(frozenset([2, 1])))

#: slices, deletion and assignment by slice
x = list(range(10))
print(x[::3], x[::-2], x[-3:], x[7:2:-2], x[100:], slice(2, 8, 3).indices(5)); x[2:5] = "ab"; print(x); x[::2] = [0] * 5; del x[1::3]; print(x)
try: x[::2] = [1]
except ValueError as error: print(error)
print([1, 2] * 2, [[0] * 2 for _ in range(2)], (1,) + (2,), [*range(3), *"ab"], x.index(0), (first := 5, *[first + 1]))
a, (b, *c), *d = 1, (2, 3, 4), 5, 6; print(a, b, c, d)

#: two that add up, three that add up
def pairs(numbers, target):
    seen, found = set(), set()
    for n in numbers:
        if target - n in seen: found.add((min(n, target - n), max(n, target - n)))
        seen.add(n)
    return sorted(found)
def triples(numbers):
    return sorted({tuple(sorted((a, *pair))) for at, a in enumerate(numbers) for pair in pairs(numbers[at + 1:], -a)})
print(pairs([1, 5, 3, 3, -1, 7], 6), triples([-1, 0, 1, 2, -1, -4]))

#: the longest rising sequence and the largest sum
from bisect import bisect_left
def rising(numbers):
    tails = []
    for n in numbers:
        at = bisect_left(tails, n)
        tails[at:at + 1] = [n]
    return len(tails)
def largest(numbers):
    best = here = numbers[0]
    for n in numbers[1:]: here = max(n, here + n); best = max(best, here)
    return best
print(rising([10, 9, 2, 5, 3, 7, 101, 18]), rising([]), largest([-2, 1, -3, 4, -1, 2, 1, -5, 4]), largest([-3, -1]))

#: a trie
class Trie(dict):
    def __missing__(self, key): self[key] = Trie(); return self[key]
    def add(self, word):
        node = self
        for letter in word: node = node[letter]
        dict.__setitem__(node, None, word)
    def words(self, prefix=""):
        node = self
        for letter in prefix:
            if letter not in node: return
            node = node[letter]
        stack = [node]
        while stack:
            each = stack.pop()
            for key in sorted(each, key=str, reverse=True):
                if key is None: yield each[None]
                else: stack.append(each[key])
trie = Trie()
for word in "car card care cat dog".split(): trie.add(word)
print(list(trie.words("car")), list(trie.words("x")), sorted(trie.words()))

#: arrays and memory views
from array import array
a = array("i", [1, 2, 3]); a.extend([4]); a.frombytes(b"\x05\0\0\0"); print(a, a.itemsize, a.tobytes().hex(), a.buffer_info()[1]); a.byteswap(); print(a[0])
m = memoryview(bytearray(b"abcdefgh")); m[1:3] = b"XY"; print(bytes(m), m[::2].tolist(), m.cast("H").tolist(), m.cast("B", [2, 4]).tolist(), m.readonly, m.nbytes)
for wrong in (lambda: array("i", [1.5]), lambda: memoryview(b"a").__setitem__(0, 1), lambda: array("b", [200])):
    try: wrong()
    except (TypeError, OverflowError) as error: print(type(error).__name__)
print(array("d", [0.5]) == array("f", [0.5]), array("q", [-2**40]).tobytes().hex(), bytearray(b"ab").hex("-"), bytes.fromhex("0aff"), b"%d %s" % (3, b"x"))
