//! How much texts have to do with a query: Okapi BM25 over their words (Robertson and Zaragoza,
//! *The Probabilistic Relevance Framework: BM25 and Beyond*, 2009), with its usual constants.

use std::collections::BTreeMap;

const K1: f64 = 1.2;
const B: f64 = 0.75;

/// The words of a text, and how often each is in it.
#[derive(Clone, Debug, Default)]
pub struct Words(BTreeMap<String, usize>);

impl Words {
    /// Words are runs of letters and digits, in lower case: a name's parts are words of their own.
    pub fn of<'t>(texts: impl IntoIterator<Item = &'t str>) -> Words {
        let mut words = Words::default();
        for text in texts {
            let split = text.split(|c: char| !c.is_alphanumeric());
            for word in split.filter(|word| !word.is_empty()) {
                *words.0.entry(word.to_lowercase()).or_default() += 1;
            }
        }
        words
    }
}

/// Texts to be found by their words; each is read once, when it is added.
#[derive(Clone, Debug, Default)]
pub struct Index {
    /// For each word the texts that have it, in order, and how often.
    having: BTreeMap<String, Vec<(usize, f64)>>,
    /// How many words each text has, and how many those up to it.
    lengths: Vec<(f64, f64)>,
}

impl Index {
    pub fn add(&mut self, words: Words) {
        let number = self.lengths.len();
        let length = words.0.values().sum::<usize>() as f64;
        let before = self.lengths.last().map_or(0.0, |(_, total)| *total);
        self.lengths.push((length, before + length));
        for (word, often) in words.0 {
            let having = self.having.entry(word).or_default();
            having.push((number, often as f64));
        }
    }

    /// Of the first so many texts those that have most to do with a query, by their indices in
    /// ascending order: `most` of them, and none that shares no word with it. Of equals the later
    /// ones.
    pub fn most_relevant(&self, first: usize, query: &Words, most: usize) -> Vec<usize> {
        let texts = &self.lengths[..first];
        let average = texts.last().map_or(0.0, |(_, total)| total / first as f64);
        let mut scores = vec![0.0; first];
        for having in query.0.keys().filter_map(|word| self.having.get(word)) {
            let having = &having[..having.partition_point(|(text, _)| *text < first)];
            let count = having.len() as f64;
            let rarity = (1.0 + (first as f64 - count + 0.5) / (count + 0.5)).ln();
            for (text, often) in having {
                let length = 1.0 - B + B * texts[*text].0 / average;
                scores[*text] += rarity * often * (K1 + 1.0) / (often + K1 * length);
            }
        }
        let mut best: Vec<usize> = (0..first).filter(|at| scores[*at] > 0.0).collect();
        best.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]).then(b.cmp(a)));
        best.truncate(most);
        best.sort_unstable();
        best
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_words_that_are_shared_count_most() {
        let texts = [
            "the file of the paper",
            "the width of a spread_width",
            "the mean of the numbers",
            "",
            "Width, of a box",
        ];
        let mut index = Index::default();
        for text in texts {
            index.add(Words::of([text]));
        }
        let find = |query, most| index.most_relevant(5, &Words::of([query]), most);
        assert_eq!(find("Spread.width", 1), [1]);
        assert_eq!(find("Spread.width", 9), [1, 4]);
        assert_eq!(find("of", 2), [2, 4]);
        assert_eq!(find("nothing", 9), Vec::<usize>::new());
        // As if those after weren't there.
        let query = Words::of(["width"]);
        assert_eq!(index.most_relevant(4, &query, 9), [1]);
        assert_eq!(index.most_relevant(0, &query, 9), Vec::<usize>::new());
    }
}
