use std::sync::Arc;

/// A row of a table, as text.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::reconcile) struct Record {
    /// The line or the row of the sheet on which it begins, counted from 1.
    pub(in crate::reconcile) line: u64,
    pub(in crate::reconcile) cells: Vec<String>,
    /// The cells whose text a spreadsheet has changed.
    pub(in crate::reconcile) changed: Vec<(usize, Change)>,
    /// The cells of a workbook that are not text, by their columns.
    pub(in crate::reconcile) values: Vec<(usize, Value)>,
}

/// A cell of a workbook that is not text.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::reconcile) enum Value {
    /// A number, a date or a time, with its number format.
    Number(f64, Arc<str>),
    Bool(bool),
}

/// What a spreadsheet did to a text that looks like a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::reconcile) enum Change {
    /// It is a number that has more digits than a spreadsheet keeps.
    Rounded,
    /// It is a date.
    Date,
}

impl Record {
    pub(super) fn new(line: u64) -> Self {
        Self { line, cells: Vec::new(), changed: Vec::new(), values: Vec::new() }
    }

    /// Returns whether all cells are empty, which happens in sheets.
    pub(super) fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| cell.trim().is_empty())
    }

    /// Returns a cell without the blanks around it, or an empty text if the row is shorter. An apostrophe before it keeps
    /// spreadsheets from running it, and does not belong to it.
    pub(in crate::reconcile) fn cell(&self, column: usize) -> &str {
        let cell = self.cells.get(column).map_or("", |cell| cell.trim());
        cell.strip_prefix('\'').unwrap_or(cell)
    }

    /// Returns the number format of a number.
    pub(in crate::reconcile) fn format(&self, column: usize) -> Option<&str> {
        self.values.iter().find_map(|(of, value)| match value {
            Value::Number(_, format) if *of == column => Some(&**format),
            _ => None,
        })
    }
}
