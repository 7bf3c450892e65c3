use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};
use jiff::civil::Date;

use super::values::{concurrency, date, failures};

#[derive(ClapArgs)]
pub(crate) struct Reconcile {
    /// The orders, in CSV or as a workbook of Excel (.xlsx).
    #[arg(value_name = "ORDERS")]
    pub(crate) orders: PathBuf,

    /// Write the results to this file [default: standard output]
    #[arg(long, short = 'o', value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// Format of the results [default: table, or by the extension of --output, or csv]
    #[arg(long, value_name = "FORMAT")]
    format: Option<ResultFormat>,

    /// Encoding of the orders in CSV [default: detected from the whole file]
    #[arg(long, value_name = "ENCODING")]
    pub(crate) encoding: Option<Encoding>,

    /// The number of orders looked up at a time; it is lowered while the service responds with 429.
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = concurrency, allow_negative_numbers = true)]
    pub(crate) concurrency: usize,

    /// Give up after this many failed orders in a row.
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = failures, allow_negative_numbers = true)]
    pub(crate) max_consecutive_errors: u64,

    /// Send one request per order. By default, one request covers up to 100 orders, and only those that do not match
    /// are looked up again.
    #[arg(long)]
    pub(crate) no_bulk: bool,

    /// Judge orders by the bulk look-up alone, also those that do not match. The service does not document that a bulk look-up returns every payment of an
    /// order, so an order that was paid at the second attempt may not match.
    #[arg(long, conflicts_with = "no_bulk")]
    pub(crate) bulk_only: bool,

    /// Also report the paid payments from this day on, in KST, that no row names (no_order), and the second ones of an
    /// order in that period (paid_twice).
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) since: Option<Date>,

    /// The last day of these payments [default: today]
    #[arg(long, value_name = "DATE", value_parser = date, requires = "since")]
    pub(crate) until: Option<Date>,

    /// Accept payments of a test channel, for development.
    #[arg(long)]
    pub(crate) allow_test: bool,

    /// Continue a run with the same --output, in csv or ndjson. Orders with the result error, and those that were in
    /// flight, are looked up again.
    #[arg(long, requires = "output")]
    pub(crate) resume: bool,
}

impl Reconcile {
    pub(crate) fn format(&self) -> ResultFormat {
        let by_name = |out: &PathBuf| match out.extension().and_then(|extension| extension.to_str()) {
            Some("json") => ResultFormat::Json,
            Some("ndjson" | "jsonl") => ResultFormat::Ndjson,
            Some("xlsx") => ResultFormat::Xlsx,
            _ => ResultFormat::Csv,
        };
        self.format.unwrap_or_else(|| self.output.as_ref().map_or(ResultFormat::Table, by_name))
    }
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
pub(crate) enum ResultFormat {
    /// Aligned columns, for people.
    Table,
    /// The columns of the orders, `result` and `detail`, for spreadsheets.
    Csv,
    /// The same, as an array of objects of strings.
    Json,
    /// The same objects, one to a line.
    Ndjson,
    /// A workbook of Excel with a sheet of results and one with the summary; needs --output.
    Xlsx,
}

impl ResultFormat {
    /// Returns whether a file in this format can be continued.
    pub(crate) fn is_resumable(self) -> bool {
        matches!(self, Self::Csv | Self::Ndjson)
    }
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
pub(crate) enum Encoding {
    /// UTF-8.
    #[value(name = "utf-8")]
    Utf8,
    /// CP949, the encoding of CSV files that Korean Excel writes.
    Cp949,
}
