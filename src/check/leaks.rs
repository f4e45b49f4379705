//! Golds that an agent can read.

use std::io::{Cursor, Read};
use std::sync::LazyLock;

use regex::Regex;
use serde::Serialize;

use crate::task::{Experiment, Gold, Paper};

/// Significant digits from which on a number is no accident.
const TELLING: usize = 3;
/// Bytes of an archive's member that are looked at.
const MOST_UNPACKED: u64 = 64 << 20;

/// A number as people write it: with groups of three digits, with an exponent in any notation, or
/// as a fraction.
static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?x)
        (?P<numerator>\d+)\s?/\s?(?P<denominator>[1-9]\d*)\b
        | (?P<mantissa>\d{1,3}(?:,\d{3})+(?:\.\d+)? | \d+\.?\d* | \.\d+)
          (?:[eE](?P<exponent>[-+]?\d+)
            | \s*(?:\\times|\\cdot|[×·*])\s*10\s*(?:\^|\*\*)\s*\{?(?P<power>[-+\u{2212}]?\d+)\}?)?",
    )
    .expect("a pattern of ours")
});

/// A number that an agent can read and that is a gold, rounded.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Leak {
    pub file: String,
    /// From 1; none in a file that isn't text.
    pub line: Option<usize>,
    /// As it stands there.
    pub text: String,
    /// `experiment.metric`.
    pub metric: String,
    /// Significant digits that agree.
    pub digits: usize,
}

impl Leak {
    /// Whether it is no accident.
    pub fn is_telling(&self) -> bool {
        self.digits >= TELLING
    }
}

/// Looks for golds in files, by name: as they are, as percentages, rounded, in any notation, as
/// fractions; in files that aren't text, in the texts within them (what images say of themselves),
/// in archives' members, and as floating-point numbers. Numbers of one significant digit say
/// nothing, nor does 1.0; those of two are found only in decimals.
pub fn leaks<'f>(paper: &Paper, files: impl IntoIterator<Item = (&'f str, &'f [u8])>) -> Vec<Leak> {
    leaks_of(&paper.experiments, files)
}

/// The same, for the golds of some experiments.
pub fn leaks_of<'f>(
    experiments: &[Experiment],
    files: impl IntoIterator<Item = (&'f str, &'f [u8])>,
) -> Vec<Leak> {
    let mut golds = Vec::new();
    for experiment in experiments {
        for metric in &experiment.metrics {
            let name = format!("{}.{}", experiment.id, metric.name);
            numbers(&metric.gold, &mut |number| {
                golds.push((name.clone(), number.abs()))
            });
        }
    }
    let mut found = Vec::new();
    for (file, bytes) in files {
        look(file, bytes, &golds, &mut found);
    }
    found
}

/// Looks into a file, and into the members of an archive, though not of one within another.
fn look(file: &str, bytes: &[u8], golds: &[(String, f64)], found: &mut Vec<Leak>) {
    in_file(file, bytes, golds, found);
    let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes)) else {
        return;
    };
    for index in 0..archive.len() {
        let Ok(member) = archive.by_index(index) else {
            continue;
        };
        let name = format!("{file}:{}", member.name().unwrap_or_default());
        let mut content = Vec::new();
        // One that is damaged is looked at as far as it goes.
        let _ = member.take(MOST_UNPACKED).read_to_end(&mut content);
        in_file(&name, &content, golds, found);
    }
}

fn in_file(file: &str, bytes: &[u8], golds: &[(String, f64)], found: &mut Vec<Leak>) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        for (index, line) in text.lines().enumerate() {
            in_text(file, Some(index + 1), line, golds, found);
        }
        return;
    }
    for text in texts(bytes) {
        in_text(file, None, text, golds, found);
    }
    for (metric, gold) in golds {
        if let Some(text) = as_float(bytes, *gold) {
            found.push(Leak {
                file: file.to_owned(),
                line: None,
                text,
                metric: metric.clone(),
                digits: 7,
            });
        }
    }
}

fn in_text(
    file: &str,
    line: Option<usize>,
    text: &str,
    golds: &[(String, f64)],
    found: &mut Vec<Leak>,
) {
    for number in NUMBER.captures_iter(text) {
        let Some(Written {
            value,
            digits,
            plain,
        }) = value(&number)
        else {
            continue;
        };
        // Two digits are rarely no accident: only where they are written as the gold would be, and
        // the second isn't there for the form alone, as in 1.0.
        let scales: &[f64] = match digits < TELLING {
            true if digits < 2 || !plain => continue,
            true => &[1.0],
            false => &[1.0, 100.0],
        };
        let is = |gold: f64| {
            scales
                .iter()
                .any(|scale| agree(value, gold * scale, digits))
        };
        if let Some((metric, _)) = golds.iter().find(|(_, gold)| is(*gold)) {
            found.push(Leak {
                file: file.to_owned(),
                line,
                text: number[0].to_owned(),
                metric: metric.clone(),
                digits,
            });
        }
    }
}

/// A number as it stands somewhere.
struct Written {
    value: f64,
    /// Significant digits.
    digits: usize,
    /// Whether it is a plain decimal, and not one digit with zeros.
    plain: bool,
}

fn value(number: &regex::Captures<'_>) -> Option<Written> {
    let part = |name: &str| number.name(name).map(|part| part.as_str());
    if let (Some(numerator), Some(denominator)) = (part("numerator"), part("denominator")) {
        let value = numerator.parse::<f64>().ok()? / denominator.parse::<f64>().ok()?;
        // A fraction is exact; one of small numbers is many a number by accident.
        let digits = numerator.len() + denominator.len();
        return (digits > TELLING).then_some(Written {
            value,
            digits: TELLING + 1,
            plain: false,
        });
    }
    let mantissa = part("mantissa")?.replace(',', "");
    let power = part("exponent").or(part("power")).unwrap_or("0");
    let power: i32 = power.replace('\u{2212}', "-").parse().ok()?;
    let value = mantissa.parse::<f64>().ok()? * 10f64.powi(power);
    Some(Written {
        value,
        digits: significant(&mantissa),
        plain: mantissa.contains('.') && !is_round(&mantissa),
    })
}

/// What stands in a binary file as text: from six printable characters on.
fn texts(bytes: &[u8]) -> impl Iterator<Item = &str> {
    let printable = |byte: &u8| matches!(byte, b' '..=b'~');
    bytes
        .split(move |byte| !printable(byte))
        .filter(|text| text.len() >= 6)
        .filter_map(|text| std::str::from_utf8(text).ok())
}

/// How a number stands in a binary file as a floating-point number of 64 or 32 bits, if it does.
fn as_float(bytes: &[u8], gold: f64) -> Option<String> {
    // Small whole numbers, and their like, are anywhere.
    if gold == 0.0 || (gold.fract() == 0.0 && gold < 1e4) {
        return None;
    }
    let near = |value: f64, within: f64| ((value.abs() - gold) / gold).abs() <= within;
    let doubles = bytes.windows(8).find_map(|window| {
        let bytes: [u8; 8] = window.try_into().ok()?;
        let mut values = [f64::from_le_bytes(bytes), f64::from_be_bytes(bytes)].into_iter();
        values.find(|value| near(*value, 1e-9))
    });
    let single = || {
        bytes.windows(4).find_map(|window| {
            let bytes: [u8; 4] = window.try_into().ok()?;
            let mut values = [f32::from_le_bytes(bytes), f32::from_be_bytes(bytes)].into_iter();
            values
                .find(|value| near(f64::from(*value), 1e-7))
                .map(f64::from)
        })
    };
    doubles.or_else(single).map(|value| value.to_string())
}

fn numbers(gold: &Gold, of: &mut dyn FnMut(f64)) {
    match gold {
        Gold::Number(number) => of(*number),
        Gold::List(items) => items.iter().for_each(|item| numbers(item, of)),
    }
}

/// Digits of a mantissa from the first that isn't 0.
fn significant(mantissa: &str) -> usize {
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_start_matches('0');
    match mantissa.contains('.') {
        true => digits.len(),
        // 1200 may well be round.
        false => digits.trim_end_matches('0').len(),
    }
}

/// Whether a mantissa is one digit and zeros: 1.0, 0.50.
fn is_round(mantissa: &str) -> bool {
    let digits = mantissa.replace('.', "");
    digits.trim_matches('0').len() < 2
}

/// Whether a number is a gold rounded to so many significant digits.
fn agree(value: f64, gold: f64, digits: usize) -> bool {
    // More digits than a number of 64 bits can have make an infinity.
    if gold == 0.0 || value == 0.0 || !value.is_finite() {
        return false;
    }
    let last = 10f64.powi(value.log10().floor() as i32 + 1 - digits as i32);
    (value - gold).abs() <= 0.5 * last * (1.0 + 1e-9)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_gold_is_found_in_any_usual_form() {
        let golds = [("main.gap".to_owned(), 0.20630023434339304)];
        let digits = |text: &[u8]| {
            let mut found = Vec::new();
            look("file", text, &golds, &mut found);
            found.iter().map(|leak| leak.digits).max().unwrap_or(0)
        };
        for (text, telling) in [
            ("0.2063", true),
            ("gap: 0.206 \u{b1} 0.003", true),
            (".20630", true),
            ("20.63 %", true),
            ("2.063e-1", true),
            (r"$2.063 \times 10^{-1}$", true),
            ("20.63*10**-2", true),
            ("206.3 \u{d7} 10^\u{2212}3", true),
            ("13/63 = 0.2", true),
            ("2063/10000", true),
            ("0.207", false),
            ("206", false),
            ("0.2062", false),
            ("/ 4", false),
        ] {
            assert_eq!(digits(text.as_bytes()) >= TELLING, telling, "{text}");
        }
        assert_eq!(digits(b"0.21"), 2);
        assert_eq!(digits(b"21"), 0);

        // In what isn't text.
        let image = b"\x89PNG\r\n\x1a\n\0\0\0\x17tEXtComment\0gap is 0.20630\xff";
        assert!(digits(image) >= TELLING);
        let mut array = b"\x93NUMPY\x01\0".to_vec();
        assert_eq!(digits(&array), 0);
        array.extend(golds[0].1.to_le_bytes());
        assert!(digits(&array) >= TELLING);
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let deflated = zip::write::SimpleFileOptions::default();
        archive.start_file("gap.npy", deflated).unwrap();
        archive.write_all(&array).unwrap();
        assert!(digits(&archive.finish().unwrap().into_inner()) >= TELLING);

        assert_eq!(significant("0.0012"), 2);
        assert_eq!(significant("1200"), 2);
        assert_eq!(significant("1200."), 4);
    }

    #[test]
    fn a_number_beyond_all_is_no_gold() {
        let golds = [("main.gap".to_owned(), 0.5)];
        let mut found = Vec::new();
        for text in ["9".repeat(400), "1e400".to_owned(), "5e-324".to_owned()] {
            look("file", text.as_bytes(), &golds, &mut found);
        }
        assert_eq!(found, []);
    }

    #[test]
    fn a_round_number_of_two_digits_is_no_finding() {
        let golds = [("main.a", 1.01), ("main.b", 0.502), ("main.c", 1.52)]
            .map(|(name, gold)| (name.to_owned(), gold));
        let mut found = Vec::new();
        look(
            "file",
            b"scale = 1.0\nhalf = 0.50\nten = 10.\n",
            &golds,
            &mut found,
        );
        assert_eq!(found, []);
        look("file", b"scale = 1.5\nratio = 1.01", &golds, &mut found);
        let texts: Vec<&str> = found.iter().map(|leak| leak.text.as_str()).collect();
        assert_eq!(texts, ["1.5", "1.01"]);
    }

    #[test]
    fn large_numbers_are_read_with_their_groups() {
        let golds = [("main.count".to_owned(), 12_345.6)];
        let mut found = Vec::new();
        look("file", b"12,346 people", &golds, &mut found);
        assert_eq!(found[0].text, "12,346");
    }
}
