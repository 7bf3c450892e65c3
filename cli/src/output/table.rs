use std::io::{self, Write};

use anstyle::Style;
use unicode_width::UnicodeWidthStr;

use super::escape::escaped;

/// The number of rows that are aligned together. A longer table is written in blocks, whose columns can only widen.
const BLOCK: usize = 1000;

/// The space between two columns.
const GAP: &str = "  ";

/// The header of a column.
pub(crate) struct Column {
    pub(crate) title: String,
    /// Whether cells are aligned to the right.
    pub(crate) right: bool,
}

/// A cell of a table.
pub(crate) struct Cell {
    text: String,
    style: Style,
}

impl Cell {
    /// A text in a colour, escaped.
    pub(crate) fn styled(text: &str, style: Style) -> Self {
        Self { text: escaped(text).into_owned(), style }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::styled(text, Style::new())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        text.as_str().into()
    }
}

/// Writes rows, aligned by the width that a terminal shows.
pub(crate) struct Table<W> {
    out: W,
    columns: Vec<(Column, usize)>,
    rows: Vec<Vec<Cell>>,
    headed: bool,
}

impl<W: Write> Table<W> {
    pub(crate) fn new(out: W, columns: Vec<Column>) -> Self {
        let columns = columns.into_iter().map(|column| (column, 0)).collect();
        Self { out, columns, rows: Vec::new(), headed: false }
    }

    pub(crate) fn row(&mut self, cells: Vec<Cell>) -> io::Result<()> {
        self.rows.push(cells);
        if self.rows.len() < BLOCK { Ok(()) } else { self.write() }
    }

    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.end()
    }

    /// Writes the buffered rows.
    pub(crate) fn end(&mut self) -> io::Result<()> {
        self.write()?;
        self.out.flush()
    }

    fn write(&mut self) -> io::Result<()> {
        let mut rows = std::mem::take(&mut self.rows);
        if !self.headed {
            self.headed = true;
            rows.insert(0, self.columns.iter().map(|(column, _)| column.title.as_str().into()).collect());
        }
        for row in &rows {
            for ((_, width), cell) in self.columns.iter_mut().zip(row) {
                *width = cell.text.width().max(*width);
            }
        }
        let lines: String = rows.iter().map(|row| self.line(row)).collect();
        self.out.write_all(lines.as_bytes())
    }

    fn line(&self, row: &[Cell]) -> String {
        let (mut line, mut blanks) = (String::new(), String::new());
        for ((column, width), Cell { text, style }) in self.columns.iter().zip(row) {
            let padding = " ".repeat(width.saturating_sub(text.width()));
            if column.right {
                blanks += &padding;
            }
            // Blanks are written only before more text, so that no line ends in blanks.
            if !text.is_empty() {
                line += &std::mem::take(&mut blanks);
                line += &format!("{style}{text}{style:#}");
            }
            if !column.right {
                blanks += &padding;
            }
            blanks += GAP;
        }
        line + "\n"
    }
}
