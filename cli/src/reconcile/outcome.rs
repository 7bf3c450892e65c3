//! The result of a row, and its columns.

use anstyle::{AnsiColor, Style};

/// The columns that are added to those of the orders.
pub(crate) const COLUMNS: [&str; 2] = ["result", "detail"];

macro_rules! order_results {
    ($($outcome:ident = $name:literal,)+) => {
        /// The value of the column `result`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum OrderResult { $($outcome,)+ }

        impl OrderResult {
            pub(crate) fn as_str(self) -> &'static str {
                match self { $(Self::$outcome => $name,)+ }
            }
        }
    };
}
order_results! {
    Match = "match",
    AmountMismatch = "amount_mismatch",
    CurrencyMismatch = "currency_mismatch",
    StatusMismatch = "status_mismatch",
    NotPaid = "not_paid",
    Cancelled = "cancelled",
    PartiallyCancelled = "partially_cancelled",
    TestPayment = "test_payment",
    NotFound = "not_found",
    Duplicate = "duplicate",
    Refund = "refund",
    SameOrder = "same_order",
    NoOrder = "no_order",
    PaidTwice = "paid_twice",
    BadRow = "bad_row",
    Error = "error",
}

impl OrderResult {
    /// Returns whether nothing is wrong with the row.
    pub(crate) fn is_fine(self) -> bool {
        matches!(self, Self::Match | Self::Refund | Self::SameOrder)
    }

    pub(crate) fn style(self) -> Style {
        match self {
            Self::Match | Self::Refund | Self::SameOrder => AnsiColor::Green.on_default(),
            Self::Duplicate | Self::BadRow | Self::Error => AnsiColor::Yellow.on_default(),
            _ => AnsiColor::Red.on_default(),
        }
    }
}

/// A result and its reason; the reason of a match is empty.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Verdict {
    pub(crate) outcome: OrderResult,
    pub(crate) detail: String,
}

impl Verdict {
    pub(crate) fn new(outcome: OrderResult, detail: impl ToString) -> Self {
        // A result is one line, so that each line of CSV and NDJSON is a row.
        Self { outcome, detail: detail.to_string().replace(char::is_control, " ") }
    }
}
