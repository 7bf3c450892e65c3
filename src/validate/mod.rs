//! Answers checked against the document, and against each of the sources that it is made of.
//!
//! The rules come from `openapi/iamport.yaml` alone, not from the Rust types: its schemas and what its `x-sources` say
//! become one JSON Schema for each answer, compiled on first use and shared by all threads. Every finding is reported,
//! with the place, the rule and the sources for and against it; values stay out of sight unless asked for.
//!
//! ```
//! use iamport::validate::{self, Severity};
//!
//! # fn main() -> Result<(), validate::ValidateError> {
//! let body = br#"{"code":0,"message":null,"response":{"access_token":"0123","now":1709722000,"expired_at":"soon"}}"#;
//! let report = validate::validate_response("get_token", 200, body)?;
//! assert_eq!(report.max_severity(), Some(Severity::Violation));
//! let lines = report.to_string();
//! assert_eq!(
//!     lines.lines().collect::<Vec<_>>(),
//!     [
//!         "deviation at /message: must not be null, expected a string, found null (against V1; allowed by wire)",
//!         "violation at /response/expired_at: must be an integer, found a string of 4 characters (against V1, wire)",
//!     ]
//! );
//! # Ok(())
//! # }
//! ```
//!
//! # Who is asked
//!
//! The sources that speak of the operation, which are those that the envelope of its answer names: B has no say in a
//! listing, and neither table has one in tokens. A schema by itself is checked against all of them.
//!
//! # How bad it is
//!
//! | what is found | severity |
//! | --- | --- |
//! | a kind of value that the document's own schema refuses, or all sources that mention the field | violation |
//! | a value out of its bounds or its pattern | violation |
//! | nothing, where a body does not decode without it | violation |
//! | no `response`, or null, under a `code` of 0 | violation |
//! | nothing, where sources have a `*` | deviation |
//! | null under a `*`, or where bodies have never shown it | deviation |
//! | a kind of value that some sources forbid and others allow (`"0"` as a moment, `"null"` as a card type) | deviation |
//! | … but bodies show this very kind (an integer where the tables say string): the tables are mistaken | none |
//! | null without a `*`, where the schema is nullable: what may be missing may be null | none |
//! | a string longer than a `<=N` | deviation |
//! | a field or a code that the document does not know | drift |
//! | a field among `x-slips`; `string`, for a code, where the sample in B is asked | none |
//!
//! Where a violation is found, nothing lesser is said of the same place. A sample promises nothing about what is always
//! there; nor do bodies, which tell by `absent` what may be missing.

mod compile;
mod document;
mod error;
mod explain;
mod finding;
mod kind;
mod node;
mod printable;
mod report;
mod rule;
mod shape;
mod sources;
mod tree;

use serde_json::Value;

use crate::json;
use document::Document;
pub use error::ValidateError;
pub use finding::{Finding, Severity};
pub use report::{Report, WithValues};
pub use sources::Source;
use tree::Tree;

/// Checks the bytes of an answer of an operation.
///
/// `operation` is one of [`operations`]. A status that the document does not declare for it is checked as a failure, and
/// so is a `code` other than 0 under 200; a `response` that it has nevertheless is checked as the answer's.
///
/// # Errors
///
/// The bytes are not JSON, or there is no such operation.
pub fn validate_response(operation: &str, status: u16, body: &[u8]) -> Result<Report, ValidateError> {
    let body = json::from_slice(body).map_err(|error| ValidateError::json(body, &error))?;
    check(operation, status, &body)
}

/// Checks an answer of an operation, as [`validate_response`] does.
///
/// # Errors
///
/// There is no such operation.
pub fn validate_value(operation: &str, status: u16, body: &Value) -> Result<Report, ValidateError> {
    check(operation, status, &Tree::from(body))
}

fn check(operation: &str, status: u16, body: &Tree<'_>) -> Result<Report, ValidateError> {
    let operation = Document::get()?.operation_named(operation)?;
    let code = body.get("code").and_then(Tree::as_i64);
    let response = body.get("response");
    let nothing = response.is_none_or(|response| matches!(response, Tree::Null));
    let in_response = |finding: &Finding| finding.pointer().starts_with("/response");

    let failure = || Ok(explain::findings(operation.failure.compiled()?, body));
    let Some(answer) = operation.answers.get(&status) else { return Ok(Report::new(failure()?)) };
    let compiled = answer.compiled()?;
    let mut findings = explain::findings(compiled, body);
    match code {
        Some(0) if nothing => findings.extend(explain::no_answer(compiled, response)),
        None | Some(0) => {}
        Some(_) if nothing => findings = failure()?,
        // A failure that has an answer all the same, which is read as one.
        Some(_) => {
            findings.retain(in_response);
            findings.extend(failure()?.into_iter().filter(|finding| !in_response(finding)));
        }
    }
    Ok(Report::new(findings))
}

/// Checks a value against a schema of the document by its name there, one of [`schemas`].
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
/// There is no such schema.
pub fn schema(name: &str, value: &Value) -> Result<Report, ValidateError> {
    let compiled = Document::get()?.schema_named(name)?.compiled()?;
    Ok(Report::new(explain::findings(compiled, &Tree::from(value))))
}

/// Checks the bytes of a value against a schema of the document, as [`schema`] does.
///
/// # Errors
///
/// The bytes are not JSON, or there is no such schema.
pub fn validate_schema(name: &str, body: &[u8]) -> Result<Report, ValidateError> {
    let compiled = Document::get()?.schema_named(name)?.compiled()?;
    let body = json::from_slice(body).map_err(|error| ValidateError::json(body, &error))?;
    Ok(Report::new(explain::findings(compiled, &body)))
}

/// The operations whose answers can be checked, by their ids in the document.
pub fn operations() -> impl Iterator<Item = &'static str> {
    Document::get().into_iter().flat_map(Document::operations)
}

/// The names of the document's schemas.
pub fn schemas() -> impl Iterator<Item = &'static str> {
    Document::get().into_iter().flat_map(Document::schemas)
}
