//! The span of a call, with the feature `tracing`: never an identifier, a header or a body.

use std::time::Duration;

use reqwest::StatusCode;

use crate::error::Error;

/// The span of one call. It closes when the response is decoded, or with the error that ended the call.
#[cfg(feature = "tracing")]
pub(crate) struct CallSpan(tracing::Span);

#[cfg(feature = "tracing")]
impl CallSpan {
    pub(crate) fn new(operation: &'static str) -> Self {
        use tracing::field::Empty;

        let span = tracing::info_span!(
            "iamport",
            operation,
            attempts = Empty,
            status = Empty,
            error = Empty,
            elapsed_ms = Empty
        );
        Self(span)
    }

    /// The span of a response whose call is not over.
    pub(crate) fn none() -> Self {
        Self(tracing::Span::none())
    }

    /// Runs a call in the span.
    pub(crate) async fn instrument<T>(&self, call: impl Future<Output = T>) -> T {
        tracing::Instrument::instrument(call, self.0.clone()).await
    }

    /// Runs what follows the last attempt in the span.
    pub(crate) fn in_scope<T>(&self, work: impl FnOnce() -> T) -> T {
        self.0.in_scope(work)
    }

    /// Logs one attempt, its outcome, and the backoff before the next.
    pub(crate) fn attempt(
        number: u32,
        outcome: Result<StatusCode, &Error>,
        elapsed: impl FnOnce() -> Duration,
        wait: Option<Duration>,
    ) {
        let (elapsed_ms, wait_ms) = (millis(elapsed()), wait.map(millis));
        match outcome {
            Ok(status) => {
                let status = status.as_u16();
                tracing::debug!(attempt = number, status, elapsed_ms, wait_ms, "response received");
            }
            Err(error) => tracing::warn!(attempt = number, %error, elapsed_ms, wait_ms, "attempt failed"),
        }
    }

    /// Records the outcome of all attempts: status and number, or the error.
    pub(crate) fn record(&self, outcome: Result<(StatusCode, u32), &Error>, elapsed: impl FnOnce() -> Duration) {
        let (status, attempts) = match outcome {
            Ok((status, attempts)) => (Some(status), attempts),
            Err(error) => (error.status(), error.attempts()),
        };
        self.0.record("attempts", attempts).record("elapsed_ms", millis(elapsed()));
        if let Some(status) = status {
            self.0.record("status", status.as_u16());
        }
        if let Err(error) = outcome {
            self.record_error(error);
        }
    }

    /// Records why the call failed. That nothing was found is no failure; its status is 404.
    pub(crate) fn record_error(&self, error: &Error) {
        if !error.is_not_found() {
            self.0.record("error", tracing::field::display(error));
        }
    }
}

#[cfg(feature = "tracing")]
fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Runs a task in the span of the call that starts it.
pub(crate) fn in_current_span<F: Future>(task: F) -> impl Future<Output = F::Output> {
    #[cfg(feature = "tracing")]
    let task = tracing::Instrument::in_current_span(task);
    task
}

#[cfg(not(feature = "tracing"))]
pub(crate) struct CallSpan;

#[cfg(not(feature = "tracing"))]
impl CallSpan {
    pub(crate) fn new(_: &'static str) -> Self {
        Self
    }

    pub(crate) fn none() -> Self {
        Self
    }

    pub(crate) async fn instrument<T>(&self, call: impl Future<Output = T>) -> T {
        call.await
    }

    pub(crate) fn in_scope<T>(&self, work: impl FnOnce() -> T) -> T {
        work()
    }

    pub(crate) fn attempt(_: u32, _: Result<StatusCode, &Error>, _: impl FnOnce() -> Duration, _: Option<Duration>) {}

    pub(crate) fn record(&self, _: Result<(StatusCode, u32), &Error>, _: impl FnOnce() -> Duration) {}

    pub(crate) fn record_error(&self, _: &Error) {}
}
