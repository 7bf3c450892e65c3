//! Looks up the payments of an order.

use iamport::{Client, Error, PaymentStatus, Sorting};

use super::{
    judgement::{Expected, judge},
    outcome::{OrderResult, Verdict},
};

/// Looks an order up and judges it: with one request if its last payment pays it, otherwise by all its attempts.
///
/// # Errors
///
/// Returns the error of the first request that failed.
pub(crate) async fn look_up(client: &Client, merchant_uid: &str, expected: &Expected) -> Result<Verdict, Error> {
    let find = client.find_payment(merchant_uid).sorting(Sorting::PaidDesc);
    let Some(paid_last) = find.await? else { return Ok(judge(&[], expected)) };
    let verdict = judge(std::slice::from_ref(&paid_last), expected);
    if expected.status == PaymentStatus::Paid && verdict.outcome == OrderResult::Match {
        return Ok(verdict);
    }
    let mut listing = client.find_payments(merchant_uid).page_size(1000).items();
    let mut attempts = vec![paid_last];
    while let Some(payment) = listing.next().await {
        attempts.push(payment?);
    }
    Ok(judge(&attempts, expected))
}
