use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use super::read_str;

/// The code of a sub-merchant (하위 상점): three of `A-Z` and `0-9`, sent in the `Tier` header.
///
/// ```
/// # fn main() -> Result<(), iamport::InvalidTier> {
/// let tier: iamport::Tier = "A01".parse()?;
/// assert_eq!(tier.as_str(), "A01");
/// assert!("a01".parse::<iamport::Tier>().is_err());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Tier(String);

impl Tier {
    /// Returns the code.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Tier {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl TryFrom<&str> for Tier {
    type Error = InvalidTier;

    fn try_from(code: &str) -> Result<Self, InvalidTier> {
        code.parse()
    }
}

impl TryFrom<String> for Tier {
    type Error = InvalidTier;

    fn try_from(code: String) -> Result<Self, InvalidTier> {
        code.parse()
    }
}

/// What names a sub-merchant, or none: a [`Tier`], its code as a text, or an `Option<Tier>`.
pub trait IntoTier {
    /// Returns the tier, or an error for a text that is none.
    fn into_tier(self) -> Result<Option<Tier>, InvalidTier>;
}

impl IntoTier for Option<Tier> {
    fn into_tier(self) -> Result<Option<Tier>, InvalidTier> {
        Ok(self)
    }
}

impl IntoTier for Tier {
    fn into_tier(self) -> Result<Option<Tier>, InvalidTier> {
        Ok(Some(self))
    }
}

impl IntoTier for &Tier {
    fn into_tier(self) -> Result<Option<Tier>, InvalidTier> {
        Ok(Some(self.clone()))
    }
}

impl IntoTier for &str {
    fn into_tier(self) -> Result<Option<Tier>, InvalidTier> {
        self.parse().map(Some)
    }
}

impl IntoTier for String {
    fn into_tier(self) -> Result<Option<Tier>, InvalidTier> {
        self.parse().map(Some)
    }
}

impl Serialize for Tier {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Tier {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_str(deserializer, str::parse)?.map_err(Error::custom)
    }
}

impl FromStr for Tier {
    type Err = InvalidTier;

    fn from_str(code: &str) -> Result<Self, InvalidTier> {
        let fits = code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        if fits { Ok(Self(code.to_owned())) } else { Err(InvalidTier(())) }
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

invalid! {
    /// The error of a text that is not a [`Tier`].
    InvalidTier: "a tier is three characters of A-Z and 0-9, like A01"
}
