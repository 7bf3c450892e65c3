//! The `iamport` command: data on standard output, everything else on standard error.
//!
//! It exits with 0 for yes, 1 where the answer is no, 2 for bad usage or input, and 3 where the service or the network
//! failed.

mod args;
mod completions;
mod demo;
mod error;
mod find;
mod input;
mod output;
mod payments;
mod progress;
mod reconcile;
mod sandbox;
mod signals;
mod spec;
mod validate;
mod verify;

use std::process::ExitCode;

use clap::Parser;

use crate::{
    args::{Args, Command},
    error::CliError,
};

/// What a command that did its work has to say.
enum Outcome {
    Yes,
    No,
    /// Some of what was handed in is of no use.
    BadInput,
    /// A part of the work is left.
    GaveUp,
}

#[tokio::main]
async fn main() -> ExitCode {
    let Args { command, service } = Args::parse();
    // Whose exit status is the answer, and not to be taken for yes when nobody read it.
    let answers = matches!(command, Command::Verify(_) | Command::Reconcile(_) | Command::Validate(_));
    let done = match command {
        Command::Demo => demo::run().await,
        Command::Find(find) => find::run(&service, find).await,
        Command::Payments(payments) => payments::run(&service, payments).await,
        Command::Verify(verify) => verify::run(&service, verify).await,
        Command::Reconcile(reconcile) => reconcile::run(&service, reconcile).await,
        Command::Sandbox(sandbox) => sandbox::run(sandbox).await,
        Command::Validate(validate) => validate::run(validate),
        Command::Spec(spec) => spec::run(spec),
        Command::Completions { shell } => completions::run(shell),
    };
    match done {
        Ok(Outcome::Yes) => ExitCode::SUCCESS,
        Ok(Outcome::No) => ExitCode::from(1),
        Ok(Outcome::BadInput) => ExitCode::from(2),
        Ok(Outcome::GaveUp) => ExitCode::from(3),
        Err(failure) if failure.is_closed_pipe() && !answers => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
