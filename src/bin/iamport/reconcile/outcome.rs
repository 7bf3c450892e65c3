//! What a look-up says of an order.

use anstyle::{AnsiColor, Style};
use iamport::{Client, Error, PaymentStatus, Sorting, VerifyError};

use super::orders::Order;

macro_rules! order_results {
    ($($outcome:ident = $name:literal,)+) => {
        /// The value of the column `result`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub(super) enum OrderResult { $($outcome,)+ }

        impl OrderResult {
            pub(super) fn as_str(self) -> &'static str {
                match self { $(Self::$outcome => $name,)+ }
            }

            pub(super) fn from_name(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$outcome),)+ _ => None }
            }
        }
    };
}
order_results! {
    Match = "match",
    AmountMismatch = "amount_mismatch",
    CurrencyMismatch = "currency_mismatch",
    NotPaid = "not_paid",
    Cancelled = "cancelled",
    PartiallyCancelled = "partially_cancelled",
    NotFound = "not_found",
    BadRow = "bad_row",
    Error = "error",
}

impl OrderResult {
    pub(super) fn style(self) -> Style {
        match self {
            Self::Match => AnsiColor::Green.on_default(),
            Self::BadRow | Self::Error => AnsiColor::Yellow.on_default(),
            _ => AnsiColor::Red.on_default(),
        }
    }
}

/// An outcome, and more of it where there is more to say.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Verdict {
    pub(super) outcome: OrderResult,
    pub(super) detail: String,
}

impl Verdict {
    pub(super) fn new(outcome: OrderResult, detail: impl ToString) -> Self {
        // Of one line, whatever the service said: results are counted by their lines.
        Self { outcome, detail: detail.to_string().replace(char::is_control, " ") }
    }
}

/// Asks for an order's payment, once.
///
/// # Errors
///
/// If nothing was learnt of this order, and little hope is left for the next ones.
pub(super) async fn look_up(client: &Client, order: &Order) -> Result<Verdict, Error> {
    let find = client.find_payment(&order.merchant_uid);
    let expects_paid = order.status == PaymentStatus::Paid;
    // Of several payments of an order the one paid last counts, before those that were never paid.
    let find = if expects_paid { find.sorting(Sorting::PaidDesc) } else { find.status(order.status.clone()) };
    let payment = match find.await {
        Ok(Some(payment)) => payment,
        Ok(None) if expects_paid => return Ok(Verdict::new(OrderResult::NotFound, "no such payment")),
        Ok(None) => return Ok(Verdict::new(OrderResult::NotFound, format!("no payment that is {}", order.status))),
        Err(error) if error.is_invalid_request() => return Ok(Verdict::new(OrderResult::BadRow, error)),
        Err(error) if is_about_this_order(&error) => return Ok(Verdict::new(OrderResult::Error, error)),
        Err(error) => return Err(error),
    };
    let differs = |outcome, what: &str, found: String, expected: String| {
        Verdict::new(outcome, format!("{what} mismatch: expected {expected}, got {found}"))
    };
    Ok(if expects_paid {
        match payment.verify(order.amount, order.currency.clone()) {
            Ok(()) => Verdict::new(OrderResult::Match, ""),
            Err(refusal) => Verdict::new(outcome(&refusal), refusal),
        }
    } else if payment.currency.as_ref() != Some(&order.currency) {
        let found = payment.currency.map_or_else(|| "none".to_owned(), |currency| currency.to_string());
        differs(OrderResult::CurrencyMismatch, "currency", found, order.currency.to_string())
    } else if payment.amount != order.amount {
        differs(OrderResult::AmountMismatch, "amount", payment.amount.to_string(), order.amount.to_string())
    } else {
        Verdict::new(OrderResult::Match, "")
    })
}

fn outcome(refusal: &VerifyError) -> OrderResult {
    match refusal {
        VerifyError::NotPaid { .. } => OrderResult::NotPaid,
        VerifyError::Cancelled => OrderResult::Cancelled,
        VerifyError::PartiallyCancelled { .. } => OrderResult::PartiallyCancelled,
        VerifyError::CurrencyMismatch { .. } => OrderResult::CurrencyMismatch,
        VerifyError::AmountMismatch { .. } => OrderResult::AmountMismatch,
        _ => OrderResult::Error,
    }
}

/// Whether the service answered, and will answer for other orders.
fn is_about_this_order(error: &Error) -> bool {
    let said_no = error.code().is_some() && !error.is_unauthorized();
    let overloaded = error.status().is_some_and(|status| status.is_server_error() || status.as_u16() == 429);
    (said_no || error.is_decode() || error.is_too_large()) && !overloaded
}
