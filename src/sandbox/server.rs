//! The server: from a request on a socket to a call of the service, and back.

use std::{
    fmt, io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    Router, body,
    extract::{self, ConnectInfo, State},
    http::{
        HeaderMap, HeaderName,
        header::{AUTHORIZATION, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
};
use tokio::task::JoinHandle;

use super::{
    Request,
    connection::Handle,
    fault_writer,
    listener::{Door, Doorman},
    request_log::Traffic,
    route::Route,
    service::{Call, Service},
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
pub(super) fn serve(shared: Arc<Shared>, port: u16) -> io::Result<(Arc<Door>, JoinHandle<io::Result<()>>)> {
    let door = Door::open(port)?;
    let listener = Doorman(Arc::clone(&door));
    // No routes: a router decodes, folds and refuses, and the target must reach the sandbox as it was sent.
    let router = Router::new().fallback(handle).with_state(Arc::clone(&shared));
    let router = router.into_make_service_with_connect_info::<Handle>();
    let stopped = async move { shared.traffic.stopped().await };
    let serving = tokio::spawn(axum::serve(listener, router).with_graceful_shutdown(stopped).into_future());
    Ok((door, serving))
}

async fn handle(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(Handle(connection)): ConnectInfo<Handle>,
    request: extract::Request,
) -> Response {
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
    let (answer, fault) = shared.service().answer(&call);
    if let Some(Watcher(watch)) = &shared.watcher {
        watch(&request, answer.status());
    }
    match fault {
        Some(fault) => fault_writer::give(&answer, &fault, &connection, &shared.traffic).await,
        None => answer.into_response(),
    }
}

fn header(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(ToOwned::to_owned)
}
