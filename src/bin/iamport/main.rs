//! The `iamport` command: data on standard output, everything else on standard error.
//!
//! It exits with 0 for yes, 1 where the answer is no, 2 for bad usage or input, and 3 where the service or the network
//! failed.

mod args;
mod demo;
mod failure;
mod find;
mod output;
mod payments;
mod spec;

use std::process::ExitCode;

use clap::Parser;

use crate::{
    args::{Args, Command},
    failure::Failure,
};

/// What a command that did its work has to say.
enum Answer {
    Yes,
    No,
}

#[tokio::main]
async fn main() -> ExitCode {
    let done = match Args::parse() {
        Args { command: Command::Demo, .. } => demo::run().await,
        Args { command: Command::Find(find), service } => find::run(&service, find).await,
        Args { command: Command::Payments(payments), service } => payments::run(&service, payments).await,
        Args { command: Command::Spec(spec), .. } => spec::run(spec),
    };
    match done {
        Ok(Answer::Yes) => ExitCode::SUCCESS,
        Ok(Answer::No) => ExitCode::from(1),
        Err(failure) => failure.report(),
    }
}
