//! Tasks, whose timeouts and retries progress while the caller is busy.

use std::{
    panic,
    pin::Pin,
    task::{Context, Poll, ready},
};

use tokio::task::JoinHandle;

use crate::{error::Error, span::in_current_span};

/// A spawned task that is aborted when the handle is dropped.
pub(crate) struct AbortOnDropTask<T>(JoinHandle<Result<T, Error>>);

impl<T: Send + 'static> AbortOnDropTask<T> {
    pub(crate) fn spawn(future: impl Future<Output = Result<T, Error>> + Send + 'static) -> Self {
        Self(tokio::spawn(in_current_span(future)))
    }
}

impl<T> Future for AbortOnDropTask<T> {
    type Output = Result<T, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Poll::Ready(match ready!(Pin::new(&mut self.0).poll(context)) {
            Ok(result) => result,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => panic::resume_unwind(panic),
                Err(_) => Err(Error::aborted()),
            },
        })
    }
}

impl<T> Drop for AbortOnDropTask<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}
