//! How far a long walk has come: on standard error, and only where that is a terminal.

use std::io::{self, IsTerminal};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A walk as short as that is over before one wonders.
const LONG: u64 = 100;

pub(crate) struct Progress {
    bar: ProgressBar,
    shown: bool,
}

impl Progress {
    /// A walk of unknown length. `patient` is for output that waits for its end; any other shares the lines of the
    /// terminal with it.
    pub(crate) fn walk(patient: bool) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        let bar = bar.with_style(style("{spinner} {human_pos} payments, {elapsed}"));
        Self { bar, shown: patient || !io::stdout().is_terminal() }
    }

    /// So many orders, or about so many.
    pub(crate) fn of(orders: u64, patient: bool) -> Self {
        let progress = Self::walk(patient);
        progress.bar.set_length(orders);
        progress.bar.set_style(style("{wide_bar} {human_pos}/{human_len} orders, {eta} left"));
        if orders >= LONG {
            progress.show();
        }
        progress
    }

    /// One more.
    pub(crate) fn step(&self) {
        self.bar.inc(1);
        if self.bar.position() == LONG {
            self.show();
        }
    }

    /// Some that were done before.
    pub(crate) fn skip(&self, count: u64) {
        self.bar.set_position(count);
        self.bar.reset_eta();
    }

    fn show(&self) {
        if self.shown {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
            self.bar.tick();
        }
    }

    /// Writes something without tearing it.
    pub(crate) fn aside<T>(&self, write: impl FnOnce() -> T) -> T {
        self.bar.suspend(write)
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}
