use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use iamport::Payment;
use serde_json::value::RawValue;

use super::formula::guarded;

/// The last column: a JSON object of the fields that the document does not know.
const EXTRA: &str = "extra";

/// Payments as CSV. Texts and numbers are written as they are, lists and objects as JSON, null as an empty cell.
pub(crate) struct Payments<W: Write> {
    out: csv::Writer<W>,
    /// Whether texts that a spreadsheet would run are written as they are.
    raw: bool,
    headed: bool,
}

impl<W: Write> Payments<W> {
    pub(super) fn new(out: W, raw: bool) -> Self {
        Self { out: csv::Writer::from_writer(out), raw, headed: false }
    }

    pub(super) fn write(&mut self, payment: &Payment) -> io::Result<()> {
        self.head()?;
        // As raw JSON, so that amounts keep their digits.
        let text = serde_json::to_string(payment)?;
        let mut fields: BTreeMap<String, &RawValue> = serde_json::from_str(&text)?;
        for column in Payment::FIELDS {
            let cell = fields.remove(*column).map(|value| cell(value, self.raw)).transpose()?;
            self.out.write_field(cell.unwrap_or_default())?;
        }
        let extra = fields.into_iter().map(|(name, value)| Ok((name, readable(value)?)));
        let extra = extra.collect::<io::Result<BTreeMap<_, _>>>()?;
        self.out.write_field(if extra.is_empty() { String::new() } else { serde_json::to_string(&extra)? })?;
        self.out.write_record(None::<&[u8]>)?;
        // The reader may be waiting for the line.
        self.out.flush()
    }

    pub(super) fn finish(mut self) -> io::Result<()> {
        self.head()?;
        self.out.flush()
    }

    fn head(&mut self) -> io::Result<()> {
        if !self.headed {
            self.headed = true;
            self.out.write_record(Payment::FIELDS.iter().chain([&EXTRA]))?;
        }
        Ok(())
    }
}

/// Writes a text without the escapes of the service, which has them for Hangul.
fn readable(value: &RawValue) -> io::Result<Box<RawValue>> {
    Ok(match serde_json::from_str::<String>(value.get()) {
        Ok(text) => serde_json::value::to_raw_value(&text)?,
        Err(_) => value.to_owned(),
    })
}

fn cell(value: &RawValue, raw: bool) -> io::Result<String> {
    Ok(match value.get() {
        "null" => String::new(),
        text if text.starts_with('"') => {
            let text: String = serde_json::from_str(text)?;
            if raw { text } else { guarded(&text).into_owned() }
        }
        text => text.to_owned(),
    })
}
