//! Reconciles a file of orders with their payments. Memory is bounded by the concurrency and a fingerprint per order.

mod check;
mod lookups;
mod orders;
mod outcome;
mod period;
mod results;
mod run;
mod summary;
mod table;
mod workbook_results;

use self::{
    lookups::LookUps,
    period::Period,
    run::{Ended, MAX_FAILURES, Run},
    summary::number,
};
use crate::{
    args,
    error::{self, CliError},
    outcome::Outcome,
    output::note,
};

pub(crate) async fn run(args: args::Reconcile) -> Result<Outcome, CliError> {
    let period = Period::new(args.since, args.until)?;
    args.check_files()?;
    let lookups = LookUps::new(args.save.client(&args.service, args.overwrite)?, &args);
    let mut run = Run::begin(&args)?;
    let mut ended = run.look_up_all(&lookups, &args).await;
    if let (Ended::Whole, Some(period)) = (&ended, period) {
        ended = run.list_period(&lookups, period).await;
    }
    let ended = run.end(ended);
    let unnamed = run.unnamed_bad_rows();
    let Run { summary, progress, output, lang, .. } = run;
    drop(progress);
    unnamed.into_iter().for_each(note);
    // The results are written, so a closed standard error changes nothing.
    if !args.quiet {
        let _ = summary.print(lang);
    }
    let mut outcome = Outcome::GaveUp;
    let is_unwritten = matches!(ended, Ended::Unwritten(_));
    match ended {
        Ended::Whole => {
            if summary.errors() > 0 {
                let orders = if summary.errors() == 1 { "order" } else { "orders" };
                note(format_args!("\niamport: {} {orders} could not be looked up", number(summary.errors())));
            }
            return Ok(summary.outcome());
        }
        Ended::Interrupted => note("\niamport: interrupted"),
        Ended::Unreadable(error) => {
            note("");
            error.report();
            outcome = Outcome::BadInput;
        }
        Ended::Failed(error) => {
            note("");
            error::print_error(&error);
        }
        Ended::GaveUp(error) => {
            note(format_args!("\niamport: gave up after {MAX_FAILURES} failed look-ups in a row; the last one:"));
            error::print_error(&error);
        }
        Ended::Unwritten(error) => {
            let Some(out) = &args.output else { return Err(CliError::Output(error)) };
            note(format_args!("\niamport: {} cannot be written: {error}", out.display()));
        }
    }
    let rows = summary.rows();
    let results =
        if rows == 1 { "the result of 1 row".to_owned() } else { format!("the results of {} rows", number(rows)) };
    match (&args.output, output.and_then(|output| output.abandon(rows))) {
        (Some(out), _) if rows == 0 && !is_unwritten => {
            note(format_args!("  {} is not written: no row has a result.", out.display()))
        }
        (Some(_), Some(file)) => note(format_args!("  {} has {results}, and is not complete.", file.display())),
        (None, _) if rows > 0 => note(format_args!("  Above are {results}; they are not complete.")),
        _ => {}
    }
    Ok(outcome)
}
