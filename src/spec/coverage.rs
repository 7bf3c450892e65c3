//! How many operations of a description the document covers.

use std::{collections::BTreeMap, fmt};

use serde::Serialize;

use super::document;
use crate::document::{Document, error::SpecError, read::read};

/// The operations of a description, by their methods. Its `Display` is one line: `28 GETs, 9 covered; 31 POSTs, 1 covered`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Coverage {
    /// The numbers of each method, by its name in capital letters.
    pub methods: BTreeMap<String, MethodCoverage>,
}

/// The operations of one method.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct MethodCoverage {
    /// The number of operations in the description.
    pub all: usize,
    /// The number of those that [`document`] has too.
    pub covered: usize,
}

/// Returns how many operations of a description [`document`] has.
///
/// ```
/// # fn main() -> Result<(), iamport::spec::SpecError> {
/// let coverage = iamport::spec::coverage(iamport::spec::DOCUMENT)?;
/// assert_eq!(coverage.to_string(), "8 GETs, 8 covered; 1 POST, 1 covered");
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// The description is not one that [`diff`](super::diff) can read.
pub fn coverage(other: impl AsRef<[u8]>) -> Result<Coverage, SpecError> {
    let covered = Document::new(document()).operation_keys()?;
    let root = read(other.as_ref())?;
    let mut methods = BTreeMap::<String, MethodCoverage>::new();
    for key in Document::new(&root).operation_keys()? {
        let method = methods.entry(key.0.to_uppercase()).or_default();
        method.all += 1;
        method.covered += usize::from(covered.contains(&key));
    }
    Ok(Coverage { methods })
}

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (method, MethodCoverage { all, covered })) in self.methods.iter().enumerate() {
            let (gap, plural) = (if at > 0 { "; " } else { "" }, if *all == 1 { "" } else { "s" });
            write!(f, "{gap}{all} {method}{plural}, {covered} covered")?;
        }
        Ok(())
    }
}
