//! Random schedules: payments change their status, and others are made, between the requests of a listing.

use std::collections::BTreeSet;

use super::{periods::WallClock, *};
use crate::common::numbered;
use iamport::{
    Sorting,
    sandbox::{PaymentFixture, Sandbox},
};

const SCHEDULES: u64 = 400;

/// A payment as the service knows it: when it was started, its status, and since when it has that.
#[derive(Clone, Copy, Debug)]
struct Model {
    number: usize,
    started: u64,
    status: &'static str,
    since: u64,
}

impl Model {
    fn fixture(self) -> PaymentFixture {
        let ready = numbered(&format!("order-{:04}", self.number), 100, self.number).started_at(self.started);
        match self.status {
            "ready" => ready,
            "paid" => ready.paid().paid_at(self.since),
            _ => ready.paid().paid_at(self.started).cancelled(100, "변심").cancelled_at(self.since),
        }
    }
}

/// The service, the requested period and status, and what belonged to the listing all the time.
struct World {
    random: fastrand::Rng,
    sandbox: Sandbox,
    clock: std::sync::Arc<WallClock>,
    payments: Vec<Model>,
    status: Option<&'static str>,
    period: Option<(u64, u64)>,
    stayed: BTreeSet<usize>,
}

impl World {
    /// One event: a status changes, or a payment is made, at a second of its own.
    fn step(&mut self) {
        self.clock.set(self.clock.secs() + self.random.u64(1..5));
        let now = self.clock.secs();
        let place = self.random.usize(0..self.payments.len() + 3);
        let changed = match self.payments.get_mut(place) {
            Some(payment) => {
                payment.status = if payment.status == "ready" { "paid" } else { "cancelled" };
                payment.since = now;
                *payment
            }
            None => {
                // A payment is listed from its start on, so nothing enters a period that is over.
                let status = *self.random.choice(&["ready", "paid"]).unwrap();
                let started = if status == "paid" { now - self.random.u64(0..2000) } else { now };
                self.payments.push(Model { number: self.payments.len() + 1, started, status, since: now });
                *self.payments.last().unwrap()
            }
        };
        self.sandbox.upsert_payment(changed.fixture());
        self.look();
    }

    fn belongs(&self, payment: &Model) -> bool {
        let now = self.clock.secs();
        let (from, to) = self.period.unwrap_or((now - 90 * DAY + 1, now));
        self.status.is_none_or(|status| status == payment.status) && (from..=to).contains(&payment.since)
    }

    fn look(&mut self) {
        let listed: Vec<_> = self.payments.iter().filter(|payment| self.belongs(payment)).collect();
        let listed: BTreeSet<_> = listed.into_iter().map(|payment| payment.number).collect();
        self.stayed.retain(|number| listed.contains(number));
    }
}

/// Returns whether the listing ended as complete.
async fn read_while_it_changes(seed: u64) -> bool {
    let mut random = fastrand::Rng::with_seed(seed);
    let present = MARCH + random.u64(1..300) * DAY;
    let (sandbox, clock) = (Sandbox::start().await.unwrap(), WallClock::new(present));
    let client = sandbox.client().clock(clock.clone()).build().unwrap();
    let mut payments = Vec::new();
    for number in 1..=random.usize(1..30) {
        let started = MARCH + random.u64(0..present - MARCH);
        let status = *random.choice(&["ready", "paid", "paid", "cancelled"]).unwrap();
        let since = if status == "ready" { started } else { started + random.u64(0..=present - started) };
        payments.push(Model { number, started, status, since });
        sandbox.upsert_payment(payments.last().unwrap().fixture());
    }
    let end = *random.choice(&[present - present % DAY, present, present + 7 * DAY, present + 400 * DAY]).unwrap();
    let period = (random.u8(0..4) > 0).then_some((MARCH, end.max(MARCH)));
    let status = *random.choice(&[None, Some("paid"), Some("ready"), Some("cancelled")]).unwrap();
    let mut world = World { random, sandbox, clock, payments, status, period, stayed: BTreeSet::new() };
    world.stayed = world.payments.iter().filter(|payment| world.belongs(payment)).map(|one| one.number).collect();

    let random = &mut world.random;
    let sorting = random.choice(Sorting::KNOWN).copied().unwrap();
    let mut request = client.list_payments().sorting(sorting).page_size(random.u64(1..8));
    request = request.concurrency(*random.choice(&[1, 1, 3, 8]).unwrap());
    if let Some((from, to)) = period {
        request = request.between(at(from), at(to));
    }
    if let Some(status) = status {
        request = request.status(status);
    }
    let often = 1.0 / random.f64().mul_add(20.0, 1.0);
    let (mut stream, mut delivered) = (request.items(), BTreeSet::new());
    loop {
        while world.random.f64() < often {
            world.step();
        }
        match stream.next().await {
            Some(Ok(payment)) => {
                let number = payment.imp_uid.trim_start_matches("imp_").parse::<usize>().unwrap();
                assert!(delivered.insert(number), "seed {seed}: {number} twice");
            }
            Some(Err(error)) => {
                assert!(error.is_decode(), "seed {seed}: {error}");
                return false;
            }
            None => break,
        }
    }
    let missing: Vec<_> = world.stayed.difference(&delivered).collect();
    assert!(missing.is_empty(), "seed {seed}: {missing:?} are missing, {sorting} {status:?} {period:?}");
    true
}

#[tokio::test]
async fn complete_listing_has_every_payment_that_stayed() {
    let mut complete = 0;
    for seed in 0..SCHEDULES {
        complete += u64::from(read_while_it_changes(seed).await);
    }
    assert!(complete > SCHEDULES / 2, "only {complete} of {SCHEDULES} listings were complete");
}
