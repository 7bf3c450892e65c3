//! A connection that a fault can take out of the server's hands.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Waker, ready},
};

use axum::{extract::connect_info::Connected, serve::IncomingStream};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

use super::listener::Doorman;

/// A connection, shared by the server and whoever handles a request.
#[derive(Debug)]
pub(super) struct Connection {
    stream: TcpStream,
    ended: AtomicBool,
    reader: Mutex<Option<Waker>>,
}

impl Connection {
    pub(super) fn new(stream: TcpStream) -> Self {
        // Bytes go out when they are written, so that a trickle is one.
        let _ = stream.set_nodelay(true);
        Self { stream, ended: AtomicBool::new(false), reader: Mutex::default() }
    }

    /// Writes past the server.
    pub(super) async fn write(&self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            self.stream.writable().await?;
            match self.stream.try_write(bytes) {
                Ok(written) => bytes = bytes.get(written..).unwrap_or_default(),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Lets its end be a reset.
    pub(super) fn reset(&self) {
        let _ = self.stream.set_zero_linger();
        self.end();
    }

    /// The server can write no more, and lets go of it.
    pub(super) fn end(&self) {
        self.ended.store(true, Ordering::Release);
        let reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner).take();
        reader.into_iter().for_each(Waker::wake);
    }

    fn has_ended(&self) -> bool {
        self.ended.load(Ordering::Acquire)
    }
}

/// A connection in the server's hands.
pub(super) struct Stream(pub(super) Arc<Connection>);

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        *self.0.reader.lock().unwrap_or_else(PoisonError::into_inner) = Some(context.waker().clone());
        loop {
            if self.0.has_ended() {
                return Poll::Ready(Ok(()));
            }
            ready!(self.0.stream.poll_read_ready(context))?;
            match self.0.stream.try_read(buffer.initialize_unfilled()) {
                Ok(read) => {
                    buffer.advance(read);
                    return Poll::Ready(Ok(()));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        loop {
            if self.0.has_ended() {
                return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
            }
            ready!(self.0.stream.poll_write_ready(context))?;
            match self.0.stream.try_write(bytes) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                written => return Poll::Ready(written),
            }
        }
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        // What is written is on its way; the rest happens when the last hand lets go.
        Poll::Ready(Ok(()))
    }
}

/// What a request's handler gets of its connection.
#[derive(Clone)]
pub(super) struct Handle(pub(super) Arc<Connection>);

impl Connected<IncomingStream<'_, Doorman>> for Handle {
    fn connect_info(stream: IncomingStream<'_, Doorman>) -> Self {
        Self(Arc::clone(&stream.io().0))
    }
}
