from rank_bm25 import BM25Okapi, BM25L, BM25Plus
docs = [d.split() for d in ("hello there good man", "it is windy in london", "how is the weather today in london")]
for B in (BM25Okapi, BM25L, BM25Plus): b = B(docs); print(b.get_scores("windy london".split()), b.get_top_n(["weather"], docs, 1))
