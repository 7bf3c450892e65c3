use std::fmt::Display;

use super::note;

/// The number of notes of one kind that are printed. More of them could block a reader that does not read.
const PRINTED: usize = 20;

/// Notes of one kind: the first ones are printed, the others are counted.
#[derive(Default)]
pub(crate) struct FewNotes(usize);

impl FewNotes {
    pub(crate) fn add(&mut self, lines: impl Display) {
        self.0 += 1;
        if self.0 <= PRINTED {
            note(lines);
        }
    }

    /// Prints the number of the others, which are `what`.
    pub(crate) fn end(&self, what: &str) {
        if self.0 > PRINTED {
            note(format_args!("iamport: {} more {what}", self.0 - PRINTED));
        }
    }
}
