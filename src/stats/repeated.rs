//! What several attempts at a task say.

/// pass@k: the chance that at least one of k attempts, drawn without replacement from those made, is
/// right. Unbiased for any k up to their number (M. Chen et al., arXiv 2107.03374). None where there
/// are fewer than k attempts, or k is 0.
pub fn pass_at(k: u64, right: u64, all: u64) -> Option<f64> {
    none_of(k, right, all).map(|none| 1.0 - none)
}

/// pass^k: the chance that all of k attempts are right (S. Yao et al., arXiv 2406.12045), likewise.
pub fn pass_hat(k: u64, right: u64, all: u64) -> Option<f64> {
    none_of(k, all.checked_sub(right)?, all)
}

/// The chance that none of k items drawn is one of those that count.
fn none_of(k: u64, counting: u64, all: u64) -> Option<f64> {
    if k == 0 || k > all || counting > all {
        return None;
    }
    let draws = (0..k).map(|drawn| {
        let others = (all - counting).saturating_sub(drawn);
        others as f64 / (all - drawn) as f64
    });
    Some(draws.product())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn both_are_the_share_of_the_choices_of_k_attempts(came in prop::collection::vec(any::<bool>(), 1..10), k in 1usize..10) {
            let all = came.len();
            let right = came.iter().filter(|right| **right).count() as u64;
            let (at, hat) = (pass_at(k as u64, right, all as u64), pass_hat(k as u64, right, all as u64));
            if k > all {
                prop_assert_eq!((at, hat), (None, None));
                return Ok(());
            }
            let choices = (0u32..1 << all).filter(|choice| choice.count_ones() as usize == k);
            let (mut any, mut each, mut count) = (0.0, 0.0, 0.0);
            for choice in choices {
                let mut chosen = (0..all).filter(|at| choice >> at & 1 == 1).map(|at| came[at]);
                any += f64::from(u8::from(chosen.clone().any(|right| right)));
                each += f64::from(u8::from(chosen.all(|right| right)));
                count += 1.0;
            }
            prop_assert!((at.unwrap() - any / count).abs() < 1e-12);
            prop_assert!((hat.unwrap() - each / count).abs() < 1e-12);
        }
    }

    #[test]
    fn nothing_is_said_of_no_attempts() {
        assert_eq!(pass_at(0, 1, 2), None);
        assert_eq!(pass_at(1, 0, 0), None);
        assert_eq!(pass_at(1, 3, 2), None);
        assert_eq!(pass_hat(1, 3, 2), None);
    }
}
