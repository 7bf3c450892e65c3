//! The baseline: a client that a careful engineer writes by hand for the same three calls.
//!
//! A cached token, timeouts, no redirects, escaped identifiers, typed structs by serde's derive. No retries, no exact
//! money (an `f64` is quicker to read), no unknown fields, one page after the other.

use std::time::{Duration, Instant};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{StatusCode, redirect::Policy};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::json;
use tokio::sync::Mutex;

pub(crate) type Error = Box<dyn std::error::Error + Send + Sync>;

pub(crate) struct Baseline {
    http: reqwest::Client,
    base_url: String,
    token: Mutex<Option<(String, Instant)>>,
}

impl Baseline {
    pub(crate) fn new(base_url: &str) -> Result<Self, Error> {
        let http = reqwest::Client::builder()
            .timeout(Duration::from_secs(30))
            .connect_timeout(Duration::from_secs(10))
            .redirect(Policy::none())
            .no_proxy()
            .build()?;
        Ok(Self { http, base_url: base_url.to_owned(), token: Mutex::default() })
    }

    async fn token(&self) -> Result<String, Error> {
        let mut cached = self.token.lock().await;
        if let Some((token, _)) = cached.as_ref().filter(|(_, ends)| *ends > Instant::now()) {
            return Ok(token.clone());
        }
        let keys = json!({ "imp_key": "imp_key", "imp_secret": "imp_secret" });
        let request = self.http.post(format!("{}/users/getToken", self.base_url)).json(&keys);
        let body = request.send().await?.error_for_status()?.bytes().await?;
        let token: Token = open(&body)?;
        let life = u64::try_from(token.expired_at - token.now - 60).unwrap_or(0);
        *cached = Some((token.access_token.clone(), Instant::now() + Duration::from_secs(life)));
        Ok(token.access_token)
    }

    pub(crate) async fn find(&self, merchant_uid: &str) -> Result<Option<Payment>, Error> {
        let merchant_uid = utf8_percent_encode(merchant_uid, NON_ALPHANUMERIC);
        let request = self.http.get(format!("{}/payments/find/{merchant_uid}", self.base_url));
        let response = request.bearer_auth(self.token().await?).send().await?;
        if response.status() == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        open(&response.error_for_status()?.bytes().await?).map(Some)
    }

    pub(crate) async fn page(&self, customer_uid: &str, page: i64) -> Result<Page, Error> {
        let customer_uid = utf8_percent_encode(customer_uid, NON_ALPHANUMERIC);
        let request = self.http.get(format!("{}/subscribe/customers/{customer_uid}/payments", self.base_url));
        let response = request.query(&[("page", page)]).bearer_auth(self.token().await?).send().await?;
        open(&response.error_for_status()?.bytes().await?)
    }

    /// Lists all payments of a billing key, one page after the other.
    pub(crate) async fn list(&self, customer_uid: &str, mut each: impl FnMut(Payment)) -> Result<(), Error> {
        let mut number = 1;
        while number > 0 {
            let page = self.page(customer_uid, number).await?;
            page.list.into_iter().for_each(&mut each);
            number = page.next;
        }
        Ok(())
    }
}

fn open<T: DeserializeOwned>(body: &[u8]) -> Result<T, Error> {
    let envelope: Envelope<T> = serde_json::from_slice(body)?;
    match envelope.response {
        Some(response) if envelope.code == 0 => Ok(response),
        _ => Err(envelope.message.unwrap_or_default().into()),
    }
}

#[derive(Deserialize)]
pub(crate) struct Envelope<T> {
    pub(crate) code: i64,
    pub(crate) message: Option<String>,
    pub(crate) response: Option<T>,
}

#[derive(Deserialize)]
struct Token {
    access_token: String,
    now: i64,
    expired_at: i64,
}

#[derive(Deserialize)]
pub(crate) struct Page {
    pub(crate) list: Vec<Payment>,
    pub(crate) next: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Status {
    Ready,
    Paid,
    Failed,
    Cancelled,
    #[serde(other)]
    Unknown,
}

#[derive(Deserialize)]
pub(crate) struct Payment {
    pub(crate) amount: f64,
    pub(crate) apply_num: Option<String>,
    pub(crate) bank_code: Option<String>,
    pub(crate) bank_name: Option<String>,
    pub(crate) buyer_addr: Option<String>,
    pub(crate) buyer_email: Option<String>,
    pub(crate) buyer_name: Option<String>,
    pub(crate) buyer_postcode: Option<String>,
    pub(crate) buyer_tel: Option<String>,
    pub(crate) cancel_amount: Option<f64>,
    #[serde(default)]
    pub(crate) cancel_history: Vec<Cancellation>,
    pub(crate) cancel_reason: Option<String>,
    #[serde(default)]
    pub(crate) cancel_receipt_urls: Vec<String>,
    pub(crate) cancelled_at: Option<i64>,
    pub(crate) card_code: Option<String>,
    pub(crate) card_issuer_code: Option<String>,
    pub(crate) card_issuer_name: Option<String>,
    pub(crate) card_name: Option<String>,
    pub(crate) card_number: Option<String>,
    pub(crate) card_publisher_code: Option<String>,
    pub(crate) card_publisher_name: Option<String>,
    pub(crate) card_quota: Option<i64>,
    pub(crate) card_type: Option<i64>,
    pub(crate) cash_receipt_issued: Option<bool>,
    pub(crate) channel: Option<String>,
    pub(crate) currency: Option<String>,
    pub(crate) custom_data: Option<String>,
    pub(crate) customer_uid: Option<String>,
    pub(crate) customer_uid_usage: Option<String>,
    #[serde(default)]
    pub(crate) deposit_history: Vec<Deposit>,
    pub(crate) emb_pg_provider: Option<String>,
    pub(crate) escrow: Option<bool>,
    pub(crate) fail_reason: Option<String>,
    pub(crate) failed_at: Option<i64>,
    pub(crate) imp_uid: String,
    pub(crate) merchant_uid: String,
    pub(crate) name: Option<String>,
    pub(crate) paid_at: Option<i64>,
    pub(crate) pay_method: Option<String>,
    pub(crate) pg_id: Option<String>,
    pub(crate) pg_provider: Option<String>,
    pub(crate) pg_tid: Option<String>,
    pub(crate) promotion: Option<Promotion>,
    pub(crate) receipt_url: Option<String>,
    pub(crate) sandbox: Option<bool>,
    pub(crate) started_at: Option<i64>,
    pub(crate) status: Status,
    pub(crate) user_agent: Option<String>,
    pub(crate) vbank_code: Option<String>,
    pub(crate) vbank_date: Option<i64>,
    pub(crate) vbank_holder: Option<String>,
    pub(crate) vbank_issued_at: Option<i64>,
    pub(crate) vbank_name: Option<String>,
    pub(crate) vbank_num: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct Cancellation {
    pub(crate) amount: Option<f64>,
    pub(crate) cancellation_id: Option<String>,
    pub(crate) cancelled_at: Option<i64>,
    pub(crate) pg_tid: Option<String>,
    pub(crate) reason: Option<String>,
    pub(crate) receipt_url: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct Deposit {
    pub(crate) amount: Option<f64>,
    pub(crate) deposited_at: Option<i64>,
    pub(crate) depositor_name: Option<String>,
    pub(crate) pg_tid: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct Promotion {
    pub(crate) discount: Option<f64>,
    pub(crate) id: Option<String>,
}
