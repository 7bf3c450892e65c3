//! Every fault × (find, list, token), on real sockets. `docs/faults.md` holds the table, and is checked here.

use std::{fmt::Write, fs, sync::Arc, time::Duration};

use iamport::{
    Client, Error,
    sandbox::{Endpoint, Fault, MockResponse, Sandbox},
};

use crate::common::{EagerClock, fill, numbered, wire};

const HOUR: Duration = Duration::from_secs(3600);
const ATTEMPT: Duration = Duration::from_secs(10);
/// How many attempts that stall the retries' 20 s allow.
const STALLS: usize = 2;
const FOR_EVER: usize = usize::MAX;
/// The longest that the three retries can wait for, in milliseconds.
const LONGEST_WAITS: [u128; 3] = [250, 500, 1000];

/// A row of the table.
struct Row {
    name: &'static str,
    fault: What,
}

enum What {
    /// Nobody listens.
    Refused,
    /// What the endpoint does.
    Does(Fault),
    /// What the endpoint of the token does, whichever is called.
    Token(Fault),
}

fn row(name: &'static str, fault: impl Into<Fault>) -> Row {
    Row { name, fault: What::Does(fault.into()) }
}

fn html(status: u16) -> MockResponse {
    MockResponse::html(status)
}

fn envelope(status: u16) -> MockResponse {
    MockResponse::json(status, r#"{"code":-1,"message":"안 됩니다.","response":null}"#)
}

/// `Retry-After` as a date that is 7 seconds after the answer's own.
fn dated(answer: MockResponse) -> MockResponse {
    answer.header("date", "Wed, 06 Mar 2024 12:00:00 GMT").header("retry-after", "Wed, 06 Mar 2024 12:00:07 GMT")
}

fn rows(elsewhere: &Sandbox) -> Vec<Row> {
    let garbage =
        MockResponse::json(200, [0x1f, 0x8b, 8, 0, 0xde, 0xad, 0xbe, 0xef]).header("content-encoding", "gzip");
    let redirect = html(302).header("location", &format!("{}/payments/find/order-0001", elsewhere.base_url()));
    let mut rows = vec![
        Row { name: "connection refused", fault: What::Refused },
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
        row("503", html(503)),
        row("503, `Retry-After: 7`", html(503).header("retry-after", "7")),
        row("503, `Retry-After` as a date", dated(html(503))),
        row("504 with HTML", html(504)),
        row("200 with a `code` of 1", MockResponse::json(200, wire("error-200-code-1.json"))),
        row("200 with HTML", html(200)),
        row("200 with nothing", MockResponse::json(200, "")),
        row("200 with half a body", Fault::TruncatedBody),
        row("length told too long", Fault::LengthTooLong),
        row("length told too short", Fault::LengthTooShort),
        row("200 with garbage as gzip", garbage),
        row("200 with an array", MockResponse::json(200, "[]")),
        row("200 with an array as `response`", MockResponse::json(200, r#"{"code":0,"response":[[]]}"#)),
        row("200 with 200 MB", Fault::OversizedBody(200 << 20)),
        row("204", MockResponse::json(204, "")),
        row("redirect to another host", redirect),
        row("token revoked", Fault::RevokedToken),
        row("token expired", Fault::ExpiredToken),
    ];
    for (name, fault) in
        [("clock an hour ahead", Fault::ClockAhead(HOUR)), ("clock an hour behind", Fault::ClockBehind(HOUR))]
    {
        rows.push(Row { name, fault: What::Token(fault) });
    }
    rows
}

/// One cell: a fault that lasts for a time, met by one kind of call.
struct Cell {
    sandbox: Sandbox,
    clock: Arc<EagerClock>,
    client: Client,
    call: Endpoint,
}

impl Cell {
    async fn new(call: Endpoint) -> Self {
        let sandbox = Sandbox::start().await.unwrap();
        sandbox.upsert_payment(numbered("order-0001", 15900, 9).paid());
        fill(&sandbox, 3);
        let clock = EagerClock::new();
        let client = sandbox.client().clock(clock.clone()).build().unwrap();
        Self { sandbox, clock, client, call }
    }

    /// Asks, and says what came of it: an answer is the right one or the test fails.
    async fn ask(client: Client, call: Endpoint) -> Result<&'static str, Error> {
        if call == Endpoint::List {
            let page = client.billing_key_payments("cust_0001").await?;
            let orders: Vec<_> = page.list.iter().map(|payment| payment.merchant_uid.as_str()).collect();
            assert_eq!(orders, ["sub-0001", "sub-0002", "sub-0003"]);
            return Ok("answer");
        }
        let Some(payment) = client.find_payment("order-0001").await? else { return Ok("none") };
        assert_eq!((payment.merchant_uid.as_str(), payment.amount), ("order-0001", 15900.into()));
        Ok("answer")
    }

    /// What the table says of it.
    async fn meet(self, fault: &What, times: usize) -> String {
        let Self { sandbox, clock, client, call } = self;
        // Where it is the token that is asked for, there is none yet.
        let cold = call == Endpoint::Token || matches!(fault, What::Token(_));
        if !cold {
            Self::ask(client.clone(), call).await.unwrap();
        }
        let (asked, tokens) = (sandbox.count(call), sandbox.count(Endpoint::Token));

        let mut refusal = None;
        match fault {
            What::Refused if times == 1 => clock.hold_until_a_wait(sandbox.refuse_connections()),
            What::Refused => refusal = Some(sandbox.refuse_connections()),
            What::Does(fault) => sandbox.inject_fault(call, fault.clone(), times),
            What::Token(fault) => sandbox.inject_fault(Endpoint::Token, fault.clone(), times),
        }
        let outcome = tokio::spawn(Self::ask(client.clone(), call));
        if let What::Does(Fault::StallInHeaders | Fault::StallInBody) = fault {
            for stalled in 1..=times.min(STALLS) {
                sandbox.wait_for_requests(call, asked + stalled).await;
                clock.advance(ATTEMPT);
            }
        }
        let outcome = outcome.await.unwrap();
        let (asked, tokens) = (sandbox.count(call) - asked, sandbox.count(Endpoint::Token) - tokens);

        // Once all is well again the next call is answered, with the token that there is or with another.
        drop(refusal);
        sandbox.clear_faults();
        let before = sandbox.count(Endpoint::Token);
        assert_eq!(Self::ask(client, call).await.unwrap(), "answer");
        let token = match sandbox.count(Endpoint::Token) - before {
            0 => "kept",
            1 => "fetched next",
            more => panic!("{more} tokens for one call"),
        };

        let mut cell = match &outcome {
            Ok(answer) => format!("{answer}; asked {asked}×"),
            Err(error) => {
                if asked > 0 {
                    assert_eq!(error.attempts() as usize, asked, "{error}");
                }
                format!("“{error}”; asked {asked}×")
            }
        };
        if call != Endpoint::Token && tokens > 0 {
            write!(cell, ", for a token {tokens}×").unwrap();
        }
        write!(cell, "{}; token {token}", waited(&clock.waits())).unwrap();
        cell
    }
}

/// How long the client would have waited: exactly where the service says so, else up to a limit.
fn waited(waits: &[Duration]) -> String {
    let asked = waits.iter().all(|wait| *wait == Duration::from_secs(7));
    match waits {
        [] => String::new(),
        _ if asked => format!(", waits {} s", vec!["7"; waits.len()].join(" + ")),
        _ => {
            assert!(waits.iter().zip(LONGEST_WAITS).all(|(wait, longest)| wait.as_millis() <= longest), "{waits:?}");
            format!(", waits ≤ {} ms", LONGEST_WAITS.iter().take(waits.len()).sum::<u128>())
        }
    }
}

#[tokio::test]
async fn the_table_of_faults_is_true() {
    let elsewhere = Sandbox::start().await.unwrap();
    let mut table = String::from("| fault | lasts | find | list | token |\n| --- | --- | --- | --- | --- |\n");
    for row in rows(&elsewhere) {
        let mut rows = Vec::new();
        for times in [1, FOR_EVER] {
            let mut cells = Vec::new();
            for call in [Endpoint::Find, Endpoint::List, Endpoint::Token] {
                cells.push(Cell::new(call).await.meet(&row.fault, times).await);
            }
            rows.push(cells.join(" | "));
        }
        let (once, for_ever) = (&rows[0], &rows[1]);
        if once == for_ever {
            writeln!(table, "| {} | either | {once} |", row.name).unwrap();
        } else {
            writeln!(table, "| {} | once | {once} |\n| | for ever | {for_ever} |", row.name).unwrap();
        }
    }
    assert_eq!(elsewhere.requests().len(), 0, "a redirect is not followed");

    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/faults.md");
    let text = fs::read_to_string(file).unwrap();
    let (head, _) = text.split_once("| fault |").unwrap();
    let expected = format!("{head}{table}");
    if std::env::var_os("INSTA_UPDATE").is_some_and(|update| update == "always") {
        fs::write(file, &expected).unwrap();
    } else {
        for (line, truth) in text.lines().zip(expected.lines()) {
            assert_eq!(line, truth, "docs/faults.md; INSTA_UPDATE=always writes it anew");
        }
        assert_eq!(text.lines().count(), expected.lines().count());
    }
}
