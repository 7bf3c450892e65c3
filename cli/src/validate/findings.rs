//! Prints findings: those of the same operation, place and rule in one line, or each in its own.

use std::{
    collections::HashMap,
    io::{self, Write},
};

use iamport::validate::{Finding, Severity, Source, ValidateError};
use serde::Serialize;
use serde_json::value::RawValue;

use super::baseline::identifier;
use crate::{
    args::{FindingFormat, Validate},
    output::escaped,
};

/// The number of lines for findings of different places that are kept until the end.
const MAX_GROUPS: usize = 1_000;

/// What is wrong with a response.
#[derive(Clone, Serialize)]
#[serde(untagged)]
pub(super) enum Fault {
    Finding(Finding),
    /// The body cannot be validated.
    Body {
        pointer: &'static str,
        severity: Severity,
        rule: &'static str,
        expected: &'static str,
        actual: String,
        not_allowed_by: [Source; 0],
        allowed_by: [Source; 0],
    },
}

impl Fault {
    pub(super) fn body(error: &ValidateError) -> Self {
        let rule = "must be JSON that can be validated";
        let (severity, expected, actual) = (Severity::Violation, "JSON", error.to_string());
        Self::Body { pointer: "", severity, rule, expected, actual, not_allowed_by: [], allowed_by: [] }
    }

    pub(super) fn severity(&self) -> Severity {
        match self {
            Self::Finding(finding) => finding.severity(),
            Self::Body { severity, .. } => *severity,
        }
    }

    fn text(&self, subject: &str) -> String {
        let text = match self {
            Self::Finding(finding) => format!("{subject}: {finding}"),
            Self::Body { severity, rule, actual, .. } => {
                format!("{subject}: {severity} at the body: {rule}, found that {actual}")
            }
        };
        escaped(&text).into_owned()
    }

    fn value(&self) -> Option<&RawValue> {
        match self {
            Self::Finding(finding) => finding.value(),
            Self::Body { .. } => None,
        }
    }
}

/// A fault and where it was found.
#[derive(Clone, Serialize)]
pub(super) struct Located {
    pub(super) file: String,
    pub(super) line: usize,
    pub(super) record: usize,
    /// The operation or the schema.
    pub(super) subject: String,
    /// The text without the place in the file and the value; the same for each finding of a group.
    pub(super) id: String,
    /// The number of such findings. `None` where each is printed.
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<usize>,
    #[serde(flatten)]
    fault: Fault,
    #[serde(skip)]
    text: String,
}

impl Located {
    pub(super) fn new(file: &str, line: usize, record: usize, subject: &str, fault: Fault) -> Self {
        let text = fault.text(subject);
        let (file, subject) = (file.to_owned(), subject.to_owned());
        Self { file, line, record, subject, id: identifier(&text), count: None, fault, text }
    }

    pub(super) fn write(&self, args: &Validate, out: &mut impl Write) -> io::Result<()> {
        let value = self.fault.value().filter(|_| args.show_values);
        if args.format == FindingFormat::Json {
            #[derive(Serialize)]
            struct Shown<'a> {
                #[serde(flatten)]
                finding: &'a Located,
                #[serde(skip_serializing_if = "Option::is_none")]
                value: Option<&'a RawValue>,
            }

            serde_json::to_writer(&mut *out, &Shown { finding: self, value })?;
            return writeln!(out);
        }
        write!(out, "{}:{}: {}", escaped(&self.file), self.line, self.text)?;
        if let Some(value) = value {
            write!(out, ": {}", escaped(value.get()))?;
        }
        if let Some(count @ 2..) = self.count {
            write!(out, "; {count} times")?;
        }
        writeln!(out)
    }
}

/// The findings of all records, in the order of their first one.
#[derive(Default)]
pub(super) struct Groups {
    groups: Vec<Located>,
    by_id: HashMap<String, usize>,
    /// The findings of further places.
    pub(super) omitted: usize,
}

impl Groups {
    pub(super) fn add(&mut self, mut finding: Located) {
        if let Some(at) = self.by_id.get(&finding.id) {
            self.groups.get_mut(*at).and_then(|group| group.count.as_mut()).into_iter().for_each(|count| *count += 1);
        } else if self.groups.len() < MAX_GROUPS {
            finding.count = Some(1);
            self.by_id.insert(finding.id.clone(), self.groups.len());
            self.groups.push(finding);
        } else {
            self.omitted += 1;
        }
    }

    /// Writes the groups, the most severe first.
    pub(super) fn write(&mut self, args: &Validate, out: &mut impl Write) -> io::Result<()> {
        self.groups.sort_by_key(|group| std::cmp::Reverse(group.fault.severity()));
        self.groups.iter().try_for_each(|group| group.write(args, out))
    }
}
