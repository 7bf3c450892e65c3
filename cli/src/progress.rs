//! A progress bar for long listings: on standard error, and only if that is a terminal.

use std::io::{self, IsTerminal};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::output::{Format, note};

/// The number of items from which the bar is shown.
const LONG: u64 = 100;

/// The output that is written while the bar is shown.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Output {
    /// To a file.
    File,
    /// To standard output, many lines at a time.
    Blocks,
    /// To standard output, line by line, which leaves no line for a bar on a terminal.
    Lines,
}

impl Output {
    /// Returns the output of a format on standard output.
    pub(crate) fn of(format: Format) -> Self {
        if format == Format::Table { Self::Blocks } else { Self::Lines }
    }
}

pub(crate) struct Progress {
    bar: ProgressBar,
    /// Whether a bar can be shown with this output.
    room: bool,
    /// Whether the output goes to the same terminal.
    shares: bool,
}

impl Progress {
    /// Creates a bar for a listing of unknown length.
    pub(crate) fn listing(output: Output) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        let bar = bar.with_style(style("{spinner} {human_pos} payments, {elapsed}"));
        let shares = output != Output::File && io::stdout().is_terminal();
        Self { bar, room: output != Output::Lines || !shares, shares }
    }

    /// Creates a bar for about `orders` orders.
    pub(crate) fn of(orders: u64, output: Output) -> Self {
        let progress = Self::listing(output);
        progress.bar.set_length(orders);
        progress.bar.set_style(style("{wide_bar} {human_pos}/{human_len} orders, {eta} left"));
        if orders >= LONG {
            progress.show();
        }
        progress
    }

    /// Counts one item.
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
