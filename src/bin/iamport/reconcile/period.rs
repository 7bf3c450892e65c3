//! The period whose payments are compared with the orders.

use iamport::{Payment, Timestamp};
use jiff::civil::Date;

use crate::{error::CliError, output::Zone};

/// A period in seconds, both ends included.
#[derive(Clone, Copy)]
pub(super) struct Period {
    pub(super) from: Timestamp,
    pub(super) to: Timestamp,
}

impl Period {
    /// Creates a period of whole days in KST. The last day is today by default.
    pub(super) fn new(since: Option<Date>, until: Option<Date>) -> Result<Option<Self>, CliError> {
        let Some(since) = since else { return Ok(None) };
        let today = Zone::Kst.day(jiff::Timestamp::now());
        check_order(Some(since), until, today)?;
        let until = until.unwrap_or(today);
        let start = |day: Date| Zone::Kst.start(day)?.as_second().try_into().ok();
        let period = || {
            let next: u64 = start(until.tomorrow().ok()?)?;
            Some(Self { from: Timestamp::from_secs(start(since)?)?, to: Timestamp::from_secs(next - 1)? })
        };
        let invalid = || CliError::Input(format!("invalid period: {since} to {until}"));
        period().map(Some).ok_or_else(invalid)
    }
}

/// Checks that the first day is not after the last one, which is `today` by default.
pub(crate) fn check_order(since: Option<Date>, until: Option<Date>, today: Date) -> Result<(), CliError> {
    let last = until.unwrap_or(today);
    let Some(since) = since.filter(|since| *since > last) else { return Ok(()) };
    let last = until.map_or_else(|| format!("today ({today})"), |until| format!("--until {until}"));
    Err(CliError::Input(format!("invalid period: --since {since} is later than {last}")))
}

/// Describes a payment, for a row without an order.
pub(super) fn describe(payment: &Payment) -> String {
    match payment.paid_at {
        Some(at) => format!("payment {} was paid at {} KST", payment.imp_uid, Zone::Kst.format(at)),
        None => format!("payment {} was paid", payment.imp_uid),
    }
}
