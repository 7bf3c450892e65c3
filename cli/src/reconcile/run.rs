//! A reconciliation under way: look-ups in flight, results in the order of the rows.

use std::{collections::VecDeque, io, path::PathBuf, pin::pin};

use futures_util::stream::{FuturesOrdered, StreamExt};

use super::{
    lookups::{LookUps, Pending, RowResult},
    orders::{Orders, Row, Seen},
    outcome::{Assessment, OrderResult},
    period::{self, Period},
    results::Results,
    summary::Summary,
    table::TextEncoding,
};
use crate::{
    args::{self, Encoding, ResultFormat},
    error::CliError,
    output::{Lang, WORKBOOK_ROWS, message},
    output_file::{OutputFile, unwritable},
    progress::{Output, Progress},
    signals,
};

/// The most orders of one request.
const BULK: usize = 100;

/// The number of failed look-ups in a row that ends the run.
pub(super) const MAX_FAILURES: u64 = 20;

/// The number of invalid rows that are named on standard error. More of them could block a reader that does not read.
const LISTED: u64 = 20;

/// The end of the look-ups.
pub(super) enum Ended {
    Whole,
    Interrupted,
    /// The file of orders cannot be read any further.
    Unreadable(CliError),
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
    /// The number of consecutive failures.
    failures: u64,
    /// The number of rows with the result `bad_row`.
    bad_rows: u64,
    quiet: bool,
    pub(super) lang: Lang,
    /// The orders whose row says that they are paid twice.
    paid_twice: Seen,
    pub(super) output: Option<OutputFile>,
    summary_file: Option<OutputFile>,
}

impl Run {
    pub(super) fn begin(args: &args::Reconcile) -> Result<Self, CliError> {
        let (format, lang) = (args.format()?, args.lang.unwrap_or_else(Lang::of_locale));
        if format == ResultFormat::Xlsx && args.output.is_none() {
            return Err(CliError::Input("--format xlsx needs --output FILE".to_owned()));
        }
        let orders = Orders::open(args, args.encoding.map(text_encoding))?;
        if format == ResultFormat::Xlsx && orders.rows_in_total >= WORKBOOK_ROWS {
            let why = "a workbook has at most 1,048,576 rows; write the results as .csv";
            return Err(CliError::Input(format!("{} has {} orders: {why}", orders.name, orders.rows_in_total)));
        }
        let create = |path: &Option<PathBuf>| {
            let Some(path) = path else { return Ok(None) };
            OutputFile::create(path, args.overwrite, "iamport reconcile").map(Some)
        };
        let output = create(&args.output)?;
        let file = output.as_ref().map(OutputFile::writer).transpose()?;
        let summary_file = create(&args.summary)?;
        let results = Results::new(file, format, lang, args, &orders).map_err(|error| match &args.output {
            Some(path) => unwritable(path, &error),
            None => CliError::Output(error),
        })?;
        let shown = match format {
            _ if args.output.is_some() => Output::File,
            ResultFormat::Table => Output::Blocks,
            _ => Output::Lines,
        };
        let progress = Progress::of(if args.quiet { 0 } else { orders.rows_in_total }, shown);
        Ok(Self {
            orders,
            results,
            summary: Summary::default(),
            progress,
            failures: 0,
            bad_rows: 0,
            quiet: args.quiet,
            lang,
            paid_twice: Seen::default(),
            output,
            summary_file,
        })
    }

    /// Looks up as many orders at a time as allowed, and writes the results in the order of the rows. When it stops
    /// early, it waits for the look-ups in flight, so that their results are kept.
    pub(super) async fn look_up_all(&mut self, lookups: &LookUps, args: &args::Reconcile) -> Ended {
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
                let chunk = match self.next_chunk(if args.thorough { 1 } else { BULK }) {
                    Ok(chunk) => chunk,
                    Err(error) => {
                        ended = Some(Ended::Unreadable(error));
                        break;
                    }
                };
                at_end = chunk.is_empty();
                chunks.push_back(lookups.in_bulk(chunk));
            }
            while ended.is_none() && look_ups < args.concurrency && in_flight.len() < BULK * args.concurrency {
                let Some(pending) = ready.pop_front() else { break };
                look_ups += usize::from(pending.known.is_none());
                in_flight.push_back(lookups.row_result(pending));
            }
            if in_flight.is_empty() && chunks.is_empty() && (ended.is_some() || ready.is_empty()) {
                return ended.unwrap_or(Ended::Whole);
            }
            tokio::select! {
                // Signals first, so that the handler of Ctrl-C is installed before anything is sent.
                biased;
                () = &mut stop => {
                    if matches!(ended, Some(Ended::Interrupted)) {
                        return Ended::Interrupted;
                    }
                    // Before the note, so that a Ctrl-C in response to it is not missed.
                    stop.set(signals::stop());
                    self.progress.say("iamport: waiting for look-ups in flight; Ctrl-C again does not wait");
                    ended = ended.or(Some(Ended::Interrupted));
                }
                Some(chunk) = chunks.next(), if !chunks.is_empty() => ready.extend(chunk),
                Some(row) = in_flight.next(), if !in_flight.is_empty() => {
                    look_ups -= usize::from(row.counts);
                    // After a row without a result, no later one is written.
                    if !matches!(ended, Some(Ended::Failed(_) | Ended::Unwritten(_))) {
                        let end = self.accept(row);
                        // The first failure is reported, not a later one that was in flight at the same time.
                        if !matches!(ended, Some(Ended::GaveUp(_))) || matches!(end, Some(Ended::Unwritten(_))) {
                            ended = end.or(ended);
                        }
                    }
                }
            }
        }
    }

    /// Reads the next rows, up to the number of `orders` that have to be looked up.
    fn next_chunk(&mut self, orders: usize) -> Result<Vec<Pending>, CliError> {
        let (mut chunk, mut due) = (Vec::new(), 0);
        while due < orders && chunk.len() < 10 * orders {
            let Some(row) = self.orders.next()? else { break };
            let pending = Pending::new(row);
            due += usize::from(pending.known.is_none());
            chunk.push(pending);
        }
        Ok(chunk)
    }

    /// Writes a result. Returns how the run ends, if it ends here.
    fn accept(&mut self, row: RowResult) -> Option<Ended> {
        let RowResult { row, result, looked_up, .. } = row;
        let (assessment, end) = match result {
            Ok(assessment) => {
                if looked_up {
                    self.failures = 0;
                }
                (assessment, None)
            }
            Err(error) if error.is_unauthorized() || error.is_config() => return Some(Ended::Failed(error)),
            Err(error) => {
                self.failures += 1;
                let assessment =
                    Assessment::new(OrderResult::Error, message!("{error}", "조회하지 못했습니다: {error}"));
                (assessment, (self.failures >= MAX_FAILURES).then_some(Ended::GaveUp(error)))
            }
        };
        match self.write(&row, &assessment) {
            Ok(()) => end,
            Err(error) => Some(Ended::Unwritten(error)),
        }
    }

    fn write(&mut self, row: &Row, assessment: &Assessment) -> io::Result<()> {
        if let (OrderResult::PaidTwice, Ok(order)) = (assessment.outcome, &row.order) {
            self.paid_twice.insert(self.paid_twice.fingerprint(&order.merchant_uid));
        }
        self.progress.step();
        self.bad_rows += u64::from(assessment.outcome == OrderResult::BadRow);
        if assessment.outcome == OrderResult::BadRow && self.bad_rows <= LISTED && !self.quiet {
            self.progress.say(&format!(
                "{}, {} {}: {}",
                self.orders.name,
                self.orders.line_name(),
                row.line,
                assessment.detail.text(self.lang)
            ));
        }
        self.progress.aside(|| self.results.write(row, assessment))?;
        self.summary.count(row, assessment);
        Ok(())
    }

    /// Lists the paid payments of the period, and writes those without an order and those that pay an order again.
    pub(super) async fn list_period(&mut self, lookups: &LookUps, period: Period) -> Ended {
        let mut paid = Seen::default();
        let mut payments = lookups.paid_between(period);
        let mut stop = pin!(signals::stop());
        loop {
            let payment = tokio::select! {
                biased;
                () = &mut stop => return Ended::Interrupted,
                payment = payments.next() => match payment {
                    None => return Ended::Whole,
                    Some(Err(error)) => return Ended::Failed(error),
                    Some(Ok(payment)) => payment,
                },
            };
            if payment.sandbox == Some(true) && !lookups.allow_test() {
                continue;
            }
            let outcome = match (
                self.orders.contains(&payment.merchant_uid),
                paid.insert(paid.fingerprint(&payment.merchant_uid)),
            ) {
                (false, _) => OrderResult::NoOrder,
                (true, false) if !self.paid_twice.contains(&payment.merchant_uid) => OrderResult::PaidTwice,
                (true, _) => continue,
            };
            let assessment = Assessment::new(outcome, period::describe(&payment)).of(&payment, [&payment], true);
            if let Err(error) = self.write(&self.orders.row_of(&payment, self.results.words()), &assessment) {
                return Ended::Unwritten(error);
            }
        }
    }

    /// Returns a note about the invalid rows that were not named.
    pub(super) fn unnamed_bad_rows(&self) -> Option<String> {
        let more = self.bad_rows.saturating_sub(LISTED);
        (more > 0 && !self.quiet).then(|| format!("{}: {more} more rows with the result bad_row", self.orders.name))
    }

    fn complete(&mut self, ended: &Ended) -> io::Result<()> {
        let is_complete = matches!(ended, Ended::Whole);
        if !is_complete && self.summary.rows() == 0 {
            self.summary_file.take().and_then(|file| file.abandon(0));
        }
        if let Some(file) = &self.summary_file {
            file.write(&self.summary.json(is_complete)?)?;
        }
        let files = [self.summary_file.take(), if is_complete { self.output.take() } else { None }];
        files.into_iter().flatten().try_for_each(OutputFile::complete)
    }

    /// Ends the results, and gives the file its name if they are complete.
    pub(super) fn end(&mut self, ended: Ended) -> Ended {
        if matches!(ended, Ended::Unwritten(_)) {
            return ended;
        }
        let finished = self.results.finish(&self.summary).and_then(|()| self.complete(&ended));
        match finished {
            Err(error) if matches!(ended, Ended::Whole | Ended::Interrupted) => Ended::Unwritten(error),
            _ => ended,
        }
    }
}

fn text_encoding(encoding: Encoding) -> TextEncoding {
    match encoding {
        Encoding::Utf8 => TextEncoding::utf8(),
        Encoding::Cp949 => TextEncoding::cp949(),
    }
}
