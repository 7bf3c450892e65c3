//! Runs the sandbox for clients in any language.

use std::{
    fmt, fs,
    io::{self, Write},
    path::Path,
};

use iamport::sandbox::{PaymentFixture, Request, Sandbox};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Deserializer, Value};

use crate::{
    args,
    error::CliError,
    outcome::Outcome,
    output::{Zone, note},
    signals,
};

/// The default number of payments: three pages of a billing key.
const PAYMENTS: u32 = 45;

/// The punctuation that neither a shell nor a URL changes.
const UNQUOTED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_');

pub(crate) async fn run(args: args::Sandbox) -> Result<Outcome, CliError> {
    let captured = args.data.as_deref().map(captured).transpose()?;
    let generated = args.payments.unwrap_or(if captured.is_some() { 0 } else { PAYMENTS });
    let captured = captured.unwrap_or_default();
    let some_order = captured.first().map(PaymentFixture::merchant_uid);
    let captured_count = captured.len();
    let payments = (1..=generated).map(|number| {
        let payment = PaymentFixture::new(&format!("order-{number:04}"), 15900);
        payment.billing_key("cust_0001").paid()
    });
    let builder = Sandbox::builder().port(args.port).latency(args.latency).plain_array(args.plain_array);
    let mut builder = builder.payments(payments.chain(captured)).on_response(log_request);
    if let Some(url) = args.webhook {
        builder = builder.webhook(url, args.webhook_format.into()).on_webhook(log_webhook);
    }
    let sandbox = builder.start().await.map_err(|error| match error.kind() {
        io::ErrorKind::InvalidInput => CliError::Input(format!("--webhook: {error}")),
        _ => CliError::Listen(error),
    })?;

    let generated = match generated {
        0 => None,
        1 => Some("order-0001 of the billing key cust_0001".to_owned()),
        last => Some(format!("order-0001 to order-{last:04} of the billing key cust_0001")),
    };
    let captured_count = match captured_count {
        0 => None,
        1 => Some("1 captured payment".to_owned()),
        many => Some(format!("{many} captured payments")),
    };
    let has = [generated, captured_count].into_iter().flatten().collect::<Vec<_>>().join(", and ");
    let has = if has.is_empty() { "no payment yet".to_owned() } else { has };
    let stop = signals::stop();
    greet(&sandbox, &has, &some_order.unwrap_or_else(|| "order-0001".to_owned()))?;
    stop.await;
    sandbox.stop().await;
    note("stopped");
    Ok(Outcome::Yes)
}

fn greet(sandbox: &Sandbox, has: &str, order: &str) -> io::Result<()> {
    let (url, key, secret) = (sandbox.base_url(), sandbox.key(), sandbox.secret());
    let order = utf8_percent_encode(order, UNQUOTED);
    let mut out = io::stdout();
    write!(
        out,
        "\
The sandbox responds like api.iamport.kr. It has {has}. Ctrl-C stops it.

  export IMP_BASE_URL={url}
  export IMP_KEY={key}
  export IMP_SECRET={secret}

Try it, in another terminal:

  TOKEN=$(curl -s {url}/users/getToken -d imp_key={key} -d imp_secret={secret} |
    sed 's/.*\"access_token\":\"\\([^\"]*\\)\".*/\\1/')
  curl -s -H \"Authorization: Bearer $TOKEN\" {url}/payments/find/{order}

"
    )?;
    out.flush()
}

/// `2024-03-06 19:47:49 KST 200 GET /payments/find/order-0001`
fn log_request(request: &Request, status: u16) {
    let Request { method, target, .. } = request;
    log(format_args!("{status} {method} {}", target.escape_debug()));
}

/// `2024-03-06 19:47:49 KST 200 webhook for imp_000000000001`
fn log_webhook(imp_uid: &str, outcome: io::Result<u16>) {
    let imp_uid = imp_uid.escape_debug();
    match outcome {
        Ok(status) => log(format_args!("{status} webhook for {imp_uid}")),
        Err(error) => log(format_args!("--- webhook for {imp_uid} failed: {error}")),
    }
}

fn log(line: fmt::Arguments<'_>) {
    let now = jiff::Timestamp::now().as_second();
    let now = u64::try_from(now).ok().and_then(iamport::Timestamp::from_secs);
    let time = now.map(|now| Zone::Kst.format(now)).unwrap_or_default();
    // The sandbox continues to run if standard error is closed.
    let _ = writeln!(anstream::stderr(), "{time} KST {line}");
}

/// Reads payments from a file of captured bodies.
fn captured(file: &Path) -> Result<Vec<PaymentFixture>, CliError> {
    let invalid = |why: String| CliError::Input(format!("{} {why}", file.display()));
    let text = fs::read_to_string(file).map_err(|error| invalid(format!("cannot be read: {error}")))?;
    let mut payments = Vec::new();
    for value in Deserializer::from_str(text.trim_start_matches('\u{feff}')).into_iter::<Value>() {
        let value = value.map_err(|error| invalid(format!("is not JSON: {error}")))?;
        unpack(value, &mut payments).map_err(|why| {
            let record = payments.len() + 1;
            CliError::Input(format!("{}: record {record} is not a payment: {why}", file.display()))
        })?;
    }
    Ok(payments)
}

/// Collects the payments of an envelope, a page or a list.
fn unpack(mut value: Value, payments: &mut Vec<PaymentFixture>) -> Result<(), String> {
    for wrapping in ["response", "list"] {
        if let Some(inner) = value.get_mut(wrapping).filter(|inner| inner.is_array() || inner.is_object()) {
            return unpack(inner.take(), payments);
        }
    }
    match value {
        Value::Array(items) => items.into_iter().try_for_each(|item| unpack(item, payments)),
        payment => {
            payments.push(PaymentFixture::from_value(payment).map_err(|error| error.to_string())?);
            Ok(())
        }
    }
}
