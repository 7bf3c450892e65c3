use std::{error::Error as _, io, process::ExitCode};

/// Why a command could not do its work.
pub(crate) enum Failure {
    Service(iamport::Error),
    /// What was handed in is of no use: says what, and where.
    Input(String),
    Output(io::Error),
    /// The sandbox has no port.
    Listen(io::Error),
}

impl Failure {
    /// Whoever reads has had enough: `| head`.
    pub(crate) fn is_closed_pipe(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }

    /// Says it on standard error, and which exit status it is.
    pub(crate) fn report(&self) -> ExitCode {
        match self {
            Self::Output(error) => {
                anstream::eprintln!("iamport: the output cannot be written: {error}");
                ExitCode::from(3)
            }
            Self::Input(why) => {
                anstream::eprintln!("iamport: {why}");
                ExitCode::from(2)
            }
            Self::Listen(error) => {
                anstream::eprintln!("iamport: the sandbox cannot listen on that port: {error}");
                anstream::eprintln!("  Leave --port out, and it takes one that is free.");
                ExitCode::from(2)
            }
            Self::Service(error) => {
                tell(error);
                ExitCode::from(if error.is_config() || error.is_refused() { 2 } else { 3 })
            }
        }
    }
}

/// What went wrong, why, and what to do about it.
pub(crate) fn tell(error: &iamport::Error) {
    anstream::eprintln!("iamport: {error}");
    let mut source = error.source();
    while let Some(cause) = source {
        anstream::eprintln!("  because: {cause}");
        source = cause.source();
    }
    if let Some(hint) = hint(error) {
        anstream::eprintln!("  {hint}");
    }
}

/// What to do about it, where that is not plain.
fn hint(error: &iamport::Error) -> Option<&'static str> {
    if error.is_config() && error.to_string().contains("is not set") {
        Some(
            "Both are in the console (https://admin.portone.io) under 결제 연동 > 식별코드·API Keys > V1 API. `iamport demo` needs none.",
        )
    } else if error.is_unauthorized() {
        Some("Check IMP_KEY and IMP_SECRET; they must be the pair of one merchant.")
    } else if error.is_connect() {
        Some("Check the network, and the address in --base-url or IMP_BASE_URL.")
    } else {
        None
    }
}

impl From<iamport::Error> for Failure {
    fn from(error: iamport::Error) -> Self {
        Self::Service(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}
