use std::io::{self, Write};

use clap::CommandFactory;
use clap_complete::Shell;

use crate::{Answer, Failure, args::Args};

pub(crate) fn run(shell: Shell) -> Result<Answer, Failure> {
    // Into memory first: a closed pipe is no panic.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "iamport", &mut script);
    io::stdout().write_all(&script)?;
    Ok(Answer::Yes)
}
