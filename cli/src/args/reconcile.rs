use std::{fs, path::PathBuf};

use clap::{Args as ClapArgs, ValueEnum};
use jiff::civil::Date;

use super::{
    columns::{Field, RowMeaning, column},
    service::{Save, Service},
    values::{concurrency, date},
};
use crate::{error::CliError, output::Lang, output_file};

#[derive(ClapArgs)]
pub(crate) struct Reconcile {
    /// The orders, as CSV or as an Excel workbook (.xlsx); `-` is standard input, which is copied to a temporary file.
    #[arg(value_name = "ORDERS")]
    pub(crate) orders: PathBuf,

    /// Write the results to this file [default: standard output]
    #[arg(long, short = 'o', value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// Replace the files of results, of the summary and of --save if they exist.
    #[arg(long)]
    pub(crate) overwrite: bool,

    /// Write the summary to this file, as JSON.
    #[arg(long, value_name = "FILE")]
    pub(crate) summary: Option<PathBuf>,

    /// Print errors only: no notes, no progress and no summary.
    #[arg(long, short)]
    pub(crate) quiet: bool,

    /// Format of the results [default: table; with --output, by its extension]
    #[arg(long, value_name = "FORMAT")]
    format: Option<ResultFormat>,

    /// Language of headings, results and details. The columns and results of CSV and NDJSON keep their names [default: by
    /// LC_ALL, LC_MESSAGES or LANG, else en]
    #[arg(long, value_enum, value_name = "LANG")]
    pub(crate) lang: Option<Lang>,

    /// In CSV, write texts such as =1+1 as they are, without the apostrophe that keeps spreadsheets from running them.
    #[arg(long)]
    pub(crate) raw: bool,

    /// The name of a column, where it is not found by its name. KEY is order, amount, currency, status or refunded.
    #[arg(long, value_name = "KEY=NAME", value_parser = column)]
    pub(crate) column: Vec<(Field, String)>,

    /// What several rows of one order mean.
    #[arg(long, value_enum, value_name = "MEANING", default_value_t = RowMeaning::Order)]
    pub(crate) rows: RowMeaning,

    /// The sheet of the workbook [default: the first one that is shown and has the columns]
    #[arg(long, value_name = "NAME")]
    pub(crate) sheet: Option<String>,

    /// Encoding of the orders in CSV [default: detected from the whole file]
    #[arg(long, value_name = "ENCODING")]
    pub(crate) encoding: Option<Encoding>,

    /// The number of requests in flight; it is lowered while the service responds with 429.
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = concurrency, allow_negative_numbers = true)]
    pub(crate) concurrency: usize,

    /// Look at all payments of every order, so that each order that is paid twice is found. By default, one request covers
    /// up to 100 orders, and only those that do not match are looked up again one by one.
    #[arg(long, visible_alias = "no-bulk")]
    pub(crate) thorough: bool,

    /// Also report the payments that were paid from this day on (KST) and whose order is not in the file (no_order), or was
    /// already paid in that period (paid_twice).
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) since: Option<Date>,

    /// The last day of this period, included [default: today]
    #[arg(long, value_name = "DATE", value_parser = date, requires = "since")]
    pub(crate) until: Option<Date>,

    /// Accept payments of a test channel, for development.
    #[arg(long)]
    pub(crate) allow_test: bool,

    #[command(flatten)]
    pub(crate) save: Save,

    #[command(flatten)]
    pub(crate) service: Service,
}

impl Reconcile {
    /// Checks that no file that is written is the file of orders.
    pub(crate) fn check_files(&self) -> Result<(), CliError> {
        let Ok(orders) = fs::canonicalize(&self.orders) else { return Ok(()) };
        let mut written = [&self.output, &self.summary, &self.save.save].into_iter().flatten();
        match written.find(|path| fs::canonicalize(path).is_ok_and(|path| path == orders)) {
            Some(path) => Err(CliError::Input(format!("{} is the file of orders; name another file", path.display()))),
            None => Ok(()),
        }
    }

    pub(crate) fn format(&self) -> Result<ResultFormat, CliError> {
        let Some(output) = self.output.as_ref().filter(|_| self.format.is_none()) else {
            return Ok(self.format.unwrap_or(ResultFormat::Table));
        };
        match &*output_file::extension(output) {
            "" | "csv" => Ok(ResultFormat::Csv),
            "ndjson" | "jsonl" => Ok(ResultFormat::Ndjson),
            "xlsx" => Ok(ResultFormat::Xlsx),
            _ => Err(output_file::unknown_extension(output, ".csv, .xlsx, .ndjson or .jsonl")),
        }
    }
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
pub(crate) enum ResultFormat {
    /// The order, its amount and the other columns that are compared, `result` and `detail`, for people.
    Table,
    /// All columns of the orders, `result`, `detail` and the payment, for spreadsheets.
    Csv,
    /// The same columns, as one JSON object per line; all values are strings.
    Ndjson,
    /// An Excel workbook with the results and the summary on two sheets; needs --output.
    Xlsx,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
pub(crate) enum Encoding {
    /// UTF-8.
    #[value(name = "utf-8")]
    Utf8,
    /// CP949, the encoding of CSV files that Korean Excel writes.
    Cp949,
}
