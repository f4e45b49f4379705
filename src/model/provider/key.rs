//! A key, which must not be seen: not in records, logs or errors, and not by a guest.

use genai::resolver::AuthData;
use std::borrow::Cow;
use std::fmt;

/// What stands where a key stood.
const HIDDEN: &str = "[key]";

/// Shorter ones are no secret: a server at home that wants some key takes any.
const SHORTEST: usize = 8;

/// A provider's key, or none.
pub(super) struct Key(Option<String>);

impl Key {
    pub fn none() -> Key {
        Key(None)
    }

    pub fn new(key: &str) -> Key {
        Key(Some(key.to_owned()))
    }

    /// As `genai` takes it. A server that needs none is given a word.
    pub fn auth(&self) -> AuthData {
        AuthData::from_single(self.0.as_deref().unwrap_or("none"))
    }

    /// A text with the key taken out: servers have been seen to give it back in their errors.
    pub fn hide<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match &self.0 {
            Some(key) if key.len() >= SHORTEST && text.contains(key.as_str()) => {
                Cow::Owned(text.replace(key.as_str(), HIDDEN))
            }
            _ => Cow::Borrowed(text),
        }
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HIDDEN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_taken_out_of_any_text() {
        let key = Key::new("sk-0123456789");
        assert_eq!(
            key.hide("wrong key sk-0123456789 (sk-0123456789)"),
            "wrong key [key] ([key])"
        );
        assert_eq!(format!("{key:?}"), "[key]");
        assert_eq!(Key::none().hide("none"), "none");
        assert_eq!(Key::new("none").hide("none"), "none");
    }
}
