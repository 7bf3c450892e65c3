//! Look-ups, several at a time, and fewer where the service says that it is too many.

use std::cell::Cell;

use iamport::{Client, Error};
use tokio::sync::{AcquireError, Semaphore, SemaphorePermit};

use super::{
    attempts,
    judgement::Expected,
    orders::Order,
    outcome::{OrderResult, Verdict},
};

/// After how many look-ups in a row without a 429 one more is allowed at a time.
const RECOVERY: usize = 50;

pub(super) struct LookUps {
    client: Client,
    allow_test: bool,
    permits: Semaphore,
    concurrency: usize,
    /// How many permits there are now, from 1 to `concurrency`.
    limit: Cell<usize>,
    /// How many look-ups succeeded since `limit` changed.
    succeeded: Cell<usize>,
}

impl LookUps {
    pub(super) fn new(client: Client, concurrency: usize, allow_test: bool) -> Self {
        let permits = Semaphore::new(concurrency);
        Self { client, allow_test, permits, concurrency, limit: Cell::new(concurrency), succeeded: Cell::new(0) }
    }

    /// Looks an order up and judges it. After a 429 that the client's own retries did not overcome, it is asked for
    /// again with one look-up less at a time, until there is but one.
    ///
    /// # Errors
    ///
    /// If the look-up failed.
    pub(super) async fn verdict(&self, order: &Order) -> Result<Verdict, Error> {
        let Order { merchant_uid, amount, currency, status } = order.clone();
        let expected = Expected { amount, currency, status, allow_test: self.allow_test };
        loop {
            let permit = self.permits.acquire().await;
            let limit = self.limit.get();
            match attempts::look_up(&self.client, &merchant_uid, &expected).await {
                Ok(verdict) => {
                    self.speed_up();
                    return Ok(verdict);
                }
                Err(error) if error.is_invalid_request() => return Ok(Verdict::new(OrderResult::BadRow, error)),
                // Of several sent at a time, all are asked for again, also the last to fail.
                Err(error) if error.status().is_some_and(|status| status == 429) && limit > 1 => self.slow_down(permit),
                Err(error) => return Err(error),
            }
        }
    }

    fn slow_down(&self, permit: Result<SemaphorePermit<'_>, AcquireError>) {
        self.succeeded.set(0);
        if let (limit @ 2.., Ok(permit)) = (self.limit.get(), permit) {
            self.limit.set(limit - 1);
            permit.forget();
        }
    }

    fn speed_up(&self) {
        self.succeeded.set(self.succeeded.get() + 1);
        if self.succeeded.get() >= RECOVERY && self.limit.get() < self.concurrency {
            self.succeeded.set(0);
            self.limit.set(self.limit.get() + 1);
            self.permits.add_permits(1);
        }
    }
}
