use std::{fmt, ops::Deref};

use serde::{Serialize, Serializer};

use super::{Redact, code, scalar, string};

/// Text that names or identifies a person, or gives access to their documents.
///
/// It dereferences to a `&str`. It has no `Display`, and its `Debug` prints `[redacted]`, so that it reaches a log only
/// through [`as_str`](Self::as_str). `Serialize` writes it in clear; [`Payment::redacted`](crate::Payment::redacted) does
/// not.
///
/// ```
/// # fn main() -> Result<(), serde_json::Error> {
/// let name: iamport::PersonalText = serde_json::from_str(r#""홍길동""#)?;
/// assert_eq!(name, "홍길동");
/// assert_eq!(name.chars().count(), 3);
/// assert_eq!(format!("{name:?}"), "[redacted]");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct PersonalText(String);

impl PersonalText {
    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the text as an owned string.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl Deref for PersonalText {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for PersonalText {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl From<String> for PersonalText {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for PersonalText {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Debug for PersonalText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

scalar!(PersonalText, "a string", |json| string(json).map(|text| Self(text.into_owned())));
code!(@strict PersonalText);
equals_text!(PersonalText);

impl Redact for PersonalText {
    fn redacted<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str("[redacted]")
    }
}

#[cfg(feature = "schemars")]
super::schema!(PersonalText, { "type": "string" });
