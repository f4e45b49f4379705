//! Amounts as people write them: fuel (`10G`), sizes (`512MiB`) and durations (`90s`).
//!
//! Formatting is exact: what [`format_fuel`] and [`format_size`] write, the parsers read back to
//! the same number.

use std::time::Duration;

use thiserror::Error;

const FUEL: [(&str, u64); 5] = [
    ("T", 1_000_000_000_000),
    ("G", 1_000_000_000),
    ("M", 1_000_000),
    ("k", 1_000),
    ("", 1),
];

/// Units a size may be written in.
const SIZE: [(&str, u64); 7] = [
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("KiB", 1 << 10),
    ("GB", 1_000_000_000),
    ("MB", 1_000_000),
    ("KB", 1_000),
    ("B", 1),
];

/// Units [`format_size`] chooses from.
const BINARY_SIZE: [(&str, u64); 4] = [
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("KiB", 1 << 10),
    ("B", 1),
];

/// Why a text is no amount.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum UnitError {
    /// The number is missing or malformed, or the unit is unknown.
    #[error("`{text}` is not {expected}")]
    Malformed {
        /// What was written.
        text: String,
        /// What may be written.
        expected: &'static str,
    },
    /// The number has a fraction finer than one unit of fuel or one byte.
    #[error("`{text}` is not a whole number of {unit}")]
    Fraction {
        /// What was written.
        text: String,
        /// What is counted.
        unit: &'static str,
    },
    /// The amount is above `u64::MAX`.
    #[error("`{text}` is too large: at most {} {unit}", u64::MAX)]
    TooLarge {
        /// What was written.
        text: String,
        /// What is counted.
        unit: &'static str,
    },
    /// Not a duration as `humantime` reads them.
    #[error("`{text}` is not a duration such as `120s` or `1m 30s` ({reason})")]
    Duration {
        /// What was written.
        text: String,
        /// `humantime`'s word on it.
        reason: humantime::DurationError,
    },
    /// A duration that isn't whole seconds, or none.
    #[error("`{text}` is no number of whole seconds from 1s on")]
    Seconds {
        /// What was written.
        text: String,
    },
}

/// What is being counted, and how it may be written.
struct Quantity {
    unit: &'static str,
    expected: &'static str,
    suffixes: &'static [(&'static str, u64)],
}

/// Reads an amount of fuel: `10G`, `1.25G`, `2_000_000`.
///
/// The suffixes are decimal: k, M, G, T.
///
/// # Errors
///
/// Anything else, a fraction of one unit, or more than `u64::MAX`.
pub fn parse_fuel(text: &str) -> Result<u64, UnitError> {
    parse(
        text,
        &Quantity {
            unit: "units of fuel",
            expected: "an amount of fuel such as `10G` (suffixes: k, M, G, T, or none)",
            suffixes: &FUEL,
        },
    )
}

/// Reads a size in bytes: `512MiB`, `1.5GB`, `100B`.
///
/// # Errors
///
/// A missing or unknown unit, a fraction of one byte, or more than `u64::MAX`.
pub fn parse_size(text: &str) -> Result<u64, UnitError> {
    parse(
        text,
        &Quantity {
            unit: "bytes",
            expected: "a size such as `512MiB` (units: B, KiB, MiB, GiB, KB, MB, GB)",
            suffixes: &SIZE,
        },
    )
}

/// Reads a duration: `120s`, `1m 30s`, `500ms`.
///
/// # Errors
///
/// Whatever `humantime` doesn't read.
pub fn parse_duration(text: &str) -> Result<Duration, UnitError> {
    humantime::parse_duration(text).map_err(|reason| UnitError::Duration {
        text: text.to_owned(),
        reason,
    })
}

/// Reads a duration of whole seconds, at least one.
///
/// # Errors
///
/// Likewise, and those that are none.
pub fn parse_seconds(text: &str) -> Result<Duration, UnitError> {
    let duration = parse_duration(text)?;
    match (duration.as_secs(), duration.subsec_nanos()) {
        (1.., 0) => Ok(duration),
        _ => Err(UnitError::Seconds {
            text: text.to_owned(),
        }),
    }
}

/// Writes an amount of fuel, exactly, with the largest suffix not above it: `1.25G`.
pub fn format_fuel(fuel: u64) -> String {
    let (suffix, scale) = FUEL
        .into_iter()
        .find(|&(_, scale)| fuel >= scale)
        .unwrap_or(("", 1));
    let (whole, rest) = (fuel / scale, fuel % scale);
    if rest == 0 {
        return format!("{whole}{suffix}");
    }
    let digits = scale.ilog10() as usize;
    let fraction = format!("{rest:0digits$}");
    format!("{whole}.{}{suffix}", fraction.trim_end_matches('0'))
}

/// Writes a size in at most four digits, for people: `156MiB`.
pub fn format_size_short(bytes: u64) -> String {
    let (suffix, scale) = BINARY_SIZE
        .into_iter()
        .find(|&(_, scale)| bytes >= scale)
        .unwrap_or(("B", 1));
    let amount = bytes as f64 / scale as f64;
    let decimals = usize::from(scale > 1 && amount < 10.0);
    format!("{amount:.decimals$}{suffix}")
}

/// Writes fuel in three digits, for people: `1.23G`.
pub fn format_fuel_short(fuel: u64) -> String {
    let (suffix, scale) = FUEL
        .into_iter()
        .find(|&(_, scale)| fuel >= scale)
        .unwrap_or(("", 1));
    let amount = fuel as f64 / scale as f64;
    let decimals = match (scale, amount) {
        (1, _) => 0,
        (_, ..10.0) => 2,
        (_, ..100.0) => 1,
        _ => 0,
    };
    format!("{amount:.decimals$}{suffix}")
}

/// Writes a size, exactly, in the largest binary unit that divides it: `1536MiB`.
pub fn format_size(bytes: u64) -> String {
    let (unit, scale) = BINARY_SIZE
        .into_iter()
        .find(|&(_, scale)| bytes > 0 && bytes.is_multiple_of(scale))
        .unwrap_or(("B", 1));
    format!("{}{unit}", bytes / scale)
}

fn parse(text: &str, quantity: &Quantity) -> Result<u64, UnitError> {
    let malformed = || UnitError::Malformed {
        text: text.to_owned(),
        expected: quantity.expected,
    };
    let too_large = || UnitError::TooLarge {
        text: text.to_owned(),
        unit: quantity.unit,
    };
    let end = text
        .find(|c: char| !matches!(c, '0'..='9' | '.' | '_'))
        .unwrap_or(text.len());
    let (number, suffix) = text.split_at(end);
    let &(_, scale) = quantity
        .suffixes
        .iter()
        .find(|&&(known, _)| known == suffix)
        .ok_or_else(malformed)?;

    let (whole, fraction) = match number.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (number, None),
    };
    let whole = digits(whole).ok_or_else(malformed)?;
    let fraction = match fraction {
        Some(fraction) => digits(fraction).ok_or_else(malformed)?,
        None => String::new(),
    };
    let fraction = fraction.trim_end_matches('0');

    let whole: u64 = whole.parse().map_err(|_| too_large())?;
    let whole = whole.checked_mul(scale).ok_or_else(too_large)?;
    let part = part_of(fraction, scale).ok_or_else(|| UnitError::Fraction {
        text: text.to_owned(),
        unit: quantity.unit,
    })?;
    whole.checked_add(part).ok_or_else(too_large)
}

/// The digits of a number, its separators dropped; none if it isn't digits joined by single `_`.
fn digits(text: &str) -> Option<String> {
    let groups: Vec<&str> = text.split('_').collect();
    let whole_groups = groups
        .iter()
        .all(|group| !group.is_empty() && group.bytes().all(|b| b.is_ascii_digit()));
    whole_groups.then(|| groups.concat())
}

/// `0.<fraction>` of `scale`, if that is whole.
fn part_of(fraction: &str, scale: u64) -> Option<u64> {
    if fraction.is_empty() {
        return Some(0);
    }
    // A fraction of 2^30 has at most 30 decimals, one of 10^12 at most 12.
    let numerator: u128 = fraction.parse().ok()?;
    let denominator = 10u128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    let scaled = numerator.checked_mul(u128::from(scale))?;
    if scaled % denominator != 0 {
        return None;
    }
    u64::try_from(scaled / denominator).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn fuel_is_read_with_decimal_suffixes() {
        for (text, fuel) in [
            ("0", 0),
            ("7", 7),
            ("2_000_000", 2_000_000),
            ("3k", 3_000),
            ("1.25G", 1_250_000_000),
            ("10G", 10_000_000_000),
            ("1.50T", 1_500_000_000_000),
            ("18446744073709551615", u64::MAX),
        ] {
            assert_eq!(parse_fuel(text), Ok(fuel), "{text}");
        }
    }

    #[test]
    fn sizes_are_read_with_binary_and_decimal_units() {
        for (text, bytes) in [
            ("0B", 0),
            ("512MiB", 512 << 20),
            ("1.5KiB", 1536),
            ("1KB", 1000),
            ("2GB", 2_000_000_000),
            ("1GiB", 1 << 30),
        ] {
            assert_eq!(parse_size(text), Ok(bytes), "{text}");
        }
    }

    #[test]
    fn what_is_no_amount_is_refused_with_what_is_allowed() {
        for text in [
            "", "G", "10g", "10 G", "-1", "1e9", "1.", ".5G", "1__0", "_1", "1.2.3", "10GiB",
        ] {
            assert!(
                matches!(parse_fuel(text), Err(UnitError::Malformed { .. })),
                "{text}"
            );
        }
        assert!(matches!(parse_fuel("1.5"), Err(UnitError::Fraction { .. })));
        assert!(matches!(
            parse_fuel("99999999999999999999"),
            Err(UnitError::TooLarge { .. })
        ));
        assert!(matches!(
            parse_fuel("99999999999T"),
            Err(UnitError::TooLarge { .. })
        ));
        assert_eq!(
            parse_size("512").unwrap_err().to_string(),
            "`512` is not a size such as `512MiB` (units: B, KiB, MiB, GiB, KB, MB, GB)"
        );
        assert!(parse_duration("soon").is_err());
    }

    #[test]
    fn amounts_are_written_shortest() {
        assert_eq!(format_fuel(0), "0");
        assert_eq!(format_fuel(999), "999");
        assert_eq!(format_fuel(1_250_000_000), "1.25G");
        assert_eq!(format_fuel(1_000_000_001), "1.000000001G");
        assert_eq!(format_size(0), "0B");
        assert_eq!(format_size(512 << 20), "512MiB");
        assert_eq!(format_size(1000), "1000B");
    }

    proptest! {
        #[test]
        fn fuel_written_is_read_back(fuel: u64) {
            prop_assert_eq!(parse_fuel(&format_fuel(fuel)), Ok(fuel));
        }

        #[test]
        fn round_fuel_written_is_read_back(count in 0u64..10_000, zeros in 0u32..15) {
            let fuel = count * 10u64.pow(zeros);
            prop_assert_eq!(parse_fuel(&format_fuel(fuel)), Ok(fuel));
        }

        #[test]
        fn sizes_written_are_read_back(bytes: u64, shift in 0u32..40) {
            let bytes = bytes >> shift << shift;
            prop_assert_eq!(parse_size(&format_size(bytes)), Ok(bytes));
        }

        #[test]
        fn no_text_makes_the_parsers_panic(text in ".{0,40}", number in "[0-9_.]{0,60}[kMGTiB]{0,3}") {
            for text in [text, number] {
                let _ = (parse_fuel(&text), parse_size(&text), parse_duration(&text));
            }
        }
    }
}
