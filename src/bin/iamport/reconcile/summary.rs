use std::{collections::BTreeMap, io};

use iamport::{Amount, Currency};

use super::{orders::Row, outcome::OrderResult};
use crate::{
    outcome::Outcome,
    output::{Column, Table, money, note},
};

/// What came of all orders.
#[derive(Default)]
pub(super) struct Summary {
    outcomes: BTreeMap<OrderResult, u64>,
    currencies: BTreeMap<Currency, Total>,
}

/// The orders of a currency.
#[derive(Default)]
struct Total {
    orders: u64,
    amount: Amount,
    matched: Amount,
}

impl Summary {
    pub(super) fn count(&mut self, row: &Row, outcome: OrderResult) {
        *self.outcomes.entry(outcome).or_default() += 1;
        if let Ok(order) = &row.order {
            let total = self.currencies.entry(order.currency.clone()).or_default();
            total.orders += 1;
            total.amount = total.amount.saturating_add(order.amount);
            if outcome == OrderResult::Match {
                total.matched = total.matched.saturating_add(order.amount);
            }
        }
    }

    pub(super) fn rows(&self) -> u64 {
        self.outcomes.values().sum()
    }

    pub(super) fn answer(&self) -> Outcome {
        if self.outcomes.contains_key(&OrderResult::BadRow) {
            Outcome::BadInput
        } else if self.outcomes.keys().any(|outcome| *outcome != OrderResult::Match) {
            Outcome::No
        } else {
            Outcome::Yes
        }
    }

    /// Says it on standard error.
    pub(super) fn print(&self) -> io::Result<()> {
        let mut counts = Table::new(anstream::stderr(), columns(["RESULT", "ROWS"]));
        for (outcome, rows) in &self.outcomes {
            counts.row(vec![outcome.as_str().into(), number(*rows).into()])?;
        }
        counts.row(vec!["all".into(), number(self.rows()).into()])?;
        note("");
        counts.finish()?;
        if self.currencies.is_empty() {
            return Ok(());
        }
        let mut totals =
            Table::new(anstream::stderr(), columns(["CURRENCY", "ORDERS", "TOTAL", "MATCHED", "NOT MATCHED"]));
        for (currency, Total { orders, amount, matched }) in &self.currencies {
            let rest = amount.saturating_sub(*matched);
            let cells = [number(*orders), money(*amount, None), money(*matched, None), money(rest, None)];
            totals.row([currency.to_string()].into_iter().chain(cells).map(Into::into).collect())?;
        }
        note("");
        totals.finish()
    }
}

/// The first to the left, figures to the right.
fn columns<const N: usize>(titles: [&str; N]) -> Vec<Column> {
    let column = |(index, title): (usize, &str)| Column { title: title.to_owned(), right: index > 0 };
    titles.into_iter().enumerate().map(column).collect()
}

/// `1,234`
pub(super) fn number(count: u64) -> String {
    money(count.into(), None)
}
