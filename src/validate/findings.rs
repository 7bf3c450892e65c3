//! The findings of one body, of which a bounded number is kept.

use super::{
    finding::Finding,
    rule::BrokenRule,
    severity::{Assessment, Severity},
};

/// The number of findings that a report keeps.
pub(super) const MAX_KEPT: usize = 1_000;

/// The first findings of each class, and the number of all.
#[derive(Debug, Default)]
pub(super) struct Findings {
    /// Violations, drift, deviations, and those of ordinary responses.
    kept: [Vec<Finding>; 4],
    pub(super) total: usize,
    pub(super) worst: Option<Severity>,
}

impl Findings {
    /// Adds a finding, which is created only if it is kept.
    pub(super) fn add(&mut self, broken: &'static BrokenRule, finding: impl FnOnce() -> Finding) {
        self.total += 1;
        self.worst = self.worst.max(Some(broken.assessment.severity));
        let [violations, drift, deviations, ordinary] = &mut self.kept;
        let class = match &broken.assessment {
            Assessment { severity: Severity::Violation, .. } => violations,
            Assessment { severity: Severity::Drift, .. } => drift,
            Assessment { ordinary: false, .. } => deviations,
            Assessment { ordinary: true, .. } => ordinary,
        };
        if class.len() < MAX_KEPT {
            class.push(finding());
        }
    }

    /// Adds the findings of another check of the same body.
    pub(super) fn extend(&mut self, other: Self) {
        for (class, more) in self.kept.iter_mut().zip(other.kept) {
            class.extend(more);
        }
        self.total += other.total;
        self.worst = self.worst.max(other.worst);
    }

    /// Returns the findings that are kept, the most severe first.
    pub(super) fn into_kept(self) -> Vec<Finding> {
        self.kept.into_iter().flatten().take(MAX_KEPT).collect()
    }
}
