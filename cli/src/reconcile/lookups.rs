//! Looks up several orders at a time, and fewer after a 429.

use std::cell::Cell;

use iamport::reqwest::StatusCode;
use iamport::{Client, Error, OrderCheck, Payment, PaymentStatus, PaymentStream};
use tokio::sync::{AcquireError, Semaphore, SemaphorePermit};

use super::{
    check::assess,
    orders::{Order, Row, Stated},
    outcome::{Assessment, OrderResult},
    period::Period,
};
use crate::{args, output::message};

/// The number of consecutive look-ups without a 429 after which the concurrency is raised by one.
const RECOVERY: usize = 50;

/// A row before its look-up.
pub(super) struct Pending {
    pub(super) row: Row,
    /// The result, if the row needs no look-up, or no further one.
    pub(super) known: Option<Assessment>,
    pub(super) looked_up: bool,
}

impl Pending {
    pub(super) fn new(row: Row) -> Self {
        let known = known(&row);
        Self { row, known, looked_up: false }
    }

    /// Returns the order, if it has to be looked up.
    pub(super) fn order(&self) -> Option<&Order> {
        self.row.order.as_ref().ok().filter(|_| self.known.is_none())
    }
}

/// A row and its result.
pub(super) struct RowResult {
    pub(super) row: Row,
    pub(super) result: Result<Assessment, iamport::Error>,
    pub(super) looked_up: bool,
    /// Whether it counts as a look-up in flight.
    pub(super) counts: bool,
}

/// Returns the result of a row that needs no look-up: it is invalid, or belongs to an order on another row.
fn known(row: &Row) -> Option<Assessment> {
    match (&row.order, &row.belongs) {
        (Err(why), _) => Some(Assessment::new(OrderResult::BadRow, why.clone())),
        (_, Some((outcome, why))) => Some(Assessment::new(*outcome, why.clone())),
        _ => None,
    }
}

/// Returns whether a response says that the service does not look up in bulk, and not only that it did not this time, or
/// not these orders.
fn is_refusal_of_bulk(status: StatusCode) -> bool {
    status.is_client_error() && !matches!(status.as_u16(), 401 | 408 | 413 | 414 | 429 | 431)
}

pub(super) struct LookUps {
    client: Client,
    allow_test: bool,
    permits: Semaphore,
    concurrency: usize,
    /// The current number of permits, from 1 to `concurrency`.
    limit: Cell<usize>,
    /// The number of successful look-ups since `limit` changed.
    succeeded: Cell<usize>,
    /// Whether orders are looked up in bulk, until the service rejects that.
    bulk: Cell<bool>,
}

impl LookUps {
    pub(super) fn new(client: Client, args: &args::Reconcile) -> Self {
        let concurrency = args.concurrency;
        let permits = Semaphore::new(concurrency);
        Self {
            client,
            allow_test: args.allow_test,
            permits,
            concurrency,
            limit: Cell::new(concurrency),
            succeeded: Cell::new(0),
            bulk: Cell::new(!args.thorough),
        }
    }

    pub(super) async fn row_result(&self, pending: Pending) -> RowResult {
        let Pending { row, known, looked_up } = pending;
        let counts = known.is_none();
        let (result, looked_up) = match (known, &row.order) {
            (Some(assessment), _) => (Ok(assessment), looked_up),
            (None, Ok(order)) => (self.assessment(order).await, true),
            (None, Err(why)) => (Ok(Assessment::new(OrderResult::BadRow, why.clone())), false),
        };
        RowResult { row, result, looked_up, counts }
    }

    /// Looks an order up and checks it. After a 429 that the client's own retries did not overcome, it is asked for
    /// again with one look-up less at a time, until there is but one.
    ///
    /// # Errors
    ///
    /// If the look-up failed.
    async fn assessment(&self, order: &Order) -> Result<Assessment, Error> {
        loop {
            let permit = self.permits.acquire().await;
            let limit = self.limit.get();
            let Order { merchant_uid, amount, currency, .. } = order.clone();
            match self.client.verify_order(merchant_uid, amount, currency).allow_test(self.allow_test).await {
                Ok(check) => {
                    self.speed_up();
                    return Ok(assess(&check, order, self.allow_test));
                }
                Err(error) if error.is_invalid_request() => {
                    let why = message!("{error}", "이 주문번호로는 조회할 수 없습니다: {error}");
                    return Ok(Assessment::new(OrderResult::BadRow, why));
                }
                // With concurrency, every look-up that got a 429 is repeated, also the last one.
                Err(error) if error.status().is_some_and(|status| status == 429) && limit > 1 => self.slow_down(permit),
                Err(error) => return Err(error),
            }
        }
    }

    /// Looks up all rows in one request, and keeps each payment that pays its order. The service does not document how
    /// many payments of an order it returns, so an order with several and one that does not match need a separate look-up.
    pub(super) async fn in_bulk(&self, mut rows: Vec<Pending>) -> Vec<Pending> {
        let is_due = |pending: &Pending| pending.order().is_some_and(|order| order.status == Stated::Paid);
        let uids: Vec<String> = rows
            .iter()
            .filter(|pending| is_due(pending))
            .filter_map(|pending| Some(pending.order()?.merchant_uid.clone()))
            .collect();
        if uids.len() < 2 || !self.bulk.get() {
            return rows;
        }
        let permit = self.permits.acquire().await;
        let found = match self.client.get_payments_by_merchant_uid(uids).await {
            // One of them may pay an order too, so that each order is looked up by itself.
            Ok(found) if !found.undecoded.is_empty() => return rows,
            Ok(found) => found,
            Err(error) if error.status().is_some_and(|status| status == 429) => {
                self.slow_down(permit);
                return rows;
            }
            Err(error) => {
                // Its orders are looked up one by one; later ones in bulk again, unless the service has no such operation.
                if error.status().is_some_and(is_refusal_of_bulk) {
                    self.bulk.set(false);
                }
                return rows;
            }
        };
        self.speed_up();
        for pending in rows.iter_mut().filter(|pending| is_due(pending)) {
            let Some(order) = pending.order() else { continue };
            let payments = found.payments.iter().filter(|payment| payment.merchant_uid == order.merchant_uid);
            let payments: Vec<Payment> = payments.cloned().collect();
            let assessment = assess(&self.check(&payments, order), order, self.allow_test);
            if payments.len() == 1 && assessment.outcome == OrderResult::Match {
                (pending.known, pending.looked_up) = (Some(assessment), true);
            }
        }
        rows
    }

    pub(super) fn paid_between(&self, period: Period) -> PaymentStream {
        let Period { from, to } = period;
        self.client.list_payments().status(PaymentStatus::Paid).between(from, to).page_size(1000).items()
    }

    pub(super) fn allow_test(&self) -> bool {
        self.allow_test
    }

    fn check(&self, payments: &[Payment], order: &Order) -> OrderCheck {
        let check = if self.allow_test { OrderCheck::allowing_test } else { OrderCheck::new };
        check(payments, order.amount, order.currency.clone())
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
