//! The `iamport` command: results on standard output, everything else on standard error.
//!
//! Exit statuses: 0 yes, 1 no, 2 invalid usage or input, 3 the service, the network or the output failed.

mod args;
mod capture;
mod check;
mod completions;
mod demo;
mod error;
mod find;
mod input;
mod man;
mod outcome;
mod output;
mod output_file;
mod payments;
mod plain;
mod progress;
mod reconcile;
mod records;
mod redact;
mod sandbox;
mod signals;
mod spec;
mod validate;
mod verify;

use std::{
    io::{self, Write},
    process::ExitCode,
};

use clap::Parser;

use self::{
    args::{Args, Command},
    error::CliError,
    outcome::Outcome,
};

#[tokio::main]
async fn main() -> ExitCode {
    let command = match Args::try_parse() {
        Ok(args) => args.into_command(),
        Err(usage) => return print_usage(&usage),
    };
    let done = match command {
        Command::Demo => demo::run().await,
        Command::Find(find) => find::run(find).await,
        Command::Payments(payments) => payments::run(payments).await,
        Command::Verify(verify) => verify::run(verify).await,
        Command::Reconcile(reconcile) => reconcile::run(reconcile).await,
        Command::Sandbox(sandbox) => sandbox::run(sandbox).await,
        Command::Validate(validate) => validate::run(validate),
        Command::Redact(redact) => redact::run(&redact),
        Command::Check(check) => check::run(check).await,
        Command::Spec(spec) => spec::run(spec),
        Command::Completions { shell } => completions::run(shell),
        Command::Man { directory } => man::run(&directory),
    };
    match done {
        Ok(Outcome::Yes) => ExitCode::SUCCESS,
        Ok(Outcome::No) => ExitCode::from(1),
        Ok(Outcome::BadInput) => ExitCode::from(2),
        Ok(Outcome::GaveUp) => ExitCode::from(3),
        // The reader has what it wants. A command whose exit status is its result goes on instead.
        Err(failure) if failure.is_closed_pipe() => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

/// Prints help, the version, or the error in the arguments.
fn print_usage(usage: &clap::Error) -> ExitCode {
    let printed = usage.print().and_then(|()| io::stdout().flush()).map_err(CliError::Output);
    match printed {
        _ if usage.use_stderr() => ExitCode::from(2),
        Err(failure) if !failure.is_closed_pipe() => failure.report(),
        _ => ExitCode::SUCCESS,
    }
}
