//! Every fault with every operation, over real sockets. `docs/faults.md` has the outcomes.

use std::{collections::BTreeMap, fmt::Write, fs, sync::Arc, time::Duration};

use iamport::sandbox::{Endpoint, Fault, MockResponse, Sandbox};

use crate::common::{
    EagerClock,
    checked_in::{assert_checked_in, repository},
    operations::{call, operations, put_payments},
    wire,
};

const HOUR: Duration = Duration::from_secs(3600);
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(10);
/// The number of attempts that stall until the 20 s for retries are over.
const MAX_STALLS: usize = 2;
/// The longest waits before the three retries, in milliseconds.
const MAX_BACKOFFS: [u128; 3] = [250, 500, 1000];
/// What the server asks for.
const RETRY_AFTER: Duration = Duration::from_secs(7);
/// The time from a failed fetch of a token to the next one.
const FAILURE_INTERVAL: Duration = Duration::from_secs(1);

enum Cause {
    /// The port is closed.
    Refused,
    /// A fault of the endpoint that is called.
    Endpoint(Fault),
    /// A fault of the token endpoint, for every operation.
    Token(Fault),
}

fn html(status: u16) -> MockResponse {
    MockResponse::html(status)
}

fn envelope(status: u16) -> MockResponse {
    MockResponse::json(status, r#"{"code":-1,"message":"안 됩니다.","response":null}"#)
}

/// `Retry-After` as a date, 7 seconds after the `Date` of the response.
fn dated(response: MockResponse) -> MockResponse {
    response.header("date", "Wed, 06 Mar 2024 12:00:00 GMT").header("retry-after", "Wed, 06 Mar 2024 12:00:07 GMT")
}

fn causes(elsewhere: &Sandbox) -> Vec<(&'static str, Cause)> {
    fn row(name: &'static str, fault: impl Into<Fault>) -> (&'static str, Cause) {
        (name, Cause::Endpoint(fault.into()))
    }

    let garbage =
        MockResponse::json(200, [0x1f, 0x8b, 8, 0, 0xde, 0xad, 0xbe, 0xef]).header("content-encoding", "gzip");
    let redirect = html(302).header("location", &format!("{}/payments/find/order-0001", elsewhere.base_url()));
    vec![
        ("connection refused", Cause::Refused),
        row("reset in the headers", Fault::ResetInHeaders),
        row("reset in the body", Fault::ResetInBody),
        row("stall in the headers", Fault::StallInHeaders),
        row("stall in the body", Fault::StallInBody),
        row("trickle", Fault::Trickle),
        row("401", MockResponse::json(401, wire("error-401.json"))),
        row("401 with HTML", html(401)),
        row("403", envelope(403)),
        row("404", MockResponse::json(404, wire("error-404.json"))),
        row("404 with HTML", html(404)),
        row("408", html(408)),
        row("429", envelope(429)),
        row("429, `Retry-After: 7`", envelope(429).header("retry-after", "7")),
        row("429, `Retry-After` as a date", dated(envelope(429))),
        row("429, `Retry-After: 3600`", envelope(429).header("retry-after", "3600")),
        row("500", envelope(500)),
        row("501", html(501)),
        row("502 with HTML", html(502)),
        row("502 with HTML, although carried out", Fault::ReplacedResponse(html(502))),
        row("503", html(503)),
        row("503, `Retry-After: 7`", html(503).header("retry-after", "7")),
        row("503, `Retry-After` as a date", dated(html(503))),
        row("504 with HTML", html(504)),
        row("200 with `code` 1", MockResponse::json(200, wire("error-200-code-1.json"))),
        row("200 with HTML", html(200)),
        row("200 with an empty body", MockResponse::json(200, "")),
        row("200 with half a body", Fault::TruncatedBody),
        row("`Content-Length` too long", Fault::LengthTooLong),
        row("`Content-Length` too short", Fault::LengthTooShort),
        row("200 with invalid gzip", garbage),
        row("200 with an array", MockResponse::json(200, "[]")),
        row("200 with an array as `response`", MockResponse::json(200, r#"{"code":0,"response":[[]]}"#)),
        row("200 with 200 MB", Fault::OversizedBody(200 << 20)),
        row("204", MockResponse::json(204, "")),
        row("redirect to another host", redirect),
        row("token revoked", Fault::RevokedToken),
        row("token expired", Fault::ExpiredToken),
        ("clock of the server an hour ahead", Cause::Token(Fault::ClockAhead(HOUR))),
        ("clock of the server an hour behind", Cause::Token(Fault::ClockBehind(HOUR))),
    ]
}

/// The outcome of a call.
#[derive(Clone, PartialEq, Eq)]
struct Outcome {
    /// The cell of the table.
    word: &'static str,
    /// The other columns of the list of exact results.
    result: String,
}

/// Calls an operation whose next `times` responses have a fault.
async fn meet(cause: &Cause, (operation, endpoint): (&'static str, Endpoint), times: usize) -> Outcome {
    let sandbox = Sandbox::start().await.unwrap();
    put_payments(&sandbox);
    let clock = EagerClock::new();
    let client = sandbox.client().clock(Arc::clone(&clock) as _).build().unwrap();
    // The token is fetched before, unless the fault is in the fetch.
    if endpoint != Endpoint::Token && !matches!(cause, Cause::Token(_)) {
        call(&client, operation).await.unwrap();
    }
    let (requests, tokens) = (sandbox.count(endpoint), sandbox.count(Endpoint::Token));

    let mut refusal = None;
    match cause {
        Cause::Refused if times == 1 => clock.hold_until_a_wait(sandbox.refuse_connections()),
        Cause::Refused => refusal = Some(sandbox.refuse_connections()),
        Cause::Endpoint(fault) => sandbox.inject_fault(endpoint, fault.clone(), times),
        Cause::Token(fault) => sandbox.inject_fault(Endpoint::Token, fault.clone(), times),
    }
    let caller = client.clone();
    let found = tokio::spawn(async move { call(&caller, operation).await });
    if let Cause::Endpoint(Fault::StallInHeaders | Fault::StallInBody) = cause {
        for stalled in 1..=times.min(MAX_STALLS) {
            sandbox.wait_for_requests(endpoint, requests + stalled).await;
            clock.advance(ATTEMPT_TIMEOUT);
        }
    }
    let found = found.await.unwrap();
    let (requests, tokens) = (sandbox.count(endpoint) - requests, sandbox.count(Endpoint::Token) - tokens);
    let waits = clock.waits();
    clock.advance(FAILURE_INTERVAL);

    // After the fault the next call succeeds, with the same token or with another.
    drop(refusal);
    sandbox.clear_faults();
    let before = sandbox.count(Endpoint::Token);
    assert!(call(&client, operation).await.unwrap(), "{operation}");
    let token = match sandbox.count(Endpoint::Token) - before {
        0 => "kept",
        1 => "replaced",
        more => panic!("{more} tokens for one call"),
    };

    let tokens = if endpoint == Endpoint::Token { 0 } else { tokens };
    let word = match &found {
        Ok(false) => "none",
        Ok(true) if !waits.is_empty() => "retried",
        Ok(true) if requests > 1 => "replayed",
        Ok(true) => "ok",
        Err(error) if error.attempts() > 1 => "gives up",
        Err(_) => "error",
    };
    if let Err(error) = &found
        && requests > 0
    {
        assert_eq!(error.attempts() as usize, requests, "{error}");
    }
    let text = match found {
        Ok(true) => "success".to_owned(),
        Ok(false) => "success: `None` or an empty listing".to_owned(),
        Err(error) => without_column(&error.to_string()),
    };
    let tokens = if tokens > 0 { format!(" + {tokens}") } else { String::new() };
    Outcome { word, result: format!("{text} | {requests}{tokens} | {} | {token}", waited(&waits)) }
}

/// The column at which a body ends depends on the operation.
fn without_column(text: &str) -> String {
    match text.split_once(", column ") {
        Some((start, rest)) => format!("{start}, column …{}", rest.trim_start_matches(|c: char| c.is_ascii_digit())),
        None => text.to_owned(),
    }
}

/// The backoff: what the server asks for, and the maximum of the jitter.
fn waited(waits: &[Duration]) -> String {
    let asked = if waits.iter().any(|wait| *wait >= RETRY_AFTER) { RETRY_AFTER } else { Duration::ZERO };
    let jitter = waits.iter().map(|wait| wait.checked_sub(asked).unwrap().as_millis());
    assert!(jitter.zip(MAX_BACKOFFS).all(|(wait, most)| wait <= most), "{waits:?}");
    let most = format!("≤ {} ms", MAX_BACKOFFS.iter().take(waits.len()).sum::<u128>());
    match waits.len() {
        0 => String::new(),
        _ if asked.is_zero() => most,
        waits => format!("{} s, {most} more", vec!["7"; waits].join(" + ")),
    }
}

/// The outcomes of one fault for each operation: if it occurs once, and if it persists.
type Row = Vec<(Outcome, Outcome)>;

#[tokio::test]
async fn every_fault_has_the_documented_outcome() {
    let elsewhere = Sandbox::start().await.unwrap();
    let mut rows: Vec<(&str, Row)> = Vec::new();
    for (name, cause) in causes(&elsewhere) {
        let mut row = Vec::new();
        for operation in operations() {
            row.push((meet(&cause, operation, 1).await, meet(&cause, operation, usize::MAX).await));
        }
        rows.push((name, row));
    }
    assert_eq!(elsewhere.requests().len(), 0, "a redirect is not followed");

    let text = fs::read_to_string(repository().join("docs/faults.md")).unwrap();
    let (introduction, _) = text.split_once("| fault |").unwrap();
    let (_, rest) = text.split_once("\n## Exact results\n").unwrap();
    let (explanation, _) = rest.split_once("| fault |").unwrap();
    let expected = format!("{introduction}{}\n## Exact results\n{explanation}{}", table(&rows), results(&rows));
    assert_checked_in("docs/faults.md", &expected);
}

/// The table, with one word per cell. Operations and faults with equal outcomes share a column or a row.
fn table(rows: &[(&str, Row)]) -> String {
    let word = |row: &Row, operation: usize| {
        let (once, always) = (row[operation].0.word, row[operation].1.word);
        if once == always { once.to_owned() } else { format!("{once}, then {always}") }
    };
    let columns = grouped(operations().enumerate().map(|(number, (operation, _))| {
        (rows.iter().map(|(_, row)| word(row, number)).collect::<Vec<_>>(), format!("`{operation}`"))
    }));
    let lines = grouped(rows.iter().enumerate().map(|(number, (name, _))| {
        (columns.iter().map(|(words, _)| words[number].clone()).collect::<Vec<_>>(), (*name).to_owned())
    }));
    let headers: Vec<_> = columns.iter().map(|(_, operations)| operations.join("<br>")).collect();
    let mut table = format!("| fault | {} |\n| ---{} |\n", headers.join(" | "), " | ---".repeat(headers.len()));
    for (words, faults) in lines {
        writeln!(table, "| {} | {} |", faults.join("<br>"), words.join(" | ")).unwrap();
    }
    table
}

fn results(rows: &[(&str, Row)]) -> String {
    let mut list = String::from(
        "| fault | occurs | operation | result | requests | waits | token |\n| --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for (name, row) in rows {
        let outcomes = row.iter().zip(operations()).flat_map(|((once, always), (operation, _))| {
            if once == always {
                vec![(("either", once.result.clone()), operation)]
            } else {
                vec![(("once", once.result.clone()), operation), (("always", always.result.clone()), operation)]
            }
        });
        for ((occurs, result), names) in grouped(outcomes) {
            let others: Vec<_> = operations().map(|(id, _)| id).filter(|id| !names.contains(id)).collect();
            let join = |names: &[&str]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            let which = match others.len() {
                0 => "all".to_owned(),
                few if few < names.len() => format!("all but {}", join(&others)),
                _ => join(&names),
            };
            writeln!(list, "| {name} | {occurs} | {which} | {result} |").unwrap();
        }
    }
    list
}

/// The values of each key, in the order in which the keys come first.
fn grouped<K: Ord + Clone, V>(pairs: impl IntoIterator<Item = (K, V)>) -> Vec<(K, Vec<V>)> {
    let mut places = BTreeMap::new();
    let mut groups: Vec<(K, Vec<V>)> = Vec::new();
    for (key, value) in pairs {
        let place = *places.entry(key.clone()).or_insert(groups.len());
        match groups.get_mut(place) {
            Some((_, values)) => values.push(value),
            None => groups.push((key, vec![value])),
        }
    }
    groups
}
