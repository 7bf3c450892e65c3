use std::{error::Error as _, io, process::ExitCode};

use crate::output::{escaped, note};

/// Why a command could not do its work.
pub(crate) enum CliError {
    Service(iamport::Error),
    /// What was handed in is of no use: says what, and where.
    Input(String),
    Output(io::Error),
    /// The sandbox has no port.
    Listen(io::Error),
}

impl CliError {
    /// Whoever reads has had enough: `| head`.
    pub(crate) fn is_closed_pipe(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }

    /// Says it on standard error, and which exit status it is.
    pub(crate) fn report(&self) -> ExitCode {
        match self {
            Self::Output(error) => {
                note(format_args!("iamport: cannot write the output: {error}"));
                ExitCode::from(3)
            }
            Self::Input(why) => {
                note(format_args!("iamport: {why}"));
                ExitCode::from(2)
            }
            Self::Listen(error) => {
                note(format_args!("iamport: the sandbox cannot listen on this port: {error}"));
                note("  Without --port it takes a free one.");
                ExitCode::from(2)
            }
            Self::Service(error) => {
                print_error(error);
                ExitCode::from(if error.is_config() || error.is_invalid_request() { 2 } else { 3 })
            }
        }
    }
}

/// What went wrong, why, and what to do about it.
pub(crate) fn print_error(error: &iamport::Error) {
    note(format_args!("iamport: {}", escaped(&error.to_string())));
    // The last of its causes says it; those between wrap it up.
    let mut cause = error.source();
    while let Some(deeper) = cause.and_then(|cause| cause.source()) {
        cause = Some(deeper);
    }
    if let Some(cause) = cause {
        note(format_args!("  because: {}", escaped(plain(&cause.to_string()))));
    }
    if let Some(hint) = hint(error) {
        note(format_args!("  {hint}"));
    }
}

/// A cause in words for those who know nothing of TLS libraries.
fn plain(cause: &str) -> &str {
    if cause.contains("InvalidContentType") { "what answers there speaks no TLS; is it http?" } else { cause }
}

/// What to do about it, where that is not plain.
fn hint(error: &iamport::Error) -> Option<&'static str> {
    let says = |words| error.to_string().contains(words);
    let status = error.status().map_or(0, |status| status.as_u16());
    Some(match status {
        _ if error.is_config() && says("is not set") => {
            "Both are in the console (https://admin.portone.io) under 결제 연동 > 식별코드·API Keys > V1 API. \
             `iamport demo` needs none."
        }
        _ if error.is_config() && says("base URL") => "Correct it in --base-url or IMP_BASE_URL.",
        401 => "Check IMP_KEY and IMP_SECRET: the pair of one merchant, with no blanks around them.",
        429 => "That was too much at a time; ask again later.",
        500.. => "The service has trouble of its own; ask again later.",
        _ if error.is_connect() || error.is_timeout() => {
            "Check the network, and the address in --base-url or IMP_BASE_URL."
        }
        _ if error.is_decode() => {
            "If the address in --base-url or IMP_BASE_URL is the service's, its answers have changed: look for a newer \
             version."
        }
        1.. if error.code().is_none() && !error.is_too_large() => {
            "Something else answers there: check the address in --base-url or IMP_BASE_URL, and proxies on the way."
        }
        _ => return None,
    })
}

impl From<iamport::Error> for CliError {
    fn from(error: iamport::Error) -> Self {
        Self::Service(error)
    }
}

impl From<io::Error> for CliError {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}
