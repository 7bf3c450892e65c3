//! Writes results as a workbook (.xlsx): one sheet with the results, one with the summary.

use std::{collections::HashMap, fs::File, io, sync::Arc};

use iamport::{Amount, Currency};
use rust_xlsxwriter::{Color, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError};

use super::{
    orders::{ColumnKind, Orders, Row, money},
    outcome::{Assessment, OrderResult, PAYMENT_COLUMNS},
    summary::{OVER, Summary, counts_columns, totals_columns},
    table::Value,
};
use crate::output::Lang;

/// The longest text of a cell in Excel.
const MAX_CHARS: usize = 32_767;
/// The number of digits that Excel keeps.
const MAX_DIGITS: usize = 15;

pub(super) struct WorkbookResults {
    workbook: Workbook,
    file: File,
    lang: Lang,
    /// The kinds of the columns of the orders.
    kinds: Vec<ColumnKind>,
    /// The row that is written next.
    row: u32,
    columns: u16,
    formats: Formats,
}

struct Formats {
    header: Format,
    time: Format,
    /// The header of a column of numbers.
    right: Format,
    mismatch: Format,
    problem: Format,
    /// The number formats of cells, by their code.
    numbers: HashMap<Arc<str>, Format>,
}

impl WorkbookResults {
    /// Rows go to a temporary file, so that memory does not grow with them.
    pub(super) fn new(file: File, header: &[String], lang: Lang, orders: &Orders) -> io::Result<Self> {
        let coloured = |colour: u32| Format::new().set_background_color(Color::RGB(colour));
        let formats = Formats {
            header: Format::new().set_bold(),
            time: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"),
            right: Format::new().set_bold().set_align(FormatAlign::Right),
            mismatch: coloured(0x00FF_C7CE),
            problem: coloured(0x00FF_EB9C),
            numbers: HashMap::new(),
        };
        let kinds: Vec<ColumnKind> = (0..orders.header().len()).map(|column| orders.kind(column)).collect();
        let columns = u16::try_from(header.len()).unwrap_or(u16::MAX);
        let mut results = Self { workbook: Workbook::new(), file, lang, kinds, row: 1, columns, formats };
        let sheet = results.workbook.add_worksheet_with_constant_memory().map_err(io::Error::other)?;
        begin(sheet, &results.formats, header, lang, &results.kinds).map_err(io::Error::other)?;
        Ok(results)
    }

    pub(super) fn write(&mut self, row: &Row, assessment: &Assessment) -> io::Result<()> {
        self.write_row(row, assessment).map_err(io::Error::other)?;
        self.row += 1;
        Ok(())
    }

    fn write_row(&mut self, row: &Row, assessment: &Assessment) -> Result<(), XlsxError> {
        let Self { workbook, formats, row: number, kinds, lang, .. } = self;
        let (sheet, number) = (workbook.worksheet_from_index(0)?, *number);
        let mut values = row.values.iter().peekable();
        let mut column = 0;
        for ((index, cell), kind) in row.fields.iter().enumerate().zip(kinds) {
            let value = values.next_if(|(of, _)| *of == index).map(|(_, value)| value);
            // The text of an order number is what was looked up.
            let value = value.filter(|_| *kind != ColumnKind::Order || row.order.is_err());
            match (value, if *kind == ColumnKind::Money { money(cell).ok() } else { None }) {
                _ if cell.is_empty() => {}
                (Some(Value::Number(_, code)), Some((amount, _))) if matches!(&**code, "" | "General") => {
                    formats.write_amount(sheet, number, column, amount, None)?;
                }
                (Some(Value::Number(value, code)), _) => {
                    sheet.write_number_with_format(number, column, *value, formats.number(code))?;
                }
                (Some(Value::Bool(value)), _) => drop(sheet.write_boolean(number, column, *value)?),
                (None, Some((amount, unit))) => {
                    formats.write_amount(sheet, number, column, amount, unit.as_ref())?;
                }
                (None, None) => drop(sheet.write_string(number, column, cut(cell))?),
            }
            column += 1;
        }
        let result = assessment.outcome.title(*lang);
        match assessment.outcome {
            outcome if outcome.is_fine() => sheet.write_string(number, column, result)?,
            OrderResult::BadRow | OrderResult::Error | OrderResult::Duplicate => {
                sheet.write_string_with_format(number, column, result, &formats.problem)?
            }
            _ => sheet.write_string_with_format(number, column, result, &formats.mismatch)?,
        };
        let detail = assessment.detail.text(*lang);
        if !detail.is_empty() {
            sheet.write_string(number, column + 1, cut(detail))?;
        }
        for ((column, name), cell) in
            (column + 2..).zip(PAYMENT_COLUMNS).zip(assessment.payment.iter()).filter(|(_, cell)| !cell.is_empty())
        {
            match (name, cell.parse::<Amount>(), ExcelDateTime::parse_from_str(cell)) {
                ("paid_amount" | "refunded_amount", Ok(amount), _) => {
                    formats.write_amount(sheet, number, column, amount, None)?;
                }
                ("paid_at" | "refunded_at", _, Ok(at)) => {
                    sheet.write_datetime_with_format(number, column, &at, &formats.time)?;
                }
                _ => drop(sheet.write_string(number, column, cut(cell))?),
            }
        }
        Ok(())
    }

    pub(super) fn finish(&mut self, summary: &Summary) -> io::Result<()> {
        self.write_end(summary).map_err(|error| match error {
            XlsxError::IoError(error) => error,
            error => io::Error::other(error),
        })
    }

    fn write_end(&mut self, summary: &Summary) -> Result<(), XlsxError> {
        let Self { workbook, file, formats, row, columns, lang, .. } = self;
        let sheet = workbook.worksheet_from_index(0)?;
        sheet.autofilter(0, 0, row.saturating_sub(1), columns.saturating_sub(1))?;
        let sheet = workbook.add_worksheet_with_constant_memory()?;
        sheet.set_name(lang.of("summary", "요약"))?.set_landscape().set_print_fit_to_pages(1, 0);
        sheet.set_column_width(0, 20)?;
        let [result, rows] = counts_columns(*lang);
        sheet.write_string_with_format(0, 0, result, &formats.header)?;
        sheet.write_string_with_format(0, 1, rows, &formats.right)?;
        let mut row = 1;
        for (result, rows) in summary.counts(*lang) {
            sheet.write_string(row, 0, result)?;
            formats.write_amount(sheet, row, 1, rows.into(), None)?;
            row += 1;
        }
        row += 1;
        for (column, title) in (0..).zip(totals_columns(*lang)) {
            let format = if column < 2 { &formats.header } else { &formats.right };
            sheet.write_string_with_format(row, column, title, format)?;
            sheet.set_column_width(column, 15)?;
        }
        for (currency, side, orders, amounts) in summary.totals() {
            row += 1;
            sheet.write_string(row, 0, currency.to_string())?.write_string(row, 1, side.title(*lang))?;
            formats.write_amount(sheet, row, 2, orders.into(), None)?;
            for (column, amount) in (3..).zip(amounts) {
                match amount {
                    Some(amount) => formats.write_amount(sheet, row, column, amount, None)?,
                    None => drop(sheet.write_string(row, column, lang.of(OVER.0, OVER.1))?),
                }
            }
        }
        workbook.save_to_writer(file)
    }
}

/// Writes the header, and sets how the sheet is shown and printed.
fn begin(
    sheet: &mut Worksheet,
    formats: &Formats,
    header: &[String],
    lang: Lang,
    kinds: &[ColumnKind],
) -> Result<(), XlsxError> {
    sheet.set_name(lang.of("results", "결과"))?.set_freeze_panes(1, 0)?;
    sheet.set_landscape().set_print_fit_to_pages(1, 0).set_repeat_rows(0, 0)?;
    let is_number = |kind: &ColumnKind| matches!(kind, ColumnKind::Money | ColumnKind::Number);
    let of_payment = PAYMENT_COLUMNS.iter().map(|name| name.ends_with("_amount") || name.ends_with("_at"));
    let numbers = kinds.iter().map(is_number).chain([false; 2]).chain(of_payment);
    for ((column, title), is_number) in (0..).zip(header).zip(numbers) {
        let format = if is_number { &formats.right } else { &formats.header };
        sheet.write_string_with_format(0, column, cut(title), format)?;
        sheet.set_column_width(column, 20)?;
    }
    Ok(())
}

impl Formats {
    /// Returns the format of numbers with a code.
    fn number(&mut self, code: &Arc<str>) -> &Format {
        self.numbers.entry(Arc::clone(code)).or_insert_with(|| Format::new().set_num_format(code.to_string()))
    }

    fn write_amount(
        &mut self,
        sheet: &mut Worksheet,
        row: u32,
        column: u16,
        amount: Amount,
        unit: Option<&Currency>,
    ) -> Result<(), XlsxError> {
        let text = amount.to_string();
        match text.parse::<f64>() {
            Ok(number) if fits(amount) => {
                let code = if text.contains('.') { "#,##0.00######" } else { "#,##0" };
                let code = unit.map_or_else(|| code.to_owned(), |unit| format!("{code} \"{unit}\""));
                sheet.write_number_with_format(row, column, number, self.number(&code.into()))?;
            }
            _ => drop(sheet.write_string(row, column, text)?),
        }
        Ok(())
    }
}

fn fits(amount: Amount) -> bool {
    amount.to_string().bytes().filter(u8::is_ascii_digit).count() <= MAX_DIGITS
}

/// Truncates a text to the length of a cell.
fn cut(text: &str) -> String {
    text.chars().take(MAX_CHARS).collect()
}
