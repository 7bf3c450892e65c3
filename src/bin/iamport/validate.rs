use std::{
    cell::Cell,
    fmt,
    io::{self, BufRead, BufReader, Read, Write},
    path::Path,
};

use iamport::validate::{self, Finding, Report, Severity, ValidateError};
use serde::Serialize;
use serde_json::{Deserializer, Value, value::RawValue};

use crate::{
    CliError, Outcome,
    args::{FindingFormat, Validate},
    input,
};

pub(crate) fn run(args: Validate) -> Result<Outcome, CliError> {
    let mut summary = Summary::default();
    let mut out = io::BufWriter::new(io::stdout().lock());
    for path in &args.files {
        let checked = check(path, &args, &mut summary, &mut out);
        // What was found before the failure is told all the same.
        out.flush()?;
        checked?;
    }
    anstream::eprintln!("{summary}");
    Ok(if summary.worst.is_some_and(|worst| worst >= args.fail_on.into()) { Outcome::No } else { Outcome::Yes })
}

/// Checks the records of a file, one after the other; no more than one is in memory.
fn check(path: &Path, args: &Validate, summary: &mut Summary, out: &mut impl Write) -> Result<(), CliError> {
    let file = input::name(path);
    let unreadable = |e: &dyn fmt::Display| CliError::Input(format!("{file} cannot be read: {e}"));
    let mut reader = BufReader::with_capacity(1 << 16, input::open(path).map_err(|e| unreadable(&e))?);
    if reader.fill_buf().map_err(|e| unreadable(&e))?.starts_with("\u{feff}".as_bytes()) {
        reader.consume("\u{feff}".len());
    }
    let lines = Cell::new(1);
    let records = Deserializer::from_reader(Lines { reader, lines: &lines });
    for (index, record) in records.into_iter::<Box<RawValue>>().enumerate() {
        let at = |line: usize| format!("{file}:{line}: record {}", index + 1);
        let record = record.map_err(|e| match e.io_error_kind() {
            Some(kind) => unreadable(&kind),
            None if e.is_eof() => CliError::Input(format!("{} is cut short", at(lines.get()))),
            None => CliError::Input(format!("{} is not JSON", at(lines.get()))),
        })?;
        let line = lines.get() - record.get().matches('\n').count();
        let report = report(args, record.get()).map_err(|e| CliError::Input(format!("{}: {e}", at(line))))?;
        summary.add(&report);
        for finding in report.findings() {
            let place = Place { file: &file, line, record: index + 1, finding, value: None };
            place.write(args, out)?;
        }
    }
    Ok(())
}

fn report(args: &Validate, record: &str) -> Result<Report, String> {
    let value = || serde_json::from_str::<Value>(record).map_err(|_| "it is nested too deep".to_owned());
    let told = |unreadable: ValidateError| unreadable.to_string();
    if let Some(schema) = &args.schema {
        return validate::schema(schema, &value()?).map_err(told);
    }
    let operation = match &args.operation {
        Some(operation) => Some(operation.as_str()),
        None => told_by(&value()?),
    };
    match operation {
        Some(operation) => validate::validate_response(operation, 200, record.as_bytes()).map_err(told),
        None => validate::schema("PaymentAnnotation", &value()?).map_err(told),
    }
}

/// Which operation a record answers, by what is in its envelope; `None` for a payment without one.
fn told_by(record: &Value) -> Option<&'static str> {
    let response = record.get("response").or_else(|| record.get("code"))?;
    Some(match response {
        Value::Array(_) => "list_billing_key_payments",
        Value::Object(page) if page.contains_key("list") => "list_billing_key_payments",
        Value::Object(token) if token.contains_key("access_token") => "get_token",
        _ => "find_payment",
    })
}

/// Counts the lines that were read so far.
struct Lines<'a, R> {
    reader: R,
    lines: &'a Cell<usize>,
}

impl<R: Read> Read for Lines<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        let breaks = buffer.iter().take(read).filter(|byte| **byte == b'\n').count();
        self.lines.set(self.lines.get() + breaks);
        Ok(read)
    }
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
    value: Option<&'a Value>,
}

impl Place<'_> {
    fn write(mut self, args: &Validate, out: &mut impl Write) -> io::Result<()> {
        if args.show_values {
            self.value = self.finding.value();
        }
        if args.format == FindingFormat::Json {
            serde_json::to_writer(&mut *out, &self)?;
            return writeln!(out);
        }
        write!(out, "{}:{}: {}", self.file, self.line, self.finding)?;
        self.value.map_or(Ok(()), |value| write!(out, ": {value}"))?;
        writeln!(out)
    }
}

/// How many records there were, and what was found in them.
#[derive(Default)]
struct Summary {
    records: usize,
    clean: usize,
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
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { records, clean, violations, deviations, drift, .. } = self;
        let plural = |count: &usize| if *count == 1 { "" } else { "s" };
        write!(f, "{records} record{}, {clean} clean; ", plural(records))?;
        write!(f, "{violations} violation{}, {deviations} deviation{}, ", plural(violations), plural(deviations))?;
        write!(f, "{drift} of drift")
    }
}
