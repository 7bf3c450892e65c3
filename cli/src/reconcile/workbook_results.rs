//! Writes results as a workbook (.xlsx): one sheet with the results, one with the summary.

use std::{fs::File, io};

use iamport::Amount;
use rust_xlsxwriter::{Color, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError};

use super::{
    orders::Row,
    outcome::{Assessment, OrderResult, PAYMENT_COLUMNS},
    summary::{OVER, Summary, TOTALS},
};

/// The longest text of a cell in Excel.
const MAX_CHARS: usize = 32_767;
/// The number of digits that Excel keeps.
const MAX_DIGITS: usize = 15;

pub(super) struct WorkbookResults {
    workbook: Workbook,
    file: File,
    amount_column: usize,
    /// The row that is written next.
    row: u32,
    columns: u16,
    formats: Formats,
}

struct Formats {
    header: Format,
    integer: Format,
    decimal: Format,
    time: Format,
    /// The header of a column of numbers.
    right: Format,
    mismatch: Format,
    problem: Format,
}

impl WorkbookResults {
    /// Rows go to a temporary file, so that memory does not grow with them.
    pub(super) fn new(file: File, header: &[String], amount_column: usize) -> io::Result<Self> {
        let coloured = |colour: u32| Format::new().set_background_color(Color::RGB(colour));
        let formats = Formats {
            header: Format::new().set_bold(),
            integer: Format::new().set_num_format("#,##0"),
            decimal: Format::new().set_num_format("#,##0.00######"),
            time: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"),
            right: Format::new().set_bold().set_align(FormatAlign::Right),
            mismatch: coloured(0x00FF_C7CE),
            problem: coloured(0x00FF_EB9C),
        };
        let columns = u16::try_from(header.len()).unwrap_or(u16::MAX);
        let mut results = Self { workbook: Workbook::new(), file, amount_column, row: 1, columns, formats };
        let sheet = results.workbook.add_worksheet_with_constant_memory().map_err(io::Error::other)?;
        results.formats.begin(sheet, header, amount_column).map_err(io::Error::other)?;
        Ok(results)
    }

    pub(super) fn write(&mut self, row: &Row, assessment: &Assessment) -> io::Result<()> {
        self.write_row(row, assessment).map_err(io::Error::other)?;
        self.row += 1;
        Ok(())
    }

    fn write_row(&mut self, row: &Row, assessment: &Assessment) -> Result<(), XlsxError> {
        let Self { workbook, formats, row: number, amount_column, .. } = self;
        let sheet = workbook.worksheet_from_index(0)?;
        let mut column = 0;
        for (index, cell) in row.fields.iter().enumerate() {
            match &row.order {
                Ok(order) if index == *amount_column && fits(order.amount) => {
                    formats.write_amount(sheet, *number, column, order.amount)?;
                }
                _ if cell.is_empty() => {}
                _ => drop(sheet.write_string(*number, column, cut(cell))?),
            }
            column += 1;
        }
        let result = assessment.outcome.as_str();
        match assessment.outcome {
            outcome if outcome.is_fine() => sheet.write_string(*number, column, result)?,
            OrderResult::BadRow | OrderResult::Error | OrderResult::Duplicate => {
                sheet.write_string_with_format(*number, column, result, &formats.problem)?
            }
            _ => sheet.write_string_with_format(*number, column, result, &formats.mismatch)?,
        };
        if !assessment.detail.is_empty() {
            sheet.write_string(*number, column + 1, cut(&assessment.detail))?;
        }
        for ((column, name), cell) in
            (column + 2..).zip(PAYMENT_COLUMNS).zip(assessment.payment.iter()).filter(|(_, cell)| !cell.is_empty())
        {
            match (name, cell.parse::<Amount>(), ExcelDateTime::parse_from_str(cell)) {
                ("paid_amount" | "refunded_amount", Ok(amount), _) => {
                    formats.write_amount(sheet, *number, column, amount)?;
                }
                ("paid_at" | "refunded_at", _, Ok(at)) => {
                    sheet.write_datetime_with_format(*number, column, &at, &formats.time)?;
                }
                _ => drop(sheet.write_string(*number, column, cut(cell))?),
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
        let Self { workbook, file, formats, row, columns, .. } = self;
        let sheet = workbook.worksheet_from_index(0)?;
        sheet.autofilter(0, 0, row.saturating_sub(1), columns.saturating_sub(1))?;
        let sheet = workbook.add_worksheet_with_constant_memory()?;
        sheet.set_name("summary")?.set_column_width(0, 20)?;
        sheet.write_string_with_format(0, 0, "result", &formats.header)?;
        sheet.write_string_with_format(0, 1, "rows", &formats.header)?;
        let mut row = 1;
        for (result, rows) in summary.counts() {
            sheet.write_string(row, 0, result)?;
            formats.write_amount(sheet, row, 1, rows.into())?;
            row += 1;
        }
        row += 1;
        for (column, title) in (0..).zip(TOTALS) {
            let format = if column < 2 { &formats.header } else { &formats.right };
            sheet.write_string_with_format(row, column, title.to_lowercase(), format)?;
            sheet.set_column_width(column, 15)?;
        }
        for (currency, side, orders, amounts) in summary.totals() {
            row += 1;
            sheet.write_string(row, 0, currency.to_string())?.write_string(row, 1, side)?;
            formats.write_amount(sheet, row, 2, orders.into())?;
            for (column, amount) in (3..).zip(amounts) {
                match amount {
                    Some(amount) => formats.write_amount(sheet, row, column, amount)?,
                    None => drop(sheet.write_string(row, column, OVER)?),
                }
            }
        }
        workbook.save_to_writer(file)
    }
}

impl Formats {
    fn begin(&self, sheet: &mut Worksheet, header: &[String], amount: usize) -> Result<(), XlsxError> {
        sheet.set_name("results")?.set_freeze_panes(1, 0)?;
        sheet.set_landscape().set_print_fit_to_pages(1, 0).set_repeat_rows(0, 0)?;
        for (column, title) in (0..).zip(header) {
            let is_number = usize::from(column) == amount || title.ends_with("_amount");
            let format = if is_number { &self.right } else { &self.header };
            sheet.write_string_with_format(0, column, cut(title), format)?;
            sheet.set_column_width(column, 20)?;
        }
        Ok(())
    }

    fn write_amount(&self, sheet: &mut Worksheet, row: u32, column: u16, amount: Amount) -> Result<(), XlsxError> {
        let text = amount.to_string();
        match text.parse::<f64>() {
            Ok(number) if fits(amount) => {
                let format = if text.contains('.') { &self.decimal } else { &self.integer };
                sheet.write_number_with_format(row, column, number, format)?;
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
