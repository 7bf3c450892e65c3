//! A reconciliation under way: look-ups in flight, results in the order of the rows.

use std::{collections::VecDeque, fs, io, pin::pin};

use futures_util::stream::{FuturesOrdered, StreamExt};

use super::{
    encoding::TextEncoding,
    lookups::{LookUps, Pending, RowResult},
    orders::{Orders, Row, Seen},
    outcome::{OrderResult, Verdict},
    output_file::{Kind, OutputFile, Replacement, unwritable},
    period::{self, Period},
    results::Results,
    resume::PriorResults,
    summary::Summary,
};
use crate::{
    args::{self, Encoding, ResultFormat},
    error::CliError,
    progress::{Output, Progress},
    signals,
};

/// The most orders of one request.
const BULK: usize = 100;

/// The end of the look-ups.
pub(super) enum Ended {
    Whole,
    Interrupted {
        /// Whether look-ups in flight were dropped.
        dropped: bool,
    },
    /// No order can be looked up.
    Failed(iamport::Error),
    /// Too many orders in a row failed.
    GaveUp(iamport::Error),
    Unwritten(io::Error),
}

/// A reconciliation under way.
pub(super) struct Run {
    orders: Orders,
    results: Results,
    pub(super) summary: Summary,
    pub(super) progress: Progress,
    /// The remaining results of an earlier run.
    prior: Option<PriorResults>,
    /// The number of results of the earlier run, once it is known.
    prior_rows: Option<u64>,
    /// The new file of results, until it has all results of the earlier run.
    pub(super) replacement: Option<Replacement>,
    /// The number of written results.
    written: u64,
    /// The number of consecutive failures.
    failures: u64,
    /// Whether a row has no result, so that no later result can be written.
    gap: bool,
    /// Holds the lock.
    _output: Option<OutputFile>,
}

impl Run {
    pub(super) fn begin(args: &args::Reconcile) -> Result<Self, CliError> {
        let (format, resume) = (args.format()?, args.resume);
        if resume && !format.is_resumable() {
            return Err(CliError::Input("--resume supports --format csv and ndjson only".to_owned()));
        }
        if format == ResultFormat::Xlsx && args.output.is_none() {
            return Err(CliError::Input("--format xlsx needs --output FILE".to_owned()));
        }
        let orders = Orders::open(&args.orders, args.encoding.map(text_encoding))?;
        let (mut prior, mut replacement) = (None, None);
        let output = args.output.as_deref().map(OutputFile::open).transpose()?;
        let file = match (&output, &args.output) {
            (Some(output), Some(path)) => {
                let file = match output.kind {
                    Kind::HasResults if !resume => {
                        let is_input = fs::canonicalize(path).ok() == fs::canonicalize(&args.orders).ok();
                        let why = match format {
                            _ if is_input => "is the file of orders; name another --output",
                            format if format.is_resumable() => {
                                "exists already; name another --output, or continue it with --resume"
                            }
                            _ => "exists already; name another --output",
                        };
                        return Err(CliError::Input(format!("{} {why}", path.display())));
                    }
                    Kind::HasResults => {
                        let file = output.file.try_clone().map_err(|error| unwritable(path, &error))?;
                        prior = Some(PriorResults::open(file, path, format, &orders.header)?);
                        &replacement.insert(output.begin_replacement()?).file
                    }
                    Kind::Empty | Kind::Special => &output.file,
                };
                Some(file.try_clone().map_err(|error| unwritable(path, &error))?)
            }
            _ => None,
        };
        let results = Results::new(file, format, &orders).map_err(|error| match &args.output {
            Some(path) => unwritable(path, &error),
            None => CliError::Output(error),
        })?;
        let shown = match format {
            _ if args.output.is_some() => Output::File,
            ResultFormat::Table => Output::Blocks,
            _ => Output::Lines,
        };
        let progress = Progress::of(orders.about, 0, shown);
        Ok(Self {
            orders,
            results,
            summary: Summary::default(),
            progress,
            prior,
            prior_rows: None,
            replacement,
            written: 0,
            failures: 0,
            gap: false,
            _output: output,
        })
    }

    /// Looks up as many orders at a time as allowed, and writes the results in the order of the rows. When it stops
    /// early, it waits for the look-ups in flight, so that their results are kept.
    pub(super) async fn look_up_all(
        &mut self,
        lookups: &LookUps,
        args: &args::Reconcile,
    ) -> Result<(Ended, VecDeque<Pending>), CliError> {
        let mut chunks = FuturesOrdered::new();
        let mut ready = VecDeque::<Pending>::new();
        let mut in_flight = FuturesOrdered::new();
        // Rows with a known result wait in flight for the rows before them, and do not count.
        let mut look_ups = 0;
        let mut at_end = false;
        let mut ended = None;
        let mut stop = pin!(signals::stop());
        loop {
            while ended.is_none() && !at_end && chunks.len() < args.concurrency && ready.len() < BULK {
                let chunk = self.next_chunk(if args.no_bulk { 1 } else { BULK })?;
                at_end = chunk.is_empty();
                chunks.push_back(lookups.in_bulk(chunk));
            }
            while ended.is_none() && look_ups < args.concurrency && in_flight.len() < BULK * args.concurrency {
                let Some(pending) = ready.pop_front() else { break };
                look_ups += usize::from(pending.known.is_none());
                in_flight.push_back(lookups.row_result(pending));
            }
            if in_flight.is_empty() && chunks.is_empty() && (ended.is_some() || ready.is_empty()) {
                return Ok((ended.unwrap_or(Ended::Whole), ready));
            }
            tokio::select! {
                // Signals first, so that the handler of Ctrl-C is installed before anything is sent.
                biased;
                () = &mut stop => {
                    if matches!(ended, Some(Ended::Interrupted { .. })) {
                        return Ok((Ended::Interrupted { dropped: true }, ready));
                    }
                    // Before the note, so that a Ctrl-C in response to it is not missed.
                    stop.set(signals::stop());
                    self.progress.say("iamport: waiting for look-ups in flight; Ctrl-C again does not wait");
                    ended = match ended {
                        None => Some(Ended::Interrupted { dropped: false }),
                        ended => ended,
                    };
                }
                Some(chunk) = chunks.next(), if !chunks.is_empty() => ready.extend(chunk),
                Some(row) = in_flight.next(), if !in_flight.is_empty() => {
                    look_ups -= usize::from(row.counts);
                    if self.gap || matches!(ended, Some(Ended::Unwritten(_))) {
                        continue;
                    }
                    let end = self.accept(row, args.max_consecutive_errors);
                    // The first failure is reported, not a later one that was in flight at the same time.
                    if !matches!(ended, Some(Ended::Failed(_) | Ended::GaveUp(_))) || matches!(end, Some(Ended::Unwritten(_))) {
                        ended = end.or(ended);
                    }
                }
            }
        }
    }

    /// Reads the next rows, up to the number of `orders` that have to be looked up.
    fn next_chunk(&mut self, orders: usize) -> Result<Vec<Pending>, CliError> {
        let (mut chunk, mut due) = (Vec::new(), 0);
        while due < orders && chunk.len() < 10 * orders {
            let Some((row, prior)) = self.next()? else { break };
            let pending = Pending::new(row, prior);
            due += usize::from(pending.known.is_none());
            chunk.push(pending);
        }
        Ok(chunk)
    }

    /// Reads the next row and its result in an earlier run.
    fn next(&mut self) -> Result<Option<(Row, Option<Verdict>)>, CliError> {
        let row = self.orders.next()?;
        let mut verdict = None;
        if let Some(prior) = &mut self.prior {
            match (prior.next()?, &row) {
                (Some(result), Some(row)) if result.fields == row.fields => verdict = Some(result.verdict),
                (Some(_), _) => return Err(prior.mismatch_error()),
                (None, _) => {
                    self.prior = None;
                    self.prior_rows = Some(row.as_ref().map_or(self.orders.rows_read(), |row| row.index));
                }
            }
        }
        Ok(row.map(|row| (row, verdict)))
    }

    /// Writes a result. Returns how the run ends, if it ends here.
    fn accept(&mut self, row: RowResult, max_failures: u64) -> Option<Ended> {
        let RowResult { row, prior, result, looked_up, .. } = row;
        let (verdict, end) = match result {
            Ok(verdict) => {
                if looked_up {
                    self.failures = 0;
                }
                (verdict, None)
            }
            Err(error) if error.is_unauthorized() || error.is_config() => match prior {
                Some(prior) => (prior, Some(Ended::Failed(error))),
                None => {
                    self.gap = true;
                    return Some(Ended::Failed(error));
                }
            },
            Err(error) => {
                self.failures += 1;
                let verdict = Verdict::new(OrderResult::Error, &error);
                (verdict, (self.failures >= max_failures).then_some(Ended::GaveUp(error)))
            }
        };
        match self.write(&row, &verdict) {
            Ok(()) => end,
            Err(error) => Some(Ended::Unwritten(error)),
        }
    }

    fn write(&mut self, row: &Row, verdict: &Verdict) -> io::Result<()> {
        self.replace_if_complete()?;
        self.progress.step();
        if verdict.outcome == OrderResult::BadRow {
            self.progress.say(&format!(
                "{}, {} {}: {}",
                self.orders.name,
                self.orders.line_name(),
                row.line,
                verdict.detail
            ));
        }
        self.progress.aside(|| self.results.write(row, verdict))?;
        self.written += 1;
        self.summary.count(row, verdict.outcome);
        Ok(())
    }

    /// Replaces the old file of results by the new one, once the new one has all its results.
    fn replace_if_complete(&mut self) -> io::Result<()> {
        match self.replacement.take_if(|_| self.prior_rows.is_some_and(|rows| self.written >= rows)) {
            Some(replacement) => replacement.replace(),
            None => Ok(()),
        }
    }

    /// Lists the paid payments of the period, and writes those without an order and those that pay an order again.
    pub(super) async fn list_period(&mut self, lookups: &LookUps, period: Period) -> Ended {
        let mut paid = Seen::default();
        let mut payments = lookups.paid_between(period);
        let mut stop = pin!(signals::stop());
        loop {
            let payment = tokio::select! {
                biased;
                () = &mut stop => return Ended::Interrupted { dropped: false },
                payment = payments.next() => match payment {
                    None => return Ended::Whole,
                    Some(Err(error)) => return Ended::Failed(error),
                    Some(Ok(payment)) => payment,
                },
            };
            if payment.sandbox == Some(true) && !lookups.allow_test() {
                continue;
            }
            let outcome = match (self.orders.contains(&payment.merchant_uid), paid.insert(&payment.merchant_uid)) {
                (false, _) => OrderResult::NoOrder,
                (true, false) => OrderResult::PaidTwice,
                (true, true) => continue,
            };
            let verdict = Verdict::new(outcome, period::describe(&payment));
            if let Err(error) = self.write(&self.orders.row_of(&payment), &verdict) {
                return Ended::Unwritten(error);
            }
        }
    }

    /// Writes the remaining known results and those of an earlier run, and ends the file of results.
    pub(super) fn end(&mut self, ended: Ended, left: VecDeque<Pending>) -> Result<Ended, CliError> {
        let mut complete = match &ended {
            Ended::Interrupted { dropped: true } | Ended::Unwritten(_) => false,
            _ => !self.gap,
        };
        let mut kept = Ok(());
        for Pending { row, prior, known, .. } in left {
            match known.or(prior) {
                Some(verdict) if complete && kept.is_ok() => kept = self.write(&row, &verdict),
                _ => complete = false,
            }
        }
        while complete && kept.is_ok() && self.prior.is_some() {
            match self.next()? {
                Some((row, Some(verdict))) => kept = self.write(&row, &verdict),
                _ => break,
            }
        }
        let finished = match &ended {
            // `--resume` removes an incomplete line only at the end of the file, so nothing may follow it.
            Ended::Unwritten(_) => Ok(()),
            _ => kept.and_then(|()| self.replace_if_complete()).and_then(|()| self.results.finish(&self.summary)),
        };
        Ok(match finished {
            Err(error) if matches!(ended, Ended::Whole | Ended::Interrupted { .. }) => Ended::Unwritten(error),
            _ => ended,
        })
    }
}

fn text_encoding(encoding: Encoding) -> TextEncoding {
    match encoding {
        Encoding::Utf8 => TextEncoding::utf8(),
        Encoding::Cp949 => TextEncoding::cp949(),
    }
}
