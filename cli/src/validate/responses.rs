//! The responses of a record: the record itself, or each item of a list.

use std::borrow::Cow;

use iamport::validate::{self, Report, ValidateError};
use serde_json::value::RawValue;

use super::detect::{Shape, shape};
use crate::{args::Validate, capture::Capture};

/// A status of failures that the document declares for every operation.
const FAILURE: u16 = 401;

/// One response, and what it is validated as.
pub(super) struct Response<'a> {
    pub(super) subject: Cow<'a, str>,
    pub(super) result: Result<Report, ValidateError>,
    /// Whether it was captured: then a body that cannot be validated is a fault of the response, not of the file.
    pub(super) is_captured: bool,
}

/// Returns the items of a list, or else the record, each with the number of bytes before it.
pub(super) fn items<'a>(record: &'a [u8], args: &Validate) -> Vec<(usize, &'a [u8])> {
    let is_list = args.schema.is_none() && record.starts_with(b"[");
    let list = if is_list { serde_json::from_slice::<Vec<&RawValue>>(record).ok() } else { None };
    let Some(list) = list else { return vec![(0, record)] };
    let offset = |item: &[u8]| item.as_ptr().addr() - record.as_ptr().addr();
    list.into_iter().map(|item| item.get().as_bytes()).map(|item| (offset(item), item)).collect()
}

/// Validates one item.
///
/// # Errors
///
/// If it is a captured response without a body, or of a status that is not a number.
pub(super) fn check<'a>(item: &'a [u8], args: &'a Validate) -> Result<Response<'a>, String> {
    let of_schema = |name: &'a str| {
        let result = validate::validate_schema(name, item);
        Ok(Response { subject: name.into(), result, is_captured: false })
    };
    let of_operation = |name: &'a str, status| {
        let result = validate::validate_response(name, status, item);
        Ok(Response { subject: name.into(), result, is_captured: false })
    };
    if let Some(schema) = &args.schema {
        return of_schema(schema);
    }
    let shape = shape(item);
    match (shape, &args.operation, args.status) {
        (Shape::Capture, ..) => captured(item),
        (_, Some(operation), status) => of_operation(operation, status.unwrap_or(200)),
        (Shape::Response(operation), None, status) => of_operation(operation, some_status(status)),
        (_, None, Some(status)) => of_operation("find_payment", some_status(Some(status))),
        (Shape::Page, None, None) => of_schema("PaymentPage"),
        (Shape::Payment, None, None) => of_schema("PaymentAnnotation"),
    }
}

/// Returns a status of the same meaning that every operation declares: the operation is not known.
fn some_status(status: Option<u16>) -> u16 {
    if status.is_none_or(|status| (200..300).contains(&status)) { 200 } else { FAILURE }
}

fn captured(item: &[u8]) -> Result<Response<'_>, String> {
    // The position of a mistake in JSON is told by the validation.
    if let Err(error) = validate::validate_schema("UnknownField", item) {
        return Ok(Response { subject: "capture".into(), result: Err(error), is_captured: false });
    }
    let invalid = |why: String| format!("not a captured response: {why}");
    let capture: Capture<'_> = serde_json::from_slice(item).map_err(|error| invalid(error.to_string()))?;
    let body = capture.bytes().map_err(invalid)?;
    let result = validate::validate_response(&capture.operation, capture.status, &body);
    if let Err(error) = &result
        && error.is_unknown_name()
    {
        return Err(invalid(error.to_string()));
    }
    let result = result.map(|report| report.with_content_type(capture.content_type.as_deref()));
    Ok(Response { subject: capture.operation, result, is_captured: true })
}
