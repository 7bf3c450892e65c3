//! A progress bar for long listings: on standard error, and only if that is a terminal.

use std::io::{self, IsTerminal};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::output::{Format, note};

/// From how many items on the bar is shown.
const LONG: u64 = 100;

/// What is written meanwhile, and where.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Output {
    /// To a file.
    File,
    /// To standard output, many lines at a time.
    Blocks,
    /// To standard output, line by line: on a terminal no line is left for a bar.
    Lines,
}

impl Output {
    /// How a format writes to standard output.
    pub(crate) fn of(format: Format) -> Self {
        if format == Format::Table { Self::Blocks } else { Self::Lines }
    }
}

pub(crate) struct Progress {
    bar: ProgressBar,
    /// Whether a bar fits beside the output.
    room: bool,
    /// Whether the output goes to the same terminal.
    shares: bool,
}

impl Progress {
    /// A listing of unknown length.
    pub(crate) fn listing(output: Output) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        let bar = bar.with_style(style("{spinner} {human_pos} payments, {elapsed}"));
        let shares = output != Output::File && io::stdout().is_terminal();
        Self { bar, room: output != Output::Lines || !shares, shares }
    }

    /// About `orders` orders, `done` of which are done.
    pub(crate) fn of(orders: u64, done: u64, output: Output) -> Self {
        let progress = Self::listing(output);
        progress.bar.set_length(orders);
        progress.bar.set_style(style("{wide_bar} {human_pos}/{human_len} orders, {eta} left"));
        progress.bar.set_position(done);
        progress.bar.reset_eta();
        if orders >= LONG {
            progress.show();
        }
        progress
    }

    /// Counts one more.
    pub(crate) fn step(&self) {
        self.bar.inc(1);
        if self.bar.position() == LONG {
            self.show();
        }
    }

    /// Writes to standard output while the bar is hidden.
    pub(crate) fn aside<T>(&self, write: impl FnOnce() -> T) -> T {
        if self.shares { self.bar.suspend(write) } else { write() }
    }

    /// Prints a line on standard error while the bar is hidden.
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
