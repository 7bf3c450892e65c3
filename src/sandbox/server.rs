//! The server: from a request on a socket to a call of the service, and back.

use std::{
    fmt, io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    Router, body,
    extract::{self, State},
    http::{
        HeaderMap, HeaderName,
        header::{AUTHORIZATION, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
};
use tokio::{net::TcpListener, runtime::Handle, task::JoinHandle};

use super::{
    Request,
    route::Route,
    service::{Call, Service},
    traffic::Traffic,
};

/// The most that is read of a request's body, in bytes.
const BODY_LIMIT: usize = 64 * 1024;

/// What the server and its handles share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) traffic: Traffic,
    service: Mutex<Service>,
    latency: Duration,
    watcher: Option<Watcher>,
}

impl Shared {
    pub(super) fn new(service: Service, latency: Duration, watcher: Option<Watcher>) -> Self {
        Self { traffic: Traffic::new(), service: Mutex::new(service), latency, watcher }
    }

    pub(super) fn service(&self) -> MutexGuard<'_, Service> {
        self.service.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Is told of every request and the status of its answer.
#[derive(Clone)]
pub(super) struct Watcher(pub(super) Arc<Watch>);

type Watch = dyn Fn(&Request, u16) + Send + Sync;

impl fmt::Debug for Watcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Watcher")
    }
}

/// Serves until the traffic is stopped.
pub(super) async fn serve(shared: Arc<Shared>, port: u16) -> io::Result<(SocketAddr, JoinHandle<io::Result<()>>)> {
    let runtime = Handle::try_current().map_err(io::Error::other)?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    let address = listener.local_addr()?;
    // No routes: a router decodes, folds and refuses, and the target must reach the sandbox as it was sent.
    let router = Router::new().fallback(handle).with_state(Arc::clone(&shared));
    let stopped = async move { shared.traffic.stopped().await };
    let serving = runtime.spawn(axum::serve(listener, router).with_graceful_shutdown(stopped).into_future());
    Ok((address, serving))
}

async fn handle(State(shared): State<Arc<Shared>>, request: extract::Request) -> Response {
    let (head, body) = request.into_parts();
    let route = Route::of(&head.method, &head.uri);
    let endpoint = route.endpoint();
    let request = Request::new(&head, &route);
    let _in_flight = shared.traffic.arrive(request.clone());
    let call = Call {
        route,
        authorization: header(&head.headers, &AUTHORIZATION),
        content_type: header(&head.headers, &CONTENT_TYPE),
        body: body::to_bytes(body, BODY_LIMIT).await.unwrap_or_default().into(),
    };
    shared.traffic.hold(endpoint, shared.latency).await;
    let answer = shared.service().answer(&call);
    if let Some(Watcher(watch)) = &shared.watcher {
        watch(&request, answer.status());
    }
    answer.into_response()
}

fn header(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(ToOwned::to_owned)
}
