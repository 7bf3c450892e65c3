//! Known findings, from a file that an earlier run printed.

use std::{
    collections::{HashMap, HashSet},
    path::Path,
};

use crate::{error::CliError, input, output::note};

/// The identifiers of known findings.
#[derive(Default)]
pub(super) struct Baseline {
    /// The line of each.
    known: HashMap<String, (usize, String)>,
    used: HashSet<String>,
}

impl Baseline {
    /// Reads a file with a finding on each line, by its text or its id. `#` begins a comment at the start of a line.
    pub(super) fn read(path: &Path) -> Result<Self, CliError> {
        let unreadable = |why: &str| CliError::Input(format!("cannot read {}: {why}", input::name(path)));
        let bytes = input::read(path).map_err(|error| unreadable(&error.to_string()))?;
        let text = String::from_utf8(bytes).map_err(|_| unreadable("expected text in UTF-8"))?;
        let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim).zip(1..);
        let lines = lines.filter(|(line, _)| !line.is_empty() && !line.starts_with('#'));
        let known = lines.map(|(line, number)| (identifier(line), (number, line.to_owned()))).collect();
        Ok(Self { known, used: HashSet::new() })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    pub(super) fn has(&mut self, id: &str) -> bool {
        let known = self.known.contains_key(id);
        if known && !self.used.contains(id) {
            self.used.insert(id.to_owned());
        }
        known
    }

    /// Reports the lines that match no finding.
    pub(super) fn report_unused(&self, path: &Path) {
        let mut unused: Vec<_> = self.known.iter().filter(|(id, _)| !self.used.contains(*id)).collect();
        unused.sort_by_key(|(_, (number, _))| *number);
        for (_, (number, line)) in unused {
            note(format_args!("iamport: {}:{number}: matches no current finding: {line}", input::name(path)));
        }
    }
}

/// Returns what a printed finding has in common with all of its group: subject, severity, place and rule.
pub(super) fn identifier(line: &str) -> String {
    let severities = [": violation at ", ": drift at ", ": deviation at "];
    let Some((at, marker)) =
        severities.iter().filter_map(|marker| Some((line.find(marker)?, *marker))).min_by_key(|(at, _)| *at)
    else {
        return line.to_owned();
    };
    let (before, rest) = line.split_at(at);
    let subject = before.rsplit_once(": ").map_or(before, |(_, subject)| subject);
    let mut finding = rest.strip_prefix(marker).unwrap_or(rest);
    for detail in ["; ", " (violates ", ", found ", ", expected "] {
        let is_count = |end: &str| end.strip_suffix(" times").is_some_and(|count| count.parse::<usize>().is_ok());
        if let Some((start, end)) = finding.rsplit_once(detail)
            && (detail != "; " || is_count(end))
        {
            finding = start;
        }
    }
    let (pointer, rule) = finding.rsplit_once(": ").unwrap_or((finding, ""));
    let is_index = |segment: &str| !segment.is_empty() && segment.bytes().all(|byte| byte.is_ascii_digit());
    let place: Vec<_> = pointer.split('/').map(|segment| if is_index(segment) { "*" } else { segment }).collect();
    format!("{subject}{marker}{}: {rule}", place.join("/"))
}
