//! Counts the results, and adds up the money of the file and of the payments side by side.

use std::{collections::BTreeMap, io};

use iamport::{Amount, Currency};
use serde::Serialize;

use super::{
    orders::{Row, Stated},
    outcome::{Assessment, OrderResult},
};
use crate::{
    outcome::Outcome,
    output::{Column, Lang, Table, money, note},
};

/// Returns the headings of the numbers of rows.
pub(super) fn counts_columns(lang: Lang) -> [&'static str; 3] {
    lang.of(["result", "rows", "meaning"], ["결과", "행 수", "뜻"])
}

/// Returns what the totals count.
pub(super) fn totals_note(lang: Lang) -> &'static str {
    lang.of(
        "file: each order of the file once. payments: the payments in the results, without test payments.",
        "주문 파일은 주문마다 한 번, 포트원은 결과에 나온 결제를 더합니다. 테스트 결제는 넣지 않습니다.",
    )
}

/// Returns the headings of the totals. Each currency has two rows, of the file and of the payments.
pub(super) fn totals_columns(lang: Lang) -> [&'static str; 6] {
    lang.of(
        ["currency", "of", "orders", "paid", "refunded", "net"],
        ["통화", "구분", "건수", "결제액", "환불액", "순액"],
    )
}

/// Whose amounts the totals are.
#[derive(Clone, Copy)]
pub(super) enum Side {
    File,
    Payments,
}

impl Side {
    pub(super) fn title(self, lang: Lang) -> &'static str {
        match self {
            Self::File => lang.of("file", "주문 파일"),
            Self::Payments => lang.of("payments", "포트원"),
        }
    }
}

/// The cell of a total that is not stated, since it would be rounded.
pub(super) const OVER: (&str, &str) = ("over 28 digits", "28자리 초과");

/// The number of rows for each result, and the amounts.
#[derive(Default)]
pub(super) struct Summary {
    outcomes: BTreeMap<OrderResult, u64>,
    currencies: BTreeMap<Currency, Sides>,
}

#[derive(Default)]
struct Sides {
    file: Totals,
    payments: Totals,
}

/// Orders or payments, and their amounts. An amount is `None` if it has more than 28 digits.
struct Totals {
    orders: u64,
    paid: Option<Amount>,
    refunded: Option<Amount>,
}

impl Default for Totals {
    fn default() -> Self {
        Self { orders: 0, paid: Some(Amount::ZERO), refunded: Some(Amount::ZERO) }
    }
}

impl Totals {
    fn add(&mut self, paid: Amount, refunded: Amount) {
        self.orders += 1;
        self.paid = self.paid.and_then(|sum| sum.checked_add(paid));
        self.refunded = self.refunded.and_then(|sum| sum.checked_add(refunded));
    }

    /// Returns what is paid, refunded, and left.
    fn amounts(&self) -> [Option<Amount>; 3] {
        let net = self.paid.zip(self.refunded).and_then(|(paid, refunded)| paid.checked_sub(refunded));
        [self.paid, self.refunded, net]
    }
}

impl Summary {
    pub(super) fn count(&mut self, row: &Row, assessment: &Assessment) {
        *self.outcomes.entry(assessment.outcome).or_default() += 1;
        for money in &assessment.money {
            let sides = self.currencies.entry(money.currency.clone()).or_default();
            sides.payments.add(money.paid, money.refunded);
        }
        let Ok(order) = &row.order else { return };
        if row.line == 0 || row.belongs.is_some() {
            return;
        }
        let (paid, refunded) = match order.status {
            Stated::Paid => (order.amount, Amount::ZERO),
            Stated::Cancelled => (order.amount, order.amount),
            Stated::PartiallyCancelled => (order.amount, order.refunded.unwrap_or(Amount::ZERO)),
            Stated::Ready | Stated::Failed => (Amount::ZERO, Amount::ZERO),
        };
        self.currencies.entry(order.currency.clone()).or_default().file.add(paid, refunded);
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

    /// Returns each result with its number of rows and its meaning, and the number of all rows.
    pub(super) fn counts(&self, lang: Lang) -> impl Iterator<Item = (&'static str, u64, &'static str)> {
        let counts = self.outcomes.iter();
        let counts = counts.map(move |(outcome, rows)| (outcome.title(lang), *rows, outcome.meaning(lang)));
        counts.chain([(lang.of("all", "전체"), self.rows(), "")])
    }

    /// Returns the rows of [`totals_columns`]: the currency, whose amounts they are, the number of orders and the amounts.
    pub(super) fn totals(&self) -> impl Iterator<Item = (&Currency, Side, u64, [Option<Amount>; 3])> {
        self.currencies.iter().flat_map(|(currency, Sides { file, payments })| {
            [(Side::File, file), (Side::Payments, payments)]
                .map(|(side, totals)| (currency, side, totals.orders, totals.amounts()))
        })
    }

    /// Returns the summary as JSON.
    pub(super) fn json(&self, complete: bool) -> io::Result<Vec<u8>> {
        #[derive(Serialize)]
        struct Document<'a> {
            complete: bool,
            rows: u64,
            results: BTreeMap<&'a str, u64>,
            currencies: BTreeMap<String, BTreeMap<&'a str, Amounts>>,
        }
        #[derive(Serialize)]
        struct Amounts {
            orders: u64,
            paid: Option<Amount>,
            refunded: Option<Amount>,
            net: Option<Amount>,
        }
        let results = self.outcomes.iter().map(|(outcome, rows)| (outcome.as_str(), *rows)).collect();
        let mut currencies: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
        for (currency, side, orders, [paid, refunded, net]) in self.totals() {
            let totals = Amounts { orders, paid, refunded, net };
            currencies.entry(currency.to_string()).or_default().insert(side.title(Lang::En), totals);
        }
        let document = Document { complete, rows: self.rows(), results, currencies };
        let mut json = serde_json::to_vec_pretty(&document)?;
        json.push(b'\n');
        Ok(json)
    }

    /// Prints the summary to standard error.
    pub(super) fn print(&self, lang: Lang) -> io::Result<()> {
        let columns = |titles: &[&str], texts: usize| {
            let column = |(index, title): (usize, &&str)| Column { title: title.to_uppercase(), right: index >= texts };
            titles.iter().enumerate().map(column).collect()
        };
        let mut counts = Table::new(anstream::stderr(), columns(counts_columns(lang).get(..2).unwrap_or_default(), 1));
        for (result, rows, _) in self.counts(lang) {
            counts.row(vec![result.into(), number(rows).into()])?;
        }
        note("");
        counts.finish()?;
        if self.currencies.is_empty() {
            return Ok(());
        }
        let mut table = Table::new(anstream::stderr(), columns(&totals_columns(lang), 2));
        for (currency, side, orders, amounts) in self.totals() {
            let cells = [currency.to_string(), side.title(lang).to_owned(), number(orders)].into_iter();
            let over = || lang.of(OVER.0, OVER.1).to_owned();
            let cells = cells.chain(amounts.map(|amount| amount.map_or_else(over, |amount| money(amount, None))));
            table.row(cells.map(Into::into).collect())?;
        }
        note("");
        table.finish()
    }
}

/// `1,234`
pub(super) fn number(count: u64) -> String {
    money(count.into(), None)
}
