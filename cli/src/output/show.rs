//! The arguments of all commands that print payments.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use iamport::Timestamp;
use jiff::{
    civil::Date,
    tz::{Offset, TimeZone},
};

use crate::{error::CliError, output_file};

/// The format of payments.
#[derive(Args, Clone)]
pub(crate) struct Show {
    /// Output format [default: table; with --output, by its extension]
    #[arg(long, value_enum)]
    format: Option<Format>,

    /// Write the payments to this file [default: standard output]
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// Replace the files of payments and of --save if they exist.
    #[arg(long)]
    pub(crate) overwrite: bool,

    /// The times in CSV.
    #[arg(long, value_enum, default_value_t = Times::Unix)]
    pub(crate) times: Times,

    /// Use UTC instead of Korea Standard Time for days, and for times in tables and workbooks.
    #[arg(long)]
    pub(crate) utc: bool,

    /// Show names in tables in full, not masked as 홍**. The other formats never mask them.
    #[arg(long)]
    pub(crate) no_mask: bool,

    /// In CSV, write texts such as =1+1 as they are, without the apostrophe that keeps spreadsheets from running them.
    #[arg(long)]
    pub(crate) raw: bool,
}

impl Show {
    pub(crate) fn zone(&self) -> Zone {
        if self.utc { Zone::Utc } else { Zone::Kst }
    }

    /// Returns the format, by the extension of the file if none is given.
    pub(crate) fn format(&self) -> Result<Format, CliError> {
        let Some(output) = self.output.as_ref().filter(|_| self.format.is_none()) else {
            return Ok(self.format.unwrap_or(Format::Table));
        };
        match &*output_file::extension(output) {
            "" | "csv" => Ok(Format::Csv),
            "json" => Ok(Format::Json),
            "ndjson" | "jsonl" => Ok(Format::Ndjson),
            "xlsx" => Ok(Format::Xlsx),
            _ => Err(output_file::unknown_extension(output, ".csv, .xlsx, .json, .ndjson or .jsonl")),
        }
    }
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
pub(crate) enum Format {
    /// Aligned columns, for people.
    Table,
    /// Every field, for spreadsheets, in UTF-8. With --output it begins with the mark by which Excel reads Hangul; a file
    /// without it is opened in Excel with 데이터 > 텍스트/CSV.
    Csv,
    /// Every field, for programs.
    Json,
    /// The same, one payment per line.
    Ndjson,
    /// Every field, as an Excel workbook with numbers and dates; needs --output.
    Xlsx,
}

/// The times in CSV.
#[derive(Clone, Copy, PartialEq, ValueEnum)]
pub(crate) enum Times {
    /// Unix seconds.
    Unix,
    /// A column with Korea Standard Time beside each one with Unix seconds: paid_at_kst beside paid_at.
    Kst,
}

/// The time zone of days and times.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Zone {
    /// Korea Standard Time, which the service and its merchants use. Korea has no daylight saving time.
    Kst,
    Utc,
}

impl Zone {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Kst => "KST",
            Self::Utc => "UTC",
        }
    }

    /// `2024-03-06 19:47:49`
    pub(crate) fn format(self, at: Timestamp) -> String {
        jiff::Timestamp::from(at).to_zoned(self.offset()).strftime("%Y-%m-%d %H:%M:%S").to_string()
    }

    pub(crate) fn day(self, at: impl Into<jiff::Timestamp>) -> Date {
        at.into().to_zoned(self.offset()).date()
    }

    /// Returns the first second of a day; `None` outside the range of timestamps.
    pub(crate) fn start(self, day: Date) -> Option<jiff::Timestamp> {
        day.to_zoned(self.offset()).map(|start| start.timestamp()).ok()
    }

    fn offset(self) -> TimeZone {
        TimeZone::fixed(match self {
            Self::Kst => Offset::constant(9),
            Self::Utc => Offset::UTC,
        })
    }
}
