use std::{
    collections::{HashMap, HashSet},
    fmt,
};

use serde::Serialize;

use super::impact::Impact;

/// The differences between two descriptions, ordered by their impact.
///
/// Its `Display` has one line for each difference, under a heading that starts with `#` for each [`Impact`]. Saved, it is
/// a baseline for [`apply_baseline`](Self::apply_baseline).
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
    /// The impact on users of the crate.
    pub impact: Impact,
    /// The identifier of the difference, which does not change with the words of [`text`](Self::text).
    pub id: String,
    /// The difference in one line for people.
    pub text: String,
    /// The JSON pointer of the part in the other description that differs, or that lacks something.
    pub pointer: String,
    /// The line of that part, counted from 1; the line of the nearest part around it that starts a line.
    pub line: Option<usize>,
}

/// A line of a baseline that matches no difference.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnusedBaselineEntry {
    /// The number of the line, counted from 1.
    pub number: usize,
    /// The text of the line.
    pub text: String,
}

impl Diff {
    /// Removes the differences that a baseline has, and returns the lines of the baseline that match no difference.
    ///
    /// The baseline has one difference on each line, by its text or its id. Empty lines are ignored, and so are comments:
    /// the text after a `#` at the start of a line or after a blank.
    pub fn apply_baseline(&mut self, list: &str) -> Vec<UnusedBaselineEntry> {
        let by_text: HashMap<_, _> = self
            .changes
            .iter()
            .flat_map(|change| [&change.text, &change.id].map(|text| (text.as_str(), &*change.id)))
            .collect();
        let mut known = HashSet::new();
        let mut unused = Vec::new();
        for (line, number) in list.trim_start_matches('\u{feff}').lines().zip(1..) {
            let whole = line.trim();
            let bare =
                if whole.starts_with('#') { "" } else { whole.split(" #").next().unwrap_or_default().trim_end() };
            match [whole, bare].iter().find_map(|line| by_text.get(line)) {
                Some(id) => {
                    known.insert((*id).to_owned());
                }
                None if bare.is_empty() => {}
                None => unused.push(UnusedBaselineEntry { number, text: bare.to_owned() }),
            }
        }
        self.changes.retain(|change| !known.contains(&change.id));
        unused
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
