//! Names like the one that wasn't found, for the end of an error message.

use std::fmt;

/// At most three known names that look like a wanted one, best first.
///
/// Displayed as the tail of a sentence: nothing, or `; did you mean …?`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Near(Vec<String>);

impl Near {
    /// How many names are offered at most.
    const COUNT: usize = 3;
    /// Similarity, from 0 to 1, under which a name is no help.
    const SIMILARITY: f64 = 0.55;

    /// The names among `known` nearest to `wanted`. A name whose last dotted part is the wanted
    /// one's comes first: `Class.method` where `method` was asked for.
    pub fn new<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        let mut near: Vec<(f64, &str)> = known
            .into_iter()
            .map(|name| (similarity(wanted, name), name))
            .filter(|&(similarity, _)| similarity >= Self::SIMILARITY)
            .collect();
        near.sort_by(|(a, a_name), (b, b_name)| b.total_cmp(a).then(a_name.cmp(b_name)));
        near.dedup_by_key(|(_, name)| *name);
        near.truncate(Self::COUNT);
        Near(near.into_iter().map(|(_, name)| name.to_owned()).collect())
    }
}

impl fmt::Display for Near {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((last, before)) = self.0.split_last() else {
            return Ok(());
        };
        f.write_str("; did you mean ")?;
        if !before.is_empty() {
            write!(f, "`{}` or ", before.join("`, `"))?;
        }
        write!(f, "`{last}`?")
    }
}

fn similarity(wanted: &str, name: &str) -> f64 {
    let last_part = |name: &str| name.rsplit('.').next().map(str::to_owned);
    if last_part(wanted) == last_part(name) {
        return 1.0;
    }
    strsim::normalized_damerau_levenshtein(wanted, name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_names_are_offered_best_first() {
        let known = ["exposure", "Ranker.exposure_gap", "expsoure_gap", "main"];
        assert_eq!(
            Near::new("exposure_gap", known).to_string(),
            "; did you mean `Ranker.exposure_gap`, `expsoure_gap` or `exposure`?"
        );
        assert_eq!(Near::new("train", ["evaluate"]).to_string(), "");
    }
}
