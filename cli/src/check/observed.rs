//! The responses that the client received, and their validation.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use iamport::{
    InspectedResponse,
    validate::{self, Finding, Report, Severity, ValidateError},
};
use serde_json::Value;

use super::Row;

/// The last response of each operation.
#[derive(Default)]
pub(super) struct Responses(Mutex<HashMap<String, Observed>>);

pub(super) struct Observed {
    pub(super) at: Instant,
    pub(super) status: u16,
    pub(super) report: Result<Report, ValidateError>,
    pub(super) has_token: bool,
    /// The seconds by which the clock of this machine is ahead, by the response of the token endpoint.
    pub(super) clock_ahead: Option<i64>,
}

impl Responses {
    pub(super) fn add(&self, response: &InspectedResponse<'_>) {
        let (operation, status) = (response.operation(), response.status().as_u16());
        let report = validate::validate_response(operation, status, response.body());
        let report = report.map(|report| report.with_content_type(response.content_type()));
        let token = if operation == "get_token" { serde_json::from_slice(response.body()).ok() } else { None };
        let token: Value = token.unwrap_or_default();
        let now = token.pointer("/response/now").and_then(Value::as_i64);
        let clock_ahead = now.and_then(|now| jiff::Timestamp::now().as_second().checked_sub(now));
        let has_token = token.pointer("/response/access_token").is_some_and(Value::is_string);
        let observed = Observed { at: Instant::now(), status, report, has_token, clock_ahead };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(operation.to_owned(), observed);
    }

    pub(super) fn take(&self, operation: &str) -> Option<Observed> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(operation)
    }
}

impl Row {
    fn report(&self) -> Option<&Report> {
        self.observed.as_ref()?.report.as_ref().ok()
    }

    pub(super) fn count(&self, severity: Severity) -> usize {
        let findings = self.report().map(Report::findings).unwrap_or_default();
        findings.iter().filter(|finding| finding.severity() == severity).count()
    }

    /// Returns the first violation or drift of each place and rule, with their number.
    pub(super) fn findings(&self) -> Vec<(&'static str, &Finding, usize)> {
        let mut found: Vec<(&'static str, &Finding, usize)> = Vec::new();
        let mut places = HashMap::new();
        for finding in self.report().into_iter().flat_map(|report| report.with_min_severity(Severity::Drift)) {
            let at = *places.entry((finding.place(), finding.rule())).or_insert(found.len());
            match found.get_mut(at) {
                Some((_, _, count)) => *count += 1,
                None => found.push((self.operation, finding, 1)),
            }
        }
        found
    }

    /// Returns operation, status, milliseconds, whether the response was decoded, violations and drift.
    pub(super) fn cells(&self) -> [String; 6] {
        let none = || "-".to_owned();
        if self.is_skipped {
            return [self.operation.to_owned(), none(), none(), none(), none(), none()];
        }
        let count = |severity| self.report().map_or_else(none, |_| self.count(severity).to_string());
        [
            self.operation.to_owned(),
            self.observed.as_ref().map_or_else(none, |observed| observed.status.to_string()),
            milliseconds(self.elapsed),
            if self.error.is_none() { "yes" } else { "no" }.to_owned(),
            count(Severity::Violation),
            count(Severity::Drift),
        ]
    }
}

fn milliseconds(elapsed: Duration) -> String {
    elapsed.as_millis().to_string()
}
