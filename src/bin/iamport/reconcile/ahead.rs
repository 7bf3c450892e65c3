//! Answers that came behind one that never did: results are in the order of their rows, so these wait in a file of
//! their own until `--resume` has the missing one.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::{
    orders::Row,
    outcome::{OrderResult, Verdict},
};

pub(super) struct AbortOnDropTask {
    path: PathBuf,
    entries: BTreeMap<u64, Entry>,
}

#[derive(Serialize, Deserialize)]
struct Entry {
    row: u64,
    fields: Vec<String>,
    result: String,
    detail: String,
}

impl AbortOnDropTask {
    /// What waits beside a file of results.
    pub(super) fn beside(out: &Path, resume: bool) -> Self {
        let mut path = out.as_os_str().to_owned();
        path.push(".ahead");
        let path = PathBuf::from(path);
        // One that cannot be read is of no use; its orders are asked again.
        let read = || serde_json::from_slice::<Vec<Entry>>(&fs::read(&path).ok()?).ok();
        let entries = if resume { read().unwrap_or_default() } else { Vec::new() };
        Self { entries: entries.into_iter().map(|entry| (entry.row, entry)).collect(), path }
    }

    /// The answer for a row, if it is known.
    pub(super) fn take(&mut self, row: &Row) -> Option<Verdict> {
        let entry = self.entries.remove(&row.index).filter(|entry| entry.fields == row.fields)?;
        Some(Verdict::new(OrderResult::from_name(&entry.result)?, entry.detail))
    }

    pub(super) fn keep(&mut self, row: Row, verdict: Verdict) {
        let Row { index, fields, .. } = row;
        let result = verdict.outcome.as_str().to_owned();
        self.entries.insert(index, Entry { row: index, fields, result, detail: verdict.detail });
    }

    /// Writes what waits, or tidies up where nothing does.
    pub(super) fn save(&self) -> io::Result<()> {
        if !self.entries.is_empty() {
            return fs::write(&self.path, serde_json::to_vec(&self.entries.values().collect::<Vec<_>>())?);
        }
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}
