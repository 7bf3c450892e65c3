//! What a client does with the report of an answer (feature `validate`).

use std::{fmt, sync::Arc};

use crate::{
    error::Error,
    runtime::RawResponse,
    validate::{self, Report, Severity},
};

/// What a client does with its answers beside reading them. Given to [`ClientBuilder::validation`].
///
/// An answer is checked as it was read, so nothing is downloaded twice. One that is not JSON has no report; reading it
/// fails anyway.
///
/// ```
/// use iamport::{Validation, validate::Severity};
///
/// # fn main() -> Result<(), iamport::Error> {
/// let watch = Validation::observe(|operation, report| {
///     for finding in report.with_min_severity(Severity::Violation) {
///         eprintln!("{operation}: {finding}");
///     }
/// });
/// let client = iamport::Client::builder().credentials("imp_key", "imp_secret").validation(watch).build()?;
/// # Ok(())
/// # }
/// ```
///
/// [`ClientBuilder::validation`]: crate::ClientBuilder::validation
#[derive(Clone, Default)]
pub struct Validation(Mode);

type Watch = dyn Fn(&str, &Report) + Send + Sync;

#[derive(Clone, Default)]
enum Mode {
    #[default]
    Off,
    Observe(Arc<Watch>),
    Reject,
}

impl Validation {
    /// Nothing: answers are not checked, which costs nothing.
    pub fn off() -> Self {
        Self(Mode::Off)
    }

    /// Every answer is checked, and its report handed over, with the `operationId` that it answers. A clean one is too.
    pub fn observe(to: impl Fn(&str, &Report) + Send + Sync + 'static) -> Self {
        Self(Mode::Observe(Arc::new(to)))
    }

    /// Every answer is checked, and each finding becomes an event: a violation an error, a deviation a debug message,
    /// drift a warning. Values stay out of it.
    #[cfg(feature = "tracing")]
    pub fn trace() -> Self {
        Self::observe(|operation, report| {
            for finding in report.findings() {
                match finding.severity() {
                    Severity::Violation => tracing::error!(operation, %finding),
                    Severity::Deviation => tracing::debug!(operation, %finding),
                    Severity::Drift => tracing::warn!(operation, %finding),
                }
            }
        })
    }

    /// An answer with a violation is an error that carries the report: [`Error::validation_report`].
    pub fn reject() -> Self {
        Self(Mode::Reject)
    }

    pub(crate) fn check(&self, operation: &str, answer: &RawResponse) -> Result<(), Error> {
        if matches!(self.0, Mode::Off) {
            return Ok(());
        }
        let Ok(report) = validate::validate_response(operation, answer.status.as_u16(), &answer.body) else {
            return Ok(());
        };
        match &self.0 {
            Mode::Observe(to) => to(operation, &report),
            Mode::Reject if report.max_severity() == Some(Severity::Violation) => {
                return Err(Error::invalid(answer.status, report).after(answer.attempts));
            }
            Mode::Off | Mode::Reject => {}
        }
        Ok(())
    }
}

impl fmt::Debug for Validation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Mode::Off => "off",
            Mode::Observe(_) => "observe",
            Mode::Reject => "reject",
        })
    }
}
