//! How much texts have to do with a query: Okapi BM25 over their words (Robertson and Zaragoza,
//! *The Probabilistic Relevance Framework: BM25 and Beyond*, 2009), with its usual constants.

use std::collections::BTreeMap;

const K1: f64 = 1.2;
const B: f64 = 0.75;

/// A text by its words, and how often each is in it.
#[derive(Clone, Debug, Default)]
pub struct Words {
    count: usize,
    of: BTreeMap<String, usize>,
}

impl Words {
    /// Words are runs of letters and digits, in lower case: a name's parts are words of their own.
    pub fn of<'t>(texts: impl IntoIterator<Item = &'t str>) -> Words {
        let mut words = Words::default();
        for text in texts {
            let split = text.split(|c: char| !c.is_alphanumeric());
            for word in split.filter(|word| !word.is_empty()) {
                *words.of.entry(word.to_lowercase()).or_default() += 1;
                words.count += 1;
            }
        }
        words
    }
}

/// The texts that have most to do with a query, by their indices in ascending order: at most so many,
/// and none that shares no word with it. Of equals the later ones.
pub fn most_relevant(texts: &[Words], query: &Words, most: usize) -> Vec<usize> {
    let total: usize = texts.iter().map(|text| text.count).sum();
    let average = total as f64 / texts.len().max(1) as f64;
    let mut scores = vec![0.0; texts.len()];
    for word in query.of.keys() {
        let holding = texts
            .iter()
            .filter(|text| text.of.contains_key(word))
            .count() as f64;
        let rarity = (1.0 + (texts.len() as f64 - holding + 0.5) / (holding + 0.5)).ln();
        for (text, score) in texts.iter().zip(&mut scores) {
            let often = text.of.get(word).copied().unwrap_or(0) as f64;
            let length = 1.0 - B + B * text.count as f64 / average;
            *score += rarity * often * (K1 + 1.0) / (often + K1 * length);
        }
    }
    let mut best: Vec<usize> = (0..texts.len()).filter(|at| scores[*at] > 0.0).collect();
    best.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]).then(b.cmp(a)));
    best.truncate(most);
    best.sort_unstable();
    best
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
        let texts = texts.map(|text| Words::of([text]));
        let find = |query, most| most_relevant(&texts, &Words::of([query]), most);
        assert_eq!(find("Spread.width", 1), [1]);
        assert_eq!(find("Spread.width", 9), [1, 4]);
        assert_eq!(find("of", 2), [2, 4]);
        assert_eq!(find("nothing", 9), Vec::<usize>::new());
    }
}
