//! The report for an issue, in Markdown: no personal data, no identifiers, no keys.

use std::{
    env::consts::{ARCH, OS},
    fmt::Write,
};

use iamport::{Error, validate::Finding};

use super::{Check, Row, clock};

pub(super) fn text(check: &Check) -> String {
    let day = jiff::Timestamp::now().strftime("%Y-%m-%d");
    let mut text = format!("# iamport check\n\niamport {} on {OS} {ARCH}, {day} UTC\n\n", env!("CARGO_PKG_VERSION"));
    text += "| operation | status | ms | decoded | violations | drift |\n| --- | ---: | ---: | --- | ---: | ---: |\n";
    for row in &check.rows {
        text += &format!("| {} |\n", row.cells().join(" | "));
    }
    if let Some(ahead) = check.clock {
        let _ = write!(text, "\nClock: {}.\n", clock(ahead));
    }
    if let Some(unchecked) = check.unchecked() {
        let _ = write!(text, "\nNote: {unchecked}.\n");
    }
    let findings = check.rows.iter().flat_map(Row::findings);
    let findings: Vec<_> = findings.map(|(operation, finding, count)| line(operation, finding, count)).collect();
    let failures =
        check.rows.iter().filter_map(|row| Some(format!("- {}: {}\n", row.operation, kind(row.error.as_ref()?))));
    let failures: Vec<_> = failures.collect();
    for (title, lines) in [("Findings", findings), ("Errors", failures)] {
        if !lines.is_empty() {
            let _ = write!(text, "\n## {title}\n\n{}", lines.concat());
        }
    }
    text
}

/// Describes a finding. The name of an unknown field is left out if it may be an identifier.
fn line(operation: &str, finding: &Finding, count: usize) -> String {
    let mut place = finding.place();
    if finding.is_unknown_field()
        && let Some((parent, name)) = place.rsplit_once('/')
        && !is_plain(name)
    {
        place = format!("{parent}/…");
    }
    let place = if place.is_empty() { "the response".to_owned() } else { format!("`{place}`") };
    let (severity, rule, actual) = (finding.severity(), finding.rule(), finding.actual());
    format!("- {operation}: {severity} at {place}: {rule}, expected {}, found {actual} ({count})\n", finding.expected())
}

fn is_plain(name: &str) -> bool {
    let digits = name.bytes().filter(u8::is_ascii_digit).count();
    name.len() <= 40 && digits <= 3 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Describes an error without its message, which may quote the service's.
fn kind(error: &Error) -> String {
    let status = error.status().map(|status| format!("HTTP {}", status.as_u16()));
    let code = error.code().map(|code| format!("code {code}"));
    let kind = match error {
        error if error.is_certificate() => "the certificate was rejected",
        error if error.is_connect() => "cannot connect",
        error if error.is_timeout() => "timed out",
        error if error.is_connection_broken() => "the connection broke",
        error if error.is_too_large() => "the response is too large",
        error if error.is_mismatch() => "the response has another payment",
        error if error.is_decode() => "the response cannot be decoded",
        error if error.is_unauthorized() => "the keys were rejected",
        _ => "failed",
    };
    [Some(kind.to_owned()), status, code].into_iter().flatten().collect::<Vec<_>>().join(", ")
}
