//! Faults that are injected over HTTP.

use std::time::Duration;

use serde::Deserialize;
use serde_json::json;

use super::{
    super::{
        Endpoint, Fault, MockResponse, WebhookFault,
        service::{Call, Service},
    },
    input::{Invalid, body},
};
use crate::generated::OPERATIONS;

/// A fault of the next responses of an operation.
#[derive(Deserialize)]
struct Sent {
    operation: String,
    #[serde(default = "once")]
    times: u32,
    #[serde(flatten)]
    kind: FaultKind,
}

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum FaultKind {
    Response { status: u16, body: Option<String>, content_type: Option<String>, retry_after: Option<u32> },
    Latency { milliseconds: u32 },
    ResetInHeaders,
    ResetInBody,
    StallInHeaders,
    StallInBody,
    Trickle,
    TruncatedBody,
    LengthTooLong,
    LengthTooShort,
    OversizedBody { bytes: u32 },
    RevokedToken,
    ExpiredToken,
    ClockAhead { seconds: u32 },
    ClockBehind { seconds: u32 },
}

/// A fault of the next webhooks.
#[derive(Deserialize)]
struct SentToWebhooks {
    #[serde(default = "once")]
    times: u32,
    #[serde(flatten)]
    kind: WebhookKind,
}

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum WebhookKind {
    Lost,
    Duplicated,
    Reversed,
    Delayed { milliseconds: u32 },
}

fn once() -> u32 {
    1
}

pub(super) fn add(service: &mut Service, call: &Call) -> Result<MockResponse, Invalid> {
    let Sent { operation, times, kind } = body(call)?;
    let endpoint = endpoint(&operation)?;
    let seconds = |seconds: u32| Duration::from_secs(seconds.into());
    let fault = match kind {
        FaultKind::Response { status, .. } if !(200..=599).contains(&status) => {
            return Err(Invalid::expected("a `status` from 200 to 599"));
        }
        FaultKind::Response { status, body, content_type, retry_after } => {
            let response = match (body, content_type) {
                (None, None) => MockResponse::html(status),
                (body, content_type) => {
                    let json = "application/json; charset=UTF-8".to_owned();
                    MockResponse::new(status, &content_type.unwrap_or(json), body.unwrap_or_default())
                }
            };
            let wait = retry_after.map(|seconds| seconds.to_string());
            Fault::Response(wait.iter().fold(response, |response, wait| response.header("retry-after", wait)))
        }
        FaultKind::Latency { milliseconds } => Fault::Latency(Duration::from_millis(milliseconds.into())),
        FaultKind::ResetInHeaders => Fault::ResetInHeaders,
        FaultKind::ResetInBody => Fault::ResetInBody,
        FaultKind::StallInHeaders => Fault::StallInHeaders,
        FaultKind::StallInBody => Fault::StallInBody,
        FaultKind::Trickle => Fault::Trickle,
        FaultKind::TruncatedBody => Fault::TruncatedBody,
        FaultKind::LengthTooLong => Fault::LengthTooLong,
        FaultKind::LengthTooShort => Fault::LengthTooShort,
        FaultKind::OversizedBody { bytes } => Fault::OversizedBody(bytes.into()),
        FaultKind::RevokedToken => Fault::RevokedToken,
        FaultKind::ExpiredToken => Fault::ExpiredToken,
        FaultKind::ClockAhead { seconds: ahead } => Fault::ClockAhead(seconds(ahead)),
        FaultKind::ClockBehind { seconds: behind } => Fault::ClockBehind(seconds(behind)),
    };
    service.faults.queue(endpoint, fault, count(times));
    Ok(MockResponse::success(json!({"operation": operation, "times": times})))
}

pub(super) fn add_to_webhooks(service: &mut Service, call: &Call) -> Result<MockResponse, Invalid> {
    let SentToWebhooks { times, kind } = body(call)?;
    let fault = match kind {
        WebhookKind::Lost => WebhookFault::Lost,
        WebhookKind::Duplicated => WebhookFault::Duplicated,
        WebhookKind::Reversed => WebhookFault::Reversed,
        WebhookKind::Delayed { milliseconds } => WebhookFault::Delayed(Duration::from_millis(milliseconds.into())),
    };
    service.webhooks.inject(fault, count(times));
    Ok(MockResponse::success(json!({"times": times})))
}

fn count(times: u32) -> usize {
    usize::try_from(times).unwrap_or(usize::MAX)
}

/// Returns the endpoint of an `operationId`.
pub(super) fn endpoint(operation: &str) -> Result<Endpoint, Invalid> {
    match Endpoint::of_operation(operation) {
        Endpoint::Other => {
            let known: Vec<_> = OPERATIONS.iter().map(|operation| operation.id).collect();
            Err(Invalid::expected(format_args!("an `operation` of {}, cancel_payment", known.join(", "))))
        }
        endpoint => Ok(endpoint),
    }
}
