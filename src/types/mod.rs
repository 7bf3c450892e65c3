//! What the document's scalars become, and how the generated objects are read.
//!
//! Nothing here knows of a payment: the arrow runs from the generated types to these.

mod amount;
mod code;
mod lenient;
mod object;
mod page_or_array;
mod personal;
#[cfg(feature = "schemars")]
mod schema;
mod secret;
mod tier;
mod timestamp;
mod unknown;

pub use amount::{Amount, InvalidAmount};
pub use page_or_array::PageOrArray;
pub use personal::PersonalText;
pub use secret::Secret;
pub use tier::{InvalidTier, Tier};
pub use timestamp::Timestamp;
pub use unknown::UnknownField;

pub(crate) use code::code;
pub(crate) use lenient::{Lenient, Parsed, read_str};
pub(crate) use object::{object, read_optional};
#[cfg(feature = "schemars")]
pub(crate) use schema::schema;
