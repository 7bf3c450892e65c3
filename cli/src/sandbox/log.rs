//! The log on standard error. The sandbox does not wait for its reader, since there may be none.

use std::{
    fmt,
    io::{self, Write},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel},
    },
    thread,
    time::Duration,
};

use iamport::sandbox::Request;

use crate::output::Zone;

/// The number of lines that wait for a slow reader. Further ones are dropped and counted.
const WAITING: usize = 10_000;

/// The time limit for the last lines when the sandbox stops.
const GRACE: Duration = Duration::from_secs(1);

/// Writes lines in a thread.
#[derive(Clone)]
pub(super) struct Log {
    lines: SyncSender<Line>,
    is_quiet: bool,
    dropped: Arc<AtomicU64>,
}

enum Line {
    Text(String),
    /// The last line.
    Last(String, SyncSender<()>),
}

impl Log {
    pub(super) fn start(is_quiet: bool) -> Self {
        let (lines, waiting) = sync_channel(WAITING);
        let dropped = Arc::default();
        let log = Self { lines, is_quiet, dropped: Arc::clone(&dropped) };
        thread::spawn(move || write(&waiting, &dropped));
        log
    }

    /// `2024-03-06 19:47:49 KST 200 GET /payments/find/order-0001`
    pub(super) fn request(&self, request: &Request, status: u16) {
        let Request { method, target, .. } = request;
        self.line(format_args!("{status} {method} {}", target.escape_debug()));
    }

    /// `2024-03-06 19:47:49 KST 200 webhook for imp_000000000001`
    pub(super) fn webhook(&self, imp_uid: &str, outcome: io::Result<u16>) {
        let imp_uid = imp_uid.escape_debug();
        match outcome {
            Ok(status) => self.line(format_args!("{status} webhook for {imp_uid}")),
            Err(error) => self.line(format_args!("--- webhook for {imp_uid} failed: {error}")),
        }
    }

    fn line(&self, line: fmt::Arguments<'_>) {
        if self.is_quiet {
            return;
        }
        let now = jiff::Timestamp::now().as_second();
        let now = u64::try_from(now).ok().and_then(iamport::Timestamp::from_secs);
        let time = now.map(|now| Zone::Kst.format(now)).unwrap_or_default();
        if self.lines.try_send(Line::Text(format!("{time} KST {line}\n"))).is_err() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Writes a last line after all others, unless standard error is not read.
    pub(super) fn finish(self, line: &str) {
        let (written, done) = sync_channel(1);
        if !self.is_quiet && self.lines.try_send(Line::Last(format!("{line}\n"), written)).is_ok() {
            let _: Result<(), RecvTimeoutError> = done.recv_timeout(GRACE);
        }
    }
}

fn write(lines: &Receiver<Line>, dropped: &AtomicU64) {
    let mut out = anstream::stderr();
    // The sandbox continues to run if standard error is closed.
    while let Ok(line) = lines.recv() {
        match line {
            Line::Text(line) => drop(out.write_all(line.as_bytes())),
            Line::Last(line, written) => {
                let _ = out.write_all(line.as_bytes());
                let _ = written.try_send(());
            }
        }
        let dropped = dropped.swap(0, Ordering::Relaxed);
        if dropped > 0 {
            let _ = writeln!(out, "{dropped} lines are missing here: standard error was not read");
        }
    }
}
