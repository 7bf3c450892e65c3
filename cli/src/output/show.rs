//! The arguments of all commands that print payments.

use clap::{Args, ValueEnum};
use iamport::Timestamp;
use jiff::{
    civil::Date,
    tz::{Offset, TimeZone},
};

/// The format of payments.
#[derive(Args, Clone, Copy)]
pub(crate) struct Show {
    /// Output format.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,

    /// Use UTC instead of Korea Standard Time for days, and for times in tables.
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
    pub(crate) fn zone(self) -> Zone {
        if self.utc { Zone::Utc } else { Zone::Kst }
    }
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
pub(crate) enum Format {
    /// Aligned columns, for people.
    Table,
    /// Every field, for spreadsheets: in UTF-8, with times in Unix seconds; in Excel open it with 데이터 > 텍스트/CSV.
    Csv,
    /// Every field, for programs.
    Json,
    /// The same, one payment per line.
    Ndjson,
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
