use std::{collections::HashSet, fmt};

use serde::Serialize;

use super::impact::Impact;

/// What another description says differently, what matters most first.
///
/// As a text it is one line a change, under a heading that starts with `#` for each [`Impact`]: what
/// [`apply_baseline`](Self::apply_baseline) takes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Diff {
    /// Each difference, once.
    pub changes: Vec<Change>,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[non_exhaustive]
pub struct Change {
    /// What it does to a user of the crate.
    pub impact: Impact,
    /// What it is known by: the same for the same difference, whatever the words of [`text`](Self::text).
    pub id: String,
    /// The difference in one line for people.
    pub text: String,
}

/// A line of a list of accepted differences that no difference fits any more.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnusedBaselineEntry {
    /// Which line of the list, counted from 1.
    pub number: usize,
    /// What it says.
    pub text: String,
}

impl Diff {
    /// Takes out the differences that one knows about, and tells which lines of the list match nothing any more.
    ///
    /// The list has one difference a line, by its text or its id. Empty lines and what follows a `#` at the start of a
    /// line or after a blank say nothing.
    pub fn apply_baseline(&mut self, list: &str) -> Vec<UnusedBaselineEntry> {
        let mut known = HashSet::new();
        let mut stale = Vec::new();
        for (line, number) in list.trim_start_matches('\u{feff}').lines().zip(1..) {
            let whole = line.trim();
            let bare =
                if whole.starts_with('#') { "" } else { whole.split(" #").next().unwrap_or_default().trim_end() };
            let fits = |change: &&Change| {
                [whole, bare].iter().any(|line| [&change.text, &change.id].contains(&&(*line).to_owned()))
            };
            match self.changes.iter().find(fits) {
                Some(change) => {
                    known.insert(change.id.clone());
                }
                None if bare.is_empty() => {}
                None => stale.push(UnusedBaselineEntry { number, text: bare.to_owned() }),
            }
        }
        self.changes.retain(|change| !known.contains(&change.id));
        stale
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Display for Diff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut above = None;
        for change in &self.changes {
            if above != Some(change.impact) {
                let gap = if above.is_some() { "\n" } else { "" };
                writeln!(f, "{gap}# {}", change.impact)?;
                above = Some(change.impact);
            }
            writeln!(f, "{change}")?;
        }
        Ok(())
    }
}
