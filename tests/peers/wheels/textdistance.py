import textdistance as t
print(t.hamming("test", "text"), t.levenshtein.normalized_similarity("kitten", "sitting"), t.jaro_winkler("martha", "marhta"), t.jaccard("abc", "bcd"), t.lcsseq("thisatest", "testing123"), t.cosine("data", "dat"), t.ratcliff_obershelp("ab", "abc"), t.damerau_levenshtein("ab", "ba"), t.entropy_ncd("test", "text"), t.needleman_wunsch("ac", "abc"), t.mra("Byrne", "Boern"))
