//! Validates captured responses: findings on standard output, a summary on standard error.

mod baseline;
mod detect;
mod findings;
mod responses;
mod summary;

use std::{
    io::{self, Write},
    path::Path,
};

use iamport::validate::{Report, Severity, ValidateError};

use self::{
    baseline::Baseline,
    findings::{Fault, Groups, Located},
    responses::Response,
    summary::Summary,
};
use crate::{
    args::Validate,
    error::CliError,
    input,
    outcome::Outcome,
    output::{FewNotes, UntilClosed, note},
    records::{Record, Records},
};

pub(crate) fn run(args: Validate) -> Result<Outcome, CliError> {
    let is_stdin = |path: &Path| path == Path::new("-");
    if args.baseline.as_deref().is_some_and(is_stdin) && args.files.iter().any(|path| is_stdin(path)) {
        return Err(CliError::Input("standard input cannot be both a file and the baseline".to_owned()));
    }
    let lowest = if args.all { Severity::Deviation } else { Severity::Drift };
    let lowest = lowest.min(args.fail_on.into());
    let baseline = args.baseline.as_deref().map(Baseline::read).transpose()?.unwrap_or_default();
    let summary = Summary::new(lowest > Severity::Deviation);
    let out = io::BufWriter::with_capacity(1 << 16, UntilClosed(io::stdout().lock()));
    let (groups, invalid) = (Groups::default(), FewNotes::default());
    let mut run = Run { args: &args, lowest, baseline, summary, groups, invalid, out };
    let mut unreadable = false;
    for path in &args.files {
        match run.file(path) {
            Ok(()) => {}
            Err(CliError::Input(why)) => {
                unreadable = true;
                run.out.flush()?;
                note(format_args!("iamport: {why}"));
            }
            Err(failure) => return Err(failure),
        }
    }
    let Run { baseline, summary, mut groups, invalid, mut out, .. } = run;
    invalid.end("invalid records");
    groups.write(&args, &mut out)?;
    out.flush()?;
    if groups.omitted > 0 {
        note(format_args!("iamport: {} findings at further places; --each prints them", groups.omitted));
    }
    if let Some(path) = &args.baseline {
        baseline.report_unused(path);
    }
    if summary.records > 0 {
        note(&summary);
    }
    Ok(if unreadable || summary.invalid > 0 {
        Outcome::BadInput
    } else if summary.worst.is_some_and(|worst| worst >= args.fail_on.into()) {
        Outcome::No
    } else {
        Outcome::Yes
    })
}

struct Run<'a, W: Write> {
    args: &'a Validate,
    /// The lowest severity that is printed.
    lowest: Severity,
    baseline: Baseline,
    summary: Summary,
    groups: Groups,
    invalid: FewNotes,
    out: W,
}

/// Where a record begins.
struct Start<'a> {
    file: &'a str,
    number: usize,
    line: usize,
    column: usize,
}

impl<W: Write> Run<'_, W> {
    /// Validates the records of a file one by one. Reports an invalid record, and continues with the next one.
    fn file(&mut self, path: &Path) -> Result<(), CliError> {
        let file = input::name(path);
        let unreadable = |error: io::Error| CliError::Input(format!("cannot read {file}: {error}"));
        let mut records = input::open(path).and_then(Records::new).map_err(unreadable)?;
        let mut number = 0;
        while let Some(Record { json, mut line, mut column }) = records.next().map_err(unreadable)? {
            let mut read = 0;
            for (offset, item) in responses::items(json, self.args) {
                (line, column) = advance((line, column), json.get(read..offset).unwrap_or_default());
                (read, number) = (offset, number + 1);
                self.item(item, &Start { file: &file, number, line, column })?;
            }
        }
        if number == 0 {
            return Err(CliError::Input(format!("{file} has no record: expected responses or payments in JSON")));
        }
        Ok(())
    }

    fn item(&mut self, item: &[u8], start: &Start<'_>) -> io::Result<()> {
        self.summary.records += 1;
        let args = self.args;
        match responses::check(item, args) {
            Ok(Response { subject, result: Ok(report), .. }) => self.report(&report, &subject, start),
            Ok(Response { subject, result: Err(error), is_captured: true }) => {
                self.fault(Fault::body(&error), &subject, start).map(drop)
            }
            Ok(Response { result: Err(error), .. }) => self.invalid(&describe(&error, start)),
            Err(why) => self.invalid(&format!("{}:{}: record {}: {why}", start.file, start.line, start.number)),
        }
    }

    fn invalid(&mut self, why: &str) -> io::Result<()> {
        self.summary.invalid += 1;
        self.out.flush()?;
        self.invalid.add(format_args!("iamport: {why}"));
        Ok(())
    }

    fn report(&mut self, report: &Report, subject: &str, start: &Start<'_>) -> io::Result<()> {
        let mut is_clean = report.omitted() == 0;
        for finding in report.findings() {
            if finding.severity() < self.lowest && self.baseline.is_empty() {
                self.summary.add(finding.severity());
            } else {
                is_clean &= self.fault(Fault::Finding(finding.clone()), subject, start)?;
            }
        }
        if report.omitted() > 0 {
            self.summary.omitted += report.omitted();
            self.summary.worst = self.summary.worst.max(report.max_severity());
        }
        self.summary.clean += usize::from(is_clean);
        Ok(())
    }

    /// Counts a fault, and prints or keeps it. Returns whether a record with it is clean.
    fn fault(&mut self, fault: Fault, subject: &str, start: &Start<'_>) -> io::Result<bool> {
        let severity = fault.severity();
        let finding = Located::new(start.file, start.line, start.number, subject, fault);
        if self.baseline.has(&finding.id) {
            self.summary.known += 1;
            return Ok(true);
        }
        self.summary.add(severity);
        if severity >= self.lowest && self.args.each {
            finding.write(self.args, &mut self.out)?;
        } else if severity >= self.lowest {
            self.groups.add(finding);
        }
        Ok(severity < Severity::Drift)
    }
}

/// Returns the line, and the number of bytes before on that line, after some text.
fn advance((line, column): (usize, usize), text: &[u8]) -> (usize, usize) {
    let breaks = text.iter().filter(|byte| **byte == b'\n').count();
    let last = text.iter().rev().take_while(|byte| **byte != b'\n').count();
    (line + breaks, if breaks > 0 { last } else { column + last })
}

/// Describes why a record is invalid, and where in the file.
fn describe(error: &ValidateError, start: &Start<'_>) -> String {
    let Start { file, number, line, column } = start;
    let text = error.to_string();
    let Some((down, right)) = error.location() else { return format!("{file}:{line}: record {number}: {text}") };
    // The position in the error is relative to the record.
    let reason = text.strip_suffix(&format!(" (line {down}, column {right})")).unwrap_or(&text);
    let right = if down > 1 { right } else { column + right };
    format!("{file}:{}:{right}: record {number}: {reason}", line + down.saturating_sub(1))
}
