//! Finds the table in a file: its header is the first row that has the needed columns.

use super::{
    super::table::{Layout, Record, Table},
    columns::{Columns, NoHeader, advice, named},
};
use crate::{args::Field, error::CliError};

/// The number of rows in which the header is looked for.
const WITHIN: usize = 20;

/// The header of the table of orders.
pub(super) struct Header {
    pub(super) names: Vec<String>,
    pub(super) columns: Columns,
    /// Its line.
    pub(super) line: u64,
    /// The lines of the rows above it.
    pub(super) above: Vec<u64>,
}

/// The table of orders in a file.
pub(super) struct Found {
    pub(super) layout: Layout,
    pub(super) header: Header,
    /// Further sheets that have the columns.
    pub(super) others: Vec<String>,
}

/// Finds the table of orders.
///
/// # Errors
///
/// If no row has the needed columns, if two columns may be meant, or if a quote is not closed.
pub(super) fn find(table: &mut Table, sheet: Option<&str>, chosen: &[(Field, String)]) -> Result<Found, CliError> {
    let (mut found, mut unclosed, mut best) = (None::<Found>, None, Miss::default());
    for layout in table.layouts(sheet)? {
        if let Err(error) = table.check_quotes(&layout) {
            unclosed = unclosed.or(Some(error));
            continue;
        }
        let mut rows = table.rows(&layout)?;
        let mut first = Vec::new();
        while first.len() < WITHIN
            && let Some(row) = rows.next()?
        {
            first.push(row);
        }
        drop(rows);
        let header = match header(first, chosen, &mut best) {
            Ok(header) => header,
            Err(why) => return Err(CliError::Input(format!("{} {why}", table.name))),
        };
        match (header, &mut found, layout) {
            (Some(_), Some(found), Layout::Sheet { name, .. }) => found.others.push(name),
            (Some(header), None, layout) => found = Some(Found { layout, header, others: Vec::new() }),
            _ => {}
        }
        // Only a workbook can have several tables.
        if found.as_ref().is_some_and(|found| found.layout.delimiter().is_some()) {
            break;
        }
    }
    let missing = || CliError::Input(format!("{} {}", table.name, best.describe(chosen)));
    found.ok_or_else(|| unclosed.unwrap_or_else(missing))
}

fn header(rows: Vec<Record>, chosen: &[(Field, String)], best: &mut Miss) -> Result<Option<Header>, String> {
    let mut above = Vec::new();
    for Record { line, cells, .. } in rows {
        let names = named(cells);
        match Columns::of(&names, chosen) {
            Ok(columns) => return Ok(Some(Header { names, columns, line, above })),
            Err(NoHeader::Invalid(why)) => return Err(why),
            Err(NoHeader::Missing { fields, known }) => best.consider(names, fields, known),
        }
        above.push(line);
    }
    Ok(None)
}

/// The row that is most like a header.
#[derive(Default)]
struct Miss {
    names: Vec<String>,
    missing: Vec<Field>,
    known: usize,
    any: bool,
}

impl Miss {
    fn consider(&mut self, names: Vec<String>, missing: Vec<Field>, known: usize) {
        if !self.any || known > self.known {
            *self = Self { names, missing, known, any: true };
        }
    }

    /// Describes what is missing. Does not quote a row without any known column: without a header it is an order.
    fn describe(&self, chosen: &[(Field, String)]) -> String {
        if !self.any {
            return "is empty".to_owned();
        }
        if self.names.iter().any(|name| name.contains(|c: char| c.is_control() && !c.is_whitespace())) {
            return "has no header: expected text in UTF-8 or CP949, got another encoding\n  In Excel, save it as .xlsx \
                    or as CSV UTF-8."
                .to_owned();
        }
        let title = |field: &Field| {
            let chosen = chosen.iter().find(|(key, _)| key == field);
            chosen.map_or_else(|| field.title().to_owned(), |(key, name)| format!("{name} (--column {})", key.key()))
        };
        let missing: Vec<_> = self.missing.iter().map(title).collect();
        let missing = missing.join(" and no column ");
        if self.known == 0 {
            return format!(
                "has no column {missing} in its first {WITHIN} rows\n  Expected a header with merchant_uid (주문번호) and \
                 amount (금액); other names are set with --column amount='NAME', broken Korean text with --encoding."
            );
        }
        format!("has no column {missing}\n  {}", advice(&self.names, &self.missing))
    }
}
