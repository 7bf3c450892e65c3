//! The results on their way out, each as soon as it is there.

use std::io::{self, Write};

use serde::ser::{SerializeMap, Serializer};

use super::{orders::Row, outcome::Verdict};
use crate::output::{Cell, Column, Format, Table};

/// What is added to the columns of the orders.
pub(super) const COLUMNS: [&str; 2] = ["result", "detail"];

pub(super) struct Results {
    header: Vec<String>,
    sink: Sink,
}

enum Sink {
    Table(Table<Box<dyn Write>>),
    Csv(Box<dyn Write>),
    Json { out: Box<dyn Write>, begun: bool },
    Ndjson(Box<dyn Write>),
}

impl Results {
    /// `begun` goes on behind results that are there already.
    pub(super) fn new(mut out: Box<dyn Write>, format: Format, header: Vec<String>, begun: bool) -> io::Result<Self> {
        let header: Vec<String> = header.into_iter().chain(COLUMNS.map(ToOwned::to_owned)).collect();
        let sink = match format {
            Format::Table => {
                let column = |title: &String| Column { title: title.clone(), right: title == "amount" };
                Sink::Table(Table::new(out, header.iter().map(column).collect()))
            }
            Format::Csv => {
                if !begun {
                    out.write_all(&line(header.iter().map(String::as_str))?)?;
                }
                Sink::Csv(out)
            }
            Format::Json => Sink::Json { out, begun },
            Format::Ndjson => Sink::Ndjson(out),
        };
        Ok(Self { header, sink })
    }

    pub(super) fn write(&mut self, row: &Row, verdict: &Verdict) -> io::Result<()> {
        let cells = row.fields.iter().map(String::as_str);
        let cells = cells.chain([verdict.outcome.as_str(), &verdict.detail]);
        match &mut self.sink {
            Sink::Table(table) => {
                let mut cells: Vec<Cell> = cells.map(Cell::from).collect();
                if let Some(result) = cells.iter_mut().rev().nth(1) {
                    *result = Cell::styled(verdict.outcome.as_str(), verdict.outcome.style());
                }
                table.row(cells)
            }
            Sink::Csv(out) => out.write_all(&line(cells)?),
            Sink::Json { out, begun } => {
                let start = if *begun { ",\n" } else { "[\n" };
                *begun = true;
                out.write_all((start.to_owned() + &object(&self.header, cells)?).as_bytes())
            }
            Sink::Ndjson(out) => out.write_all((object(&self.header, cells)? + "\n").as_bytes()),
        }
    }

    pub(super) fn finish(self) -> io::Result<()> {
        match self.sink {
            Sink::Table(table) => table.finish(),
            Sink::Json { mut out, begun } => {
                out.write_all(if begun { b"\n]\n" } else { b"[]\n" })?;
                out.flush()
            }
            Sink::Csv(mut out) | Sink::Ndjson(mut out) => out.flush(),
        }
    }
}

/// The cells as a line of CSV: as a whole, so that none is written twice where there is no room for it.
fn line<'a>(cells: impl Iterator<Item = &'a str>) -> io::Result<Vec<u8>> {
    let mut line = csv::WriterBuilder::new().buffer_capacity(256).from_writer(Vec::new());
    line.write_record(cells)?;
    line.into_inner().map_err(|error| error.into_error())
}

/// The cells under their columns' names, in the order of the columns.
fn object<'a>(header: &[String], cells: impl Iterator<Item = &'a str>) -> io::Result<String> {
    let mut text = Vec::new();
    let mut serializer = serde_json::Serializer::new(&mut text);
    let mut object = serializer.serialize_map(None)?;
    for (column, cell) in header.iter().zip(cells) {
        object.serialize_entry(column, cell)?;
    }
    object.end()?;
    String::from_utf8(text).map_err(io::Error::other)
}
