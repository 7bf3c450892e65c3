use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::values::concurrency;
use crate::output::Format;

#[derive(ClapArgs)]
pub(crate) struct Reconcile {
    /// The orders, in CSV.
    #[arg(value_name = "ORDERS.csv")]
    pub(crate) orders: PathBuf,

    /// Where the results go [default: standard output]
    #[arg(long, short = 'o', value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// How to write them [default: table, or what the name of --output ends in, or csv]
    #[arg(long, value_name = "FORMAT")]
    format: Option<Format>,

    /// How many orders are looked up at a time.
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = concurrency, allow_negative_numbers = true)]
    pub(crate) concurrency: usize,

    /// Go on where an interrupted run with the same --output came to. Asks for no order a second time.
    #[arg(long, requires = "output")]
    pub(crate) resume: bool,
}

impl Reconcile {
    pub(crate) fn format(&self) -> Format {
        let by_name = |out: &PathBuf| match out.extension().and_then(|extension| extension.to_str()) {
            Some("json") => Format::Json,
            Some("ndjson" | "jsonl") => Format::Ndjson,
            _ => Format::Csv,
        };
        self.format.unwrap_or_else(|| self.output.as_ref().map_or(Format::Table, by_name))
    }
}
