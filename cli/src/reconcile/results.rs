//! Writes each result as soon as it is known.

use std::{
    borrow::Cow,
    fs::File,
    io::{self, Write},
};

use anstream::StripStream;
use serde::ser::{SerializeMap, Serializer};

use super::{
    orders::{Orders, Row},
    outcome::{Assessment, COLUMNS, KOREAN_COLUMNS, KOREAN_PAYMENT_COLUMNS, PAYMENT_COLUMNS},
    summary::Summary,
    workbook_results::WorkbookResults,
};
use crate::{
    args::{self, ResultFormat},
    output::{Cell, Column, Lang, Table, UntilClosed, guarded},
};

pub(super) struct Results {
    header: Vec<String>,
    sink: Sink,
    lang: Lang,
}

enum Sink {
    /// With these columns of the orders.
    Table {
        table: Table<Box<dyn Write>>,
        columns: Vec<usize>,
    },
    Csv {
        out: Box<dyn Write>,
        raw: bool,
    },
    Ndjson(Box<dyn Write>),
    Workbook(Box<WorkbookResults>),
}

impl Results {
    /// Writes to the file, or else to standard output.
    pub(super) fn new(
        file: Option<File>,
        format: ResultFormat,
        lang: Lang,
        args: &args::Reconcile,
        orders: &Orders,
    ) -> io::Result<Self> {
        // A table is read on a screen: it has no personal data of other columns.
        let columns =
            if format == ResultFormat::Table { orders.used_columns() } else { (0..orders.header().len()).collect() };
        let names: Vec<String> = columns.iter().filter_map(|column| orders.header().get(*column).cloned()).collect();
        let header = header(format, lang, &names);
        // Excel needs the byte order mark to read Hangul.
        let mark = match orders.encoding {
            _ if file.is_none() => "",
            Some(encoding) if encoding.is_plain() => "",
            _ => "\u{feff}",
        };
        let sink = match (format, file) {
            (ResultFormat::Xlsx, Some(file)) => {
                Sink::Workbook(WorkbookResults::new(file, &header, lang, args, orders)?.into())
            }
            (ResultFormat::Xlsx, None) => return Err(io::Error::other("a workbook needs a file")),
            (ResultFormat::Table, file) => {
                let out: Box<dyn Write> = match file {
                    Some(file) => Box::new(StripStream::new(file)),
                    None => Box::new(UntilClosed(anstream::stdout())),
                };
                let titles = header.iter().enumerate();
                let column = |(index, title): (usize, &String)| Column {
                    title: title.clone(),
                    right: columns.get(index) == Some(&orders.amount_column()),
                };
                Sink::Table { table: Table::new(out, titles.map(column).collect()), columns }
            }
            (format, file) => {
                let mut out: Box<dyn Write> = match file {
                    Some(file) => Box::new(file),
                    None => Box::new(UntilClosed(io::stdout())),
                };
                match format {
                    ResultFormat::Ndjson => Sink::Ndjson(out),
                    _ => {
                        out.write_all(
                            &[mark.as_bytes(), &line(header.iter().map(String::as_str), args.raw)?].concat(),
                        )?;
                        Sink::Csv { out, raw: args.raw }
                    }
                }
            }
        };
        Ok(Self { header, sink, lang })
    }

    pub(super) fn write(&mut self, row: &Row, assessment: &Assessment) -> io::Result<()> {
        let (outcome, detail) = (assessment.outcome, assessment.detail.text(self.lang));
        let cells = row.fields.iter().map(String::as_str).chain([outcome.as_str(), detail]);
        let all = cells.chain(assessment.payment.iter().map(String::as_str));
        match &mut self.sink {
            Sink::Table { table, columns } => {
                let cells =
                    columns.iter().filter_map(|column| row.fields.get(*column)).map(|cell| cell.as_str().into());
                table.row(
                    cells.chain([Cell::styled(outcome.title(self.lang), outcome.style()), detail.into()]).collect(),
                )
            }
            Sink::Csv { out, raw } => out.write_all(&line(all, *raw)?),
            Sink::Ndjson(out) => out.write_all((object(&self.header, all)? + "\n").as_bytes()),
            Sink::Workbook(workbook) => workbook.write(row, assessment),
        }
    }

    /// Returns the language of the words in the cells; those for programs stay the same.
    pub(super) fn words(&self) -> Lang {
        match self.sink {
            Sink::Table { .. } | Sink::Workbook(_) => self.lang,
            Sink::Csv { .. } | Sink::Ndjson(_) => Lang::En,
        }
    }

    /// Ends the results; none can be written after it.
    pub(super) fn finish(&mut self, summary: &Summary) -> io::Result<()> {
        match &mut self.sink {
            Sink::Table { table, .. } => table.end(),
            Sink::Csv { out, .. } | Sink::Ndjson(out) => out.flush(),
            Sink::Workbook(workbook) => workbook.finish(summary),
        }
    }
}

/// Returns the names of the columns, which people read in their language.
fn header(format: ResultFormat, lang: Lang, orders: &[String]) -> Vec<String> {
    let is_for_people = matches!(format, ResultFormat::Table | ResultFormat::Xlsx);
    let (columns, of_payment, prefix) = match lang {
        Lang::Ko if is_for_people => (KOREAN_COLUMNS, KOREAN_PAYMENT_COLUMNS, "대사 "),
        _ => (COLUMNS, PAYMENT_COLUMNS, "payment_"),
    };
    let of_payment = if format == ResultFormat::Table { &[][..] } else { &of_payment };
    let is_taken = |name: &str| orders.iter().any(|column| column == name);
    let column = |name: &&str| if is_taken(name) { format!("{prefix}{name}") } else { (*name).to_owned() };
    orders.iter().cloned().chain(columns.iter().chain(of_payment).map(column)).collect()
}

/// Returns the cells as a line of CSV.
fn line<'a>(cells: impl Iterator<Item = &'a str>, raw: bool) -> io::Result<Vec<u8>> {
    let cells: Vec<Cow<'_, str>> = cells.map(|cell| if raw { cell.into() } else { guarded(cell) }).collect();
    // The writer scans a cell again for each piece that fits into its buffer, so all of it must fit: at worst every
    // byte is a quote, which is doubled.
    let capacity = cells.iter().map(|cell| 2 * cell.len() + 3).sum::<usize>() + 2;
    let mut line = csv::WriterBuilder::new().buffer_capacity(capacity).from_writer(Vec::new());
    line.write_record(cells.iter().map(|cell| cell.as_bytes()))?;
    line.into_inner().map_err(|error| error.into_error())
}

/// Returns the cells as a JSON object, in the order of the columns.
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
