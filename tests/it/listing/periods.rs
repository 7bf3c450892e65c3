//! A period is read up to the client's present, and what changes its status meanwhile is found.

use std::{
    future::Future,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant, SystemTime},
};

use super::*;
use crate::common::numbered;
use iamport::{Clock, Sorting, sandbox::PaymentFixture};

/// A clock whose time of day a test sets.
#[derive(Debug)]
pub(super) struct WallClock(AtomicU64);

impl WallClock {
    pub(super) fn new(secs: u64) -> Arc<Self> {
        Arc::new(Self(AtomicU64::new(secs)))
    }

    pub(super) fn set(&self, secs: u64) {
        self.0.store(secs, Ordering::Relaxed);
    }

    pub(super) fn secs(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Clock for WallClock {
    fn now(&self) -> Instant {
        Instant::now()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(tokio::time::sleep(duration))
    }

    fn system_time(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(self.secs())
    }
}

async fn start_at(secs: u64) -> (Sandbox, Client, Arc<WallClock>) {
    let (sandbox, clock) = (Sandbox::start().await.unwrap(), WallClock::new(secs));
    let client = sandbox.client().clock(clock.clone()).build().unwrap();
    (sandbox, client, clock)
}

fn windows(sandbox: &Sandbox) -> Vec<(u64, u64)> {
    let parameters = |name| parameters(sandbox, Endpoint::ListByStatus, name);
    parameters("from").into_iter().zip(parameters("to")).collect()
}

fn fixture(number: usize, paid_at: u64) -> PaymentFixture {
    numbered(&format!("order-{number:04}"), 100, number).started_at(paid_at - 47).paid()
}

#[tokio::test]
async fn windows_end_at_the_present() {
    let (sandbox, client, _) = start_at(MARCH + 100 * DAY).await;
    let far_future = at(253_402_207_200);
    read(client.list_payments().between(at(MARCH), far_future).items()).await;
    let first = (MARCH, MARCH + 90 * DAY - 1);
    assert_eq!(windows(&sandbox), [first, (MARCH + 90 * DAY, MARCH + 100 * DAY)]);

    sandbox.clear_requests();
    read(client.list_payments().between(at(1), far_future).items()).await;
    assert_eq!(windows(&sandbox).len() as u64, (MARCH + 100 * DAY).div_ceil(90 * DAY));

    // A period that is over is read as it is.
    sandbox.clear_requests();
    read(client.list_payments().between(at(MARCH), at(MARCH + DAY)).items()).await;
    assert_eq!(windows(&sandbox), [(MARCH, MARCH + DAY)]);
}

/// The clock of the machine may be wrong, so the server decides, or the caller learns about it.
#[tokio::test]
async fn period_that_begins_after_the_present_is_read_or_an_error() {
    let (sandbox, client, _) = start_at(MARCH).await;
    let read_from = async |to| read(client.list_payments().between(at(MARCH + DAY), at(to)).items()).await;
    assert!(read_from(MARCH + 9 * DAY).await.1.is_empty());
    assert_eq!(windows(&sandbox), [(MARCH + DAY, MARCH + 9 * DAY)]);
    let (_, errors) = read_from(MARCH + 99 * DAY).await;
    assert!(errors[0].is_invalid_request(), "{errors:?}");
    assert_eq!(sandbox.count(Endpoint::ListByStatus), 1);
}

#[tokio::test]
async fn default_period_does_not_move_while_it_is_read() {
    let (sandbox, client, clock) = start_at(MARCH + 90 * DAY).await;
    for number in 1..=3 {
        sandbox.upsert_payment(fixture(number, MARCH + number as u64 * DAY));
    }
    let mut payments = client.list_payments().page_size(1).concurrency(1).items();
    assert_eq!(number(&payments.next().await.unwrap().unwrap()), 1);
    clock.set(MARCH + 92 * DAY);
    assert_eq!(read(payments).await.0, [2, 3]);
    assert_eq!(windows(&sandbox), vec![(MARCH + 1, MARCH + 90 * DAY); 3]);
    // One page is the last 90 days by the server's clock.
    sandbox.clear_requests();
    client.list_payments().await.unwrap();
    let target = sandbox.requests().pop().unwrap().target.clone();
    assert!(!target.contains("from=") && !target.contains("to="), "{target}");
}

/// A payment of a window that is not read yet is cancelled, and moves to the newest window.
#[tokio::test]
async fn payment_that_is_cancelled_meanwhile_is_found() {
    for sorting in [Sorting::StartedAsc, Sorting::StartedDesc, Sorting::UpdatedDesc] {
        let (sandbox, client, clock) = start_at(MARCH + 200 * DAY).await;
        for (number, day) in [(1, 1), (2, 100), (3, 199)] {
            sandbox.upsert_payment(fixture(number, MARCH + day * DAY));
        }
        let period = client.list_payments().between(at(MARCH), at(MARCH + 300 * DAY)).sorting(sorting.clone());
        let mut payments = period.items();
        let first = number(&payments.next().await.unwrap().unwrap());
        clock.set(MARCH + 200 * DAY + 1);
        let last = if first == 1 { 3 } else { 1 };
        let paid_at = if last == 1 { MARCH + DAY } else { MARCH + 199 * DAY };
        let cancelled = fixture(last, paid_at).cancelled(100, "변심").cancelled_at(MARCH + 200 * DAY + 1);
        sandbox.upsert_payment(cancelled);
        let (mut numbers, errors) = read(payments).await;
        numbers.push(first);
        numbers.sort_unstable();
        assert_eq!((numbers, errors.len()), (vec![1, 2, 3], 0), "{sorting:?}");
    }
}

/// The same in a listing of one window, on a page that is not read yet.
#[tokio::test]
async fn payment_that_leaves_a_page_not_yet_read_is_found_in_the_present() {
    for sorting in [Sorting::StartedAsc, Sorting::StartedDesc] {
        let (sandbox, client, clock) = start_at(MARCH + 20 * DAY).await;
        for number in 1..=4 {
            sandbox.upsert_payment(fixture(number, MARCH + number as u64 * DAY));
        }
        let period = client.list_payments().between(at(MARCH), at(MARCH + 30 * DAY)).sorting(sorting.clone());
        let mut payments = period.page_size(1).concurrency(1).items();
        let first = number(&payments.next().await.unwrap().unwrap());
        clock.set(MARCH + 20 * DAY + 5);
        let last = if first == 1 { 4 } else { 1 };
        let cancelled = fixture(last, MARCH + last as u64 * DAY).cancelled(100, "변심");
        sandbox.upsert_payment(cancelled.cancelled_at(MARCH + 20 * DAY + 5));
        let (mut numbers, errors) = read(payments).await;
        numbers.push(first);
        numbers.sort_unstable();
        assert_eq!((numbers, errors.len()), (vec![1, 2, 3, 4], 0), "{sorting:?}");
    }
}

#[tokio::test]
async fn period_is_set_by_system_times_and_by_days_in_korea() {
    let (sandbox, client) = start().await;
    let list = || client.list_payments();
    let secs = |secs| SystemTime::UNIX_EPOCH + Duration::from_secs(secs);
    list().between(secs(MARCH), secs(MARCH + 5)).await.unwrap();
    // 2024-03-06T00:00:00+09:00
    let sixth = 1_709_650_800;
    list().kst_day(2024, 3, 6).await.unwrap();
    list().kst_days((2024, 2, 29), (2024, 3, 6)).await.unwrap();
    // 9999-12-30T00:00:00+09:00, the last day that every calendar has.
    let last = 253_402_095_600;
    list().kst_day(9999, 12, 30).await.unwrap();
    assert_eq!(
        windows(&sandbox),
        [(MARCH, MARCH + 5), (sixth, sixth + DAY - 1), (sixth - 6 * DAY, sixth + DAY - 1), (last, last + DAY - 1)]
    );
    let before_1970 = SystemTime::UNIX_EPOCH - Duration::from_secs(1);
    for request in [
        list().between(before_1970, secs(MARCH)),
        list().between(secs(MARCH), before_1970),
        list().kst_day(2024, 2, 30),
        list().kst_day(2023, 2, 29),
        list().kst_day(2024, 13, 1),
        list().kst_day(2024, 0, 1),
        list().kst_day(2024, 4, 31),
        list().kst_day(1960, 1, 1),
        list().kst_day(9999, 12, 31),
        list().kst_day(30000, 1, 1),
        list().kst_days((2024, 3, 6), (2024, 3, 5)),
    ] {
        let error = request.clone().await.unwrap_err();
        assert!(error.is_invalid_request() && error.to_string().contains("invalid period"), "{error}");
        assert!(request.items().next().await.unwrap().unwrap_err().is_invalid_request());
    }
    assert_eq!(sandbox.count(Endpoint::ListByStatus), 4);
}

#[tokio::test]
async fn client_of_a_sandbox_has_its_time_of_day() {
    let sandbox = Sandbox::builder().time(at(MARCH)).start().await.unwrap();
    let client = sandbox.client().build().unwrap();
    sandbox.upsert_payment(fixture(1, MARCH + 99 * DAY));
    assert_eq!(read(client.list_payments().items()).await.0, [0_usize; 0]);
    sandbox.advance(Duration::from_secs(100 * DAY));
    assert_eq!(read(client.list_payments().items()).await.0, [1]);
}
