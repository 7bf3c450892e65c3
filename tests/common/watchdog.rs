//! A timeout in real time for tests whose clock is set by hand.

use std::{
    convert::Infallible,
    io::{self, Write},
    process,
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::Duration,
};

/// A timeout that only a failing test reaches.
const PATIENCE: Duration = Duration::from_secs(60);

/// Ends the run and names the test, unless it is dropped in time. Without it, a failing test could wait for a request or
/// a response for ever.
#[derive(Debug)]
pub(crate) struct Watchdog(#[expect(dead_code, reason = "to be dropped")] mpsc::Sender<Infallible>);

impl Watchdog {
    pub(crate) fn new() -> Self {
        let test = thread::current().name().unwrap_or("a test").to_owned();
        let (alive, watched) = mpsc::channel();
        thread::spawn(move || {
            if watched.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                // The test harness captures `eprintln!`, and prints it only when the test has ended.
                let _ = writeln!(io::stderr(), "\n{test} FAILED: no progress for {PATIENCE:?}");
                process::exit(101);
            }
        });
        Self(alive)
    }
}
