//! The validation of responses by a client (feature `validate`).

use std::{error, fmt, sync::Arc};

use reqwest::StatusCode;

use super::{Report, Severity, ValidateError, validate_response};
use crate::{
    client::ClientBuilder,
    error::{Error, is_transient_status},
    transport::InspectedResponse,
};

/// Configures the validation of responses by a client. Set by [`ClientBuilder::validation`].
///
/// The client validates, before it decodes, the last response of each call and of each request for an access token. By
/// default it does not validate. The response to a [raw request](crate::Client::request) is not validated: the document does
/// not have its operation.
///
/// ```
/// use iamport::{Validation, validate::Severity};
///
/// # fn main() -> Result<(), iamport::Error> {
/// let count = Validation::observe(|operation, status, report| {
///     if report.error().is_some() {
///         // The labels of a metric: `operation`, and the class of the status.
///         println!("not validated: {operation} {}xx", status.as_u16() / 100);
///     }
///     for finding in report.without_ordinary() {
///         // An attacker or a new version can send any field, so the name of an unknown one is no label.
///         let place = if finding.is_unknown_field() { "unknown field".to_owned() } else { finding.place() };
///         println!("finding: {operation} {} {place}", finding.severity());
///     }
/// });
/// let validation = count.and(Validation::reject());
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

type Observer = dyn Fn(&str, StatusCode, &Report) + Send + Sync;

impl Validation {
    /// Does not validate responses.
    pub fn off() -> Self {
        Self::default()
    }

    /// Validates the last response of each call, and calls `observer` with its `operationId`, its status and its report,
    /// a clean one too. The responses of attempts that are retried are not observed.
    ///
    /// The observer runs in the call, which waits for it; a panic of the observer is one of the call.
    ///
    /// A body that cannot be validated, like the HTML of a proxy during an outage, has a report with an
    /// [`error`](Report::error), whose [`max_severity`](Report::max_severity) is a violation: read the status first.
    pub fn observe(observer: impl Fn(&str, StatusCode, &Report) + Send + Sync + 'static) -> Self {
        Self { observers: vec![Arc::new(observer)], rejects: false }
    }

    /// Validates the last response of each call, and logs each finding as an event: a violation as an error, drift as a
    /// warning, a deviation at the level `DEBUG`. The events have no values. Needs the feature `tracing`.
    #[cfg(feature = "tracing")]
    pub fn trace() -> Self {
        Self::observe(|operation, _, report| {
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

    /// Rejects a response with a violation, or one that cannot be validated, with an error that has the report:
    /// [`Error::validation_report`].
    ///
    /// Two kinds of responses keep the error of their HTTP status: one with a transient status
    /// ([`Error::is_transient`]), and one that is not JSON and has an error status, like the HTML of a proxy.
    pub fn reject() -> Self {
        Self { observers: Vec::new(), rejects: true }
    }

    /// Adds what `other` does: all observers of both are called, and a response is rejected if either rejects it.
    pub fn and(mut self, other: Self) -> Self {
        self.observers.extend(other.observers);
        self.rejects |= other.rejects;
        self
    }

    fn check(&self, response: &InspectedResponse<'_>) -> Result<(), Violation> {
        if self.observers.is_empty() && !self.rejects {
            return Ok(());
        }
        let (operation, status) = (response.operation(), response.status());
        let report = validate_response(operation, status.as_u16(), response.body());
        // The document does not have the operation of a raw request.
        if report.as_ref().is_err_and(ValidateError::is_unknown_name) {
            return Ok(());
        }
        let report = report.map(|report| report.with_content_type(response.content_type()));
        let report = report.unwrap_or_else(Report::not_validated);
        for observer in &self.observers {
            observer(operation, status, &report);
        }
        // The status of an outage, or of a proxy, says more than its body.
        let not_json = report.error().is_some_and(ValidateError::is_not_json);
        let by_status = is_transient_status(status) || (!status.is_success() && not_json);
        if self.rejects && report.max_severity() == Some(Severity::Violation) && !by_status {
            return Err(Violation(report));
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

impl ClientBuilder {
    /// Adds the validation of responses: they are observed, logged by `tracing`, or rejected. May be called repeatedly; see
    /// also [`Validation::and`].
    ///
    /// # Default
    ///
    /// Responses are not validated.
    pub fn validation(self, validation: Validation) -> Self {
        self.inspect(move |response| Ok(validation.check(response)?))
    }
}

/// Why a response was rejected.
#[derive(Debug)]
struct Violation(Report);

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(error) = self.0.error() {
            return write!(f, "it cannot be validated: {error}");
        }
        f.write_str("it violates the API document")?;
        self.0.with_min_severity(Severity::Violation).next().map_or(Ok(()), |first| write!(f, ": {first}"))
    }
}

impl error::Error for Violation {}

impl Error {
    /// Returns whether the response was rejected because of [`validation_report`](Self::validation_report).
    pub fn is_validation(&self) -> bool {
        self.validation_report().is_some()
    }

    /// Returns the findings, if the client rejects responses with violations ([`Validation::reject`]).
    pub fn validation_report(&self) -> Option<&Report> {
        error::Error::source(self)?.downcast_ref::<Violation>().map(|violation| &violation.0)
    }

    /// Creates an error of a response that was rejected because of a report, for tests.
    #[cfg(feature = "sandbox")]
    pub fn validation(report: Report) -> Self {
        Self::rejected_response(StatusCode::OK, Violation(report).into())
    }
}
