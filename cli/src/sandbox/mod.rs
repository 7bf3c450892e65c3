//! Runs the sandbox for clients in any language.

mod data;
mod log;

use std::{
    fs,
    io::{self, Write},
    path::Path,
    time::Duration,
};

use iamport::{
    Timestamp,
    sandbox::{PaymentFixture, Sandbox, Scenario},
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use self::log::Log;
use crate::{args, error::CliError, outcome::Outcome, signals};

/// The default number of payments: three pages of a billing key.
const PAYMENTS: u32 = 45;

/// The service repeats a webhook a minute after it failed.
const REPEAT_INTERVAL: Duration = Duration::from_secs(60);

/// The punctuation that neither a shell nor a URL changes.
const UNQUOTED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_');

pub(crate) async fn run(args: args::Sandbox) -> Result<Outcome, CliError> {
    let now = args.time.map_or_else(jiff::Timestamp::now, jiff::Timestamp::from);
    let now =
        Timestamp::try_from(now).map_err(|error| CliError::Input(format!("the clock of this machine: {error}")))?;
    let loaded = args.data.as_deref().map(|file| data::payments(file, now.as_secs())).transpose()?;
    let generated = args.payments.unwrap_or(if loaded.is_some() { 0 } else { PAYMENTS });
    let loaded = loaded.unwrap_or_default();
    let some_order = loaded.first().map(PaymentFixture::merchant_uid);
    let loaded_count = loaded.len();
    // One a minute, the last one a minute ago.
    let payments = (1..=generated).map(|number| {
        let before = u64::from(generated - number + 1) * 60;
        let payment = PaymentFixture::new(&format!("order-{number:04}"), 15900);
        payment.billing_key("cust_0001").started_at(now.as_secs().saturating_sub(before)).paid()
    });
    let log = Log::start(args.quiet);
    let (requests, webhooks) = (log.clone(), log.clone());
    let builder = Sandbox::builder()
        .host(args.host)
        .port(args.port)
        .latency(args.latency)
        .plain_array(args.plain_array)
        .time(now);
    let mut builder = builder.payments(payments.chain(loaded));
    builder = builder.on_response(move |request, status| requests.request(request, status));
    if let (Some(key), Some(secret)) = (args.key, args.secret) {
        builder = builder.keys(key, secret);
    }
    if let Some(url) = args.webhook {
        builder = builder.webhook(url, args.webhook_format.into()).webhook_delay(args.webhook_delay);
        builder = builder.webhook_repeat(args.webhook_repeat, REPEAT_INTERVAL);
        builder = builder.on_webhook(move |imp_uid, outcome| webhooks.webhook(imp_uid, outcome));
    }
    let sandbox = builder.start().await.map_err(|error| match error.kind() {
        io::ErrorKind::InvalidInput => CliError::Input(format!("--webhook: {error}")),
        _ => CliError::Listen(error),
    })?;

    for (name, scenario) in Scenario::ALL.iter().filter(|(_, scenario)| args.scenarios.contains(scenario)) {
        sandbox.run_scenario(*scenario, name, 15900).map_err(|error| CliError::Input(error.to_string()))?;
    }

    let generated = match generated {
        0 => None,
        1 => Some("order-0001 of the billing key cust_0001".to_owned()),
        last => Some(format!("order-0001 to order-{last:04} of the billing key cust_0001")),
    };
    let loaded_count = match loaded_count {
        0 => None,
        1 => Some("1 payment of the file".to_owned()),
        many => Some(format!("{many} payments of the file")),
    };
    let has = [generated, loaded_count].into_iter().flatten().collect::<Vec<_>>().join(", and ");
    let has = if has.is_empty() { "no payment yet".to_owned() } else { has };
    let stop = signals::stop();
    if !args.quiet {
        greet(&sandbox, &has, &some_order.unwrap_or_else(|| "order-0001".to_owned()))?;
    }
    if let Some(file) = &args.env_file {
        write_variables(&sandbox, file)
            .map_err(|error| CliError::Input(format!("--env-file: cannot write {}: {error}", file.display())))?;
    }
    stop.await;
    sandbox.stop().await;
    log.finish("stopped");
    Ok(Outcome::Yes)
}

/// Writes the variables. The file gets its name when it is complete, so that a script can wait for it.
fn write_variables(sandbox: &Sandbox, file: &Path) -> io::Result<()> {
    let (url, key, secret) = (sandbox.base_url(), sandbox.key(), sandbox.secret());
    let mut partial = file.as_os_str().to_owned();
    partial.push(".partial");
    fs::write(&partial, format!("IMP_BASE_URL={url}\nIMP_KEY={key}\nIMP_SECRET={secret}\n"))?;
    fs::rename(&partial, file)
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
