use std::io::{self, Write};

use clap::CommandFactory;
use clap_complete::Shell;

use crate::{args::Args, error::CliError, outcome::Outcome};

pub(crate) fn run(shell: Shell) -> Result<Outcome, CliError> {
    // Written to memory first, since `generate` panics if a write fails.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "iamport", &mut script);
    io::stdout().write_all(&script)?;
    Ok(Outcome::Yes)
}
