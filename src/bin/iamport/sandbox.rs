//! The sandbox for any language.

use std::{
    fs,
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

/// Three pages of a billing key, where nothing else is asked for.
const PAYMENTS: u32 = 45;

/// What a shell and a URL leave as it is, beside letters and digits.
const UNQUOTED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_');

pub(crate) async fn run(args: args::Sandbox) -> Result<Outcome, CliError> {
    let captured = args.data.as_deref().map(captured).transpose()?;
    let builder = Sandbox::builder().port(args.port).latency(args.latency).plain_array(args.plain_array);
    let sandbox = builder.on_response(log).start().await.map_err(CliError::Listen)?;
    let made_up = args.payments.unwrap_or(if captured.is_some() { 0 } else { PAYMENTS });
    for number in 1..=made_up {
        sandbox
            .upsert_payment(PaymentFixture::new(&format!("order-{number:04}"), 15900).billing_key("cust_0001").paid());
    }
    let some_order = captured.iter().flatten().map(PaymentFixture::merchant_uid).next();
    let captured_count = captured.as_ref().map_or(0, Vec::len);
    captured.into_iter().flatten().for_each(|payment| sandbox.upsert_payment(payment));

    let made_up = match made_up {
        0 => None,
        1 => Some("order-0001 of the billing key cust_0001".to_owned()),
        last => Some(format!("order-0001 to order-{last:04} of the billing key cust_0001")),
    };
    let captured_count = match captured_count {
        0 => None,
        1 => Some("1 captured payment".to_owned()),
        many => Some(format!("{many} captured payments")),
    };
    let has = [made_up, captured_count].into_iter().flatten().collect::<Vec<_>>().join(", and ");
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
The sandbox answers as api.iamport.kr does. It has {has}. Ctrl-C stops it.

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

/// `19:47:49 200 GET /payments/find/order-0001`
fn log(request: &Request, status: u16) {
    let now = jiff::Timestamp::now().as_second();
    let now = u64::try_from(now).ok().and_then(iamport::Timestamp::from_secs);
    let time = now.map(|now| Zone::Kst.format(now)).unwrap_or_default();
    let Request { method, target, .. } = request;
    // A log that nobody reads any more is no reason to stop.
    let _ = writeln!(anstream::stderr(), "{time} {status} {method} {}", target.escape_debug());
}

/// Payments out of a file of captured bodies.
fn captured(file: &Path) -> Result<Vec<PaymentFixture>, CliError> {
    let refuse = |why: String| CliError::Input(format!("{} {why}", file.display()));
    let text = fs::read_to_string(file).map_err(|error| refuse(format!("cannot be read: {error}")))?;
    let mut payments = Vec::new();
    for value in Deserializer::from_str(text.trim_start_matches('\u{feff}')).into_iter::<Value>() {
        let value = value.map_err(|error| refuse(format!("is not JSON: {error}")))?;
        unpack(value, &mut payments)
            .map_err(|why| refuse(format!("has no payment at place {}: {why}", payments.len() + 1)))?;
    }
    Ok(payments)
}

/// Out of an envelope, a page or a list.
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
