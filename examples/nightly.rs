//! A nightly job: reads all payments of a period, and sums them up by currency and month in Korea Standard Time.
//! `cargo run --example nightly --features jiff,sandbox`
//!
//! It lists the period, 1,000 payments in a request, instead of the payments of each billing key, which take a request each
//! at least. It keeps a row for each payment: one that is paid in March and cancelled in May is listed in May only, and then
//! replaces its row. After each month it writes a checkpoint, so that a run that fails or is stopped by SIGTERM goes on there.
#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use std::{collections::BTreeMap, env, error::Error, fs, path::Path, pin::pin, process, time::Duration};

use iamport::{
    Amount, Client, Payment, PaymentStatus, Timestamp,
    sandbox::{PaymentFixture, Sandbox},
};
use jiff::{
    ToSpan,
    civil::{Date, date},
    tz::{TimeZone, offset},
};
use serde::{Deserialize, Serialize};
use tokio::select;

const TOO_LONG: &str = "a sum of more than 28 digits";

type Outcome<T> = Result<T, Box<dyn Error>>;

/// What the job keeps. A job in production has a table for it.
#[derive(Debug, Default, Deserialize, PartialEq, Serialize)]
struct Checkpoint {
    /// The first day of the next month to read.
    next: Option<String>,
    /// The payments by their `imp_uid`.
    rows: BTreeMap<String, Row>,
    /// Payments that cannot be decoded. They exist, so the totals are too low.
    undecoded: u64,
}

#[derive(Debug, Deserialize, PartialEq, Serialize)]
struct Row {
    status: PaymentStatus,
    currency: String,
    paid: Option<(String, Amount)>,
    refunds: Vec<(String, Amount)>,
}

#[derive(Default)]
struct Totals {
    paid: Amount,
    refunded: Amount,
}

/// Returns the month of a time in Korea, like `2024-03`.
fn month(at: Timestamp) -> String {
    jiff::Timestamp::from(at).to_zoned(TimeZone::fixed(offset(9))).strftime("%Y-%m").to_string()
}

impl Row {
    fn new(payment: &Payment) -> Outcome<Self> {
        let refunds = payment.cancellations()?.into_iter().filter_map(|refund| {
            // A time or an amount that is missing is one of the unknown fields of the payment.
            Some((month(refund.cancelled_at.or(payment.cancelled_at)?), refund.amount?))
        });
        let currency = payment.currency.as_ref().map_or("?", |currency| currency.as_str());
        Ok(Self {
            status: payment.status.clone(),
            currency: currency.to_owned(),
            paid: payment.paid_at.map(|at| (month(at), payment.amount)),
            refunds: refunds.collect(),
        })
    }
}

impl Checkpoint {
    fn read(file: &Path) -> Outcome<Self> {
        Ok(if file.exists() { serde_json::from_slice(&fs::read(file)?)? } else { Self::default() })
    }

    /// Replaces the file at once, so that a crash leaves the old one.
    fn write(&self, file: &Path) -> Outcome<()> {
        let new = file.with_extension("new");
        fs::write(&new, serde_json::to_vec(self)?)?;
        Ok(fs::rename(new, file)?)
    }

    /// Returns what was paid and refunded, by currency and month.
    fn totals(&self) -> Outcome<BTreeMap<(&str, &str), Totals>> {
        let mut totals = BTreeMap::<_, Totals>::new();
        for row in self.rows.values() {
            if let Some((month, amount)) = &row.paid {
                let paid = &mut totals.entry((row.currency.as_str(), month.as_str())).or_default().paid;
                *paid = paid.checked_add(*amount).ok_or(TOO_LONG)?;
            }
            for (month, amount) in &row.refunds {
                let refunded = &mut totals.entry((row.currency.as_str(), month.as_str())).or_default().refunded;
                *refunded = refunded.checked_add(*amount).ok_or(TOO_LONG)?;
            }
        }
        Ok(totals)
    }

    /// Counts the payments with a status that this version does not know.
    fn unknown(&self) -> BTreeMap<&str, u64> {
        let mut unknown = BTreeMap::new();
        for row in self.rows.values().filter(|row| !PaymentStatus::KNOWN.contains(&row.status.as_str())) {
            *unknown.entry(row.status.as_str()).or_default() += 1;
        }
        unknown
    }
}

/// Reads the months that are not read yet, and the current one again. Returns whether it read all of them before `stop`.
async fn run(client: &Client, file: &Path, first: Date, today: Date, stop: impl Future) -> Outcome<bool> {
    let (mut checkpoint, mut stop) = (Checkpoint::read(file)?, pin!(stop));
    let mut next = checkpoint.next.as_deref().map_or(Ok(first), str::parse)?;
    while next <= today {
        let day = |date: Date| -> Outcome<_> {
            Ok((u16::try_from(date.year())?, u8::try_from(date.month())?, u8::try_from(date.day())?))
        };
        // A checkout that shares this client, and its token, keeps its short timeouts.
        let listing = client.list_payments().kst_days(day(next)?, day(next.last_of_month())?).page_size(1000);
        let mut payments = listing.timeout(Duration::from_secs(300)).attempt_timeout(Duration::from_secs(60)).items();
        loop {
            let payment = select! {
                payment = payments.next() => payment,
                _ = &mut stop => return Ok(false),
            };
            match payment {
                None => break,
                Some(Ok(payment)) => drop(checkpoint.rows.insert(payment.imp_uid.clone(), Row::new(&payment)?)),
                // The others of its page follow.
                Some(Err(error)) if error.payment_index().is_some() => checkpoint.undecoded += 1,
                Some(Err(error)) => return Err(error.into()),
            }
        }
        let following = next.first_of_month().checked_add(1.month())?;
        checkpoint.next = Some(following.min(today.first_of_month()).to_string());
        checkpoint.write(file)?;
        next = following;
    }
    Ok(true)
}

/// Waits for SIGTERM, or for Ctrl-C.
async fn termination() {
    #[cfg(unix)]
    if let Ok(mut signal) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        select! {
            _ = signal.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        return;
    }
    let _ = tokio::signal::ctrl_c().await;
}

/// The beginning of a day in Korea, in Unix seconds.
fn start_of(day: Date) -> Outcome<u64> {
    Ok(u64::try_from(day.to_zoned(TimeZone::fixed(offset(9)))?.timestamp().as_second())?)
}

#[tokio::main]
async fn main() -> Outcome<()> {
    let (first, today) = (date(2024, 1, 1), date(2024, 3, 31)); // in production: the current date in Korea
    let sandbox = Sandbox::start().await?;
    for key in 0..500 {
        for month in 1..=3 {
            let order = format!("sub-{key:03}-{month}");
            let payment = PaymentFixture::new(&order, 22000).started_at(start_of(date(2024, month, 1))? + 60 * key);
            let payment = payment.billing_key(&format!("cust_{key:03}"));
            sandbox.upsert_payment(if key % 9 == 0 { payment.failed("한도 초과") } else { payment.paid() });
        }
    }
    let client = sandbox.client().build()?; // in production: Client::from_env()?

    let file = env::temp_dir().join(format!("iamport-nightly-{}.json", process::id()));
    let is_complete = run(&client, &file, first, today, termination()).await?;
    let checkpoint = Checkpoint::read(&file)?;
    fs::remove_file(&file)?; // in production, the file stays
    for ((currency, month), Totals { paid, refunded }) in checkpoint.totals()? {
        println!("{month}: paid {}, refunded {}", paid.with_currency(currency), refunded.with_currency(currency));
    }
    println!("{} payments in {} requests", checkpoint.rows.len(), sandbox.requests().len());
    if checkpoint.undecoded > 0 || !checkpoint.unknown().is_empty() {
        println!("look at {} undecoded and {:?} unknown", checkpoint.undecoded, checkpoint.unknown());
    }
    if !is_complete {
        println!("stopped; run it again");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::{
        future::pending,
        path::PathBuf,
        sync::atomic::{AtomicUsize, Ordering},
    };

    use iamport::sandbox::Endpoint;

    use super::*;

    /// A sandbox with payments of three months, and the file of the checkpoint.
    struct Service(Sandbox, PathBuf);

    impl Service {
        async fn start() -> Outcome<Self> {
            static FILES: AtomicUsize = AtomicUsize::new(0);
            let number = FILES.fetch_add(1, Ordering::Relaxed);
            let file = env::temp_dir().join(format!("iamport-nightly-test-{}-{number}.json", process::id()));
            let service = Self(Sandbox::start().await?, file);
            for (order, currency, month, day) in
                [("a", "KRW", 1, 31), ("b", "KRW", 2, 1), ("c", "USD", 2, 1), ("d", "KRW", 3, 5)]
            {
                let payment = PaymentFixture::new(order, 100).currency(currency).set("imp_uid", order);
                service.0.upsert_payment(payment.started_at(start_of(date(2024, month, day))?).paid());
            }
            Ok(service)
        }

        async fn run(&self, today: Date, stop: impl Future) -> Outcome<bool> {
            run(&self.0.client().build()?, &self.1, date(2024, 1, 1), today, stop).await
        }

        fn totals(&self) -> Outcome<Vec<String>> {
            let checkpoint = Checkpoint::read(&self.1)?;
            let totals = checkpoint.totals()?.into_iter();
            Ok(totals
                .map(|((currency, month), sums)| format!("{currency} {month} {} {}", sums.paid, sums.refunded))
                .collect())
        }
    }

    impl Drop for Service {
        fn drop(&mut self) {
            let _ = fs::remove_file(&self.1);
        }
    }

    const MARCH: [&str; 4] = ["KRW 2024-01 100 0", "KRW 2024-02 100 0", "KRW 2024-03 100 0", "USD 2024-02 100 0"];

    #[tokio::test]
    async fn payments_are_summed_up_by_currency_and_month_in_korea() -> Outcome<()> {
        let service = Service::start().await?;
        service.0.upsert_payment(PaymentFixture::new("e", 7).set("status", "settled").started_at(1_709_722_022));
        assert!(service.run(date(2024, 3, 31), pending::<()>()).await?);
        assert_eq!(service.totals()?, MARCH);
        assert_eq!(Checkpoint::read(&service.1)?.unknown(), BTreeMap::from([("settled", 1)]));
        assert_eq!(service.0.count(Endpoint::ListByStatus), 3);
        Ok(())
    }

    #[tokio::test]
    async fn payment_that_is_cancelled_later_keeps_the_month_in_which_it_was_paid() -> Outcome<()> {
        let service = Service::start().await?;
        assert!(service.run(date(2024, 2, 20), pending::<()>()).await?);
        let payment = PaymentFixture::new("b", 100).set("imp_uid", "b").started_at(start_of(date(2024, 2, 1))?).paid();
        service.0.upsert_payment(payment.cancelled(100, "변심").cancelled_at(start_of(date(2024, 3, 31))?));
        service.0.clear_requests();
        assert!(service.run(date(2024, 3, 31), pending::<()>()).await?);
        let [january, february, _, dollars] = MARCH;
        assert_eq!(service.totals()?, [january, february, "KRW 2024-03 100 100", dollars]);
        // January is not read again.
        assert_eq!(service.0.count(Endpoint::ListByStatus), 2);
        Ok(())
    }

    #[tokio::test]
    async fn run_that_fails_or_is_stopped_goes_on_at_its_checkpoint() -> Outcome<()> {
        let service = Service::start().await?;
        let pause = service.0.pause(Endpoint::ListByStatus);
        let stopped = service.run(date(2024, 3, 31), service.0.wait_for_requests(Endpoint::ListByStatus, 1)).await?;
        assert!(!stopped && !service.1.exists());
        drop(pause);
        assert!(service.run(date(2024, 1, 31), pending::<()>()).await?);
        let down = service.0.refuse_connections();
        assert!(service.run(date(2024, 3, 31), pending::<()>()).await.is_err());
        assert_eq!(service.totals()?, MARCH[..1]);
        drop(down);
        assert!(service.run(date(2024, 3, 31), pending::<()>()).await?);
        assert_eq!(service.totals()?, MARCH);
        Ok(())
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn run_is_stopped_by_sigterm() -> Outcome<()> {
        let service = Service::start().await?;
        let _pause = service.0.pause(Endpoint::ListByStatus);
        let terminate = async {
            // The listing has begun, so the signal is waited for.
            service.0.wait_for_requests(Endpoint::ListByStatus, 1).await;
            tokio::process::Command::new("kill").arg(process::id().to_string()).status().await
        };
        let (outcome, killed) = tokio::join!(service.run(date(2024, 3, 31), termination()), terminate);
        assert!(killed?.success() && !outcome?);
        Ok(())
    }
}
