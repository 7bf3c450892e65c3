use std::{error::Error as _, io, process::ExitCode};

use crate::output::{escaped, note};

/// The error of a command.
pub(crate) enum CliError {
    Service(iamport::Error),
    /// An argument or a file is invalid. The text says which, and what was expected.
    Input(String),
    Output(io::Error),
    /// The sandbox could not listen.
    Listen(io::Error),
}

impl CliError {
    /// Returns whether the reader of the output closed it, as `head` does.
    pub(crate) fn is_closed_pipe(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }

    /// Prints the error on standard error and returns the exit status.
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
                note("  Without --port the sandbox takes a free port.");
                ExitCode::from(2)
            }
            Self::Service(error) => {
                print_error(error);
                ExitCode::from(if error.is_config() || error.is_invalid_request() { 2 } else { 3 })
            }
        }
    }
}

/// Prints what failed, the cause, and what to do.
pub(crate) fn print_error(error: &iamport::Error) {
    note(format_args!("iamport: {}", escaped(&error.to_string())));
    // The last cause is the most specific one.
    let mut cause = error.source();
    while let Some(deeper) = cause.and_then(|cause| cause.source()) {
        cause = Some(deeper);
    }
    if let Some(cause) = cause {
        note(format_args!("  caused by: {}", escaped(plain(&cause.to_string()))));
    }
    if let Some(hint) = hint(error) {
        note(format_args!("  {hint}"));
    }
}

/// Translates a cause for readers who do not know TLS libraries.
fn plain(cause: &str) -> &str {
    if cause.contains("InvalidContentType") { "the server does not speak TLS; is the address http?" } else { cause }
}

/// Returns advice for an error whose message has none.
fn hint(error: &iamport::Error) -> Option<&'static str> {
    let says = |words| error.to_string().contains(words);
    let status = error.status().map_or(0, |status| status.as_u16());
    Some(match status {
        _ if error.is_config() && says("is not set") => {
            "Copy IMP_KEY and IMP_SECRET from the console (https://admin.portone.io), page 결제 연동 > 식별코드·API Keys > \
             V1 API. `iamport demo` needs no keys."
        }
        _ if error.is_config() && says("base URL") => "Correct the address in --base-url or IMP_BASE_URL.",
        401 => "Check IMP_KEY and IMP_SECRET: both of the same merchant, for the V1 API.",
        429 => "Too many requests: try again later.",
        501 => "The server does not have this operation: check the address in --base-url or IMP_BASE_URL.",
        500.. => "The server failed: try again later.",
        _ if error.is_connect() || error.is_timeout() => {
            "Check the network, and the address in --base-url or IMP_BASE_URL."
        }
        _ if error.is_mismatch() => {
            "The server returned another payment than the requested one: do not use it. Check --base-url and any proxy or \
             cache; if they are right, report it to PortOne."
        }
        _ if error.is_decode() => {
            "If the address in --base-url or IMP_BASE_URL is right, the API may have changed: look for a newer \
             version of iamport."
        }
        1.. if error.code().is_none() && !error.is_too_large() => {
            "Another server responded: check the address in --base-url or IMP_BASE_URL, and any proxy in between."
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
