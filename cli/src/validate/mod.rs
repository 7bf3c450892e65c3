mod detect;
mod records;

use std::{
    fmt::{self, Write as _},
    io::{self, Write},
    path::Path,
};

use iamport::validate::{self, Finding, Report, Severity, ValidateError};
use serde::Serialize;
use serde_json::value::RawValue;

use self::records::{Record, Records};
use crate::{
    args::{FindingFormat, Validate},
    error::CliError,
    input,
    outcome::Outcome,
    output::{escaped, note},
};

pub(crate) fn run(args: Validate) -> Result<Outcome, CliError> {
    let mut summary = Summary::default();
    let mut out = io::BufWriter::with_capacity(1 << 16, io::stdout().lock());
    let mut unreadable = false;
    for path in &args.files {
        match check(path, &args, &mut summary, &mut out) {
            Ok(()) => {}
            Err(CliError::Input(why)) => {
                unreadable = true;
                out.flush()?;
                note(format_args!("iamport: {why}"));
            }
            Err(failure) => return Err(failure),
        }
    }
    out.flush()?;
    note(&summary);
    Ok(if unreadable || summary.invalid > 0 {
        Outcome::BadInput
    } else if summary.worst.is_some_and(|worst| worst >= args.fail_on.into()) {
        Outcome::No
    } else {
        Outcome::Yes
    })
}

/// Checks the records of a file one by one. Reports an invalid record, and continues with the next one.
fn check(path: &Path, args: &Validate, summary: &mut Summary, out: &mut impl Write) -> Result<(), CliError> {
    let file = input::name(path);
    let unreadable = |error: io::Error| CliError::Input(format!("cannot read {file}: {error}"));
    let mut records = input::open(path).and_then(Records::new).map_err(unreadable)?;
    let (mut number, mut text) = (0, String::new());
    while let Some(Record { json, line, column }) = records.next().map_err(unreadable)? {
        number += 1;
        match report(args, json) {
            Ok(report) => {
                summary.add(&report);
                for finding in report.findings() {
                    let place = Place { file: &file, line, record: number, finding, value: None };
                    place.write(args, &mut text, out)?;
                }
            }
            Err(error) => {
                summary.add_invalid();
                out.flush()?;
                note(format_args!("iamport: {}", describe(&error, &file, number, (line, column))));
            }
        }
    }
    Ok(())
}

fn report(args: &Validate, record: &[u8]) -> Result<Report, ValidateError> {
    if let Some(schema) = &args.schema {
        return validate::validate_schema(schema, record);
    }
    match args.operation.as_deref().or_else(|| detect::operation(record)) {
        Some(operation) => validate::validate_response(operation, 200, record),
        None => validate::validate_schema("PaymentAnnotation", record),
    }
}

/// Describes why a record is invalid, and where in the file.
fn describe(error: &ValidateError, file: &str, number: usize, (line, column): (usize, usize)) -> String {
    let text = error.to_string();
    let Some((down, right)) = error.location() else { return format!("{file}:{line}: record {number}: {text}") };
    // The position in the error is relative to the record.
    let reason = text.strip_suffix(&format!(" (line {down}, column {right})")).unwrap_or(&text);
    let right = if down > 1 { right } else { column + right };
    format!("{file}:{}:{right}: record {number}: {reason}", line + down.saturating_sub(1))
}

/// A finding and where it was found.
#[derive(Serialize)]
struct Place<'a> {
    file: &'a str,
    line: usize,
    record: usize,
    #[serde(flatten)]
    finding: &'a Finding,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a RawValue>,
}

impl Place<'_> {
    /// `text` is an empty or used buffer.
    fn write(mut self, args: &Validate, text: &mut String, out: &mut impl Write) -> io::Result<()> {
        if args.show_values {
            self.value = self.finding.value();
        }
        if args.format == FindingFormat::Json {
            serde_json::to_writer(&mut *out, &self)?;
            return writeln!(out);
        }
        text.clear();
        write!(text, "{}:{}: {}", self.file, self.line, self.finding).map_err(io::Error::other)?;
        if let Some(value) = self.value {
            write!(text, ": {value}").map_err(io::Error::other)?;
        }
        writeln!(out, "{}", escaped(text))
    }
}

/// The number of records and findings.
#[derive(Default)]
struct Summary {
    records: usize,
    clean: usize,
    /// Records that could not be checked.
    invalid: usize,
    violations: usize,
    deviations: usize,
    drift: usize,
    worst: Option<Severity>,
}

impl Summary {
    fn add(&mut self, report: &Report) {
        self.records += 1;
        self.clean += usize::from(report.is_clean());
        for finding in report.findings() {
            match finding.severity() {
                Severity::Violation => self.violations += 1,
                Severity::Deviation => self.deviations += 1,
                Severity::Drift => self.drift += 1,
            }
        }
        self.worst = self.worst.max(report.max_severity());
    }

    fn add_invalid(&mut self) {
        self.records += 1;
        self.invalid += 1;
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { records, clean, invalid, violations, deviations, drift, .. } = self;
        let plural = |count: &usize| if *count == 1 { "" } else { "s" };
        write!(f, "{records} record{}, {clean} clean", plural(records))?;
        if *invalid > 0 {
            write!(f, ", {invalid} invalid")?;
        }
        write!(f, "; {violations} violation{}, {deviations} deviation{}, ", plural(violations), plural(deviations))?;
        write!(f, "{drift} drift finding{}", plural(drift))
    }
}
