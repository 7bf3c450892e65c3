use std::{fs::File, io};

use iamport::{Amount, Payment};
use rust_xlsxwriter::{Workbook, XlsxError};

use super::{
    fields::{EXTRA, columns, each_field, is_amount, is_time, text, time},
    show::Zone,
    workbook::{Formats, io_error, prepare},
};

/// Payments as a workbook, with every field in a column. Times are dates in a time zone.
pub(crate) struct Payments {
    workbook: Workbook,
    file: File,
    formats: Formats,
    zone: Zone,
    /// The row that is written next.
    row: u32,
}

impl Payments {
    /// Rows go to a temporary file, so that memory does not grow with them.
    pub(super) fn new(file: File, zone: Zone) -> io::Result<Self> {
        let mut payments = Self { workbook: Workbook::new(), file, formats: Formats::new(), zone, row: 1 };
        payments.begin().map_err(io_error)?;
        Ok(payments)
    }

    fn begin(&mut self) -> Result<(), XlsxError> {
        let sheet = self.workbook.add_worksheet_with_constant_memory()?;
        prepare(sheet, "payments")?;
        for (column, name) in (0..).zip(columns().iter().chain([&EXTRA])) {
            let title = if is_time(name) { format!("{name} ({})", self.zone.name()) } else { (*name).to_owned() };
            self.formats.write_heading(sheet, (0, column), &title, is_time(name) || is_amount(name))?;
            sheet.set_column_width(column, if is_time(name) || name.ends_with("_uid") { 20 } else { 14 })?;
        }
        Ok(())
    }

    pub(super) fn write(&mut self, payment: &Payment) -> io::Result<()> {
        let Self { workbook, formats, zone, row, .. } = self;
        let sheet = workbook.worksheet_from_index(0).map_err(io_error)?;
        let mut column = 0;
        let extra = each_field(payment, |name, value| {
            let at = (*row, column);
            column += 1;
            let Some(value) = value else { return Ok(()) };
            let json = value.get();
            let written = match (json.parse::<Amount>(), time(value).filter(|_| is_time(name))) {
                (_, Some(time)) => formats.write_time(sheet, at, &zone.format(time)),
                (Ok(amount), None) if is_amount(name) => formats.write_amount(sheet, at, amount, None),
                _ if matches!(json, "true" | "false") => sheet.write_boolean(at.0, at.1, json == "true").map(drop),
                _ => formats.write_text(sheet, at, &text(value)?),
            };
            written.map_err(io_error)
        })?;
        if !extra.is_empty() {
            formats.write_text(sheet, (*row, column), &extra).map_err(io_error)?;
        }
        *row += 1;
        Ok(())
    }

    pub(super) fn finish(mut self) -> io::Result<()> {
        let columns = u16::try_from(columns().len()).unwrap_or(u16::MAX);
        let sheet = self.workbook.worksheet_from_index(0).map_err(io_error)?;
        sheet.autofilter(0, 0, self.row.saturating_sub(1), columns).map_err(io_error)?;
        self.workbook.save_to_writer(self.file).map_err(io_error)
    }
}
