//! Captured responses: a JSON object on each line, with the operation, the HTTP status and the body.

use std::{
    borrow::Cow,
    error,
    fs::{File, OpenOptions},
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use iamport::InspectedResponse;
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};

use crate::{
    error::CliError,
    output::note,
    output_file::{exists_already, unwritable},
};

/// The operation whose responses are secrets.
const TOKEN: &str = "get_token";

/// One captured response.
#[derive(Deserialize, Serialize)]
pub(crate) struct Capture<'a> {
    #[serde(borrow)]
    pub(crate) operation: Cow<'a, str>,
    pub(crate) status: u16,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) content_type: Option<String>,
    /// A body of JSON as it was received. A string is the text of any other body, or of one with line breaks.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) body: Option<Cow<'a, RawValue>>,
    /// A body that is not UTF-8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    body_base64: Option<String>,
}

impl<'a> Capture<'a> {
    pub(crate) fn new(operation: &'a str, status: u16, content_type: Option<&str>, body: &'a [u8]) -> Self {
        let text = str::from_utf8(body).ok();
        let is_plain = |text: &&str| !text.starts_with('"') && !text.contains(['\n', '\r']);
        let json = text.filter(is_plain).and_then(|text| serde_json::from_str::<&RawValue>(text).ok());
        // Blanks around a value are a part of the body too.
        let json = json.filter(|json| json.get().len() == body.len()).map(Cow::Borrowed);
        let quoted = || text.and_then(|text| to_raw_value(text).ok()).map(Cow::Owned);
        Self {
            operation: operation.into(),
            status,
            content_type: content_type.map(str::to_owned),
            body: json.or_else(quoted),
            body_base64: if text.is_none() { Some(BASE64_STANDARD.encode(body)) } else { None },
        }
    }

    /// Returns the body as it was received.
    pub(crate) fn bytes(&self) -> Result<Cow<'_, [u8]>, String> {
        match (&self.body, &self.body_base64) {
            (Some(body), _) if body.get().starts_with('"') => {
                let text: String = serde_json::from_str(body.get()).map_err(|error| format!("`body`: {error}"))?;
                Ok(text.into_bytes().into())
            }
            (Some(body), _) => Ok(body.get().as_bytes().into()),
            (None, Some(base64)) => {
                let bytes = BASE64_STANDARD.decode(base64).map_err(|error| format!("`body_base64`: {error}"))?;
                Ok(bytes.into())
            }
            (None, None) => Err("expected a field `body`".to_owned()),
        }
    }
}

/// Writes each response to a file that only its owner can read.
pub(crate) struct Recorder {
    file: Mutex<File>,
    path: PathBuf,
}

impl Recorder {
    /// Creates the file.
    ///
    /// # Errors
    ///
    /// If it exists and `overwrite` is false, or cannot be written.
    pub(crate) fn create(path: &Path, overwrite: bool) -> Result<Self, CliError> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(!overwrite).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let opened = options.open(path);
        #[cfg(unix)]
        let opened = opened.and_then(|file| {
            // One that existed may have been readable by others. A device has its own permissions.
            if file.metadata()?.is_file() {
                file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
            }
            Ok(file)
        });
        let file = opened.map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => exists_already(path, "--save"),
            _ => unwritable(path, &error),
        })?;
        note(format_args!(
            "iamport: {} will hold personal data; `iamport redact` replaces it, to share the file",
            path.display()
        ));
        Ok(Self { file: Mutex::new(file), path: path.to_owned() })
    }

    /// Writes a response, unless it has an access token.
    pub(crate) fn record(&self, response: &InspectedResponse<'_>) -> Result<(), Box<dyn error::Error + Send + Sync>> {
        if response.operation() == TOKEN {
            return Ok(());
        }
        let (operation, status) = (response.operation(), response.status().as_u16());
        let mut line = serde_json::to_vec(&Capture::new(operation, status, response.content_type(), response.body()))?;
        line.push(b'\n');
        let written = self.file.lock().unwrap_or_else(PoisonError::into_inner).write_all(&line);
        written.map_err(|error| format!("cannot write {}: {error}", self.path.display()).into())
    }
}
