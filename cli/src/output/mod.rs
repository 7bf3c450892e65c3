//! The output of the command: payments in each format, notes on standard error, escapes.

mod csv;
mod escape;
mod few;
mod fields;
mod formula;
mod listing;
mod message;
mod note;
mod reader;
mod show;
mod table;
mod text;
mod workbook;
mod xlsx;

use std::{
    borrow::Cow,
    io::{self, Write},
};

use anstyle::{AnsiColor, Style};
use iamport::{Amount, Payment, PaymentStatus};

pub(crate) use escape::escaped;
pub(crate) use few::FewNotes;
pub(crate) use formula::guarded;
pub(crate) use listing::Listing;
pub(crate) use message::{Lang, Message, message};
pub(crate) use note::note;
pub(crate) use reader::{UntilClosed, until_closed};
pub(crate) use show::{Format, Show, Zone};
pub(crate) use table::{Cell, Column, Table};
pub(crate) use text::money;
pub(crate) use workbook::{Formats, WORKBOOK_ROWS, io_error, prepare};

/// Whether the result is one payment or a list.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Shape {
    One,
    Many,
}

/// Writes payments in one of the formats.
pub(crate) enum Payments<W: Write> {
    Table { table: Table<W>, zone: Zone, no_mask: bool },
    Json { out: W, shape: Shape, written: bool },
    Ndjson(W),
    Csv(Box<csv::Payments<W>>),
    Xlsx(Box<xlsx::Payments>),
}

impl<W: Write> Payments<W> {
    pub(crate) fn table(out: W, zone: Zone, no_mask: bool) -> Self {
        Self::Table { table: Table::new(out, columns(zone)), zone, no_mask }
    }

    pub(crate) fn write(&mut self, payment: &Payment) -> io::Result<()> {
        match self {
            Self::Table { table, zone, no_mask } => table.row(row(payment, *zone, *no_mask)),
            Self::Json { out, shape: Shape::Many, written } => {
                out.write_all(if *written { b",\n" } else { b"[\n" })?;
                *written = true;
                Ok(serde_json::to_writer(out, payment)?)
            }
            Self::Json { out, shape: Shape::One, .. } => {
                serde_json::to_writer_pretty(&mut *out, payment)?;
                writeln!(out)
            }
            Self::Ndjson(out) => {
                serde_json::to_writer(&mut *out, payment)?;
                writeln!(out)
            }
            Self::Csv(csv) => csv.write(payment),
            Self::Xlsx(workbook) => workbook.write(payment),
        }
    }

    pub(crate) fn finish(self) -> io::Result<()> {
        match self {
            Self::Table { table, .. } => table.finish(),
            Self::Json { mut out, shape, written } => {
                if shape == Shape::Many {
                    writeln!(out, "{}", if written { "\n]" } else { "[]" })?;
                }
                out.flush()
            }
            Self::Ndjson(mut out) => out.flush(),
            Self::Csv(csv) => csv.finish(),
            Self::Xlsx(workbook) => workbook.finish(),
        }
    }
}

fn columns(zone: Zone) -> Vec<Column> {
    let paid_at = format!("PAID AT ({})", zone.name());
    ["ORDER", "STATUS", "AMOUNT", "METHOD", &paid_at, "BUYER", "IMP_UID"]
        .map(|title| Column { title: title.to_owned(), right: title == "AMOUNT" })
        .into()
}

fn row(payment: &Payment, zone: Zone, no_mask: bool) -> Vec<Cell> {
    let buyer = payment.buyer_name.as_ref().map(|name| name.as_str()).unwrap_or_default();
    vec![
        payment.merchant_uid.as_str().into(),
        Cell::styled(&status(payment), status_style(payment)),
        money(payment.amount, payment.currency.as_ref()).into(),
        payment.pay_method.as_ref().map(ToString::to_string).unwrap_or_default().into(),
        payment.paid_at.map(|at| zone.format(at)).unwrap_or_default().into(),
        if no_mask { buyer.into() } else { text::masked(buyer).into() },
        payment.imp_uid.as_str().into(),
    ]
}

/// `paid (1,000 cancelled)` if a part is cancelled, `cancelled` if all is, `paid (test)` for a test payment.
fn status(payment: &Payment) -> Cow<'_, str> {
    let status = money_status(payment);
    if payment.sandbox == Some(true) { format!("{status} (test)").into() } else { status }
}

fn money_status(payment: &Payment) -> Cow<'_, str> {
    let status = payment.status.as_str();
    match payment.cancelled_amount() {
        Ok(cancelled) if cancelled > Amount::ZERO && cancelled < payment.amount => {
            format!("{status} ({} cancelled)", cancelled.grouped()).into()
        }
        // The service keeps the status `paid` of some payments that were cancelled in parts until nothing was left.
        Ok(cancelled) if cancelled > Amount::ZERO => PaymentStatus::Cancelled.as_str().to_owned().into(),
        _ => status.into(),
    }
}

fn status_style(payment: &Payment) -> Style {
    match PaymentStatus::from(&*money_status(payment)) {
        PaymentStatus::Paid => AnsiColor::Green.on_default(),
        PaymentStatus::Ready => AnsiColor::Yellow.on_default(),
        PaymentStatus::Failed => AnsiColor::Red.on_default(),
        PaymentStatus::Cancelled => AnsiColor::Magenta.on_default(),
        _ => match payment.status {
            PaymentStatus::Paid => AnsiColor::Green.on_default(),
            _ => Style::new(),
        },
    }
}
