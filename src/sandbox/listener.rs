//! Where connections come in: a listener that can be closed and opened again.

use std::{
    fmt, io,
    net::{Ipv4Addr, SocketAddr, TcpListener as StdListener},
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    task::{Context, Poll, Waker},
    time::Duration,
};

use axum::serve::Listener;
use tokio::{net::TcpListener, runtime::Handle, time::sleep};

use super::connection::{Connection, Stream};

/// How long the door waits after the system failed to hand a connection over.
const PAUSE: Duration = Duration::from_millis(10);

/// The door of a sandbox.
pub(super) struct Door {
    address: SocketAddr,
    runtime: Handle,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    listener: Option<TcpListener>,
    connections: Vec<Weak<Connection>>,
    waker: Option<Waker>,
    refusals: usize,
}

impl Door {
    /// Opens on a port of 127.0.0.1; 0 is any.
    pub(super) fn open(port: u16) -> io::Result<Arc<Self>> {
        let runtime = Handle::try_current().map_err(io::Error::other)?;
        let listener = listen((Ipv4Addr::LOCALHOST, port).into())?;
        let address = listener.local_addr()?;
        let state = State { listener: Some(listener), ..State::default() };
        Ok(Arc::new(Self { address, runtime, state: Mutex::new(state) }))
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Nobody listens any more, and all connections end.
    pub(super) fn close(&self) {
        let mut state = self.state();
        state.refusals += 1;
        state.listener = None;
        state.connections.drain(..).filter_map(|connection| connection.upgrade()).for_each(|open| open.end());
    }

    /// Listens again, once for each time it was closed. Should another program have taken the port meanwhile, it stays
    /// closed.
    pub(super) fn reopen(&self) {
        let mut state = self.state();
        state.refusals = state.refusals.saturating_sub(1);
        if state.refusals == 0 {
            let _runtime = self.runtime.enter();
            state.listener = listen(self.address).ok();
            state.waker.take().into_iter().for_each(Waker::wake);
        }
    }

    fn poll_accept(&self, context: &mut Context<'_>) -> Poll<io::Result<(Stream, SocketAddr)>> {
        let mut state = self.state();
        // Without a listener, or with one that is closed before somebody comes, `reopen` wakes.
        state.waker = Some(context.waker().clone());
        let Some(listener) = &state.listener else { return Poll::Pending };
        let accepted = std::task::ready!(listener.poll_accept(context));
        Poll::Ready(accepted.map(|(stream, from)| {
            let connection = Arc::new(Connection::new(stream));
            state.connections.retain(|connection| connection.strong_count() > 0);
            state.connections.push(Arc::downgrade(&connection));
            (Stream(connection), from)
        }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let listener = StdListener::bind(address)?;
    listener.set_nonblocking(true)?;
    TcpListener::from_std(listener)
}

impl fmt::Debug for Door {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Door").field("address", &self.address).finish_non_exhaustive()
    }
}

/// What the server takes connections from.
pub(super) struct Doorman(pub(super) Arc<Door>);

impl Listener for Doorman {
    type Io = Stream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Stream, SocketAddr) {
        loop {
            match std::future::poll_fn(|context| self.0.poll_accept(context)).await {
                Ok(accepted) => return accepted,
                Err(_) => sleep(PAUSE).await,
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.0.address)
    }
}
