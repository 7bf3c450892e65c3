//! The OpenAPI document of the crate, and what another description of the API says differently.
//!
//! [`diff`] reads OpenAPI 3.0, OpenAPI 3.1 or Swagger 2.0, JSON or YAML, and compares it with [`document`] on the
//! operations and schemas that the crate covers; whatever else is in there is not looked at.
//!
//! ```
//! # fn run(vendors: &[u8], known: &str) -> Result<(), iamport::spec::SpecError> {
//! let mut diff = iamport::spec::diff(vendors)?;
//! for line in diff.apply_baseline(known) {
//!     eprintln!("line {} matches nothing any more: {}", line.number, line.text);
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
//! The document speaks with several voices: beside its schemas, which read whatever any source tells of, `x-sources`
//! says what each source tells. The other description is held against what the vendor's own said (V1), and against the
//! schema where V1 is not named. So a type, a requiredness, a length or a code that V1 is known to have is no difference,
//! even where the schema is more lenient; what the difference does to a user is then reckoned from the schema.
//!
//! What a description leaves out says nothing, with three exceptions: operations, fields and parameters that V1 has, and
//! lengths. Headers are an exception to these: the vendor tells of `Tier` once, not with each operation. A description
//! without null, as Swagger 2.0 is, does not deny it.
//!
//! Operations are matched by method and path, whatever the names in braces; a last segment that need not be there, as
//! Swagger files have it, makes two. Schemas are matched by where they stand and, where they stand nowhere, by the names
//! that the vendor's documentation gives them (`PaymentAnnotation`, …).

mod change;
mod compare;
mod impact;
mod parameters;

pub use crate::document::{DOCUMENT, document, error::SpecError};
pub use change::{Change, Diff, UnusedBaselineEntry};
pub use impact::Impact;

/// What another description of the API says differently from [`document`].
///
/// # Errors
///
/// Neither JSON nor YAML; neither OpenAPI 3 nor Swagger 2.0; or a `$ref` that leads nowhere, in a part that is compared.
pub fn diff(other: impl AsRef<[u8]>) -> Result<Diff, SpecError> {
    compare::compare(document(), &crate::document::read::read(other.as_ref())?)
}
