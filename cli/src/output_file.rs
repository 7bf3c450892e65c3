//! A file that is written. It has another name, as in `results.partial.csv`, until it is complete.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Write},
    path::{Path, PathBuf},
};

use crate::error::CliError;

pub(crate) struct OutputFile {
    file: File,
    path: PathBuf,
    /// The name until it is complete. A pipe or a device has none.
    partial: Option<PathBuf>,
}

impl OutputFile {
    /// Creates the partial file and locks it until this value is dropped. A message names the command.
    ///
    /// # Errors
    ///
    /// If the file exists and `overwrite` is false, if another run writes to it, or if it cannot be written.
    pub(crate) fn create(path: &Path, overwrite: bool, command: &str) -> Result<Self, CliError> {
        let unwritable = |error: io::Error| unwritable(path, &error);
        let path = path.to_owned();
        match fs::metadata(&path) {
            Ok(found) if found.is_dir() => {
                return Err(CliError::Input(format!("{} is a folder; name a file in it", path.display())));
            }
            Ok(found) if !found.is_file() => {
                let file = OpenOptions::new().write(true).open(&path).map_err(unwritable)?;
                return Ok(Self { file, path, partial: None });
            }
            Ok(found) if found.permissions().readonly() => {
                return Err(CliError::Input(format!("{} is write-protected; name another --output", path.display())));
            }
            _ => {}
        }
        let partial = partial(&path);
        let mut options = OpenOptions::new();
        let file = options.read(true).write(true).create(true).truncate(false).open(&partial).map_err(unwritable)?;
        lock(&file, &path, command)?;
        // The run that held the lock until now may have renamed the file since it was opened.
        if !is_at(&file.metadata().map_err(unwritable)?, &partial) {
            return Err(in_use(&path, command));
        }
        let output = Self { file, path, partial: Some(partial) };
        if !overwrite && fs::metadata(&output.path).is_ok_and(|file| file.len() > 0) {
            output.remove_if_empty();
            return Err(exists_already(&output.path, "--output"));
        }
        output.file.set_len(0).map_err(unwritable)?;
        Ok(output)
    }

    /// Opens the file once more, for the writer.
    pub(crate) fn writer(&self) -> Result<File, CliError> {
        self.file.try_clone().map_err(|error| unwritable(&self.path, &error))
    }

    pub(crate) fn write(&self, text: &[u8]) -> io::Result<()> {
        (&self.file).write_all(text)
    }

    /// Gives the file its name, because it is complete.
    pub(crate) fn complete(self) -> io::Result<()> {
        let Some(partial) = &self.partial else { return Ok(()) };
        self.file.sync_all()?;
        fs::rename(partial, &self.path)
    }

    /// Returns the file that has the items so far. Removes it if it has none.
    pub(crate) fn abandon(self, items: u64) -> Option<PathBuf> {
        if items > 0 {
            return Some(self.partial.unwrap_or(self.path));
        }
        if self.file.set_len(0).is_ok() {
            self.remove_if_empty();
        }
        None
    }

    fn remove_if_empty(&self) {
        if let Some(partial) = &self.partial
            && self.file.metadata().is_ok_and(|file| file.len() == 0)
        {
            let _ = fs::remove_file(partial);
        }
    }
}

/// Returns the name of the file until it is complete: `results.partial.csv` for `results.csv`.
fn partial(path: &Path) -> PathBuf {
    let mut name = path.file_stem().unwrap_or_default().to_owned();
    name.push(".partial");
    if let Some(extension) = path.extension() {
        name.push(".");
        name.push(extension);
    }
    path.with_file_name(name)
}

fn lock(file: &File, path: &Path, command: &str) -> Result<(), CliError> {
    match file.try_lock() {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => Err(in_use(path, command)),
        // Some network file systems have no locks.
        Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => Ok(()),
        Err(TryLockError::Error(error)) => {
            Err(CliError::Input(format!("{} cannot be locked: {error}", path.display())))
        }
    }
}

fn in_use(path: &Path, command: &str) -> CliError {
    CliError::Input(format!(
        "{} is being written by another `{command}`; wait for its end, or name another --output",
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

pub(crate) fn unwritable(path: &Path, error: &io::Error) -> CliError {
    CliError::Input(format!("{} cannot be written: {error}", path.display()))
}

/// Returns the error of a file that an option names and that is not to be replaced.
pub(crate) fn exists_already(path: &Path, option: &str) -> CliError {
    let path = path.display();
    CliError::Input(format!("{path} exists already; name another {option}, or replace it with --overwrite"))
}

/// Returns the extension of a file in small letters.
pub(crate) fn extension(path: &Path) -> String {
    path.extension().unwrap_or_default().to_string_lossy().to_lowercase()
}

pub(crate) fn unknown_extension(path: &Path, expected: &str) -> CliError {
    CliError::Input(format!(
        "cannot write {}: expected the extension {expected}, got .{}\n  Rename the file, or set --format.",
        path.display(),
        extension(path)
    ))
}
