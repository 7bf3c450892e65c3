//! The types of the document's scalars, and how generated objects are parsed and serialized.
//!
//! This module does not know payments: the generated types use it.

/// An error without a cause: its message says what was expected.
macro_rules! invalid {
    ($(#[$doc:meta])* $error:ident: $message:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $error(());

        impl std::fmt::Display for $error {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str($message)
            }
        }

        impl std::error::Error for $error {}
    };
}

/// Compares a type with texts, in both directions.
macro_rules! equals_text {
    ($type:ident) => { $crate::types::equals_text!(@each $type: str, &str, String); };

    (@each $type:ident: $($text:ty),+) => {$(
        impl PartialEq<$text> for $type {
            fn eq(&self, other: &$text) -> bool {
                let other: &str = other.as_ref();
                self.as_str() == other
            }
        }

        impl PartialEq<$type> for $text {
            fn eq(&self, other: &$type) -> bool {
                other == self
            }
        }
    )+};
}
pub(crate) use equals_text;

mod amount;
mod code;
mod json_text;
mod lenient;
pub(crate) mod object;
mod page_or_array;
mod personal;
mod redact;
#[cfg(feature = "schemars")]
mod schema;
mod secret;
mod serde_json_names;
mod text;
mod tier;
mod timestamp;
mod unknown;

pub use amount::{Amount, InvalidAmount};
pub use page_or_array::PageOrArray;
pub use personal::PersonalText;
pub use secret::Secret;
pub use tier::{InvalidTier, Tier};
pub use timestamp::{InvalidTimestamp, Timestamp};
pub use unknown::UnknownField;

pub(crate) use code::code;
pub(crate) use lenient::{Container, ContainerVisitor, Lenient, Parsed, read_str, scalar};
pub(crate) use object::object;
pub(crate) use page_or_array::List;
pub(crate) use redact::{Redact, View};
#[cfg(feature = "schemars")]
pub(crate) use schema::schema;
pub(crate) use text::{integer, string};
pub(crate) use tier::IntoTier;
