use std::io::{self, Write};

use iamport::Payment;

use super::{
    fields::{EXTRA, columns, each_field, is_time, text, time},
    formula::guarded,
    show::{Times, Zone},
};

/// Payments as CSV. Texts and numbers are written as they are, lists and objects as JSON, null as an empty cell.
pub(crate) struct Payments<W: Write> {
    out: csv::Writer<W>,
    /// Whether texts that a spreadsheet would run are written as they are.
    raw: bool,
    times: Times,
    /// Whether the text begins with a byte order mark.
    marked: bool,
    headed: bool,
}

impl<W: Write> Payments<W> {
    pub(super) fn new(out: W, raw: bool, times: Times, marked: bool) -> Self {
        Self { out: csv::Writer::from_writer(out), raw, times, marked, headed: false }
    }

    pub(super) fn write(&mut self, payment: &Payment) -> io::Result<()> {
        self.head()?;
        let Self { out, raw, times, .. } = self;
        let extra = each_field(payment, |name, value| {
            let cell = value.map(text).transpose()?.unwrap_or_default();
            let is_text = value.is_some_and(|value| value.get().starts_with('"'));
            let cell = if is_text && !*raw { guarded(&cell) } else { cell.as_str().into() };
            out.write_field(&*cell)?;
            if *times == Times::Kst && is_time(name) {
                let at = value.and_then(time).map(|at| Zone::Kst.format(at));
                out.write_field(at.unwrap_or_default())?;
            }
            Ok(())
        })?;
        self.out.write_field(extra)?;
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
            let mut mark = if self.marked { "\u{feff}" } else { "" };
            for name in columns() {
                self.out.write_field(format!("{}{name}", std::mem::take(&mut mark)))?;
                if self.times == Times::Kst && is_time(name) {
                    self.out.write_field(format!("{name}_kst"))?;
                }
            }
            self.out.write_field(EXTRA)?;
            self.out.write_record(None::<&[u8]>)?;
        }
        Ok(())
    }
}
