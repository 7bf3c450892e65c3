use std::{collections::BTreeMap, io};

use iamport::{Amount, Currency};

use super::{
    orders::{Row, Stated},
    outcome::OrderResult,
};
use crate::{
    outcome::Outcome,
    output::{Column, Table, money, note},
};

/// The names of the amounts of each currency: the total, and its parts.
pub(super) const TOTALS: [&str; 6] = ["TOTAL", "PAID", "REFUNDED", "NOT PAID", "MISMATCHED", "ERROR"];

/// The number of rows for each result, and the amounts.
#[derive(Default)]
pub(super) struct Summary {
    outcomes: BTreeMap<OrderResult, u64>,
    currencies: BTreeMap<Currency, Totals>,
}

/// The amounts of a currency. Each order is in the total and in one of the other amounts.
#[derive(Default)]
struct Totals {
    orders: u64,
    total: Amount,
    paid: Amount,
    refunded: Amount,
    not_paid: Amount,
    mismatched: Amount,
    error: Amount,
}

impl Summary {
    pub(super) fn count(&mut self, row: &Row, outcome: OrderResult) {
        *self.outcomes.entry(outcome).or_default() += 1;
        let Ok(order) = &row.order else { return };
        if row.line == 0 || row.belongs.is_some() {
            return;
        }
        let totals = self.currencies.entry(order.currency.clone()).or_default();
        totals.orders += 1;
        totals.total = totals.total.saturating_add(order.amount);
        let kind = match (outcome, order.status) {
            (OrderResult::Match | OrderResult::PaidTwice, Stated::Paid | Stated::PartiallyCancelled) => {
                &mut totals.paid
            }
            (OrderResult::Match, Stated::Cancelled) | (OrderResult::Cancelled, _) => &mut totals.refunded,
            (OrderResult::Match | OrderResult::NotPaid | OrderResult::NotFound | OrderResult::TestPayment, _) => {
                &mut totals.not_paid
            }
            (OrderResult::Error, _) => &mut totals.error,
            _ => &mut totals.mismatched,
        };
        *kind = kind.saturating_add(order.amount);
    }

    pub(super) fn rows(&self) -> u64 {
        self.outcomes.values().sum()
    }

    pub(super) fn errors(&self) -> u64 {
        self.outcomes.get(&OrderResult::Error).copied().unwrap_or_default()
    }

    pub(super) fn outcome(&self) -> Outcome {
        if self.errors() > 0 {
            Outcome::GaveUp
        } else if self.outcomes.contains_key(&OrderResult::BadRow) {
            Outcome::BadInput
        } else if self.outcomes.keys().any(|outcome| !outcome.is_fine()) {
            Outcome::No
        } else {
            Outcome::Yes
        }
    }

    /// Returns the number of rows for each result, and in total.
    pub(super) fn counts(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let counts = self.outcomes.iter().map(|(outcome, rows)| (outcome.as_str(), *rows));
        counts.chain([("all", self.rows())])
    }

    /// Returns the orders and the amounts ([`TOTALS`]) of each currency.
    pub(super) fn totals(&self) -> impl Iterator<Item = (&Currency, u64, [Amount; 6])> {
        self.currencies.iter().map(
            |(currency, Totals { orders, total, paid, refunded, not_paid, mismatched, error })| {
                (currency, *orders, [*total, *paid, *refunded, *not_paid, *mismatched, *error])
            },
        )
    }

    /// Prints the summary to standard error.
    pub(super) fn print(&self) -> io::Result<()> {
        let mut counts = Table::new(anstream::stderr(), columns(["RESULT", "ROWS"]));
        for (result, rows) in self.counts() {
            counts.row(vec![result.into(), number(rows).into()])?;
        }
        note("");
        counts.finish()?;
        if self.currencies.is_empty() {
            return Ok(());
        }
        let titles = ["CURRENCY", "ORDERS"].into_iter().chain(TOTALS);
        let mut table = Table::new(anstream::stderr(), columns(titles));
        for (currency, orders, amounts) in self.totals() {
            let amounts = amounts.map(|amount| money(amount, None));
            let cells = [currency.to_string(), number(orders)].into_iter().chain(amounts);
            table.row(cells.map(Into::into).collect())?;
        }
        note("");
        table.finish()
    }
}

/// Aligns the first column to the left, the others to the right.
fn columns<'a>(titles: impl IntoIterator<Item = &'a str>) -> Vec<Column> {
    let column = |(index, title): (usize, &str)| Column { title: title.to_owned(), right: index > 0 };
    titles.into_iter().enumerate().map(column).collect()
}

/// `1,234`
pub(super) fn number(count: u64) -> String {
    money(count.into(), None)
}
