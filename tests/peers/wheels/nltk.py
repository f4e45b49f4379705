import nltk
from nltk.stem import PorterStemmer, SnowballStemmer, LancasterStemmer
from nltk.tokenize import TreebankWordTokenizer, RegexpTokenizer, wordpunct_tokenize, TweetTokenizer
from nltk.translate.bleu_score import sentence_bleu, SmoothingFunction
from nltk.lm import MLE, Laplace
from nltk.lm.preprocessing import padded_everygram_pipeline
text = "The striped bats aren't hanging on their feet; they're running (quickly)!"
print(TreebankWordTokenizer().tokenize(text), [PorterStemmer().stem(w) for w in wordpunct_tokenize(text)], SnowballStemmer("german").stem("Häuser"), LancasterStemmer().stem("maximum"), TweetTokenizer().tokenize("@me :-) #ok"), list(nltk.ngrams("abcd", 2)), nltk.edit_distance("rain", "shine"))
print(sentence_bleu([["a", "b", "c", "d", "e"]], ["a", "b", "c", "d", "f"], smoothing_function=SmoothingFunction().method1), nltk.FreqDist("mississippi").most_common(2), nltk.jaccard_distance({1, 2}, {2, 3}))
train, vocab = padded_everygram_pipeline(2, [["a", "b", "a"], ["b", "a"]]); m = Laplace(2); m.fit(train, vocab); print(m.score("b", ["a"]), m.perplexity([("a", "b")]), m.generate(4, random_seed=3))
g = nltk.CFG.fromstring("S -> NP VP\nNP -> 'I' | 'it'\nVP -> V NP\nV -> 'see'"); print([str(t) for t in nltk.ChartParser(g).parse("I see it".split())], nltk.Tree.fromstring("(S (NP a) (VP b))").leaves())
c = nltk.NaiveBayesClassifier.train([({"a": 1}, "x"), ({"a": 0}, "y"), ({"a": 1}, "x")]); print(c.classify({"a": 1}), c.prob_classify({"a": 1}).prob("x"))
try: nltk.word_tokenize("needs data")
except LookupError: print("LookupError")
