//! The numbers of records and findings.

use std::fmt;

use iamport::validate::Severity;

#[derive(Default)]
pub(super) struct Summary {
    pub(super) records: usize,
    /// Records without a violation or drift.
    pub(super) clean: usize,
    /// Records that could not be validated.
    pub(super) invalid: usize,
    violations: usize,
    deviations: usize,
    drift: usize,
    /// Findings of the baseline.
    pub(super) known: usize,
    /// Findings that a report does not keep.
    pub(super) omitted: usize,
    pub(super) worst: Option<Severity>,
    /// Whether deviations are counted only.
    hides_deviations: bool,
}

impl Summary {
    pub(super) fn new(hides_deviations: bool) -> Self {
        Self { hides_deviations, ..Self::default() }
    }

    pub(super) fn add(&mut self, severity: Severity) {
        match severity {
            Severity::Violation => self.violations += 1,
            Severity::Deviation => self.deviations += 1,
            Severity::Drift => self.drift += 1,
        }
        self.worst = self.worst.max(Some(severity));
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { records, clean, invalid, violations, deviations, drift, known, omitted, .. } = self;
        let plural = |count: &usize| if *count == 1 { "" } else { "s" };
        write!(f, "{records} record{}, {clean} without violations or drift", plural(records))?;
        if *invalid > 0 {
            write!(f, ", {invalid} invalid")?;
        }
        write!(f, "; {violations} violation{}, {drift} drift finding{}, ", plural(violations), plural(drift))?;
        write!(f, "{deviations} deviation{}", plural(deviations))?;
        if self.hides_deviations && *deviations > 0 {
            f.write_str(" (--all prints them)")?;
        }
        if *known > 0 {
            write!(f, ", {known} known")?;
        }
        if *omitted > 0 {
            write!(f, ", {omitted} beyond the first 1,000 of a record")?;
        }
        Ok(())
    }
}
