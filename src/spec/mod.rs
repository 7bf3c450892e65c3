//! The OpenAPI document of the crate, and its differences from another description of the API.
//!
//! [`diff`] reads OpenAPI 3.0, OpenAPI 3.1 or Swagger 2.0, in JSON or YAML, and compares it with [`document`] in the
//! operations and schemas that the crate covers. It ignores the rest.
//!
//! ```
//! # fn run(vendors: &[u8], known: &str) -> Result<(), iamport::spec::SpecError> {
//! let mut diff = iamport::spec::diff(vendors)?;
//! for line in diff.apply_baseline(known) {
//!     eprintln!("line {} matches no difference: {}", line.number, line.text);
//! }
//! for change in &diff.changes {
//!     println!("{}: {change}", change.impact);
//! }
//! # Ok(())
//! # }
//! let ours = iamport::spec::diff(iamport::spec::DOCUMENT)?;
//! assert!(ours.changes.is_empty());
//! # Ok::<(), iamport::spec::SpecError>(())
//! ```
//!
//! # What counts as a difference
//!
//! The schemas of the document accept what any source of it allows; `x-sources` records what each source says. The other
//! description is compared with the claims of `V1`, the vendor's own Swagger description, and with the schema where there
//! are none. So a type, a length, a code or a required field that `V1` is known to have is not a difference, even where
//! the schema is more lenient. The impact of a difference on users follows from the schema.
//!
//! Types, required fields, null, codes, lengths, limits, defaults, encodings of arrays, media types, statuses of success,
//! authentication and deprecations are compared. The other description may leave something out, which is not a difference.
//! It is one for the operations, fields and parameters that `V1` has, for its lengths, and for the values of its
//! parameters; but not for headers: the vendor mentions `Tier` once, not with each operation. A description without null, such as Swagger 2.0, does not forbid null.
//! A field that is gone breaks if a response does not decode without it, or if the crate relies on it (`x-relied-on` in the
//! document). A version of this document has `x-sources` of its own; its schemas are compared besides them.
//!
//! A description is an error if its values need more than 40 bytes of memory for each byte of its text, or if its
//! references repeat more than 300,000 fields, codes and parameters.
//!
//! Operations are matched by method and path; the names in braces do not matter. A path with an optional last segment, as
//! in Swagger files, is two operations. Schemas are matched by their place, or else by their names in the vendor's
//! documentation (`PaymentAnnotation`, …).

mod change;
mod compare;
mod coverage;
mod impact;
mod location;
mod operations;
mod parameters;

use std::sync::LazyLock;

use serde_json::Value;

pub use crate::document::error::SpecError;
use crate::document::read::read;
pub use change::{Change, Diff, UnusedBaselineEntry};
pub use coverage::{Coverage, MethodCoverage, coverage};
pub use impact::Impact;

/// The OpenAPI document that the crate was generated from, as it is written.
pub const DOCUMENT: &str = include_str!("../../openapi/iamport.yaml");

/// Returns the OpenAPI document that the crate was generated from.
pub fn document() -> &'static Value {
    // The crate does not build without it: build.rs reads the same text.
    static PARSED: LazyLock<Value> = LazyLock::new(|| read(DOCUMENT.as_bytes()).unwrap_or_default());
    &PARSED
}

/// Returns the differences between [`document`] and another description of the API.
///
/// # Errors
///
/// The description is neither JSON nor YAML, has a duplicate key, is neither OpenAPI 3 nor Swagger 2.0, or has an invalid
/// `$ref` in a part that is compared.
pub fn diff(other: impl AsRef<[u8]>) -> Result<Diff, SpecError> {
    let text = other.as_ref();
    compare::compare(document(), &read(text)?, str::from_utf8(text).unwrap_or_default())
}
