//! Tasks, whose timeouts and retries progress while the caller is busy.

use std::{
    any::Any,
    future::poll_fn,
    panic::{self, AssertUnwindSafe},
    pin::{Pin, pin},
    sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError},
    task::{Context, Poll, ready},
};

use tokio::task::JoinHandle;

use crate::{error::Error, span::in_current_span};

/// A spawned task that is aborted when the handle is dropped. What it holds is dropped at the same time, although its
/// runtime may be idle.
pub(crate) struct AbortOnDropTask<T> {
    handle: JoinHandle<Result<T, Error>>,
    work: Work<T>,
}

/// The future of a task, until it is complete or the handle is dropped.
type Work<T> = Arc<Mutex<Option<Pin<Box<dyn Future<Output = Result<T, Error>> + Send>>>>>;

impl<T: Send + 'static> AbortOnDropTask<T> {
    pub(crate) fn spawn(future: impl Future<Output = Result<T, Error>> + Send + 'static) -> Self {
        let work: Work<T> = Arc::new(Mutex::new(Some(Box::pin(in_current_span(future)))));
        let shared = Arc::clone(&work);
        let task = poll_fn(move |context| {
            let mut work = lock(&shared);
            let Some(future) = &mut *work else { return Poll::Ready(Err(Error::aborted())) };
            let result = ready!(future.as_mut().poll(context));
            *work = None;
            Poll::Ready(result)
        });
        Self { handle: tokio::spawn(task), work }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<T> Future for AbortOnDropTask<T> {
    type Output = Result<T, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Poll::Ready(match ready!(Pin::new(&mut self.handle).poll(context)) {
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
        self.handle.abort();
        // A task that is polled right now has a runtime that ends it.
        let work = match self.work.try_lock() {
            Ok(mut work) => work.take(),
            Err(TryLockError::Poisoned(work)) => work.into_inner().take(),
            Err(TryLockError::WouldBlock) => None,
        };
        drop(work);
    }
}

/// Runs a future to its end. Returns the message of its panic if it panics.
pub(crate) async fn catch_panic<T>(future: impl Future<Output = T>) -> Result<T, Arc<str>> {
    let mut future = pin!(future);
    poll_fn(|context| {
        // The future is not polled again after a panic.
        match panic::catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
            Ok(poll) => poll.map(Ok),
            Err(panic) => Poll::Ready(Err(message(&*panic).into())),
        }
    })
    .await
}

fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("the request for an access token panicked")
}
