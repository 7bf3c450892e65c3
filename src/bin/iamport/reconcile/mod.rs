//! Every order of a file against its payment: bounded in time by the service, in memory by the concurrency.

mod ahead;
mod encoding;
mod orders;
mod outcome;
mod results;
mod resume;
mod summary;

use std::{
    fs::{self, OpenOptions},
    io::{self, Seek, SeekFrom, Write},
    path::Path,
    pin::pin,
};

use anstream::StripStream;
use futures_util::stream::{FuturesOrdered, StreamExt};
use iamport::Client;

use self::{
    ahead::AbortOnDropTask,
    orders::{Orders, Row},
    outcome::{OrderResult, Verdict, look_up},
    results::Results,
    resume::PriorResults,
    summary::{Summary, number},
};
use crate::{
    args,
    error::{self, CliError},
    outcome::Outcome,
    output::{self, Format, note},
    progress::{Output, Progress},
    signals,
};

pub(crate) async fn run(service: &args::Service, args: args::Reconcile) -> Result<Outcome, CliError> {
    let client = service.client()?;
    let mut run = Run::begin(&args)?;
    let ended = run.look_up_all(&client, args.concurrency).await;
    let Run { results, summary, ahead, progress, .. } = run;
    drop(progress);
    // Half a result is cut off by `--resume`; with an end behind it, it is not.
    let finished = if matches!(ended, Ok(Ended::Unwritten(_))) { Ok(()) } else { results.finish() };
    let ended = match (ended?, finished.and(ahead.as_ref().map_or(Ok(()), AbortOnDropTask::save))) {
        (Ended::Whole | Ended::Interrupted, Err(error)) => Ended::Unwritten(error),
        (ended, _) => ended,
    };
    // Nobody may be there to read it any more, and the results are safe.
    let _ = summary.print();
    match ended {
        Ended::Whole => return Ok(summary.answer()),
        Ended::Interrupted => note("\niamport: interrupted"),
        Ended::Failed(error) => {
            note("");
            error::print_error(&error);
        }
        Ended::Unwritten(error) => {
            let Some(out) = &args.output else { return Err(CliError::Output(error)) };
            note(format_args!("\niamport: {} cannot be written: {error}", out.display()));
        }
    }
    note(format_args!("  {}", what_next(&args, summary.rows())));
    Ok(Outcome::GaveUp)
}

fn what_next(args: &args::Reconcile, rows: u64) -> String {
    let results_are = if rows == 1 { "1 result is".to_owned() } else { format!("{} results are", number(rows)) };
    let only = "A run with --output FILE in csv, json or ndjson is what --resume can go on with.";
    match &args.output {
        Some(out) if args.format() != Format::Table => {
            format!("{results_are} kept in {}; the same command with --resume goes on from there.", out.display())
        }
        Some(out) => format!("{results_are} in {}. {only}", out.display()),
        None => format!("{results_are} above. {only}"),
    }
}

/// How the look-ups came to their end.
enum Ended {
    Whole,
    Interrupted,
    Failed(iamport::Error),
    /// There is no room for the results.
    Unwritten(io::Error),
}

/// A reconciliation under way.
struct Run {
    orders: Orders,
    results: Results,
    summary: Summary,
    ahead: Option<AbortOnDropTask>,
    progress: Progress,
}

impl Run {
    /// Opens what is read and written, and goes through what an earlier run has done.
    fn begin(args: &args::Reconcile) -> Result<Self, CliError> {
        let (format, resume) = (args.format(), args.resume);
        if resume && format == Format::Table {
            return Err(CliError::Input(
                "a table cannot be gone on with; use csv, json or ndjson with --resume".to_owned(),
            ));
        }
        let mut orders = Orders::open(&args.orders)?;
        let mut summary = Summary::default();
        let header = orders.header.clone();
        let mut begun = false;
        let out: Box<dyn Write> = match &args.output {
            None => output::stdout(format),
            Some(path) => {
                let there = fs::metadata(path).ok();
                if there.as_ref().is_some_and(fs::Metadata::is_dir) {
                    return Err(CliError::Input(format!("{} is a folder; name a file in it", path.display())));
                }
                let has_some = there.is_some_and(|file| file.len() > 0);
                if has_some && !resume {
                    return Err(CliError::Input(format!(
                        "{} is there already; --resume goes on with it, or name another --output",
                        path.display()
                    )));
                }
                let end = if has_some { replay(path, format, &mut orders, &mut summary)? } else { 0 };
                begun = end > 0;
                open_at(path, format, end, orders.marked)?
            }
        };
        let output = if args.output.is_some() { Output::File } else { Output::of(format) };
        let progress = Progress::of(orders.about, summary.rows(), output);
        let ahead = args.output.as_ref().filter(|out| out.is_file()).map(|out| AbortOnDropTask::beside(out, resume));
        let results = Results::new(out, format, header, begun).map_err(|error| match &args.output {
            Some(path) => unwritable(path, &error),
            None => CliError::Output(error),
        })?;
        Ok(Self { orders, results, summary, ahead, progress })
    }

    /// Asks for as many orders at a time as allowed, and hands the answers out in the order of the rows. What is on its
    /// way when something stops it is waited for: nothing is asked in vain.
    async fn look_up_all(&mut self, client: &Client, concurrency: usize) -> Result<Ended, CliError> {
        let mut in_flight = FuturesOrdered::new();
        let (mut ended, mut interrupts) = (None, 0);
        let mut stop = pin!(signals::stop());
        loop {
            while ended.is_none() && in_flight.len() < concurrency {
                let Some(row) = self.orders.next()? else {
                    ended = Some(Ended::Whole);
                    break;
                };
                let known = self.ahead.as_mut().and_then(|ahead| ahead.take(&row));
                in_flight.push_back(answer(client, row, known));
            }
            tokio::select! {
                // First of all, so that Ctrl-C is listened for before anything is asked.
                biased;
                () = &mut stop => {
                    interrupts += 1;
                    if interrupts > 1 {
                        ended = Some(Ended::Interrupted);
                        break;
                    }
                    self.progress.say("iamport: waiting for what is on its way; Ctrl-C again does not wait");
                    ended.get_or_insert(Ended::Interrupted);
                    stop.set(signals::stop());
                }
                answer = in_flight.next() => match answer {
                    None => break,
                    Some((row, Ok(verdict))) if matches!(ended, Some(Ended::Failed(_) | Ended::Unwritten(_))) => {
                        self.keep(row, verdict);
                    }
                    Some((row, Ok(verdict))) => {
                        if let Err(error) = self.accept(&row, &verdict) {
                            self.keep(row, verdict);
                            ended = Some(Ended::Unwritten(error));
                        }
                    }
                    Some((_, Err(_))) if matches!(ended, Some(Ended::Failed(_) | Ended::Unwritten(_))) => {}
                    Some((_, Err(error))) => ended = Some(Ended::Failed(error)),
                },
            }
        }
        Ok(ended.unwrap_or(Ended::Whole))
    }

    fn keep(&mut self, row: Row, verdict: Verdict) {
        if let Some(ahead) = &mut self.ahead {
            ahead.keep(row, verdict);
        }
    }

    fn accept(&mut self, row: &Row, verdict: &Verdict) -> io::Result<()> {
        self.progress.step();
        if verdict.outcome == OrderResult::BadRow {
            self.progress.say(&format!("{}, line {}: {}", self.orders.name, row.line, verdict.detail));
        }
        self.progress.aside(|| self.results.write(row, verdict))?;
        self.summary.count(row, verdict.outcome);
        Ok(())
    }
}

/// What is known of a row, or what the service says.
async fn answer(client: &Client, row: Row, known: Option<Verdict>) -> (Row, Result<Verdict, iamport::Error>) {
    let verdict = match (known, &row.order) {
        (Some(verdict), _) => Ok(verdict),
        (None, Ok(order)) => look_up(client, order).await,
        (None, Err(why)) => Ok(Verdict::new(OrderResult::BadRow, why)),
    };
    (row, verdict)
}

/// Goes through the results that are there, next to the orders they are of. Tells where the last one ends.
fn replay(path: &Path, format: Format, orders: &mut Orders, summary: &mut Summary) -> Result<u64, CliError> {
    let mut kept = PriorResults::open(path, format, &orders.header)?;
    while let Some(done) = kept.next()? {
        match orders.next()? {
            Some(row) if row.fields == done.fields => summary.count(&row, done.outcome),
            _ => return Err(kept.mismatch_error()),
        }
    }
    Ok(kept.end)
}

/// A file to go on with behind its first bytes; one that is begun gets the byte order mark that spreadsheets need.
fn open_at(path: &Path, format: Format, end: u64, marked: bool) -> Result<Box<dyn Write>, CliError> {
    let open = || -> io::Result<Box<dyn Write>> {
        let mut file = OpenOptions::new().write(true).create(true).truncate(false).open(path)?;
        // What is no file, such as /dev/null, has no length to set.
        if file.metadata()?.len() != end {
            file.set_len(end)?;
        }
        if end > 0 {
            file.seek(SeekFrom::End(0))?;
        }
        if marked && end == 0 && format == Format::Csv {
            file.write_all("\u{feff}".as_bytes())?;
        }
        Ok(if format == Format::Table { Box::new(StripStream::new(file)) } else { Box::new(file) })
    };
    open().map_err(|error| unwritable(path, &error))
}

fn unwritable(path: &Path, error: &io::Error) -> CliError {
    CliError::Input(format!("{} cannot be written: {error}", path.display()))
}
