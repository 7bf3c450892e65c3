//! Payments on their way to standard output or to a file.

use std::{
    io::{self, Write},
    path::PathBuf,
};

use anstream::StripStream;
use iamport::Payment;

use super::{Format, Payments, Shape, Show, csv, note, xlsx};
use crate::{error::CliError, output_file::OutputFile};

/// Writes payments. A file gets its name at the end, and one without payments is removed unless it was ended.
pub(crate) struct Listing {
    out: Option<Payments<Box<dyn Write>>>,
    file: Option<OutputFile>,
    payments: u64,
}

impl Listing {
    /// Opens the output.
    ///
    /// # Errors
    ///
    /// If the file exists and is not to be replaced, or cannot be written.
    pub(crate) fn open(show: &Show, shape: Shape) -> Result<Self, CliError> {
        let format = show.format()?;
        if format == Format::Xlsx && show.output.is_none() {
            return Err(CliError::Input("--format xlsx needs --output FILE".to_owned()));
        }
        let create = |path: &PathBuf| OutputFile::create(path, show.overwrite, "iamport");
        let file = show.output.as_ref().map(create).transpose()?;
        let mut listing = Self { out: None, file, payments: 0 };
        let writer = listing.file.as_ref().map(OutputFile::writer).transpose()?;
        let out: Box<dyn Write> = match (writer, format) {
            (Some(file), Format::Xlsx) => {
                listing.out = Some(Payments::Xlsx(xlsx::Payments::new(file, show.zone())?.into()));
                return Ok(listing);
            }
            (Some(file), Format::Table) => Box::new(StripStream::new(file)),
            (Some(file), _) => Box::new(file),
            (None, Format::Table) => Box::new(anstream::stdout()),
            (None, _) => Box::new(io::stdout()),
        };
        listing.out = Some(match format {
            Format::Table => Payments::table(out, show.zone(), show.no_mask),
            Format::Json => Payments::Json { out, shape, written: false },
            Format::Ndjson => Payments::Ndjson(out),
            // Excel needs the byte order mark to read Hangul.
            _ => Payments::Csv(csv::Payments::new(out, show.raw, show.times, listing.file.is_some()).into()),
        });
        Ok(listing)
    }

    pub(crate) fn write(&mut self, payment: &Payment) -> io::Result<()> {
        self.payments += 1;
        self.out.as_mut().map_or(Ok(()), |out| out.write(payment))
    }

    /// Ends the payments, and gives the file its name.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.out.take().map_or(Ok(()), Payments::finish)?;
        self.file.take().map_or(Ok(()), OutputFile::complete)
    }

    /// Ends the payments before a failure, and says where they are.
    pub(crate) fn stop(mut self) -> io::Result<()> {
        self.out.take().map_or(Ok(()), Payments::finish)?;
        if let Some(file) = self.file.take().and_then(|file| file.abandon(self.payments)) {
            let payments = self.payments;
            note(format_args!("iamport: {} has the first {payments} payments, and is not complete", file.display()));
        }
        Ok(())
    }
}

impl Drop for Listing {
    fn drop(&mut self) {
        drop(self.out.take());
        if let (Some(file), 0) = (self.file.take(), self.payments) {
            file.abandon(0);
        }
    }
}
