//! The listening socket, which can be closed and reopened, and the tasks of its connections.

use std::{
    fmt,
    future::{Future, poll_fn},
    io, mem,
    net::{IpAddr, SocketAddr, TcpListener as StdListener},
    sync::{Mutex, MutexGuard, PoisonError},
    task::{Poll, Waker, ready},
    time::Duration,
};

use tokio::{
    net::{TcpListener, TcpStream},
    runtime::Handle,
    task::JoinSet,
    time::{sleep, timeout},
};

/// The backoff after `accept` failed because the process has too many open files.
const ACCEPT_BACKOFF: Duration = Duration::from_millis(10);

/// The time limit for open connections to end gracefully.
const GRACE: Duration = Duration::from_secs(1);

/// A listening socket.
pub(super) struct Listener {
    address: SocketAddr,
    runtime: Handle,
    state: Mutex<ListenerState>,
}

struct ListenerState {
    socket: Option<TcpListener>,
    /// The number of calls of `close` without a call of `reopen`.
    closed: usize,
    waker: Option<Waker>,
    connections: JoinSet<()>,
}

impl Listener {
    /// Listens on a port of an address; port 0 is any.
    pub(super) fn bind(host: IpAddr, port: u16) -> io::Result<Self> {
        let runtime = Handle::try_current().map_err(io::Error::other)?;
        let socket = listen((host, port).into())?;
        let address = socket.local_addr()?;
        let state = ListenerState { socket: Some(socket), closed: 0, waker: None, connections: JoinSet::new() };
        Ok(Self { address, runtime, state: Mutex::new(state) })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Closes the socket; connections stay open.
    pub(super) fn close(&self) {
        let mut state = self.state();
        state.closed += 1;
        state.socket = None;
    }

    /// Listens again, once for each call of `close`. If another program has taken the port, the socket stays closed.
    pub(super) fn reopen(&self) {
        let mut state = self.state();
        state.closed = state.closed.saturating_sub(1);
        if state.closed == 0 {
            let _runtime = self.runtime.enter();
            state.socket = listen(self.address).ok();
            state.waker.take().into_iter().for_each(Waker::wake);
        }
    }

    /// Ends all connections at once.
    pub(super) fn abort_connections(&self) {
        self.state().connections.abort_all();
    }

    /// Waits for the connections to end, and ends those that take too long.
    pub(super) async fn join_connections(&self) {
        let mut connections = mem::take(&mut self.state().connections);
        let _ = timeout(GRACE, async { while connections.join_next().await.is_some() {} }).await;
        connections.shutdown().await;
    }

    /// Accepts connections for ever, and serves each in a task.
    pub(super) async fn accept<F>(&self, serve: impl Fn(TcpStream) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        loop {
            let accepted = poll_fn(|context| {
                let mut state = self.state();
                // Only `reopen` wakes the task if there is no socket, or if the socket is closed meanwhile.
                state.waker = Some(context.waker().clone());
                let Some(socket) = &state.socket else { return Poll::Pending };
                let (stream, _) = ready!(socket.poll_accept(context))?;
                while state.connections.try_join_next().is_some() {}
                // Under the lock, so that `abort_connections` misses no connection.
                state.connections.spawn(serve(stream));
                Poll::Ready(io::Result::Ok(()))
            });
            if accepted.await.is_err() {
                sleep(ACCEPT_BACKOFF).await;
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, ListenerState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let listener = StdListener::bind(address)?;
    listener.set_nonblocking(true)?;
    TcpListener::from_std(listener)
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listener").field("address", &self.address).finish_non_exhaustive()
    }
}
