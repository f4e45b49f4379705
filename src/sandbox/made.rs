//! Which memory image this machine made, and whether it is the one that the lock names.

use super::runtime::{Lock, PinnedImage};

/// The memory image that runs start from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MadeImage {
    /// What it follows from.
    pub recipe: String,
    /// Its BLAKE3, in hexadecimal.
    pub blake3: String,
}

/// How an image stands to a lock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is the one that the lock names: runs give the same as on other machines.
    Pinned,
    /// It follows from what the lock's follows from, and is another.
    Other {
        /// The BLAKE3 of the lock's.
        pinned: String,
    },
    /// It follows from something else, of which the lock says nothing.
    Unpinned,
}

impl MadeImage {
    /// Compares the image with the lock's.
    pub fn standing(&self, lock: &Lock) -> Standing {
        match &lock.image {
            Some(PinnedImage { recipe, blake3, .. }) if *recipe == self.recipe => {
                match *blake3 == self.blake3 {
                    true => Standing::Pinned,
                    false => Standing::Other {
                        pinned: blake3.clone(),
                    },
                }
            }
            _ => Standing::Unpinned,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_is_compared_with_the_locks_only_if_both_follow_from_the_same() {
        let lock = Lock::pinned();
        let pinned = lock.image.clone().unwrap();
        let made = |recipe: &str, blake3: &str| MadeImage {
            recipe: recipe.to_owned(),
            blake3: blake3.to_owned(),
        };
        let standing = |image: MadeImage| image.standing(lock);
        assert_eq!(
            standing(made(&pinned.recipe, &pinned.blake3)),
            Standing::Pinned
        );
        assert_eq!(
            standing(made(&pinned.recipe, "0")),
            Standing::Other {
                pinned: pinned.blake3.clone()
            }
        );
        assert_eq!(standing(made("else", &pinned.blake3)), Standing::Unpinned);
    }
}
