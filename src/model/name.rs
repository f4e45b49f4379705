//! The models that can be asked for by name.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A model as it is asked for on the command line and named in records.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum ModelName {
    Oracle,
    Nop,
    /// Right with a known probability for each function: see [`simulated`](super::simulated()).
    Sim {
        right: Share,
        seed: u64,
    },
}

/// A probability, in millionths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Share(pub(super) u32);

impl Share {
    pub const CERTAIN: Share = Share(Share::ONE);
    pub(super) const ONE: u32 = 1_000_000;
}

impl FromStr for Share {
    type Err = ();

    /// A decimal from 0 to 1 with at most six digits behind the point.
    fn from_str(text: &str) -> Result<Share, ()> {
        let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
        let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if !all_digits(whole) || !all_digits(decimals) || decimals.len() > 6 {
            return Err(());
        }
        let whole: u32 = whole.parse().map_err(|_| ())?;
        let decimals: u32 = format!("{decimals:0<6}").parse().map_err(|_| ())?;
        let share = whole.checked_mul(Share::ONE).ok_or(())? + decimals;
        match share <= Share::ONE {
            true => Ok(Share(share)),
            false => Err(()),
        }
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, decimals) = (self.0 / Share::ONE, self.0 % Share::ONE);
        let decimals = format!("{decimals:06}");
        match decimals.trim_end_matches('0') {
            "" => write!(f, "{whole}"),
            decimals => write!(f, "{whole}.{decimals}"),
        }
    }
}

/// No model of that name.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no model `{0}`; there are: oracle, nop, sim:P and sim:P,SEED with P from 0 to 1")]
pub struct UnknownModel(String);

impl FromStr for ModelName {
    type Err = UnknownModel;

    fn from_str(name: &str) -> Result<ModelName, UnknownModel> {
        match name {
            "oracle" => Ok(ModelName::Oracle),
            "nop" => Ok(ModelName::Nop),
            _ => simulated(name).ok_or_else(|| UnknownModel(name.to_owned())),
        }
    }
}

fn simulated(name: &str) -> Option<ModelName> {
    let settings = name.strip_prefix("sim:")?;
    let (right, seed) = settings.split_once(',').unwrap_or((settings, "0"));
    Some(ModelName::Sim {
        right: right.parse().ok()?,
        seed: seed.parse().ok()?,
    })
}

impl TryFrom<String> for ModelName {
    type Error = UnknownModel;

    fn try_from(name: String) -> Result<ModelName, UnknownModel> {
        name.parse()
    }
}

impl From<ModelName> for String {
    fn from(name: ModelName) -> String {
        name.to_string()
    }
}

impl fmt::Display for ModelName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ModelName::Oracle => f.write_str("oracle"),
            ModelName::Nop => f.write_str("nop"),
            ModelName::Sim { right, seed: 0 } => write!(f, "sim:{right}"),
            ModelName::Sim { right, seed } => write!(f, "sim:{right},{seed}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_and_written() {
        for (name, written) in [
            ("oracle", "oracle"),
            ("sim:0.6", "sim:0.6"),
            ("sim:1", "sim:1"),
            ("sim:0.350,0", "sim:0.35"),
            ("sim:0.000001,12", "sim:0.000001,12"),
        ] {
            assert_eq!(name.parse::<ModelName>().unwrap().to_string(), written);
        }
        for wrong in [
            "",
            "gpt",
            "sim",
            "sim:",
            "sim:1.1",
            "sim:-0.1",
            "sim:.5",
            "sim:0.1234567",
            "sim:0.5,",
            "sim:0.5,x",
            "sim:1.000001",
            "sim:9999999999",
        ] {
            assert!(wrong.parse::<ModelName>().is_err(), "{wrong}");
        }
    }
}
