//! Reconciles a file of orders with their payments. Memory is bounded by the concurrency and a fingerprint per order.

mod attempts;
mod columns;
mod csv_rows;
mod encoding;
mod judgement;
mod lookups;
mod orders;
mod outcome;
mod output_file;
mod period;
mod record;
mod results;
mod resume;
mod run;
mod summary;
mod workbook_results;
mod workbook_rows;

pub(crate) use self::{attempts::look_up, judgement::Expected, outcome::OrderResult};
use self::{
    lookups::LookUps,
    period::Period,
    run::{Ended, Run},
    summary::number,
};
use crate::{
    args::{self, ResultFormat},
    error::{self, CliError},
    outcome::Outcome,
    output::note,
};

pub(crate) async fn run(args: args::Reconcile) -> Result<Outcome, CliError> {
    let period = Period::new(args.since, args.until)?;
    let lookups = LookUps::new(args.service.client()?, &args);
    let mut run = Run::begin(&args)?;
    let (mut ended, left) = run.look_up_all(&lookups, &args).await?;
    if let (Ended::Whole, Some(period)) = (&ended, period) {
        ended = run.list_period(&lookups, period).await;
    }
    let ended = run.end(ended, left)?;
    let Run { summary, progress, replacement, .. } = run;
    drop(progress);
    let unchanged = replacement.is_some();
    drop(replacement);
    // The results are written, so a closed standard error changes nothing.
    let _ = summary.print();
    match ended {
        Ended::Whole if summary.errors() == 0 => return Ok(summary.outcome()),
        Ended::Whole => {
            let orders = if summary.errors() == 1 { "order" } else { "orders" };
            note(format_args!("\niamport: {} {orders} could not be looked up", number(summary.errors())));
        }
        Ended::Interrupted { .. } => note("\niamport: interrupted"),
        Ended::Failed(error) => {
            note("");
            error::print_error(&error);
        }
        Ended::GaveUp(error) => {
            let failures = args.max_consecutive_errors;
            note(format_args!("\niamport: gave up after {failures} failed look-ups in a row; the last one:"));
            error::print_error(&error);
        }
        Ended::Unwritten(error) => {
            let Some(out) = &args.output else { return Err(CliError::Output(error)) };
            note(format_args!("\niamport: {} cannot be written: {error}", out.display()));
        }
    }
    note(format_args!("  {}", what_next(&args, summary.rows(), unchanged)));
    Ok(Outcome::GaveUp)
}

fn what_next(args: &args::Reconcile, rows: u64, unchanged: bool) -> String {
    let results_are = if rows == 1 { "1 result is".to_owned() } else { format!("{} results are", number(rows)) };
    let only = "Only a run with --output FILE in csv or ndjson can be continued with --resume.";
    match &args.output {
        Some(out) if unchanged => {
            format!("{} is unchanged; run the same command with --resume to continue.", out.display())
        }
        Some(out) if args.format().is_ok_and(ResultFormat::is_resumable) => {
            format!("{results_are} in {}; run the same command with --resume to continue.", out.display())
        }
        Some(out) => format!("{results_are} in {}. {only}", out.display()),
        None if rows == 0 => only.to_owned(),
        None => format!("{results_are} above. {only}"),
    }
}
