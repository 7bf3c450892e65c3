//! What an operator sees of a call, where the feature `tracing` is on: never an identifier, a header or a body.

use std::time::Duration;

use crate::{error::Error, runtime::RawResponse};

/// The span of one call.
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

    /// Lets all that happens on the way stand in the span.
    pub(crate) async fn instrument<T>(&self, call: impl Future<Output = T>) -> T {
        tracing::Instrument::instrument(call, self.0.clone()).await
    }

    /// One attempt, what came of it, and the wait before the next.
    pub(crate) fn attempt(
        number: u32,
        outcome: &Result<RawResponse, Error>,
        elapsed: impl FnOnce() -> Duration,
        wait: Option<Duration>,
    ) {
        let (elapsed_ms, wait_ms) = (millis(elapsed()), wait.map(millis));
        match outcome {
            Ok(answer) => {
                let status = answer.status.as_u16();
                tracing::debug!(attempt = number, status, elapsed_ms, wait_ms, "answered");
            }
            Err(error) => tracing::warn!(attempt = number, %error, elapsed_ms, wait_ms, "not answered"),
        }
    }

    /// The end of it.
    pub(crate) fn end(&self, outcome: &Result<RawResponse, Error>, elapsed: impl FnOnce() -> Duration) {
        let attempts = outcome.as_ref().map_or_else(Error::attempts, |answer| answer.attempts);
        self.0.record("attempts", attempts).record("elapsed_ms", millis(elapsed()));
        if let Some(status) = outcome.as_ref().map_or_else(Error::status, |answer| Some(answer.status)) {
            self.0.record("status", status.as_u16());
        }
        if let Err(error) = outcome {
            self.0.record("error", tracing::field::display(error));
        }
    }
}

#[cfg(feature = "tracing")]
fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Nothing to see.
#[cfg(not(feature = "tracing"))]
pub(crate) struct CallSpan;

#[cfg(not(feature = "tracing"))]
impl CallSpan {
    pub(crate) fn new(_: &'static str) -> Self {
        Self
    }

    pub(crate) async fn instrument<T>(&self, call: impl Future<Output = T>) -> T {
        call.await
    }

    pub(crate) fn attempt(_: u32, _: &Result<RawResponse, Error>, _: impl FnOnce() -> Duration, _: Option<Duration>) {}

    pub(crate) fn end(&self, _: &Result<RawResponse, Error>, _: impl FnOnce() -> Duration) {}
}

/// Runs a task in the span of the call that starts it.
pub(super) fn in_current_span<F: Future>(task: F) -> impl Future<Output = F::Output> {
    #[cfg(feature = "tracing")]
    let task = tracing::Instrument::in_current_span(task);
    task
}
