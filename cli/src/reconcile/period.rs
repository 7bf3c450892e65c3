//! The period whose payments are compared with the orders.

use iamport::{Payment, Timestamp};
use jiff::civil::Date;

use crate::{
    args,
    error::CliError,
    output::{Message, Zone, message},
};

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
        args::check_days(Some(since), until, today)?;
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

/// Describes a payment, for a row without an order.
pub(super) fn describe(payment: &Payment) -> Message {
    let imp_uid = &payment.imp_uid;
    match payment.paid_at.map(|at| Zone::Kst.format(at)) {
        Some(at) => message!("payment {imp_uid} was paid at {at} KST", "결제 {imp_uid}: {at} 결제됨"),
        None => message!("payment {imp_uid} was paid", "결제 {imp_uid}: 결제됨"),
    }
}
