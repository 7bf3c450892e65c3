//! Standard output, whose reader may close it before the end, as `head` does.

use std::io::{self, ErrorKind, Write};

/// Discards what is written after the reader closed the pipe, so that a command goes on to its exit status.
pub(crate) struct UntilClosed<W>(pub(crate) W);

/// Returns success if the reader closed the pipe.
pub(crate) fn until_closed<T: Default>(result: io::Result<T>) -> io::Result<T> {
    match result {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(T::default()),
        result => result,
    }
}

impl<W: Write> Write for UntilClosed<W> {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        until_closed(self.0.write_all(text)).map(|()| text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        until_closed(self.0.flush())
    }
}
