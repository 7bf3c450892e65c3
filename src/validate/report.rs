//! The findings of one body.

use std::{cmp::Ordering, fmt};

use serde::{Serialize, Serializer, ser::SerializeStruct};
use serde_json::value::RawValue;

use super::{
    error::ValidateError,
    finding::Finding,
    findings::{Findings, MAX_KEPT},
    printable::Printable,
    rule::not_json,
    severity::Severity,
};
use crate::document::parameter::is_json;

/// The findings of one body, ordered by their pointers.
///
/// It keeps at most 1,000 findings: violations first, then drift, then deviations, each from the start of the body. The
/// rest is [counted](Self::omitted).
///
/// Its `Display` has one line for each finding, and nothing for a clean body. Like its `Debug` and its JSON it has kinds
/// and sizes, never values, unless you ask for [`with_values`](Self::with_values).
#[derive(Clone, Debug, Default)]
pub struct Report {
    findings: Vec<Finding>,
    omitted: usize,
    worst: Option<Severity>,
    error: Option<ValidateError>,
}

impl Report {
    pub(super) fn new(all: Findings) -> Self {
        let (total, worst) = (all.total, all.worst);
        let mut findings = all.into_kept();
        findings.sort_by(|a, b| order(&a.pointer, &b.pointer).then(b.severity().cmp(&a.severity())));
        Self { omitted: total - findings.len(), findings, worst, error: None }
    }

    /// Creates the report of a body that could not be validated.
    pub(crate) fn not_validated(error: ValidateError) -> Self {
        Self { error: Some(error), ..Self::default() }
    }

    /// Adds the drift of a response whose `Content-Type` is not that of JSON. A response without one has no such finding.
    ///
    /// ```
    /// use iamport::validate;
    ///
    /// # fn main() -> Result<(), validate::ValidateError> {
    /// let body = br#"{"code":-1,"message":"","response":null}"#;
    /// let report = validate::validate_response("find_payment", 404, body)?.with_content_type(Some("text/html"));
    /// assert_eq!(report.max_severity(), Some(validate::Severity::Drift));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_content_type(mut self, content_type: Option<&str>) -> Self {
        let media_type = content_type.and_then(|value| value.split(';').next()).map(str::trim);
        if let Some(media_type) = media_type.filter(|media_type| !is_json(&media_type.to_ascii_lowercase())) {
            let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '+' | '-' | '.');
            let is_plain = media_type.len() <= 64 && media_type.chars().all(is_plain);
            let actual = if is_plain { media_type } else { "another media type" };
            self.findings.insert(0, Finding::of_response(not_json(), actual.to_owned()));
            self.omitted += self.findings.len().saturating_sub(MAX_KEPT);
            self.findings.truncate(MAX_KEPT);
            self.worst = self.worst.max(Some(Severity::Drift));
        }
        self
    }

    /// Returns the number of findings that are counted only, since the report has 1,000 others.
    pub fn omitted(&self) -> usize {
        self.omitted
    }

    /// Returns the findings, ordered by pointer (array items by number), then the most severe first.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Returns the findings of at least this severity.
    pub fn with_min_severity(&self, severity: Severity) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(move |finding| finding.severity() >= severity)
    }

    /// Returns the findings except those of ordinary responses; see [`Finding::is_ordinary`].
    pub fn without_ordinary(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| !finding.is_ordinary())
    }

    /// Returns the highest severity of all findings, or `None` without findings. A body that could not be validated is a violation.
    pub fn max_severity(&self) -> Option<Severity> {
        if self.error.is_some() {
            return Some(Severity::Violation);
        }
        self.worst
    }

    /// Returns whether the body was validated and has no findings.
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty() && self.error.is_none()
    }

    /// Returns the reason why the body could not be validated. Such a report has no findings.
    ///
    /// Only a client makes such reports, for [`Validation`](crate::Validation); the functions of this module return the
    /// error itself.
    pub fn error(&self) -> Option<&ValidateError> {
        self.error.as_ref()
    }

    /// Returns the report with the values: numbers, strings and flags of the body, including personal data.
    pub fn with_values(&self) -> WithValues<'_> {
        WithValues(self)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        lines(f, self, |f, finding| write!(f, "{finding}"))
    }
}

/// Serializes as `{"max_severity": …, "findings": […]}`, with the number of [`omitted`](Self::omitted) findings if there are
/// any.
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
        lines(f, self.0, |f, finding| match finding.value() {
            Some(value) => write!(f, "{finding}: {}", Printable(value.get())),
            None => write!(f, "{finding}"),
        })
    }
}

/// Serializes like the report, with a `value` in each finding that has one.
impl Serialize for WithValues<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Shown<'a> {
            #[serde(flatten)]
            finding: &'a Finding,
            #[serde(skip_serializing_if = "Option::is_none")]
            value: Option<&'a RawValue>,
        }

        let shown: Vec<_> = self.0.findings.iter().map(|finding| Shown { finding, value: finding.value() }).collect();
        serialize(self.0, &shown, serializer)
    }
}

fn serialize<S: Serializer>(report: &Report, findings: &impl Serialize, serializer: S) -> Result<S::Ok, S::Error> {
    let mut fields = serializer.serialize_struct("Report", 3)?;
    fields.serialize_field("max_severity", &report.max_severity())?;
    fields.serialize_field("findings", findings)?;
    match report.omitted {
        0 => fields.skip_field("omitted")?,
        omitted => fields.serialize_field("omitted", &omitted)?,
    }
    fields.end()
}

fn lines(
    f: &mut fmt::Formatter<'_>,
    report: &Report,
    line: impl Fn(&mut fmt::Formatter<'_>, &Finding) -> fmt::Result,
) -> fmt::Result {
    if let Some(error) = &report.error {
        write!(f, "the body could not be validated: {error}")?;
    }
    for (at, finding) in report.findings.iter().enumerate() {
        if at > 0 {
            f.write_str("\n")?;
        }
        line(f, finding)?;
    }
    match report.omitted {
        0 => Ok(()),
        omitted => write!(f, "\n{omitted} more findings"),
    }
}

/// Compares pointers by segment: array indexes by number, before any text.
fn order(a: &str, b: &str) -> Ordering {
    // Most findings are at the same depth of the same object.
    let common = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    let start = a.as_bytes().get(..common).and_then(|common| common.iter().rposition(|byte| *byte == b'/'));
    let rest = |pointer| str::get(pointer, start.unwrap_or(0)..).unwrap_or_default();
    rest(a).split('/').map(segment).cmp(rest(b).split('/').map(segment))
}

/// Returns the sort key of a segment. A number with more digits is larger, since it has no leading zero.
fn segment(text: &str) -> (bool, usize, &str) {
    let number =
        text == "0" || (!text.is_empty() && !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit()));
    (!number, if number { text.len() } else { 0 }, text)
}
