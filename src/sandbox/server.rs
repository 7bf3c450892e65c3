//! Serves HTTP: reads requests, calls the service and writes its responses.

use std::{
    error::Error,
    pin::{Pin, pin},
    sync::Arc,
};

use bytes::Bytes;
use futures_util::future::{Either, select};
use http_body_util::{BodyExt, Collected, Full, LengthLimitError, Limited};
use hyper::{
    HeaderMap, Response, StatusCode,
    body::Incoming,
    header::{AUTHORIZATION, CONTENT_TYPE, HeaderName},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::{
    Fault, MockResponse, Request, control,
    fault_writer::{FaultyResponse, write_faulty_response},
    route::Route,
    service::Call,
    shared::Shared,
};

/// The longest accepted request body, in bytes.
const MAX_BODY: usize = 1024 * 1024;

/// Serves a connection until it ends, or the sandbox stops.
pub(super) async fn serve_connection(stream: TcpStream, shared: Arc<Shared>) {
    // Small writes are sent at once, so that a trickle arrives byte by byte.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| handle(&shared, request));
    let mut connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    let outcome = match select(&mut connection, pin!(shared.log.stopped())).await {
        Either::Left((outcome, _)) => outcome,
        Either::Right(((), connection)) => {
            Pin::new(&mut *connection).graceful_shutdown();
            connection.await
        }
    };
    let Err(error) = outcome else { return };
    let Some(faulty) = error.source().and_then(|source| source.downcast_ref::<FaultyResponse>()) else { return };
    let stream = connection.into_parts().io.into_inner();
    select(pin!(write_faulty_response(faulty, stream)), pin!(shared.log.stopped())).await;
}

async fn handle(shared: &Shared, request: hyper::Request<Incoming>) -> Result<Response<Full<Bytes>>, FaultyResponse> {
    let (head, body) = request.into_parts();
    let route = Route::of(&head.method, &head.uri);
    let endpoint = route.endpoint;
    let mut request = Request::new(&head, &route);
    let body = match Limited::new(body, MAX_BODY).collect().await.map(Collected::to_bytes) {
        Err(error) if error.is::<LengthLimitError>() => {
            let response = MockResponse::failure(
                StatusCode::PAYLOAD_TOO_LARGE,
                &format!("expected a body of at most {MAX_BODY} bytes"),
            );
            drop(shared.log.record(request.clone()));
            shared.observe(&request, &response);
            return Ok(response.into_http());
        }
        // The client hung up.
        body => body.unwrap_or_default(),
    };
    let call = Call {
        method: head.method,
        path: head.uri.path().to_owned(),
        route,
        authorization: header(&head.headers, &AUTHORIZATION),
        content_type: header(&head.headers, &CONTENT_TYPE),
        tier: request.tier.clone(),
        body,
    };
    request.set_body(&call.body);
    let in_flight = shared.log.record(request.clone());
    let (response, fault) = if let Some(control) = call.route.control {
        (control::respond(shared, &call, control).await, None)
    } else {
        shared.log.hold(endpoint, shared.latency).await;
        shared.service().respond(&call)
    };
    let fault = match fault {
        Some(Fault::Latency(latency)) => {
            shared.log.delay(latency).await;
            None
        }
        fault => fault,
    };
    shared.observe(&request, &response);
    match fault {
        Some(fault) => Err(FaultyResponse { response, fault, _in_flight: in_flight }),
        None => Ok(response.into_http()),
    }
}

fn header(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(ToOwned::to_owned)
}
