//! Which numbers an agent has seen.

use std::collections::HashSet;
use std::sync::LazyLock;

use regex::bytes::Regex;
use serde_json::{Number, Value};

/// A number as programs print it.
static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?").expect("a pattern of ours")
});

/// All numbers in some texts.
#[derive(Clone, Debug, Default)]
pub struct Printed {
    /// Their bits.
    seen: HashSet<u64>,
}

impl Printed {
    /// Takes in the numbers of a text.
    pub fn add(&mut self, text: &[u8]) {
        for found in NUMBER.find_iter(text) {
            let digits = String::from_utf8_lossy(found.as_bytes());
            if let Ok(number) = digits.parse::<f64>() {
                self.seen.insert(number.to_bits());
            }
        }
    }

    /// Whether a value is made of numbers that were seen, rounded to the digits it has.
    pub fn has(&self, value: &Value) -> bool {
        match value {
            Value::Number(number) => self.has_number(number),
            Value::Array(items) => items.iter().all(|item| self.has(item)),
            Value::Object(fields) => fields.values().all(|field| self.has(field)),
            _ => true,
        }
    }

    fn has_number(&self, number: &Number) -> bool {
        let Some(reported) = number.as_f64() else {
            return false;
        };
        let half = half_a_digit(&number.to_string());
        let mut seen = self.seen.iter().map(|bits| f64::from_bits(*bits));
        seen.any(|seen| {
            let apart = (seen - reported).abs();
            // A decimal and what is half a digit away from it are not exact in binary.
            apart <= half * (1.0 + 1e-9) || apart <= 1e-12 * reported.abs()
        })
    }
}

/// Half of what the last digit of a number counts.
fn half_a_digit(digits: &str) -> f64 {
    let (mantissa, exponent) = match digits.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse().unwrap_or(0)),
        None => (digits, 0),
    };
    let decimals = mantissa
        .split_once('.')
        .map_or(0, |(_, decimals)| match decimals {
            // How JSON writes a whole number that is a float.
            "0" => 0,
            decimals => decimals.len() as i32,
        });
    0.5 * 10f64.powi(exponent - decimals)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_was_seen_if_it_is_a_rounding_of_something_printed() {
        let mut printed = Printed::default();
        printed.add(b"gap: 0.20630023, n=12, bound -1.5e-07;\n[3, .25]\xff 41%");
        let cases = [
            ("0.20630023", true),
            ("0.2063", true),
            ("0.206", true),
            ("0.21", true),
            ("0.2064", false),
            ("0.22", false),
            ("12", true),
            ("12.0", true),
            ("12.5", false),
            ("-1.5e-7", true),
            ("-1.6e-7", false),
            ("[3, 0.25]", true),
            ("[3, 0.26]", false),
            (r#"{"a": 41, "b": null}"#, true),
        ];
        for (value, seen) in cases {
            assert_eq!(
                printed.has(&serde_json::from_str(value).unwrap()),
                seen,
                "{value}"
            );
        }
        assert!(!Printed::default().has(&Value::from(0)));
    }
}
