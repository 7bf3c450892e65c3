//! All payments of an order, from the service.

use iamport::{Client, Error, PaymentStatus, Sorting};

use super::judgement::{Expected, judge};
use super::outcome::{OrderResult, Verdict};

/// Looks an order up and judges it.
///
/// # Errors
///
/// The error of the first look-up that failed.
pub(crate) async fn look_up(client: &Client, merchant_uid: &str, expected: &Expected) -> Result<Verdict, Error> {
    let find = client.find_payment(merchant_uid);
    let Some(paid_last) = find.clone().sorting(Sorting::PaidDesc).await? else { return Ok(judge(&[], expected)) };
    let mut attempts = vec![paid_last];
    let verdict = judge(&attempts, expected);
    if expected.status == PaymentStatus::Paid && verdict.outcome == OrderResult::Match {
        return Ok(verdict);
    }
    // One look-up returns one payment, so each kind that can decide is asked for.
    let paid = find.clone().status(PaymentStatus::Paid);
    let paid_first = paid.clone().sorting(Sorting::PaidAsc);
    for find in [paid, paid_first, find.clone().status(PaymentStatus::Cancelled), find] {
        attempts.extend(find.await?);
    }
    Ok(judge(&attempts, expected))
}
