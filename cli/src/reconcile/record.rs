/// A row of a table, as text.
#[derive(Debug, PartialEq)]
pub(super) struct Record {
    /// The line or the row of the sheet on which it begins, counted from 1.
    pub(super) line: u64,
    pub(super) cells: Vec<String>,
    /// The columns whose number has more digits than a spreadsheet keeps.
    pub(super) rounded: Vec<usize>,
}

impl Record {
    pub(super) fn new(line: u64) -> Self {
        Self { line, cells: Vec::new(), rounded: Vec::new() }
    }

    /// Returns whether all cells are empty, which happens in sheets.
    pub(super) fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| cell.trim().is_empty())
    }
}
