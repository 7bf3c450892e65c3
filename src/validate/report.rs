//! All findings of one body.

use std::{cmp::Ordering, fmt};

use serde::{Serialize, Serializer, ser::SerializeStruct};
use serde_json::Value;

use super::{
    finding::{Finding, Severity},
    printable::Printable,
};

/// Everything there is to say about a body, in the order of its pointers.
///
/// Its `Display` has one line for each finding, and nothing for a clean body. Like its `Debug` and its JSON it tells
/// kinds, never values, unless asked for [`with_values`](Self::with_values).
#[derive(Clone, Debug, Default)]
pub struct Report {
    findings: Vec<Finding>,
}

impl Report {
    pub(super) fn new(mut findings: Vec<Finding>) -> Self {
        findings.sort_by(|a, b| order(&a.pointer, &b.pointer).then(b.severity.cmp(&a.severity)));
        // Of a value that contradicts everybody there is no more to say.
        findings.dedup_by(|next, kept| {
            kept.pointer == next.pointer && kept.severity == Severity::Violation && next.severity != Severity::Violation
        });
        Self { findings }
    }

    /// The findings, ordered by pointer (array items by number), then the worst first.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The findings of this severity or a worse one.
    pub fn with_min_severity(&self, severity: Severity) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(move |finding| finding.severity() >= severity)
    }

    /// The worst severity in it; `None` if there is nothing to report.
    pub fn max_severity(&self) -> Option<Severity> {
        self.findings.iter().map(Finding::severity).max()
    }

    /// Whether there is nothing to report.
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }

    /// The same report with the values found: numbers, texts and flags of the body, personal data among them.
    pub fn with_values(&self) -> WithValues<'_> {
        WithValues(self)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        lines(f, &self.findings, |f, finding| write!(f, "{finding}"))
    }
}

/// As `{"max_severity": …, "findings": […]}`.
impl Serialize for Report {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize(self, &self.findings, serializer)
    }
}

/// A [`Report`] that shows values. Its `Debug` does not.
#[derive(Clone, Copy, Debug)]
pub struct WithValues<'a>(&'a Report);

impl fmt::Display for WithValues<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        lines(f, &self.0.findings, |f, finding| match finding.value() {
            Some(value) => write!(f, "{finding}: {}", Printable(&value.to_string())),
            None => write!(f, "{finding}"),
        })
    }
}

/// As the report, with a `value` in each finding that has one.
impl Serialize for WithValues<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Shown<'a> {
            #[serde(flatten)]
            finding: &'a Finding,
            #[serde(skip_serializing_if = "Option::is_none")]
            value: Option<&'a Value>,
        }

        let shown: Vec<_> = self.0.findings.iter().map(|finding| Shown { finding, value: finding.value() }).collect();
        serialize(self.0, &shown, serializer)
    }
}

fn serialize<S: Serializer>(report: &Report, findings: &impl Serialize, serializer: S) -> Result<S::Ok, S::Error> {
    let mut fields = serializer.serialize_struct("Report", 2)?;
    fields.serialize_field("max_severity", &report.max_severity())?;
    fields.serialize_field("findings", findings)?;
    fields.end()
}

fn lines(
    f: &mut fmt::Formatter<'_>,
    findings: &[Finding],
    line: impl Fn(&mut fmt::Formatter<'_>, &Finding) -> fmt::Result,
) -> fmt::Result {
    for (at, finding) in findings.iter().enumerate() {
        if at > 0 {
            f.write_str("\n")?;
        }
        line(f, finding)?;
    }
    Ok(())
}

/// Pointers segment by segment: array indexes by number, before any text.
fn order(a: &str, b: &str) -> Ordering {
    a.split('/').map(segment).cmp(b.split('/').map(segment))
}

/// Numbers of more digits are larger, since none has a leading zero.
fn segment(text: &str) -> (bool, usize, &str) {
    let number =
        text == "0" || (!text.is_empty() && !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit()));
    (!number, if number { text.len() } else { 0 }, text)
}
