//! Work that goes on whether anybody waits for it or not: whoever is busy with what came before makes no time-out of it
//! due and no retry late.

use std::{
    panic,
    pin::Pin,
    task::{Context, Poll, ready},
};

use tokio::task::JoinHandle;

use crate::error::Error;

/// Under way, until it is dropped.
pub(crate) struct AbortOnDropTask<T>(JoinHandle<Result<T, Error>>);

impl<T: Send + 'static> AbortOnDropTask<T> {
    pub(crate) fn start(work: impl Future<Output = Result<T, Error>> + Send + 'static) -> Self {
        #[cfg(feature = "tracing")]
        let work = tracing::Instrument::in_current_span(work);
        Self(tokio::spawn(work))
    }
}

impl<T> Future for AbortOnDropTask<T> {
    type Output = Result<T, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Poll::Ready(match ready!(Pin::new(&mut self.0).poll(context)) {
            Ok(done) => done,
            Err(gone) => match gone.try_into_panic() {
                Ok(panic) => panic::resume_unwind(panic),
                Err(_) => Err(Error::refused("the runtime has ended that it was to run on")),
            },
        })
    }
}

impl<T> Drop for AbortOnDropTask<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}
