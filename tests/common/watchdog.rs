//! An eye on real time, for tests whose own time stands still.

use std::{
    convert::Infallible,
    io::{self, Write},
    process,
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::Duration,
};

/// Far more than any test needs.
const PATIENCE: Duration = Duration::from_secs(60);

/// Ends the run, and says which test it was, unless it is dropped in time. Where a rule is broken, a test may wait for a
/// request or an answer that never comes: by a clock that is moved by hand it would wait for ever.
#[derive(Debug)]
pub(crate) struct Watchdog(#[expect(dead_code, reason = "to be dropped")] mpsc::Sender<Infallible>);

impl Watchdog {
    pub(crate) fn new() -> Self {
        let test = thread::current().name().unwrap_or("a test").to_owned();
        let (alive, watched) = mpsc::channel();
        thread::spawn(move || {
            if watched.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                // Not by `eprintln!`, which would be kept for the report of a test that never ends.
                let _ = writeln!(io::stderr(), "\n{test} FAILED: it waits for what did not come in {PATIENCE:?}");
                process::exit(101);
            }
        });
        Self(alive)
    }
}
