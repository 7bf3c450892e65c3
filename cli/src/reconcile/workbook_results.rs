//! Writes results as a workbook (.xlsx): one sheet with the results, one with the summary.

use std::{fs::File, io};

use iamport::{Amount, Currency};
use rust_xlsxwriter::{Color, Format, Workbook, Worksheet, XlsxError};

use super::{
    orders::{ColumnKind, Orders, Row, money},
    outcome::{Assessment, OrderResult, PAYMENT_COLUMNS},
    summary::{OVER, Side, Summary, all, counts_columns, totals_columns, totals_note},
    table::Value,
};
use crate::{
    args,
    output::{Formats, Lang, io_error, prepare},
};

/// The widths of the columns that are added after those of the orders: the result, its detail, and those of the payment.
const ADDED_WIDTHS: [u8; 10] = [24, 95, 20, 42, 14, 14, 21, 21, 21, 21];
/// The width of the first column, which has the row in the file.
const ROW_WIDTH: u8 = 19;
/// The columns up to the order number stay in view if they are not wider.
const MOST_IN_VIEW: u32 = 90;

pub(super) struct WorkbookResults {
    workbook: Workbook,
    file: File,
    lang: Lang,
    /// The lines above the summary.
    titles: Vec<String>,
    /// The kinds of the columns of the orders.
    kinds: Vec<ColumnKind>,
    /// The row that is written next.
    row: u32,
    columns: u16,
    formats: Formats,
    colours: Colours,
}

/// The colours of results.
struct Colours {
    mismatch: Format,
    problem: Format,
}

impl Colours {
    fn write(&self, sheet: &mut Worksheet, at: (u32, u16), result: OrderResult, lang: Lang) -> Result<(), XlsxError> {
        let title = result.title(lang);
        match result {
            result if result.is_fine() => sheet.write_string(at.0, at.1, title)?,
            OrderResult::BadRow | OrderResult::Error | OrderResult::Duplicate => {
                sheet.write_string_with_format(at.0, at.1, title, &self.problem)?
            }
            _ => sheet.write_string_with_format(at.0, at.1, title, &self.mismatch)?,
        };
        Ok(())
    }
}

impl WorkbookResults {
    /// Rows go to a temporary file, so that memory does not grow with them.
    pub(super) fn new(
        file: File,
        header: &[String],
        lang: Lang,
        args: &args::Reconcile,
        orders: &Orders,
    ) -> io::Result<Self> {
        let coloured = |colour: u32| Format::new().set_background_color(Color::RGB(colour));
        let colours = Colours { mismatch: coloured(0x00FF_C7CE), problem: coloured(0x00FF_EB9C) };
        let kinds: Vec<ColumnKind> = (0..orders.header().len()).map(|column| orders.kind(column)).collect();
        let columns = u16::try_from(header.len() + 1).unwrap_or(u16::MAX);
        let (workbook, formats) = (Workbook::new(), Formats::new());
        let titles = titles(lang, args, orders);
        let mut results = Self { workbook, file, lang, titles, kinds, row: 1, columns, formats, colours };
        let sheet = results.workbook.add_worksheet_with_constant_memory().map_err(io_error)?;
        begin(sheet, &results.formats, header, lang, &results.kinds, orders).map_err(io_error)?;
        Ok(results)
    }

    pub(super) fn write(&mut self, row: &Row, assessment: &Assessment) -> io::Result<()> {
        self.write_row(row, assessment).map_err(io_error)?;
        self.row += 1;
        Ok(())
    }

    fn write_row(&mut self, row: &Row, assessment: &Assessment) -> Result<(), XlsxError> {
        let Self { workbook, formats, row: number, kinds, lang, colours, .. } = self;
        let (sheet, number) = (workbook.worksheet_from_index(0)?, *number);
        let mut values = row.values.iter().peekable();
        // A payment without an order has no row in the file.
        if let Ok(line @ 1..) = u32::try_from(row.line) {
            sheet.write_number(number, 0, f64::from(line))?;
        }
        let mut column = 1;
        for ((index, cell), kind) in row.fields.iter().enumerate().zip(kinds) {
            let value = values.next_if(|(of, _)| *of == index).map(|(_, value)| value);
            // The text of an order number is what was looked up.
            let value = value.filter(|_| *kind != ColumnKind::Order || row.order.is_err());
            let at = (number, column);
            column += 1;
            match (value, if *kind == ColumnKind::Money { money(cell).ok() } else { None }) {
                _ if cell.is_empty() => {}
                (Some(Value::Number(_, code)), Some((amount, _))) if matches!(&**code, "" | "General") => {
                    formats.write_amount(sheet, at, amount, None)?;
                }
                (Some(Value::Number(value, code)), _) => {
                    sheet.write_number_with_format(at.0, at.1, *value, formats.number(code))?;
                }
                (Some(Value::Bool(value)), _) => drop(sheet.write_boolean(at.0, at.1, *value)?),
                (None, Some((amount, unit))) => formats.write_amount(sheet, at, amount, unit.as_ref())?,
                (None, None) => formats.write_text(sheet, at, cell)?,
            }
        }
        colours.write(sheet, (number, column), assessment.outcome, *lang)?;
        // The file is in won unless it says something else.
        let unit = assessment.currency.as_ref().filter(|currency| **currency != Currency::Krw);
        let detail = [assessment.detail.text(*lang)];
        let names = ["detail"].iter().chain(&PAYMENT_COLUMNS);
        let cells = detail.into_iter().chain(assessment.payment.iter().map(String::as_str));
        for ((column, name), cell) in (column + 1..).zip(names).zip(cells).filter(|(_, cell)| !cell.is_empty()) {
            let at = (number, column);
            match (name.rsplit_once('_'), cell.parse::<Amount>()) {
                (Some((_, "amount")), Ok(amount)) => formats.write_amount(sheet, at, amount, unit)?,
                (Some((_, "at")), _) => formats.write_time(sheet, at, cell)?,
                _ => formats.write_text(sheet, at, cell)?,
            }
        }
        Ok(())
    }

    pub(super) fn finish(&mut self, summary: &Summary) -> io::Result<()> {
        self.write_end(summary).map_err(io_error)
    }

    fn write_end(&mut self, summary: &Summary) -> Result<(), XlsxError> {
        let Self { workbook, file, lang, titles, row, columns, formats, colours, .. } = self;
        let sheet = workbook.worksheet_from_index(0)?;
        sheet.autofilter(0, 0, row.saturating_sub(1), columns.saturating_sub(1))?;
        let sheet = workbook.add_worksheet_with_constant_memory()?;
        sheet.set_name(lang.of("summary", "요약"))?.set_landscape().set_print_fit_to_pages(1, 0);
        for column in 0..6 {
            sheet.set_column_width(column, if column < 2 { 24 } else { 16 })?;
        }
        let mut bold = Formats::bold();
        let mut row = 0;
        for title in titles {
            bold.write_text(sheet, (row, 0), title)?;
            row += 1;
        }
        row += 1;
        for (column, title) in (0..).zip(counts_columns(*lang)) {
            bold.write_heading(sheet, (row, column), title, column == 1)?;
        }
        for (result, rows) in summary.counts() {
            row += 1;
            colours.write(sheet, (row, 0), result, *lang)?;
            formats.write_amount(sheet, (row, 1), rows.into(), None)?;
            formats.write_text(sheet, (row, 2), result.meaning(*lang))?;
        }
        row += 1;
        bold.write_text(sheet, (row, 0), all(*lang))?;
        bold.write_amount(sheet, (row, 1), summary.rows().into(), None)?;
        row += 2;
        for (column, title) in (0..).zip(totals_columns(*lang)) {
            bold.write_heading(sheet, (row, column), title, column >= 2)?;
        }
        for (currency, side, numbers) in summary.totals() {
            row += 1;
            let formats = if side == Side::Difference { &mut bold } else { &mut *formats };
            formats.write_text(sheet, (row, 0), currency.as_str())?;
            formats.write_text(sheet, (row, 1), side.title(*lang))?;
            for (column, number) in (2..).zip(numbers) {
                let unit = Some(currency).filter(|currency| column > 2 && **currency != Currency::Krw);
                match number {
                    Some(number) => formats.write_amount(sheet, (row, column), number, unit)?,
                    None => formats.write_text(sheet, (row, column), lang.of(OVER.0, OVER.1))?,
                }
            }
        }
        row += 1;
        for line in totals_note(*lang) {
            row += 1;
            formats.write_text(sheet, (row, 0), line)?;
        }
        workbook.save_to_writer(file)
    }
}

/// Returns the lines above the summary: the file, and the period if there is one.
fn titles(lang: Lang, args: &args::Reconcile, orders: &Orders) -> Vec<String> {
    let file = format!("{}: {}", lang.of("file of orders", "주문 파일"), orders.name);
    let period = args.since.map(|since| {
        let until = args.until.map(|until| until.to_string()).unwrap_or_default();
        format!("{}: {since} ~ {until}", lang.of("payments of", "결제 기간"))
    });
    [file].into_iter().chain(period).collect()
}

/// Writes the header, and sets how the sheet is shown and printed.
fn begin(
    sheet: &mut Worksheet,
    formats: &Formats,
    header: &[String],
    lang: Lang,
    kinds: &[ColumnKind],
    orders: &Orders,
) -> Result<(), XlsxError> {
    prepare(sheet, lang.of("results", "결과"))?;
    let is_number = |kind: &ColumnKind| matches!(kind, ColumnKind::Money | ColumnKind::Number);
    let of_payment = PAYMENT_COLUMNS.iter().map(|name| name.ends_with("_amount") || name.ends_with("_at"));
    let numbers = [true].into_iter().chain(kinds.iter().map(is_number)).chain([false; 2]).chain(of_payment);
    // A heading has the button of its filter beside it. A number of money gets separators.
    let width = |(width, kind): (&usize, &ColumnKind)| {
        u8::try_from(*width).unwrap_or(u8::MAX).clamp(8, 30) + if *kind == ColumnKind::Money { 9 } else { 5 }
    };
    let widths = [ROW_WIDTH].into_iter().chain(orders.widths().iter().zip(kinds).map(width)).chain(ADDED_WIDTHS);
    let in_view = u16::try_from(orders.order_column() + 2).unwrap_or(u16::MAX);
    let width_in_view: u32 = widths.clone().take(in_view.into()).map(u32::from).sum();
    sheet.set_freeze_panes(1, if width_in_view > MOST_IN_VIEW { 1 } else { in_view })?;
    let row = if orders.line_name() == "row" { "row in the file" } else { "line in the file" };
    let titles = [lang.of(row, "주문 파일 행")].into_iter().chain(header.iter().map(String::as_str));
    for (((column, title), is_number), width) in (0..).zip(titles).zip(numbers).zip(widths) {
        formats.write_heading(sheet, (0, column), title, is_number)?;
        sheet.set_column_width(column, f64::from(width))?;
    }
    Ok(())
}
