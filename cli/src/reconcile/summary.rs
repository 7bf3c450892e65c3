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
pub(super) fn totals_note(lang: Lang) -> [&'static str; 5] {
    lang.of(
        [
            "file: each order once, as the file states it. Duplicates and bad rows are left out; an unpaid order counts as 0.",
            "payments: the payments in these results, not all money of the period.",
            "Payments of bad rows are left out, and refunds count whatever their date.",
            "difference: the payments less the file.",
            "Test payments are in neither, unless --allow-test accepts them.",
        ],
        [
            "주문 파일: 주문마다 한 번, 파일에 적힌 금액입니다. 중복 행과 잘못된 행은 빠지고, 미결제 주문은 0으로 셉니다.",
            "결과의 결제: 이 결과에 나온 포트원 결제이며, 기간의 모든 돈이 아닙니다.",
            "잘못된 행의 결제는 빠지고, 환불은 날짜와 관계없이 셉니다.",
            "차이: 결과의 결제에서 주문 파일을 뺀 값입니다.",
            "테스트 결제는 --allow-test로 허용하지 않으면 어느 쪽에도 넣지 않습니다.",
        ],
    )
}

/// Returns the headings of the totals. Each currency has three rows: the file, the payments and the difference.
pub(super) fn totals_columns(lang: Lang) -> [&'static str; 6] {
    lang.of(
        ["currency", "of", "orders", "paid", "refunded", "net"],
        ["통화", "구분", "건수", "결제액", "환불액", "순액"],
    )
}

/// Whose amounts the totals are.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Side {
    File,
    Payments,
    /// The payments less the file.
    Difference,
}

impl Side {
    pub(super) fn title(self, lang: Lang) -> &'static str {
        match self {
            Self::File => lang.of("file", "주문 파일"),
            Self::Payments => lang.of("payments", "결과의 결제"),
            Self::Difference => lang.of("difference", "차이"),
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

    /// Returns the number of orders, and what is paid, refunded, and left.
    fn numbers(&self) -> [Option<Amount>; 4] {
        [Some(self.orders.into()), self.paid, self.refunded, difference(self.paid, self.refunded)]
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
        if row.line == 0 || row.belongs.is_some() || assessment.outcome == OrderResult::TestPayment {
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

    /// Returns each result with its number of rows.
    pub(super) fn counts(&self) -> impl Iterator<Item = (OrderResult, u64)> {
        self.outcomes.iter().map(|(outcome, rows)| (*outcome, *rows))
    }

    /// Returns the rows of [`totals_columns`]: the currency, whose amounts they are, the number of orders and the amounts.
    pub(super) fn totals(&self) -> impl Iterator<Item = (&Currency, Side, [Option<Amount>; 4])> {
        self.currencies.iter().flat_map(|(currency, Sides { file, payments })| {
            let [file, payments] = [file, payments].map(Totals::numbers);
            let mut file_numbers = file.into_iter();
            let less = payments.map(|number| difference(number, file_numbers.next().flatten()));
            [(Side::File, file), (Side::Payments, payments), (Side::Difference, less)]
                .map(|(side, numbers)| (currency, side, numbers))
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
            orders: Option<Amount>,
            paid: Option<Amount>,
            refunded: Option<Amount>,
            net: Option<Amount>,
        }
        let results = self.counts().map(|(outcome, rows)| (outcome.as_str(), rows)).collect();
        let mut currencies: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
        let totals = self.totals().filter(|(_, side, _)| *side != Side::Difference);
        for (currency, side, [orders, paid, refunded, net]) in totals {
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
        let results = self.counts().map(|(outcome, rows)| (outcome.title(lang), rows));
        for (result, rows) in results.chain([(all(lang), self.rows())]) {
            counts.row(vec![result.into(), number(rows).into()])?;
        }
        note("");
        counts.finish()?;
        if self.currencies.is_empty() {
            return Ok(());
        }
        let mut table = Table::new(anstream::stderr(), columns(&totals_columns(lang), 2));
        for (currency, side, numbers) in self.totals() {
            let cells = [currency.to_string(), side.title(lang).to_owned()].into_iter();
            let over = || lang.of(OVER.0, OVER.1).to_owned();
            let cells = cells.chain(numbers.map(|amount| amount.map_or_else(over, |amount| money(amount, None))));
            table.row(cells.map(Into::into).collect())?;
        }
        note("");
        table.finish()
    }
}

/// Returns the title of the number of all rows.
pub(super) fn all(lang: Lang) -> &'static str {
    lang.of("all", "전체")
}

/// `None` if an amount is, or if the difference has more than 28 digits.
fn difference(of: Option<Amount>, less: Option<Amount>) -> Option<Amount> {
    of?.checked_sub(less?)
}

/// `1,234`
pub(super) fn number(count: u64) -> String {
    money(count.into(), None)
}
