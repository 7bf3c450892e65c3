//! Files of orders, as `iamport reconcile` reads them.
#![no_main]
#![allow(dead_code, reason = "the command uses the rest")]

use std::{fs, path::Path};

use libfuzzer_sys::fuzz_target;

#[path = "../../cli/src/reconcile/columns.rs"]
mod columns;
#[path = "../../cli/src/reconcile/csv_rows.rs"]
mod csv_rows;
#[path = "../../cli/src/reconcile/encoding.rs"]
mod encoding;
#[path = "../../cli/src/reconcile/orders.rs"]
mod orders;
#[path = "../../cli/src/reconcile/outcome.rs"]
mod outcome;
#[path = "../../cli/src/reconcile/record.rs"]
mod record;
#[path = "../../cli/src/args/values.rs"]
mod values;
#[path = "../../cli/src/reconcile/workbook_rows.rs"]
mod workbook_rows;

/// The parts of the command that these modules use.
mod args {
    pub(crate) use super::values::{amount, currency};
}

mod error {
    #[derive(Debug)]
    pub(crate) enum CliError {
        Input(String),
        Output(std::io::Error),
    }

    impl From<std::io::Error> for CliError {
        fn from(error: std::io::Error) -> Self {
            Self::Output(error)
        }
    }
}

mod output {
    pub(crate) fn note(_: std::fmt::Arguments<'_>) {}
}

use self::{
    encoding::TextEncoding,
    error::CliError,
    orders::{Orders, Row},
};

fuzz_target!(|bytes: &[u8]| {
    let path = std::env::temp_dir().join(format!("iamport-fuzz-orders-{}", std::process::id()));
    fs::write(&path, bytes).unwrap();
    if let Ok((mut header, rows)) = read(&path, None) {
        // The decoder and the csv reader each remove a byte order mark at the start of the file.
        if let Some(first) = header.first_mut() {
            *first = first.trim_start_matches('\u{feff}').to_owned();
        }
        write(&path, &header, &rows);
        let (header_again, again) = read(&path, Some(TextEncoding::utf8())).unwrap();
        assert_eq!(header_again, header);
        let fields = |rows: &[Row]| rows.iter().map(|row| row.fields.clone()).collect::<Vec<_>>();
        assert_eq!(fields(&again), fields(&rows), "not the same after a round trip");
    }
});

/// The column names and the rows, without those that are blank as far as there are columns.
fn read(path: &Path, encoding: Option<TextEncoding>) -> Result<(Vec<String>, Vec<Row>), CliError> {
    let mut orders = Orders::open(path, encoding)?;
    let (mut rows, mut line) = (Vec::new(), 0);
    while let Some(mut row) = orders.next()? {
        assert_eq!(row.fields.len(), orders.header.len());
        assert!(row.line > line, "line {} after {line}", row.line);
        line = row.line;
        // Before the end of a line, it is a part of that.
        if let Some(last) = row.fields.last_mut() {
            *last = last.trim_end_matches('\r').to_owned();
        }
        if row.fields.iter().any(|field| !field.trim().is_empty()) {
            rows.push(row);
        }
    }
    Ok((orders.header, rows))
}

fn write(path: &Path, header: &[String], rows: &[Row]) {
    let mut csv = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    csv.write_record(header).unwrap();
    for row in rows {
        csv.write_record(&row.fields).unwrap();
    }
    fs::write(path, csv.into_inner().unwrap()).unwrap();
}
