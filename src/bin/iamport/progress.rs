//! How far a long walk has come: on standard error, and only where that is a terminal.

use std::io::{self, IsTerminal};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::output::{Format, note};

/// A walk as short as that is over before one wonders.
const LONG: u64 = 100;

/// What a walk writes meanwhile, and where.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Output {
    /// To a file, out of the way.
    File,
    /// To standard output, many lines at a time.
    Blocks,
    /// To standard output, line by line: on a terminal there is no room for anything beside them.
    Lines,
}

impl Output {
    /// What a format does to standard output.
    pub(crate) fn of(format: Format) -> Self {
        if format == Format::Table { Self::Blocks } else { Self::Lines }
    }
}

pub(crate) struct Progress {
    bar: ProgressBar,
    /// Whether there is room for it.
    room: bool,
    /// Whether it has to make way for what is written.
    shares: bool,
}

impl Progress {
    /// A walk of unknown length.
    pub(crate) fn walk(output: Output) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        let bar = bar.with_style(style("{spinner} {human_pos} payments, {elapsed}"));
        let shares = output != Output::File && io::stdout().is_terminal();
        Self { bar, room: output != Output::Lines || !shares, shares }
    }

    /// So many orders, or about so many, of which some are done.
    pub(crate) fn of(orders: u64, done: u64, output: Output) -> Self {
        let progress = Self::walk(output);
        progress.bar.set_length(orders);
        progress.bar.set_style(style("{wide_bar} {human_pos}/{human_len} orders, {eta} left"));
        progress.bar.set_position(done);
        progress.bar.reset_eta();
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

    /// Writes something to standard output, without tearing what is there.
    pub(crate) fn aside<T>(&self, write: impl FnOnce() -> T) -> T {
        if self.shares { self.bar.suspend(write) } else { write() }
    }

    /// Says something on standard error.
    pub(crate) fn say(&self, line: &str) {
        self.bar.suspend(|| note(line));
    }

    fn show(&self) {
        if self.room && self.bar.is_hidden() {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
            self.bar.tick();
        }
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
