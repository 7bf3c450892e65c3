//! Validates responses against the document, and against each source of the document.
//!
//! The rules come only from `openapi/iamport.yaml`, not from the Rust types: its schemas and their `x-sources` become a
//! tree of rules for each response, compiled on first use and shared by all threads. A body is checked in one pass while
//! it is read. A finding has its place, the rule, the sources that allow the value and those that do not; it shows the value
//! itself only on request.
//!
//! ```
//! use iamport::validate::{self, Severity};
//!
//! # fn main() -> Result<(), validate::ValidateError> {
//! let body = br#"{"code":0,"message":null,"response":{"access_token":"0123","now":1709722000,"expired_at":"soon"}}"#;
//! let report = validate::validate_response("get_token", 200, body)?;
//! assert_eq!(report.max_severity(), Some(Severity::Violation));
//! assert_eq!(
//!     report.to_string().trim_end(),
//!     "violation at /response/expired_at: must be an integer, found a string of 4 characters (violates V1, wire)",
//! );
//! # Ok(())
//! # }
//! ```
//!
//! # Sources
//!
//! The document is made of several [sources](Source): `A` and `B` are documentation pages, `B-sample` is a sample in the
//! second one, `V1` is the vendor's Swagger description, and `wire` stands for responses of the live service. A response
//! is checked against the sources that describe its envelope: `B` does not describe listings, and neither page describes
//! tokens. A value without an envelope is validated against the sources that describe a field of its schema: `A` describes
//! payments, but no pages.
//!
//! # Severities
//!
//! In the document, `x-sources` gives the type that each source claims for a value: `*` marks one that is always there,
//! `<=N` the longest string, `absent` one that some response lacks. `x-mistakes` lists fields that a source has by mistake.
//!
//! | finding | severity |
//! | --- | --- |
//! | a kind of value that the document's schema does not allow | violation |
//! | a number, a length or a string beyond the limits of the schema | violation |
//! | a missing value without which a body does not decode | violation |
//! | a missing or null `response` under a `code` of 0 | violation |
//! | a field or a code that the document does not have | drift |
//! | a status that the document does not declare, a media type other than JSON | drift |
//! | a missing value that some source marks with `*` | deviation |
//! | null where some source has a `*`, or where responses of the live service have no null | deviation |
//! | a kind of value that the schema allows and some source does not (`"0"` as a timestamp) | deviation |
//! | a string longer than some source's `<=N` | deviation |
//! | the same kind of value where live responses have it (an integer where `A` says string) | none |
//! | null where the schema is nullable and no source has a `*` | none |
//! | a field among `x-mistakes`; the code `string`, where a sample covers the operation | none |
//!
//! A place with a violation has no other finding. A number that is not exact in 28 decimal digits (format `decimal`), and
//! `-0` as an integer, are violations: they do not decode. Neither a sample nor a live response shows that a value is
//! always present.

mod check;
mod client;
mod compile;
mod error;
mod finding;
mod findings;
mod printable;
mod reader;
mod report;
mod rule;
mod severity;
mod value;

use serde_json::Value;

use crate::document::kind::JsonKind;
use check::{Checked, Part, check};
pub use client::Validation;
use compile::Rules;
pub use error::ValidateError;
pub use finding::Finding;
pub use report::{Report, WithValues};
use rule::{BrokenRule, FieldRule};
pub use severity::{Severity, Source};

/// Validates the bytes of a response.
///
/// `operation` is one of [`operations`]. A status that the document does not declare for it is drift, and the body is
/// validated as a failure; so is a `code` other than 0 under 200, except for its `response`, if it has one.
///
/// Where the media type of the response is known, see also [`Report::with_content_type`].
///
/// # Errors
///
/// Returns an error if the body cannot be validated, or there is no such operation.
pub fn validate_response(operation: &str, status: u16, body: &[u8]) -> Result<Report, ValidateError> {
    let operations = &Rules::get()?.operations;
    let unknown = || ValidateError::unknown("operation", operation, operations.keys().copied());
    let operation = operations.get(operation).ok_or_else(unknown)?;
    let failure = operation.failure.compiled()?;
    let Some(rule) = operation.responses.get(&status) else {
        let Checked { mut findings, .. } = run(failure, body, Part::Whole)?;
        if !operation.declared.contains(&status) {
            findings
                .add(&operation.undeclared, || Finding::of_response(&operation.undeclared, format!("status {status}")));
        }
        return Ok(Report::new(findings));
    };
    let rule = rule.compiled()?;
    let Checked { mut findings, code, response } = run(rule, body, Part::Whole)?;
    let empty = matches!(response, None | Some(JsonKind::Null));
    match code {
        Some(0) if empty => {
            if let Some(broken) = no_response(rule) {
                findings.add(broken, || Finding::no_response(broken, response));
            }
        }
        None | Some(0) => {}
        // It is read again by the rules of a failure. Its `response`, if it has one, is decoded like that of a success.
        Some(_) if empty => findings = run(failure, body, Part::Whole)?.findings,
        Some(_) => {
            findings = run(rule, body, Part::Response)?.findings;
            findings.extend(run(failure, body, Part::Envelope)?.findings);
        }
    }
    Ok(Report::new(findings))
}

/// Validates a response, as [`validate_response`] does.
///
/// # Errors
///
/// Returns an error if the value is nested too deep, or there is no such operation.
pub fn validate_value(operation: &str, status: u16, body: &Value) -> Result<Report, ValidateError> {
    validate_response(operation, status, body.to_string().as_bytes())
}

/// Validates the bytes of a value against a schema of the document by its name there, one of [`schemas`].
///
/// # Errors
///
/// Returns an error if the body cannot be validated, or there is no such schema.
pub fn validate_schema(name: &str, body: &[u8]) -> Result<Report, ValidateError> {
    let schemas = &Rules::get()?.schemas;
    let rule = schemas.get(name).ok_or_else(|| ValidateError::unknown("schema", name, schemas.keys().copied()))?;
    run(rule.compiled()?, body, Part::Whole).map(|checked| Report::new(checked.findings))
}

/// Validates a value against a schema, as [`validate_schema`] does.
///
/// ```
/// use iamport::validate;
///
/// # fn main() -> Result<(), validate::ValidateError> {
/// let report = validate::schema("Channel", &"kiosk".into())?;
/// assert_eq!(report.max_severity(), Some(validate::Severity::Drift));
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// Returns an error if the value is nested too deep, or there is no such schema.
pub fn schema(name: &str, value: &Value) -> Result<Report, ValidateError> {
    validate_schema(name, value.to_string().as_bytes())
}

/// Returns the operations whose responses can be validated, by their ids in the document.
pub fn operations() -> impl Iterator<Item = &'static str> {
    Rules::get().into_iter().flat_map(|rules| rules.operations.keys().copied())
}

/// Returns the names of the document's schemas.
pub fn schemas() -> impl Iterator<Item = &'static str> {
    Rules::get().into_iter().flat_map(|rules| rules.schemas.keys().copied())
}

/// Returns the violation of an API success whose `response` is null or missing.
fn no_response(envelope: &'static FieldRule) -> Option<&'static BrokenRule> {
    let (_, rule) = envelope.fields.as_ref()?.find("response")?;
    Some(&rule.no_response)
}

fn run(rule: &'static FieldRule, body: &[u8], part: Part) -> Result<Checked, ValidateError> {
    let body = str::from_utf8(body).map_err(|error| ValidateError::not_utf8(body, error.valid_up_to()))?;
    check(rule, body, part).map_err(|invalid| ValidateError::body(body, &invalid))
}
