//! What all workbooks (.xlsx) have in common.

use std::{collections::HashMap, io, sync::Arc};

use iamport::{Amount, Currency};
use rust_xlsxwriter::{Color, ExcelDateTime, Format, FormatAlign, Worksheet, XlsxError};

/// The most rows of a sheet, with its header.
pub(crate) const WORKBOOK_ROWS: u64 = 1_048_576;
/// The longest text of a cell in Excel.
const MAX_CHARS: usize = 32_767;
/// The number of digits that Excel keeps.
const MAX_DIGITS: usize = 15;

/// The formats of the cells of a workbook.
pub(crate) struct Formats {
    /// The format that all cells but times and headings have.
    base: Format,
    header: Format,
    /// The header of a column of numbers.
    right: Format,
    time: Format,
    /// The number formats of cells, by their code.
    numbers: HashMap<Arc<str>, Format>,
}

impl Formats {
    /// Returns the formats of a sheet with a filter, whose buttons are at the right of the headings.
    pub(crate) fn new() -> Self {
        Self::of(Format::new(), 2)
    }

    /// Returns the formats of the titles, headings and sums of a sheet without a filter.
    pub(crate) fn bold() -> Self {
        Self::of(Format::new().set_bold(), 0)
    }

    fn of(base: Format, indent: u8) -> Self {
        let header = Format::new().set_bold().set_background_color(Color::RGB(0x00D9_E1F2));
        Self {
            base,
            right: header.clone().set_align(FormatAlign::Right).set_indent(indent),
            header,
            time: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"),
            numbers: HashMap::new(),
        }
    }

    /// Returns the format of numbers with a code.
    pub(crate) fn number(&mut self, code: &Arc<str>) -> &Format {
        let base = &self.base;
        self.numbers.entry(Arc::clone(code)).or_insert_with(|| base.clone().set_num_format(code.to_string()))
    }

    /// Writes a heading, above its numbers if the column has numbers.
    pub(crate) fn write_heading(&self, sheet: &mut Worksheet, at: (u32, u16), title: &str, right: bool) -> Written {
        let format = if right { &self.right } else { &self.header };
        sheet.write_string_with_format(at.0, at.1, cut(title), format).map(drop)
    }

    /// Writes a text, up to the length that Excel allows.
    pub(crate) fn write_text(&self, sheet: &mut Worksheet, (row, column): (u32, u16), text: &str) -> Written {
        sheet.write_string_with_format(row, column, cut(text), &self.base).map(drop)
    }

    /// Writes an amount as a number, or as a text if Excel would round it, or cannot show the currency with it.
    pub(crate) fn write_amount(
        &mut self,
        sheet: &mut Worksheet,
        (row, column): (u32, u16),
        amount: Amount,
        unit: Option<&Currency>,
    ) -> Written {
        let text = amount.to_string();
        match text.parse::<f64>() {
            Ok(number)
                if text.bytes().filter(u8::is_ascii_digit).count() <= MAX_DIGITS && unit.is_none_or(is_plain) =>
            {
                let has_decimals =
                    unit.map_or_else(|| text.contains('.'), |unit| amount.with_currency(unit).contains('.'));
                let code = if has_decimals { "#,##0.00######" } else { "#,##0" };
                let code = unit.map_or_else(|| code.to_owned(), |unit| format!("{code} \"{unit}\""));
                sheet.write_number_with_format(row, column, number, self.number(&code.into())).map(drop)
            }
            _ => {
                let text = unit.map_or_else(|| text.clone(), |unit| format!("{text} {unit}"));
                self.write_text(sheet, (row, column), text.trim_end())
            }
        }
    }

    /// Writes a time like `2024-03-06 19:47:49` as a date of Excel.
    pub(crate) fn write_time(&self, sheet: &mut Worksheet, at: (u32, u16), time: &str) -> Written {
        match ExcelDateTime::parse_from_str(time) {
            Ok(time) => sheet.write_datetime_with_format(at.0, at.1, &time, &self.time).map(drop),
            Err(_) => self.write_text(sheet, at, time),
        }
    }
}

type Written = Result<(), XlsxError>;

/// Prepares a sheet with a header: it stays in view, is on each printed page, and a page is as wide as the sheet.
pub(crate) fn prepare(sheet: &mut Worksheet, name: &str) -> Result<(), XlsxError> {
    sheet.set_name(name)?.set_freeze_panes(1, 0)?;
    sheet.set_landscape().set_print_fit_to_pages(1, 0).set_repeat_rows(0, 0).map(drop)
}

/// Returns the error of the file, if there is one.
pub(crate) fn io_error(error: XlsxError) -> io::Error {
    match error {
        XlsxError::IoError(error) => error,
        XlsxError::RowColumnLimitError => {
            io::Error::other(format!("a workbook has at most {WORKBOOK_ROWS} rows; write .csv"))
        }
        error => io::Error::other(error),
    }
}

/// Returns whether a code can be part of a number format. The service may send any text.
fn is_plain(currency: &Currency) -> bool {
    currency.as_str().len() <= 8 && currency.as_str().bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn cut(text: &str) -> String {
    text.chars().take(MAX_CHARS).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

    use std::io::Cursor;

    use calamine::{Data, Reader, Xlsx};
    use rust_xlsxwriter::Workbook;

    use super::*;

    #[test]
    fn amount_is_text_where_excel_cannot_show_it() {
        let long = "A".repeat(300);
        let cases = [
            ("10.25", Some("USD"), Data::Float(10.25)),
            ("10.25", Some(""), Data::Float(10.25)),
            ("10.25", None, Data::Float(10.25)),
            ("10.25", Some("U\"D"), Data::String("10.25 U\"D".into())),
            ("10.25", Some(&*long), Data::String(format!("10.25 {long}"))),
            ("1234567890123456", Some("USD"), Data::String("1234567890123456 USD".into())),
            ("1234567890123456", None, Data::String("1234567890123456".into())),
        ];
        let (mut workbook, mut formats) = (Workbook::new(), Formats::new());
        let sheet = workbook.add_worksheet();
        for (row, (amount, unit, _)) in (0..).zip(&cases) {
            let unit = unit.map(Currency::from);
            formats.write_amount(sheet, (row, 0), amount.parse().unwrap(), unit.as_ref()).unwrap();
        }
        let mut read = Xlsx::new(Cursor::new(workbook.save_to_buffer().unwrap())).unwrap();
        let range = read.worksheet_range_at(0).unwrap().unwrap();
        let shown: Vec<&Data> = range.rows().filter_map(|row| row.first()).collect();
        assert_eq!(shown, cases.iter().map(|(_, _, shown)| shown).collect::<Vec<_>>());
    }
}
