//! How payments are printed.

use std::io::{self, Write};

use comfy_table::{CellAlignment, Table, presets};
use iamport::{Amount, Currency, Payment, Timestamp};
use jiff::tz::{Offset, TimeZone};

use crate::args::Format;

/// Whether there is one payment, or a list of them.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Shape {
    One,
    Many,
}

/// Payments on their way out. JSON is written as they come; a table waits for its widest row.
pub(crate) struct Payments<W> {
    out: W,
    format: Format,
    shape: Shape,
    table: Table,
    written: usize,
}

impl<W: Write> Payments<W> {
    pub(crate) fn new(out: W, format: Format, shape: Shape) -> Self {
        Self { out, format, shape, table: table(), written: 0 }
    }

    pub(crate) fn write(&mut self, payment: &Payment) -> io::Result<()> {
        let first = self.written == 0;
        self.written += 1;
        match (self.format, self.shape) {
            (Format::Table, _) => {
                self.table.add_row(row(payment));
                Ok(())
            }
            (Format::Json, Shape::Many) => {
                self.out.write_all(if first { b"[\n" } else { b",\n" })?;
                Ok(serde_json::to_writer(&mut self.out, payment)?)
            }
            (Format::Json, Shape::One) => {
                serde_json::to_writer_pretty(&mut self.out, payment)?;
                writeln!(self.out)
            }
            (Format::Ndjson, _) => {
                serde_json::to_writer(&mut self.out, payment)?;
                writeln!(self.out)
            }
        }
    }

    pub(crate) fn finish(mut self) -> io::Result<()> {
        match (self.format, self.shape) {
            (Format::Table, _) => writeln!(self.out, "{}", lines(&self.table))?,
            (Format::Json, Shape::Many) if self.written == 0 => writeln!(self.out, "[]")?,
            (Format::Json, Shape::Many) => writeln!(self.out, "\n]")?,
            _ => {}
        }
        self.out.flush()
    }
}

fn table() -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["ORDER", "STATUS", "AMOUNT", "METHOD", "PAID AT (KST)", "IMP_UID"]);
    if let Some(amount) = table.column_mut(2) {
        amount.set_cell_alignment(CellAlignment::Right);
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    table
}

fn row(payment: &Payment) -> [String; 6] {
    [
        payment.merchant_uid.clone(),
        payment.status.to_string(),
        money(payment.amount, payment.currency.as_ref()),
        payment.pay_method.as_ref().map(ToString::to_string).unwrap_or_default(),
        payment.paid_at().map(korean_time).unwrap_or_default(),
        payment.imp_uid.clone(),
    ]
}

/// The lines of a table, without the blanks at their ends.
fn lines(table: &Table) -> String {
    table.to_string().lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

/// `15,900 KRW`
pub(crate) fn money(amount: Amount, currency: Option<&Currency>) -> String {
    let text = amount.to_string();
    let (whole, fraction) =
        text.split_once('.').map_or((text.as_str(), None), |(whole, fraction)| (whole, Some(fraction)));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    let mut money = String::from(sign);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            money.push(',');
        }
        money.push(digit);
    }
    if let Some(fraction) = fraction {
        money = money + "." + fraction;
    }
    currency.map(|currency| format!("{money} {currency}")).unwrap_or(money)
}

/// `2024-03-06 19:47:49`: the service and its merchants live in Korea, which has no summer time.
fn korean_time(at: Timestamp) -> String {
    let korea = TimeZone::fixed(Offset::constant(9));
    jiff::Timestamp::from(at).to_zoned(korea).strftime("%Y-%m-%d %H:%M:%S").to_string()
}
