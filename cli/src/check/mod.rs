//! Checks the connection to the service, the keys, and one response of each operation.

mod observed;
mod report;

use std::{
    fs::File,
    future::Future,
    io::{self, Write},
    sync::Arc,
    time::{Duration, Instant},
};

use iamport::{Client, Error, Payment, PaymentPage, Timestamp, validate::Severity};

use self::observed::{Observed, Responses};
use crate::{
    args,
    error::{CliError, print_error},
    outcome::Outcome,
    output::{Cell, Column, Table, UntilClosed, escaped, note},
};

/// The period whose payments are listed.
const WEEK: Duration = Duration::from_secs(7 * 24 * 3600);

/// A clock that is further away than this is worth a word.
const CLOCK_TOLERANCE: u64 = 60;

/// An order that no merchant has, for look-ups where there is no payment.
const NO_ORDER: &str = "iamport-check-no-such-order";

pub(crate) async fn run(args: args::Check) -> Result<Outcome, CliError> {
    let uncreatable =
        |error, path: &std::path::Path| CliError::Input(format!("--report: cannot create {}: {error}", path.display()));
    let report = args.report.as_deref().map(|path| File::create(path).map_err(|error| uncreatable(error, path)));
    let report = report.transpose()?;
    let responses = Arc::new(Responses::default());
    let observer = Arc::clone(&responses);
    let builder = args.service.builder()?.no_retry();
    let client = builder.inspect(move |response| {
        observer.add(response);
        Ok(())
    });
    let mut check = Check { client: client.build()?, responses, rows: Vec::new(), clock: None, has_payment: true };
    check.all().await;
    check.print()?;
    if let Some(mut report) = report {
        report.write_all(report::text(&check).as_bytes())?;
    }
    Ok(check.outcome())
}

/// The check of one operation.
struct Row {
    operation: &'static str,
    elapsed: Duration,
    /// `None` without a response.
    observed: Option<Observed>,
    /// An error other than "not found".
    error: Option<Error>,
    is_skipped: bool,
}

struct Check {
    client: Client,
    responses: Arc<Responses>,
    rows: Vec<Row>,
    /// The seconds by which the clock of this machine is ahead of the service's.
    clock: Option<i64>,
    /// Whether the look-ups are those of a payment, and not of an order that does not exist.
    has_payment: bool,
}

impl Check {
    async fn all(&mut self) {
        let Some(payment) = self.first().await else { return };
        self.has_payment = payment.is_some();
        let (imp_uid, order, status) = match &payment {
            Some(payment) => (payment.imp_uid.as_str(), payment.merchant_uid.as_str(), payment.status.as_str()),
            None => (NO_ORDER, NO_ORDER, "paid"),
        };
        let client = self.client.clone();
        self.call("get_payment", client.get_payment(imp_uid).include_sandbox(true).send()).await;
        self.call("get_payments", client.get_payments([imp_uid]).send()).await;
        self.call("find_payment", client.find_payment(order).send()).await;
        let request = client.find_payment(order).status(status).allow_unlisted(true);
        self.call("find_payment_with_status", request.send()).await;
        self.call("find_payments", client.find_payments(order).page(1).send()).await;
        let request = client.find_payments(order).status(status).allow_unlisted(true);
        self.call("find_payments_with_status", request.page(1).send()).await;
        let customer_uid = payment.as_ref().and_then(|payment| payment.customer_uid.as_ref());
        match customer_uid {
            Some(uid) => {
                let request = client.billing_key_payments(uid.as_str()).send();
                self.call("list_billing_key_payments", request).await;
            }
            None => self.rows.push(Row {
                operation: "list_billing_key_payments",
                elapsed: Duration::ZERO,
                observed: None,
                error: None,
                is_skipped: true,
            }),
        }
    }

    /// Gets a token and lists the payments of a week. Returns one of them, or `None` if the service cannot be used.
    async fn first(&mut self) -> Option<Option<Payment>> {
        let begun = Instant::now();
        let mut result = self.week_before(jiff::Timestamp::now()).await;
        let (token, mut listed) = (self.responses.take("get_token"), self.responses.take("list_payments"));
        let token_at = token.as_ref().map_or_else(Instant::now, |token| token.at);
        self.clock = token.as_ref().and_then(|token| token.clock_ahead);
        let failed = !token.as_ref().is_some_and(|token| token.has_token);
        let error = if failed { result.as_ref().err().cloned() } else { None };
        self.rows.push(Row {
            operation: "get_token",
            elapsed: token_at - begun,
            observed: token,
            error,
            is_skipped: false,
        });
        if failed {
            return None;
        }
        let mut elapsed = token_at.elapsed();
        // The payments of another week are not recent ones.
        if let Some(ahead) = self.clock.filter(|ahead| is_far(*ahead))
            && let Ok(now) = jiff::Timestamp::from_second(jiff::Timestamp::now().as_second().saturating_sub(ahead))
        {
            let begun = Instant::now();
            result = self.week_before(now).await;
            (elapsed, listed) = (begun.elapsed(), self.responses.take("list_payments"));
        }
        let payments = result.as_mut().map(|page| std::mem::take(&mut page.list)).unwrap_or_default();
        self.push("list_payments", elapsed, listed, result.err());
        // A payment of a billing key checks one operation more; then a paid one.
        let rank = |payment: &Payment| (payment.customer_uid.is_some(), payment.paid_at.is_some());
        Some(payments.into_iter().max_by_key(rank))
    }

    /// Lists payments of the week before a time.
    async fn week_before(&self, now: jiff::Timestamp) -> Result<PaymentPage, Error> {
        let from = now.checked_sub(WEEK).ok().and_then(|from| Timestamp::try_from(from).ok());
        let mut listing = self.client.list_payments().page_size(100);
        if let (Some(from), Ok(to)) = (from, Timestamp::try_from(now)) {
            listing = listing.between(from, to);
        }
        listing.send().await
    }

    async fn call<T>(&mut self, operation: &'static str, call: impl Future<Output = Result<T, Error>>) {
        let begun = Instant::now();
        let result = call.await;
        let observed = self.responses.take(operation);
        self.push(operation, begun.elapsed(), observed, result.err());
    }

    fn push(&mut self, operation: &'static str, elapsed: Duration, observed: Option<Observed>, error: Option<Error>) {
        let error = error.filter(|error| !error.is_not_found());
        self.rows.push(Row { operation, elapsed, observed, error, is_skipped: false });
    }

    fn print(&self) -> io::Result<()> {
        let columns = ["OPERATION", "STATUS", "MS", "DECODED", "VIOLATIONS", "DRIFT"];
        let columns = columns.map(|title| Column { title: title.to_owned(), right: title != "OPERATION" });
        let mut table = Table::new(UntilClosed(anstream::stdout()), columns.into());
        for row in &self.rows {
            table.row(row.cells().into_iter().map(Cell::from).collect())?;
        }
        table.finish()?;
        for (operation, finding, count) in self.rows.iter().flat_map(Row::findings) {
            let times = if count > 1 { format!("; {count} times") } else { String::new() };
            writeln!(UntilClosed(io::stdout()), "{}{times}", escaped(&format!("{operation}: {finding}")))?;
        }
        for row in &self.rows {
            if let Some(error) = &row.error {
                note(format_args!("iamport: {} failed:", row.operation));
                print_error(error);
            }
        }
        if let Some(ahead) = self.clock.filter(|ahead| is_far(*ahead)) {
            note(format_args!("iamport: {}; if this machine's is wrong, set it", clock(ahead)));
        }
        if let Some(unchecked) = self.unchecked() {
            note(format_args!("iamport: {unchecked}"));
        }
        Ok(())
    }

    /// Says which operations are not checked, or only without a payment, and why.
    fn unchecked(&self) -> Option<String> {
        let skipped = self.rows.iter().find(|row| row.is_skipped)?.operation;
        Some(if self.has_payment {
            format!(
                "not all is checked: there is no payment of a billing key in the last week, so {skipped} is not checked"
            )
        } else {
            // Without the token, the listing, and the skipped one.
            let count = self.rows.len().saturating_sub(3);
            format!(
                "not all is checked: there is no payment in the last week, so {count} operations are checked only by an \
                 order that does not exist, and {skipped} is not checked"
            )
        })
    }

    fn outcome(&self) -> Outcome {
        let failed = |row: &Row| row.error.as_ref().is_some_and(|error| !error.is_decode());
        let differs =
            |row: &Row| row.error.is_some() || row.count(Severity::Violation) + row.count(Severity::Drift) > 0;
        match &*self.rows {
            rows if rows.iter().any(failed) => Outcome::GaveUp,
            rows if rows.iter().any(differs) => Outcome::No,
            _ => Outcome::Yes,
        }
    }
}

fn is_far(ahead: i64) -> bool {
    ahead.unsigned_abs() > CLOCK_TOLERANCE
}

/// Says how far the clocks are from each other.
fn clock(ahead: i64) -> String {
    let (count, unit) = match ahead.unsigned_abs() {
        0..=2 => return "the clock agrees with the service's".to_owned(),
        seconds @ 0..120 => (seconds, "seconds"),
        seconds @ 0..7_200 => (seconds / 60, "minutes"),
        seconds @ 0..172_800 => (seconds / 3_600, "hours"),
        seconds => (seconds / 86_400, "days"),
    };
    let direction = if ahead > 0 { "ahead of" } else { "behind" };
    format!("the clock is {count} {unit} {direction} the service's")
}
