//! The validation of responses by a client (feature `validate`).

use std::{fmt, sync::Arc};

use crate::{
    error::Error,
    runtime::RawResponse,
    validate::{self, Report, Severity, ValidateError},
};

/// Configures the validation of responses by a client. Set by [`ClientBuilder::validation`].
///
/// The client validates the bytes of a response before it decodes them. By default it does not validate.
///
/// ```
/// use iamport::{Validation, validate::Severity};
///
/// # fn main() -> Result<(), iamport::Error> {
/// let log = Validation::observe(|operation, report| {
///     if let Some(error) = report.error() {
///         eprintln!("{operation}: not validated: {error}");
///     }
///     for finding in report.without_ordinary() {
///         eprintln!("{operation}: {finding}");
///     }
/// });
/// let validation = log.and(Validation::reject());
/// let client = iamport::Client::builder().credentials("imp_key", "imp_secret").validation(validation).build()?;
/// # Ok(())
/// # }
/// ```
///
/// [`ClientBuilder::validation`]: crate::ClientBuilder::validation
#[derive(Clone, Default)]
#[must_use]
pub struct Validation {
    observers: Vec<Arc<Observer>>,
    rejects: bool,
}

type Observer = dyn Fn(&str, &Report) + Send + Sync;

impl Validation {
    /// Does not validate responses.
    pub fn off() -> Self {
        Self::default()
    }

    /// Validates each response, and calls `observer` with its `operationId` and its report, a clean one too.
    ///
    /// A body that cannot be validated has a report with an [`error`](Report::error).
    pub fn observe(observer: impl Fn(&str, &Report) + Send + Sync + 'static) -> Self {
        Self { observers: vec![Arc::new(observer)], rejects: false }
    }

    /// Validates each response, and logs each finding as an event: a violation as an error, drift as a warning, a
    /// deviation at the level `DEBUG`. The events have no values.
    #[cfg(feature = "tracing")]
    pub fn trace() -> Self {
        Self::observe(|operation, report| {
            if let Some(error) = report.error() {
                tracing::error!(operation, %error, "not validated");
            }
            for finding in report.findings() {
                let (pointer, rule, actual) = (finding.pointer(), finding.rule(), finding.actual());
                let severity = finding.severity().as_str();
                match finding.severity() {
                    Severity::Violation => tracing::error!(operation, severity, pointer, rule, actual, "finding"),
                    Severity::Drift => tracing::warn!(operation, severity, pointer, rule, actual, "finding"),
                    Severity::Deviation => tracing::debug!(operation, severity, pointer, rule, actual, "finding"),
                }
            }
        })
    }

    /// Validates each response, and rejects one with a violation, or one that cannot be validated, with an error that
    /// has the report: [`Error::validation_report`].
    pub fn reject() -> Self {
        Self { observers: Vec::new(), rejects: true }
    }

    /// Adds what `other` does: all observers of both are called, and a response is rejected if either rejects it.
    pub fn and(mut self, other: Self) -> Self {
        self.observers.extend(other.observers);
        self.rejects |= other.rejects;
        self
    }

    pub(crate) fn check(&self, operation: &str, response: &RawResponse) -> Result<(), Error> {
        if self.observers.is_empty() && !self.rejects {
            return Ok(());
        }
        let report = validate::validate_response(operation, response.status.as_u16(), &response.body);
        let report = report.unwrap_or_else(Report::not_validated);
        for observer in &self.observers {
            observer(operation, &report);
        }
        // HTML of a proxy with an error status is an error by its status, which is more specific.
        let by_status = !response.status.is_success() && report.error().is_some_and(ValidateError::is_not_json);
        if self.rejects && report.max_severity() == Some(Severity::Violation) && !by_status {
            return Err(Error::invalid(response.status, report).after(response.attempts));
        }
        Ok(())
    }
}

impl fmt::Debug for Validation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match (self.observers.is_empty(), self.rejects) {
            (true, false) => "off",
            (false, false) => "observe",
            (true, true) => "reject",
            (false, true) => "observe and reject",
        })
    }
}
