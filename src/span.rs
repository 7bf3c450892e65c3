//! The span of a call, with the feature `tracing`: never an identifier, a header or a body.

use std::time::Duration;

use reqwest::StatusCode;

use crate::error::Error;

/// The span of one call. It closes when the response is decoded, or with the error that ended the call.
#[cfg(feature = "tracing")]
pub(crate) struct CallSpan(tracing::Span);

#[cfg(feature = "tracing")]
impl CallSpan {
    /// Starts the span. Besides the fields of the crate, it has those of OpenTelemetry's conventions for HTTP clients.
    pub(crate) fn new(name: &str, method: &'static str, path: &'static str) -> Self {
        use tracing::field::Empty;

        let span = tracing::info_span!(
            "iamport",
            operation = name,
            attempts = Empty,
            status = Empty,
            error = Empty,
            elapsed_ms = Empty,
            otel.name = format!("{method} {path}"),
            otel.kind = "client",
            otel.status_code = Empty,
            http.request.method = method,
            http.request.resend_count = Empty,
            http.response.status_code = Empty,
            url.template = path,
            "error.type" = Empty,
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
                let status = i64::from(status.as_u16());
                tracing::debug!(attempt = i64::from(number), status, elapsed_ms, wait_ms, "response received");
            }
            Err(error) => tracing::warn!(attempt = i64::from(number), %error, elapsed_ms, wait_ms, "attempt failed"),
        }
    }

    /// Records the outcome of all attempts: status and number, or the error.
    pub(crate) fn record(&self, outcome: Result<(StatusCode, u32), &Error>, elapsed: impl FnOnce() -> Duration) {
        let (status, attempts) = match outcome {
            Ok((status, attempts)) => (Some(status), attempts),
            Err(error) => (error.status(), error.attempts()),
        };
        self.0.record("attempts", i64::from(attempts)).record("elapsed_ms", millis(elapsed()));
        if attempts > 1 {
            self.0.record("http.request.resend_count", i64::from(attempts).saturating_sub(1));
        }
        if let Some(status) = status.map(|status| i64::from(status.as_u16())) {
            self.0.record("status", status).record("http.response.status_code", status);
        }
        if let Err(error) = outcome {
            self.record_error(error);
        }
    }

    /// Records why the call failed. That nothing was found is no failure; its status is 404.
    pub(crate) fn record_error(&self, error: &Error) {
        if !error.is_not_found() {
            self.0.record("error", tracing::field::display(error)).record("otel.status_code", "ERROR");
            match error.status().filter(|status| !status.is_success()) {
                Some(status) => self.0.record("error.type", status.as_str()),
                None => self.0.record("error.type", error.category()),
            };
        }
    }
}

/// OpenTelemetry has no unsigned numbers.
#[cfg(feature = "tracing")]
fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
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
    pub(crate) fn new(_: &str, _: &'static str, _: &'static str) -> Self {
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
