//! Reads what a row says of an order.

use iamport::{Amount, Currency};

use super::{
    Orders,
    cells::{self, Stated, money},
    columns::Columns,
    group::Entry,
    header::Header,
};
use crate::{
    output::{Message, message},
    reconcile::table::{self, Change, Record},
};

impl Orders {
    /// Reads a row.
    ///
    /// # Errors
    ///
    /// If the row is invalid, with what was expected.
    pub(super) fn entry(&self, record: &Record) -> Result<Entry, Message> {
        let Header { names, columns, .. } = &self.header;
        let Columns { order, amount, currency, status, refunded, unit, has_payment, .. } = columns;
        let cells = &record.cells;
        if let Some(encoding) = self.encoding
            && cells.iter().any(|cell| cell.contains('\u{fffd}'))
        {
            let encoding = encoding.name();
            return Err(message!(
                "expected bytes that are valid in {encoding}",
                "{encoding}이(가) 아닌 글자가 있습니다"
            ));
        }
        if let Some(delimiter) = self.layout.delimiter() {
            let (expected, got) = (names.len(), cells.len());
            if got > expected {
                return Err(message!(
                    "expected {expected} columns as in the header, got {got}; put cells with a comma in quotes: \"15,900\"",
                    "머리글의 열은 {expected}개인데 이 행은 {got}개입니다. 쉼표가 있는 칸은 따옴표로 묶으세요: \"15,900\""
                ));
            }
            let has_row = |cell: &String| {
                let lines = cell.lines().skip(1);
                expected > 1 && lines.into_iter().any(|line| line.matches(delimiter).count() + 1 == expected)
            };
            if cells.iter().any(has_row) {
                return Err(message!(
                    "a cell has whole rows in it; close the quote before them",
                    "한 칸에 여러 행이 들어 있습니다. 그 앞에서 따옴표를 닫으세요"
                ));
            }
        }
        let optional = |column: Option<usize>| column.map(|column| record.cell(column)).filter(|cell| !cell.is_empty());
        for (name, korean, column) in
            [("merchant_uid (주문번호)", "주문번호가", *order), ("amount (금액)", "금액이", *amount)]
        {
            if record.cell(column).is_empty() {
                return Err(message!("{name} is empty", "{korean} 비어 있습니다"));
            }
        }
        let uid = record.cell(*order);
        let uid = match uid.split_once(" / ") {
            Some((payment, order)) if *has_payment && payment.starts_with("imp") => order.trim(),
            _ => uid,
        };
        match record.changed.iter().find(|(column, _)| column == order) {
            Some((_, Change::Date)) => {
                return Err(message!(
                    "merchant_uid is a date that Excel made of a number; format the column as text and enter it again",
                    "엑셀이 주문번호를 날짜로 바꾸었습니다. 열의 서식을 텍스트로 바꾼 뒤 다시 입력하세요"
                ));
            }
            Some((_, Change::Rounded)) => return Err(rounded()),
            None if is_scientific(uid) => return Err(rounded()),
            None => {}
        }
        let (amount, written) = record_money(record, *amount).map_err(|why| {
            let name = names.get(*amount).map_or("금액", String::as_str);
            why.after("invalid amount", &format!("{name} 칸의 금액이 잘못되었습니다"))
        })?;
        let stated = optional(*currency).map(|text| {
            let code = if matches!(text, "원" | "₩" | "원화") { "KRW" } else { text };
            cells::currency(code).map_err(|why| why.after("invalid currency", "통화가 잘못되었습니다"))
        });
        let currencies = [stated.transpose()?, written, unit.clone()];
        let mut currencies = currencies.into_iter().flatten();
        let currency = currencies.next().unwrap_or(Currency::Krw);
        if let Some(other) = currencies.find(|other| *other != currency) {
            return Err(several(&currency, &other));
        }
        let refunded = refunded.filter(|column| !record.cell(*column).is_empty());
        let refunded = match refunded.map(|column| record_money(record, column)).transpose() {
            Ok(refunded) => refunded,
            Err(why) => return Err(why.after("invalid refunded amount", "환불금액이 잘못되었습니다")),
        };
        let refunded = match refunded {
            Some((_, Some(other))) if other != currency => {
                return Err(several(&currency, &other));
            }
            Some((amount, _)) => Some(if amount < Amount::ZERO { Amount::ZERO - amount } else { amount }),
            None => None,
        };
        let status = optional(*status).map(Stated::parse).transpose()?;
        Ok(Entry { merchant_uid: uid.to_owned(), amount, currency, status, refunded })
    }
}

/// Returns the amount in a cell, and the currency that the cell or its number format shows.
fn record_money(record: &Record, column: usize) -> Result<(Amount, Option<Currency>), Message> {
    let (amount, written) = money(record.cell(column))?;
    let shown = record.format(column).and_then(table::currency);
    Ok((amount, written.or(shown)))
}

fn several(currency: &Currency, other: &Currency) -> Message {
    message!("expected one currency, got {currency} and {other}", "통화가 {currency}와(과) {other} 두 가지입니다")
}

fn rounded() -> Message {
    message!(
        "merchant_uid is a number that Excel has rounded; format the column as text and enter it again",
        "엑셀이 주문번호의 뒷자리를 0으로 바꾸었습니다. 열의 서식을 텍스트로 바꾼 뒤 다시 입력하세요"
    )
}

/// Returns whether a spreadsheet has written a long number as in `1.23457E+11`.
fn is_scientific(text: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    text.split_once("E+").is_some_and(|(digits, exponent)| is_number(digits) && is_number(exponent))
}
