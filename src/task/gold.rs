//! What a metric ought to be: a number, or a list of such.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{Error, SeqAccess, Visitor},
};

/// A reference value: a finite number, or a list, not empty, of reference values.
///
/// Reading one refuses everything else, so no value of this type from a file holds NaN, an
/// infinity or an empty list.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Gold {
    /// One number.
    Number(f64),
    /// A list of golds, which may have different shapes.
    List(Vec<Gold>),
}

impl Gold {
    /// Whether every number in it satisfies a condition.
    pub fn all(&self, condition: &impl Fn(f64) -> bool) -> bool {
        match self {
            Gold::Number(number) => condition(*number),
            Gold::List(items) => items.iter().all(|item| item.all(condition)),
        }
    }
}

impl Gold {
    /// Its numbers, each with the one in the same place of another; nothing where the shapes differ.
    pub fn pairs(&self, other: &Gold) -> Option<Vec<(f64, f64)>> {
        match (self, other) {
            (Gold::Number(one), Gold::Number(other)) => Some(vec![(*one, *other)]),
            (Gold::List(ones), Gold::List(others)) if ones.len() == others.len() => {
                let pairs = ones.iter().zip(others).map(|(one, other)| one.pairs(other));
                Some(pairs.collect::<Option<Vec<_>>>()?.concat())
            }
            _ => None,
        }
    }
}

impl<'de> Deserialize<'de> for Gold {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(GoldVisitor)
    }
}

struct GoldVisitor;

impl<'de> Visitor<'de> for GoldVisitor {
    type Value = Gold;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a finite number or a list, not empty, of such")
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Gold, E> {
        if number.is_finite() {
            Ok(Gold::Number(number))
        } else {
            Err(E::invalid_value(
                serde::de::Unexpected::Float(number),
                &self,
            ))
        }
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Gold, E> {
        // Up to here, every integer is a float of its own.
        const EXACT: u64 = 1 << f64::MANTISSA_DIGITS;
        if number.unsigned_abs() > EXACT {
            return Err(E::custom(format_args!(
                "invalid value: integer `{number}`, expected one that a 64-bit float holds \
                 exactly, up to ±2^53 (or write it as a float)"
            )));
        }
        self.visit_f64(number as f64)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Gold, E> {
        match i64::try_from(number) {
            Ok(number) => self.visit_i64(number),
            Err(_) => Err(E::invalid_value(
                serde::de::Unexpected::Unsigned(number),
                &self,
            )),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Gold, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        if list.is_empty() {
            return Err(A::Error::invalid_length(0, &self));
        }
        Ok(Gold::List(list))
    }
}
