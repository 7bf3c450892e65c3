//! The file of results. It is locked while it is written, and replaced atomically when a run is resumed.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io,
    path::{Path, PathBuf},
};

use crate::error::CliError;

pub(super) struct OutputFile {
    path: PathBuf,
    /// The open file, which is locked.
    pub(super) file: File,
    pub(super) kind: Kind,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Kind {
    /// A pipe or a device.
    Special,
    Empty,
    HasResults,
}

impl OutputFile {
    pub(super) fn open(path: &Path) -> Result<Self, CliError> {
        if path.is_dir() {
            return Err(CliError::Input(format!("{} is a folder; name a file in it", path.display())));
        }
        let unwritable = |error: io::Error| unwritable(path, &error);
        let special = fs::metadata(path).is_ok_and(|file| !file.is_file());
        let mut options = OpenOptions::new();
        let options = options.write(true).read(!special).create(true).truncate(false);
        let file = options.open(path).map_err(unwritable)?;
        if special {
            return Ok(Self { path: path.to_owned(), file, kind: Kind::Special });
        }
        lock(&file, path)?;
        let metadata = file.metadata().map_err(unwritable)?;
        // A process that held the lock until now may have replaced the file since it was opened.
        if !is_at(&metadata, path) {
            return Err(in_use(path));
        }
        let kind = if metadata.len() > 0 { Kind::HasResults } else { Kind::Empty };
        Ok(Self { path: path.to_owned(), file, kind })
    }

    /// Creates a locked file that will replace this one.
    pub(super) fn begin_replacement(&self) -> Result<Replacement, CliError> {
        let mut temporary = self.path.clone().into_os_string();
        temporary.push(".resume");
        let temporary = PathBuf::from(temporary);
        let file = File::create(&temporary).map_err(|error| unwritable(&temporary, &error))?;
        lock(&file, &temporary)?;
        Ok(Replacement { file, temporary, path: self.path.clone(), done: false })
    }
}

/// A file that replaces another once it has all results of the other. It is removed if it does not.
pub(super) struct Replacement {
    pub(super) file: File,
    temporary: PathBuf,
    path: PathBuf,
    done: bool,
}

impl Replacement {
    pub(super) fn replace(mut self) -> io::Result<()> {
        self.file.sync_all()?;
        fs::rename(&self.temporary, &self.path)?;
        self.done = true;
        Ok(())
    }
}

impl Drop for Replacement {
    fn drop(&mut self) {
        if !self.done {
            let _ = fs::remove_file(&self.temporary);
        }
    }
}

fn lock(file: &File, path: &Path) -> Result<(), CliError> {
    match file.try_lock() {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => Err(in_use(path)),
        // Some network file systems have no locks.
        Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => Ok(()),
        Err(TryLockError::Error(error)) => {
            Err(CliError::Input(format!("{} cannot be locked: {error}", path.display())))
        }
    }
}

fn in_use(path: &Path) -> CliError {
    CliError::Input(format!(
        "{} is being written by another `iamport reconcile`; wait for its end, or name another --output",
        path.display()
    ))
}

#[cfg(unix)]
fn is_at(metadata: &fs::Metadata, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;

    fs::metadata(path).is_ok_and(|at| (at.dev(), at.ino()) == (metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn is_at(_: &fs::Metadata, _: &Path) -> bool {
    true
}

pub(super) fn unwritable(path: &Path, error: &io::Error) -> CliError {
    CliError::Input(format!("{} cannot be written: {error}", path.display()))
}
