//! Quantiles of the normal distribution and of Student's t.

/// The number that a standard normal one is below with this chance, strictly between 0 and 1.
pub(super) fn normal(chance: f64) -> f64 {
    bisect(normal_below, chance)
}

/// Likewise of Student's t with so many degrees of freedom.
pub(super) fn student(chance: f64, freedom: u32) -> f64 {
    bisect(|t| student_below(t, freedom), chance)
}

fn bisect(below: impl Fn(f64) -> f64, chance: f64) -> f64 {
    let (mut low, mut high) = (-1e4, 1e4);
    for _ in 0..100 {
        let middle = (low + high) / 2.0;
        match below(middle) < chance {
            true => low = middle,
            false => high = middle,
        }
    }
    (low + high) / 2.0
}

/// The chance that a standard normal number is below another. By the series of W. Marsaglia (J. Stat.
/// Softw. 11, 2004) near the middle, by the continued fraction in the tails (Abramowitz and Stegun
/// 26.2.14).
pub(super) fn normal_below(x: f64) -> f64 {
    let density = (-x * x / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
    if x.abs() > 5.0 {
        let fraction = (1..=60)
            .rev()
            .fold(x.abs(), |rest, k| x.abs() + f64::from(k) / rest);
        let tail = density / fraction;
        return if x < 0.0 { tail } else { 1.0 - tail };
    }
    let (mut sum, mut term) = (x, x);
    let mut k = 1.0;
    while term.abs() > 1e-17 * sum.abs() && term != 0.0 {
        k += 2.0;
        term *= x * x / k;
        sum += term;
    }
    0.5 + density * sum
}

/// In closed form for whole degrees of freedom (Abramowitz and Stegun 26.7.3 and 26.7.4).
fn student_below(t: f64, freedom: u32) -> f64 {
    let v = f64::from(freedom);
    let theta = (t / v.sqrt()).atan();
    let (sine, cosine) = theta.sin_cos();
    // Powers of the cosine from the first that there is, each with the factors before it.
    let series = |first: f64, start: u32| {
        let (mut sum, mut term) = (0.0, first);
        let mut power = start;
        while power + 2 <= freedom {
            sum += term;
            let k = f64::from(power);
            term *= cosine * cosine * (k + 1.0) / (k + 2.0);
            power += 2;
        }
        sum
    };
    let within = match freedom % 2 {
        1 => 2.0 / std::f64::consts::PI * (theta + sine * series(cosine, 1)),
        _ => sine * series(1.0, 0),
    };
    0.5 + within / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quantiles_are_those_of_tables() {
        for (chance, expected) in [
            (0.975, 1.959963984540054),
            (0.5, 0.0),
            (0.001, -3.090232306167813),
        ] {
            assert!((normal(chance) - expected).abs() < 1e-9);
        }
        assert!((normal_below(-6.0) / 9.865876450376946e-10 - 1.0).abs() < 1e-9);
        for (freedom, expected) in [
            (1, 12.706204736432095),
            (2, 4.302652729911275),
            (3, 3.182446305284263),
            (4, 2.776445105197793),
            (5, 2.5705818366147395),
            (12, 2.1788128296634177),
            (30, 2.0422724563012373),
            (101, 1.983731002885281),
        ] {
            let found = student(0.975, freedom);
            assert!((found - expected).abs() < 1e-8, "{freedom}: {found}");
        }
    }
}
