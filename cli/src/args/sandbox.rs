use std::{net::IpAddr, path::PathBuf, time::Duration};

use clap::{Args, ValueEnum};
use iamport::{Timestamp, sandbox::Scenario};

use super::values::{duration, key, payments, port, repeats, time};

#[derive(Args)]
pub(crate) struct Sandbox {
    /// The address to listen on. Every program that reaches it can control the sandbox.
    #[arg(long, value_name = "IP", default_value = "127.0.0.1")]
    pub(crate) host: IpAddr,

    /// The port to listen on [default: one that is free]
    #[arg(long, default_value_t = 0, hide_default_value = true, value_parser = port, allow_negative_numbers = true)]
    pub(crate) port: u16,

    /// The API key that the sandbox accepts [default: imp_sandbox_key]
    #[arg(long, value_parser = key, requires = "secret")]
    pub(crate) key: Option<String>,

    /// The secret of the API key [default: imp_sandbox_secret]
    #[arg(long, value_parser = key, requires = "key")]
    pub(crate) secret: Option<String>,

    /// Write IMP_BASE_URL, IMP_KEY and IMP_SECRET to this file as soon as the sandbox accepts requests.
    #[arg(long, value_name = "FILE")]
    pub(crate) env_file: Option<PathBuf>,

    /// Print neither the greeting nor the requests.
    #[arg(long, short)]
    pub(crate) quiet: bool,

    /// The time of the sandbox's clock when it starts, as in 2024-03-06T20:32:02+09:00 [default: now]
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) time: Option<Timestamp>,

    /// Load payments from a file in JSON: captured responses as --save writes them, response bodies, or payments with only
    /// `merchant_uid`, `amount` and other fields of your choice; single ones, lists or pages, any number of them.
    #[arg(long, value_name = "FILE")]
    pub(crate) data: Option<PathBuf>,

    /// The number of payments to generate [default: 45, or none with --data]
    #[arg(long, value_name = "N", value_parser = payments, allow_negative_numbers = true)]
    pub(crate) payments: Option<u32>,

    /// The latency of every response, as in 30ms or 2s.
    #[arg(long, value_parser = duration, default_value = "0s", hide_default_value = true)]
    pub(crate) latency: Duration,

    /// Return listings as a plain array, as some documentation describes them, instead of pages.
    #[arg(long)]
    pub(crate) plain_array: bool,

    /// Run a scenario at the start, for an order of 15,900 won whose number is NAME: paid, wrong_amount, test_channel,
    /// virtual_account, scheduled_failed, failed_then_paid, cancelled_in_console, cancelled_by_api, partially_cancelled,
    /// paid_twice. Can be given several times.
    #[arg(long = "scenario", value_name = "NAME")]
    pub(crate) scenarios: Vec<Scenario>,

    /// Post a webhook to this http or https URL for each event that the service sends one for.
    #[arg(long, value_name = "URL")]
    pub(crate) webhook: Option<String>,

    /// The content type of webhooks.
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = WebhookFormat::Json, requires = "webhook")]
    pub(crate) webhook_format: WebhookFormat,

    /// The time before each webhook, as in 500ms or 5s.
    #[arg(long, value_parser = duration, default_value = "0s", hide_default_value = true, requires = "webhook")]
    pub(crate) webhook_delay: Duration,

    /// Send a webhook up to this many more times, a minute apart, after a network error or a 5xx [default: 0]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true, value_parser = repeats, requires = "webhook")]
    pub(crate) webhook_repeat: u32,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum WebhookFormat {
    /// application/json.
    Json,
    /// application/x-www-form-urlencoded.
    Form,
}

impl From<WebhookFormat> for iamport::sandbox::WebhookFormat {
    fn from(format: WebhookFormat) -> Self {
        match format {
            WebhookFormat::Json => Self::Json,
            WebhookFormat::Form => Self::Form,
        }
    }
}
