#[allow(unused_imports)]
use progenitor_client::{ByteStream, ClientInfo, Error, ResponseValue};
#[allow(unused_imports)]
use progenitor_client::{encode_path, ClientHooks, OperationInfo, RequestBuilderExt};
/// Types used as operation parameters and responses.
#[allow(clippy::all)]
pub mod types {
    ///An access token and its expiry, by the service's clock.
    #[cfg_attr(
        feature = "schemars",
        derive(::schemars::JsonSchema),
        schemars(transform = AccessToken::require)
    )]
    #[derive(Clone, Debug, PartialEq)]
    #[non_exhaustive]
    pub struct AccessToken {
        ///The token.
        pub access_token: crate::types::Secret,
        ///The time of the response by the service's clock, in Unix seconds.
        pub now: i64,
        ///The expiry of the token, in Unix seconds of the service's clock.
        pub expired_at: i64,
        #[cfg_attr(feature = "schemars", serde(flatten))]
        pub extra: ::std::collections::BTreeMap<
            ::std::string::String,
            crate::types::UnknownField,
        >,
    }
    ///A full or partial cancellation (취소/부분취소).
    #[cfg_attr(
        feature = "schemars",
        derive(::schemars::JsonSchema),
        schemars(transform = Cancellation::require)
    )]
    #[derive(Clone, Debug, PartialEq)]
    #[non_exhaustive]
    pub struct Cancellation {
        ///The gateway's cancellation number (PG사 승인취소번호).
        pub pg_tid: ::std::option::Option<::std::string::String>,
        ///The cancelled amount (취소 금액), in major units of the payment's currency.
        pub amount: ::std::option::Option<crate::types::Amount>,
        ///The time of the cancellation (결제취소된 시각), in Unix seconds.
        pub cancelled_at: ::std::option::Option<crate::types::Timestamp>,
        ///The reason of the cancellation (결제취소 사유), as free text.
        pub reason: ::std::option::Option<crate::types::PersonalText>,
        ///The URL of the receipt of the cancellation (취소에 대한 매출전표 확인 URL). Some gateways do not issue one (A, B, V1).
        pub receipt_url: ::std::option::Option<crate::types::PersonalText>,
        ///The service's identifier of the cancellation (취소 고유번호). Missing in responses until 2021 (wire).
        pub cancellation_id: ::std::option::Option<::std::string::String>,
        #[cfg_attr(feature = "schemars", serde(flatten))]
        pub extra: ::std::collections::BTreeMap<
            ::std::string::String,
            crate::types::UnknownField,
        >,
    }
    ///A deposit into a virtual account (가상계좌 입금).
    #[cfg_attr(
        feature = "schemars",
        derive(::schemars::JsonSchema),
        schemars(transform = Deposit::require)
    )]
    #[derive(Clone, Debug, PartialEq)]
    #[non_exhaustive]
    pub struct Deposit {
        ///The gateway's transaction number (PG사 거래번호).
        pub pg_tid: ::std::option::Option<::std::string::String>,
        ///The amount of the deposit (입금 금액), in major units of the payment's currency.
        pub amount: ::std::option::Option<crate::types::Amount>,
        ///The name of the depositor (입금자명).
        pub depositor_name: ::std::option::Option<crate::types::PersonalText>,
        ///The time of the deposit (입금 시각), in Unix seconds.
        pub deposited_at: ::std::option::Option<crate::types::Timestamp>,
        #[cfg_attr(feature = "schemars", serde(flatten))]
        pub extra: ::std::collections::BTreeMap<
            ::std::string::String,
            crate::types::UnknownField,
        >,
    }
    /**One payment (결제).

A body decodes if `imp_uid`, `merchant_uid`, `amount` and `status` are present and of their types; every other
missing field is `None`. A value of a type that no source documents is kept in `extra` under the field's name.

`Serialize` writes personal data in clear: send `redacted()` to a browser or a log. `Debug` redacts it.
`customer_uid` is not redacted: it names a billing key, not a person, and operators need it to find payments. Use
identifiers that are not personal.
*/
    #[cfg_attr(
        feature = "schemars",
        derive(::schemars::JsonSchema),
        schemars(transform = Payment::require)
    )]
    #[derive(Clone, Debug, PartialEq)]
    #[non_exhaustive]
    pub struct Payment {
        ///The service's identifier of the payment (포트원 결제 고유 UID); `imp_…`, or `imps_…` for one without a payment window (wire).
        pub imp_uid: ::std::string::String,
        ///The merchant's order number (주문번호). Several payments can share it.
        pub merchant_uid: ::std::string::String,
        ///The payment method (결제수단 구분코드).
        pub pay_method: ::std::option::Option<crate::generated::codes::PayMethod>,
        ///The environment of the payment (결제환경 구분코드). Missing in responses until 2018 (wire).
        pub channel: ::std::option::Option<crate::generated::codes::Channel>,
        ///The payment gateway (PG사 구분코드).
        pub pg_provider: ::std::option::Option<crate::generated::codes::PgProvider>,
        ///The gateway or wallet behind a hub gateway (허브형결제 PG사 구분코드). Null unless the gateway is a hub; missing in responses until 2018 (wire).
        pub emb_pg_provider: ::std::option::Option<crate::generated::codes::PgProvider>,
        ///The gateway's transaction number (PG사 거래번호). Null before the transaction (wire).
        pub pg_tid: ::std::option::Option<::std::string::String>,
        ///The merchant's identifier at the gateway (PG사 MID).
        pub pg_id: ::std::option::Option<::std::string::String>,
        ///Whether it is an escrow payment (에스크로 결제여부).
        pub escrow: ::std::option::Option<bool>,
        ///The approval number of the card payment (신용카드 승인번호). Null or empty unless paid by card (wire).
        pub apply_num: ::std::option::Option<::std::string::String>,
        ///The standard code of the bank (은행 표준코드) of a transfer. Null otherwise (wire). A, B and V1 link a table of the codes.
        pub bank_code: ::std::option::Option<::std::string::String>,
        ///The name of the bank (은행 명칭) of a transfer. Null otherwise (wire).
        pub bank_name: ::std::option::Option<::std::string::String>,
        ///The standard code of the card company (카드사 코드번호), as 금융결제원 (KFTC) assigns it. Null unless paid by card (wire). A, B and V1 link a table of the codes.
        pub card_code: ::std::option::Option<::std::string::String>,
        ///The name of the card company (카드사명). Null unless paid by card (wire).
        pub card_name: ::std::option::Option<::std::string::String>,
        ///The number of monthly instalments (할부개월 수). 0 without instalments (일시불), and without a card (wire).
        pub card_quota: ::std::option::Option<i64>,
        ///The masked card number (마스킹 카드번호). Some gateways mask with zeros (wire), so that it looks like a whole number. Null unless paid by card; missing in responses until 2018 (wire).
        pub card_number: ::std::option::Option<crate::types::PersonalText>,
        ///The type of the card (카드 구분코드). Null unless paid by card (wire).
        pub card_type: ::std::option::Option<crate::generated::codes::CardType>,
        ///The code of the card's issuer (발급사).
        pub card_issuer_code: ::std::option::Option<::std::string::String>,
        ///The name of the card's issuer (발급사).
        pub card_issuer_name: ::std::option::Option<::std::string::String>,
        ///The code of the company whose brand the card has (발행사), which can differ from the issuer (wire).
        pub card_publisher_code: ::std::option::Option<::std::string::String>,
        ///The name of the company whose brand the card has (발행사), which can differ from the issuer (wire).
        pub card_publisher_name: ::std::option::Option<::std::string::String>,
        ///The standard code of the virtual account's bank (가상계좌 은행 표준코드). Null unless paid into one (wire). A and B show a table of the codes.
        pub vbank_code: ::std::option::Option<::std::string::String>,
        ///The name of the virtual account's bank (입금받을 가상계좌 은행명). Null unless paid into one (wire).
        pub vbank_name: ::std::option::Option<::std::string::String>,
        ///The virtual account's number (가상계좌 계좌번호); it can contain letters (wire). Null unless paid into one (wire).
        pub vbank_num: ::std::option::Option<crate::types::PersonalText>,
        ///The holder of the virtual account (입금받을 가상계좌 예금주). Null unless paid into one (wire).
        pub vbank_holder: ::std::option::Option<crate::types::PersonalText>,
        ///The deadline for the deposit (입금받을 가상계좌 마감기한), in Unix seconds. No time (sent as 0) without a virtual account or without a deadline (wire).
        pub vbank_date: ::std::option::Option<crate::types::Timestamp>,
        ///The time when the virtual account was issued (가상계좌 생성 시각), in Unix seconds. No time (sent as 0) without one (wire).
        pub vbank_issued_at: ::std::option::Option<crate::types::Timestamp>,
        ///The name of the product (제품명).
        pub name: ::std::option::Option<::std::string::String>,
        ///The amount of the payment (주문(결제)금액), in major units of `currency`. Cancellations do not reduce it (wire).
        pub amount: crate::types::Amount,
        ///The amount cancelled so far (결제취소금액), in major units of `currency`.
        pub cancel_amount: ::std::option::Option<crate::types::Amount>,
        ///The currency of the payment's amounts (통화구분코드).
        pub currency: ::std::option::Option<crate::generated::codes::Currency>,
        ///The buyer's name (주문자명).
        pub buyer_name: ::std::option::Option<crate::types::PersonalText>,
        ///The buyer's e-mail address (주문자 Email주소).
        pub buyer_email: ::std::option::Option<crate::types::PersonalText>,
        ///The buyer's telephone number (주문자 전화번호).
        pub buyer_tel: ::std::option::Option<crate::types::PersonalText>,
        ///The buyer's address (주문자 주소).
        pub buyer_addr: ::std::option::Option<crate::types::PersonalText>,
        ///The buyer's postcode (주문자 우편번호).
        pub buyer_postcode: ::std::option::Option<crate::types::PersonalText>,
        ///The merchant's data, returned unchanged (echo data); JSON in a string. Null without data (wire).
        pub custom_data: ::std::option::Option<crate::types::PersonalText>,
        ///The user agent of the device on which the payment was started (결제를 시작한 단말기의 UserAgent). Null without a payment window (wire).
        pub user_agent: ::std::option::Option<crate::types::PersonalText>,
        ///The status of the payment (결제상태 구분코드).
        pub status: crate::generated::codes::PaymentStatus,
        ///The time when the payment was started (결제시작시점), that is, when its window was opened (결제창오픈시각; B), in Unix seconds.
        pub started_at: ::std::option::Option<crate::types::Timestamp>,
        ///The time of payment (결제완료시점), in Unix seconds. No time (sent as 0) if it was not paid (wire).
        pub paid_at: ::std::option::Option<crate::types::Timestamp>,
        ///The time of the failure (결제실패시점), in Unix seconds. No time (sent as 0) if it did not fail (wire).
        pub failed_at: ::std::option::Option<crate::types::Timestamp>,
        ///The time of the last full or partial cancellation (결제취소시점), in Unix seconds. No time (sent as 0) without a cancellation (wire).
        pub cancelled_at: ::std::option::Option<crate::types::Timestamp>,
        ///The reason of the failure (결제실패 사유). Null if it did not fail (wire).
        pub fail_reason: ::std::option::Option<::std::string::String>,
        ///The reason of the last cancellation (결제취소 사유), as free text. Null without a cancellation (wire).
        pub cancel_reason: ::std::option::Option<crate::types::PersonalText>,
        ///The URL of the credit-card slip (신용카드 매출전표 확인 URL). Some gateways and methods have none (V1). It can be opened without authentication, and can be there before the payment is paid (wire).
        pub receipt_url: ::std::option::Option<crate::types::PersonalText>,
        ///All full and partial cancellations (취소/부분취소 내역).
        pub cancel_history: ::std::option::Option<::std::vec::Vec<Cancellation>>,
        ///The URLs of the receipts of the cancellations (취소 매출전표).
        pub cancel_receipt_urls: ::std::option::Option<
            ::std::vec::Vec<crate::types::PersonalText>,
        >,
        ///Whether a cash receipt was issued automatically (현금영수증 자동발급 여부).
        pub cash_receipt_issued: ::std::option::Option<bool>,
        ///The identifier of the billing key of the payment (해당 결제처리에 사용된 customer_uid). Null for an ordinary payment (wire).
        pub customer_uid: ::std::option::Option<::std::string::String>,
        ///The use of the billing key (customer_uid 사용 구분코드). Null for an ordinary payment (wire).
        pub customer_uid_usage: ::std::option::Option<
            crate::generated::codes::CustomerUidUsage,
        >,
        ///Whether the payment was made through a test channel (테스트 결제), where no money moves. Missing in responses until 2021 (wire).
        pub sandbox: ::std::option::Option<bool>,
        ///All deposits into the virtual account (입금 내역).
        pub deposit_history: ::std::option::Option<::std::vec::Vec<Deposit>>,
        ///The promotion with a discount (프로모션).
        pub promotion: ::std::option::Option<Promotion>,
        #[cfg_attr(feature = "schemars", serde(flatten))]
        pub extra: ::std::collections::BTreeMap<
            ::std::string::String,
            crate::types::UnknownField,
        >,
    }
    ///A page of payments (결제 목록의 한 페이지).
    #[cfg_attr(
        feature = "schemars",
        derive(::schemars::JsonSchema),
        schemars(transform = PaymentPage::require)
    )]
    #[derive(Clone, Debug, PartialEq)]
    #[non_exhaustive]
    pub struct PaymentPage {
        ///The number of payments on all pages (전체 건수).
        pub total: ::std::option::Option<i64>,
        ///The number of the previous page (이전 페이지); 0 on the first.
        pub previous: ::std::option::Option<i64>,
        ///The number of the next page (다음 페이지); 0 on the last.
        pub next: ::std::option::Option<i64>,
        ///The payments of this page (결제 목록).
        pub list: ::std::vec::Vec<Payment>,
        #[cfg_attr(feature = "schemars", serde(flatten))]
        pub extra: ::std::collections::BTreeMap<
            ::std::string::String,
            crate::types::UnknownField,
        >,
    }
    ///A promotion with a discount (프로모션).
    #[cfg_attr(
        feature = "schemars",
        derive(::schemars::JsonSchema),
        schemars(transform = Promotion::require)
    )]
    #[derive(Clone, Debug, PartialEq)]
    #[non_exhaustive]
    pub struct Promotion {
        ///The promotion's identifier (프로모션 식별자).
        pub id: ::std::option::Option<::std::string::String>,
        ///The discount (할인 금액), in major units of the payment's currency.
        pub discount: ::std::option::Option<crate::types::Amount>,
        #[cfg_attr(feature = "schemars", serde(flatten))]
        pub extra: ::std::collections::BTreeMap<
            ::std::string::String,
            crate::types::UnknownField,
        >,
    }
    ///The credentials of a token request.
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    pub struct TokenRequest {
        ///The merchant's API key (REST API 키).
        pub imp_key: crate::types::Secret,
        ///The secret of the API key (REST API Secret).
        pub imp_secret: crate::types::Secret,
    }
    /// Error types.
    pub mod error {
        /// Error from a `TryFrom` or `FromStr` implementation.
        pub struct ConversionError(::std::borrow::Cow<'static, str>);
        impl ::std::error::Error for ConversionError {}
        impl ::std::fmt::Display for ConversionError {
            fn fmt(
                &self,
                f: &mut ::std::fmt::Formatter<'_>,
            ) -> Result<(), ::std::fmt::Error> {
                ::std::fmt::Display::fmt(&self.0, f)
            }
        }
        impl ::std::fmt::Debug for ConversionError {
            fn fmt(
                &self,
                f: &mut ::std::fmt::Formatter<'_>,
            ) -> Result<(), ::std::fmt::Error> {
                ::std::fmt::Debug::fmt(&self.0, f)
            }
        }
        impl From<&'static str> for ConversionError {
            fn from(value: &'static str) -> Self {
                Self(value.into())
            }
        }
        impl From<String> for ConversionError {
            fn from(value: String) -> Self {
                Self(value.into())
            }
        }
    }
    crate::types::object! {
        Payment {
            imp_uid = "imp_uid" required,
            merchant_uid = "merchant_uid" required,
            pay_method = "pay_method" optional,
            channel = "channel" optional,
            pg_provider = "pg_provider" optional,
            emb_pg_provider = "emb_pg_provider" optional,
            pg_tid = "pg_tid" optional,
            pg_id = "pg_id" optional,
            escrow = "escrow" optional,
            apply_num = "apply_num" optional,
            bank_code = "bank_code" optional,
            bank_name = "bank_name" optional,
            card_code = "card_code" optional,
            card_name = "card_name" optional,
            card_quota = "card_quota" optional,
            card_number = "card_number" optional,
            card_type = "card_type" optional,
            card_issuer_code = "card_issuer_code" optional,
            card_issuer_name = "card_issuer_name" optional,
            card_publisher_code = "card_publisher_code" optional,
            card_publisher_name = "card_publisher_name" optional,
            vbank_code = "vbank_code" optional,
            vbank_name = "vbank_name" optional,
            vbank_num = "vbank_num" optional,
            vbank_holder = "vbank_holder" optional,
            vbank_date = "vbank_date" optional,
            vbank_issued_at = "vbank_issued_at" optional,
            name = "name" optional,
            amount = "amount" required,
            cancel_amount = "cancel_amount" optional,
            currency = "currency" optional,
            buyer_name = "buyer_name" optional,
            buyer_email = "buyer_email" optional,
            buyer_tel = "buyer_tel" optional,
            buyer_addr = "buyer_addr" optional,
            buyer_postcode = "buyer_postcode" optional,
            custom_data = "custom_data" optional,
            user_agent = "user_agent" optional,
            status = "status" required,
            started_at = "started_at" optional,
            paid_at = "paid_at" optional,
            failed_at = "failed_at" optional,
            cancelled_at = "cancelled_at" optional,
            fail_reason = "fail_reason" optional,
            cancel_reason = "cancel_reason" optional,
            receipt_url = "receipt_url" optional,
            cancel_history = "cancel_history" optional,
            cancel_receipt_urls = "cancel_receipt_urls" optional,
            cash_receipt_issued = "cash_receipt_issued" optional,
            customer_uid = "customer_uid" optional,
            customer_uid_usage = "customer_uid_usage" optional,
            sandbox = "sandbox" optional,
            deposit_history = "deposit_history" optional,
            promotion = "promotion" optional,
        }
    }
    crate::types::object! {
        Cancellation {
            pg_tid = "pg_tid" optional,
            amount = "amount" optional,
            cancelled_at = "cancelled_at" optional,
            reason = "reason" optional,
            receipt_url = "receipt_url" optional,
            cancellation_id = "cancellation_id" optional,
        }
    }
    crate::types::object! {
        Deposit {
            pg_tid = "pg_tid" optional,
            amount = "amount" optional,
            depositor_name = "depositor_name" optional,
            deposited_at = "deposited_at" optional,
        }
    }
    crate::types::object! {
        Promotion {
            id = "id" optional,
            discount = "discount" optional,
        }
    }
    crate::types::object! {
        PaymentPage {
            total = "total" optional,
            previous = "previous" optional,
            next = "next" optional,
            list = "list" list,
        }
    }
    crate::types::object! {
        AccessToken {
            access_token = "access_token" required,
            now = "now" required,
            expired_at = "expired_at" required,
        }
    }
}
#[derive(Clone)]
/**Client for PortOne V1 payments

The operations of PortOne V1 (formerly i'mport, 아임포트) that read payments: by identifier, by order, by period, and
by billing key (빌링키).

Every response is an envelope of `code`, `message` and `response`. A `code` of 0 is a success; any other is a
failure, also with HTTP 200. Amounts are in major currency units, times in Unix seconds.


Version: 1.0.0*/
pub struct Client {
    pub(crate) baseurl: String,
    pub(crate) client: reqwest::Client,
    pub(crate) inner: progenitor_client::Inner,
}
impl Client {}
impl ClientInfo<progenitor_client::Inner> for Client {
    fn api_version() -> &'static str {
        "1.0.0"
    }
    fn baseurl(&self) -> &str {
        self.baseurl.as_str()
    }
    fn client(&self) -> &reqwest::Client {
        &self.client
    }
    fn inner(&self) -> &progenitor_client::Inner {
        &self.inner
    }
}
const _: () = {
    #[allow(dead_code)]
    fn assert_client_hooks()
    where
        Client: ClientHooks<progenitor_client::Inner>,
    {}
};
#[allow(clippy::all)]
impl Client {
    /**Get an access token

Exchanges an API key and its secret for a token (인증 토큰 발급) that is valid for 30 minutes. While it is valid, the
service returns the same token; a request in its last minute extends it by 5 minutes (V1).


Sends a `POST` request to `/users/getToken`

*/
    pub async fn get_token<'a>(
        &'a self,
        body: &'a types::TokenRequest,
    ) -> Result<ResponseValue<super::envelope::Envelope<types::AccessToken>>, Error> {
        let url = format!("{}/users/getToken", self.baseurl,);
        #[allow(unused_mut)]
        let mut request = self
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .build()
            .map_err(Error::transport)?;
        let info = OperationInfo {
            operation_id: "get_token",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        ResponseValue::from_response(response)
    }
    /**Find the payment of an order

결제 복수조회(주문UQ) without a status. Returns the first payment of the order, as sorted by `sorting`. Several payments
can share one `merchant_uid`, such as a failed attempt and a successful one; B calls the selection of one of them
주문번호 유일성 (the uniqueness of the order number).


Sends a `GET` request to `/payments/find/{merchant_uid}`

Arguments:
- `merchant_uid`: The merchant's order number (주문번호). It can contain `@ . _ - :` and Hangul (wire).
- `sorting`: The order of the payments (정렬구분코드). Default is `-started` (V1).
*/
    pub async fn find_payment<'a>(
        &'a self,
        merchant_uid: &'a str,
        sorting: Option<&'a crate::generated::codes::Sorting>,
    ) -> Result<ResponseValue<super::envelope::Envelope<types::Payment>>, Error> {
        let url = format!(
            "{}/payments/find/{}", self.baseurl, encode_path(& merchant_uid.to_string(),
            "find_payment") ?,
        );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(&progenitor_client::QueryParam::new("sorting", &sorting))
            .build()
            .map_err(Error::transport)?;
        let info = OperationInfo {
            operation_id: "find_payment",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        ResponseValue::from_response(response)
    }
    /**Find the payment of an order that is in a given status

결제 복수조회(주문UQ). Like `find_payment`, for payments in `payment_status` only. Returns the newest of them unless
`sorting` is set.


Sends a `GET` request to `/payments/find/{merchant_uid}/{payment_status}`

Arguments:
- `merchant_uid`: The merchant's order number (주문번호). It can contain `@ . _ - :` and Hangul (wire).
- `payment_status`: The status (거래상태 구분코드) of the payment.
- `sorting`: The order of the payments (정렬구분코드). Default is `-started` (V1).
*/
    pub async fn find_payment_with_status<'a>(
        &'a self,
        merchant_uid: &'a str,
        payment_status: &'a crate::generated::codes::PaymentStatus,
        sorting: Option<&'a crate::generated::codes::Sorting>,
    ) -> Result<ResponseValue<super::envelope::Envelope<types::Payment>>, Error> {
        let url = format!(
            "{}/payments/find/{}/{}", self.baseurl, encode_path(& merchant_uid
            .to_string(), "find_payment_with_status") ?, encode_path(& payment_status
            .to_string(), "find_payment_with_status") ?,
        );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(&progenitor_client::QueryParam::new("sorting", &sorting))
            .build()
            .map_err(Error::transport)?;
        let info = OperationInfo {
            operation_id: "find_payment_with_status",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        ResponseValue::from_response(response)
    }
    /**Find all payments of an order

Returns a page of all attempts to pay an order (주문번호로 결제내역 모두 조회; V1). The service responds with 404 to an
order without payments (V1).


Sends a `GET` request to `/payments/findAll/{merchant_uid}`

Arguments:
- `merchant_uid`: The merchant's order number (주문번호). It can contain `@ . _ - :` and Hangul (wire).
- `limit`: The size of a page (페이지당 건수), 1 to 1000. Default is 20.
- `page`: The number of the page (페이지), from 1. Default is 1.
- `sorting`: The order of the payments (정렬구분코드). Default is `-started` (V1).
*/
    pub async fn find_payments<'a>(
        &'a self,
        merchant_uid: &'a str,
        limit: Option<::std::num::NonZeroU64>,
        page: Option<::std::num::NonZeroU64>,
        sorting: Option<&'a crate::generated::codes::Sorting>,
    ) -> Result<
        ResponseValue<
            super::envelope::Envelope<
                crate::types::PageOrArray<types::PaymentPage, types::Payment>,
            >,
        >,
        Error,
    > {
        let url = format!(
            "{}/payments/findAll/{}", self.baseurl, encode_path(& merchant_uid
            .to_string(), "find_payments") ?,
        );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(&progenitor_client::QueryParam::new("limit", &limit))
            .query(&progenitor_client::QueryParam::new("page", &page))
            .query(&progenitor_client::QueryParam::new("sorting", &sorting))
            .build()
            .map_err(Error::transport)?;
        let info = OperationInfo {
            operation_id: "find_payments",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        ResponseValue::from_response(response)
    }
    /**Find all payments of an order that are in a given status

Like `find_payments`, for payments in `payment_status` only.


Sends a `GET` request to `/payments/findAll/{merchant_uid}/{payment_status}`

Arguments:
- `merchant_uid`: The merchant's order number (주문번호). It can contain `@ . _ - :` and Hangul (wire).
- `payment_status`: The status (거래상태 구분코드) of the payment.
- `limit`: The size of a page (페이지당 건수), 1 to 1000. Default is 20.
- `page`: The number of the page (페이지), from 1. Default is 1.
- `sorting`: The order of the payments (정렬구분코드). Default is `-started` (V1).
*/
    pub async fn find_payments_with_status<'a>(
        &'a self,
        merchant_uid: &'a str,
        payment_status: &'a crate::generated::codes::PaymentStatus,
        limit: Option<::std::num::NonZeroU64>,
        page: Option<::std::num::NonZeroU64>,
        sorting: Option<&'a crate::generated::codes::Sorting>,
    ) -> Result<
        ResponseValue<
            super::envelope::Envelope<
                crate::types::PageOrArray<types::PaymentPage, types::Payment>,
            >,
        >,
        Error,
    > {
        let url = format!(
            "{}/payments/findAll/{}/{}", self.baseurl, encode_path(& merchant_uid
            .to_string(), "find_payments_with_status") ?, encode_path(& payment_status
            .to_string(), "find_payments_with_status") ?,
        );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(&progenitor_client::QueryParam::new("limit", &limit))
            .query(&progenitor_client::QueryParam::new("page", &page))
            .query(&progenitor_client::QueryParam::new("sorting", &sorting))
            .build()
            .map_err(Error::transport)?;
        let info = OperationInfo {
            operation_id: "find_payments_with_status",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        ResponseValue::from_response(response)
    }
    /**List the payments of a period

Returns a page of the payments of a period of at most 90 days (상태별 결제내역 조회; V1). The current status of a payment selects the time that
the period applies to: the start for `ready`, the payment for `paid`, the cancellation for `cancelled`, the failure
for `failed`. So the listing of a past day changes: a payment that was paid in March and cancelled in May moves to
May. The response to a longer period is not documented, nor whether a period without payments is an empty page or
an error. A page after the last one is a 400.


Sends a `GET` request to `/payments/status/{payment_status}`

Arguments:
- `payment_status`: The status (거래상태) of the payments; `all` for any.
- `from`: The start of the period (조회 시작시각), inclusive, in Unix seconds. Default is 90 days before `to`.
- `limit`: The size of a page (페이지당 건수), 1 to 1000. Default is 20.
- `page`: The number of the page (페이지), from 1. Default is 1.
- `sorting`: The order of the payments (정렬구분코드). Default is `-started` (V1).
- `to`: The end of the period (조회 종료시각), inclusive, in Unix seconds. Default is now.
*/
    pub async fn list_payments<'a>(
        &'a self,
        payment_status: &'a crate::generated::codes::StatusFilter,
        from: Option<i64>,
        limit: Option<::std::num::NonZeroU64>,
        page: Option<::std::num::NonZeroU64>,
        sorting: Option<&'a crate::generated::codes::Sorting>,
        to: Option<i64>,
    ) -> Result<
        ResponseValue<
            super::envelope::Envelope<
                crate::types::PageOrArray<types::PaymentPage, types::Payment>,
            >,
        >,
        Error,
    > {
        let url = format!(
            "{}/payments/status/{}", self.baseurl, encode_path(& payment_status
            .to_string(), "list_payments") ?,
        );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(&progenitor_client::QueryParam::new("from", &from))
            .query(&progenitor_client::QueryParam::new("limit", &limit))
            .query(&progenitor_client::QueryParam::new("page", &page))
            .query(&progenitor_client::QueryParam::new("sorting", &sorting))
            .query(&progenitor_client::QueryParam::new("to", &to))
            .build()
            .map_err(Error::transport)?;
        let info = OperationInfo {
            operation_id: "list_payments",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        ResponseValue::from_response(response)
    }
    /**Get a payment by the service's identifier

Returns the payment with this `imp_uid` (결제내역 단건조회; V1). Since 2026-01-26 a payment of a test channel is a 404
unless `include_sandbox` is true; no other operation hides such payments (a notice of 2025-11-24 in the guide). A
payment by PayPal has a field `extension` only with the query parameter `extension=true` (guide).


Sends a `GET` request to `/payments/{imp_uid}`

Arguments:
- `imp_uid`: The service's identifier of the payment (포트원 결제 고유번호).
- `include_sandbox`: Whether a payment of a test channel (테스트 결제) is also found. Default is false.
*/
    pub async fn get_payment<'a>(
        &'a self,
        imp_uid: &'a str,
        include_sandbox: Option<bool>,
    ) -> Result<ResponseValue<super::envelope::Envelope<types::Payment>>, Error> {
        let url = format!(
            "{}/payments/{}", self.baseurl, encode_path(& imp_uid.to_string(),
            "get_payment") ?,
        );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(
                &progenitor_client::QueryParam::new("include_sandbox", &include_sandbox),
            )
            .build()
            .map_err(Error::transport)?;
        let info = OperationInfo {
            operation_id: "get_payment",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        ResponseValue::from_response(response)
    }
    /**Get several payments by identifiers and order numbers

Returns the payments with these identifiers, in an undocumented order (결제내역 복수조회; V1). The documented limit is 100 identifiers per
request; whether it applies to each parameter is not documented. HTTP 207 means that some payments were not found,
404 that none was found; the body does not name the missing ones. If several payments share an order number, the
number of them in the response is not documented.


Sends a `GET` request to `/payments`

Arguments:
- `imp_uid`: The service's identifiers (포트원 결제 고유번호), one parameter each.
- `merchant_uid`: The merchant's order numbers (주문번호), one parameter each.
*/
    pub async fn get_payments<'a>(
        &'a self,
        imp_uid: Option<&'a ::std::vec::Vec<::std::string::String>>,
        merchant_uid: Option<&'a ::std::vec::Vec<::std::string::String>>,
    ) -> Result<ResponseValue<super::envelope::Envelope<Vec<types::Payment>>>, Error> {
        let url = format!("{}/payments", self.baseurl,);
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(&progenitor_client::QueryParam::new("imp_uid[]", &imp_uid))
            .query(&progenitor_client::QueryParam::new("merchant_uid[]", &merchant_uid))
            .build()
            .map_err(Error::transport)?;
        let info = OperationInfo {
            operation_id: "get_payments",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        ResponseValue::from_response(response)
    }
    /**List the payments of a billing key

빌링키 결제 복수조회 (빌링키 결제 내역 확인). Returns the payments made with a billing key, 20 per page (V1). A describes
a plain array; its English edition, V1 and the live service have a page.


Sends a `GET` request to `/subscribe/customers/{customer_uid}/payments`

Arguments:
- `customer_uid`: The merchant's identifier of a billing key (빌링키), one registered means of payment, usually a card.
- `page`: The number of the page (페이지), from 1. Default is 1.
*/
    pub async fn list_billing_key_payments<'a>(
        &'a self,
        customer_uid: &'a str,
        page: Option<::std::num::NonZeroU64>,
    ) -> Result<
        ResponseValue<
            super::envelope::Envelope<
                crate::types::PageOrArray<types::PaymentPage, types::Payment>,
            >,
        >,
        Error,
    > {
        let url = format!(
            "{}/subscribe/customers/{}/payments", self.baseurl, encode_path(&
            customer_uid.to_string(), "list_billing_key_payments") ?,
        );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(&progenitor_client::QueryParam::new("page", &page))
            .build()
            .map_err(Error::transport)?;
        let info = OperationInfo {
            operation_id: "list_billing_key_payments",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        ResponseValue::from_response(response)
    }
}
/// Items consumers will typically use such as the Client.
pub mod prelude {
    #[allow(unused_imports)]
    pub use super::Client;
}
#[cfg(feature = "sandbox")]
impl Client {
    /// Calls an operation by its `operationId`, with a text for each parameter by its name. Returns whether the
    /// response has content, or nothing if the operation takes more than texts.
    #[doc(hidden)]
    pub async fn call_by_id(
        &self,
        id: &str,
        text: impl Fn(&str) -> Option<String>,
    ) -> Option<Result<bool, Error>> {
        Some(
            match id {
                "find_payment" => {
                    self.find_payment(
                            &text("merchant_uid").unwrap_or_default(),
                            text("sorting")
                                .map(|text| codes::Sorting::from(&*text))
                                .as_ref(),
                        )
                        .await
                        .map(|value| value.response.is_some())
                }
                "find_payment_with_status" => {
                    self.find_payment_with_status(
                            &text("merchant_uid").unwrap_or_default(),
                            &codes::PaymentStatus::from(
                                &*text("payment_status").unwrap_or_default(),
                            ),
                            text("sorting")
                                .map(|text| codes::Sorting::from(&*text))
                                .as_ref(),
                        )
                        .await
                        .map(|value| value.response.is_some())
                }
                "find_payments" => {
                    self.find_payments(
                            &text("merchant_uid").unwrap_or_default(),
                            None,
                            None,
                            text("sorting")
                                .map(|text| codes::Sorting::from(&*text))
                                .as_ref(),
                        )
                        .await
                        .map(|value| value.response.is_some())
                }
                "find_payments_with_status" => {
                    self.find_payments_with_status(
                            &text("merchant_uid").unwrap_or_default(),
                            &codes::PaymentStatus::from(
                                &*text("payment_status").unwrap_or_default(),
                            ),
                            None,
                            None,
                            text("sorting")
                                .map(|text| codes::Sorting::from(&*text))
                                .as_ref(),
                        )
                        .await
                        .map(|value| value.response.is_some())
                }
                "list_payments" => {
                    self.list_payments(
                            &codes::StatusFilter::from(
                                &*text("payment_status").unwrap_or_default(),
                            ),
                            None,
                            None,
                            None,
                            text("sorting")
                                .map(|text| codes::Sorting::from(&*text))
                                .as_ref(),
                            None,
                        )
                        .await
                        .map(|value| value.response.is_some())
                }
                "get_payment" => {
                    self.get_payment(&text("imp_uid").unwrap_or_default(), None)
                        .await
                        .map(|value| value.response.is_some())
                }
                "get_payments" => {
                    self.get_payments(
                            text("imp_uid").map(|text| vec![text]).as_ref(),
                            text("merchant_uid").map(|text| vec![text]).as_ref(),
                        )
                        .await
                        .map(|value| value.response.is_some())
                }
                "list_billing_key_payments" => {
                    self.list_billing_key_payments(
                            &text("customer_uid").unwrap_or_default(),
                            None,
                        )
                        .await
                        .map(|value| value.response.is_some())
                }
                _ => return None,
            },
        )
    }
}
/// The operations of the document, in its order.
pub const OPERATIONS: &[super::Operation] = &[
    super::Operation {
        id: "get_token",
        method: "POST",
        path: "/users/getToken",
        authenticated: false,
        safe_to_repeat: true,
    },
    super::Operation {
        id: "find_payment",
        method: "GET",
        path: "/payments/find/{merchant_uid}",
        authenticated: true,
        safe_to_repeat: true,
    },
    super::Operation {
        id: "find_payment_with_status",
        method: "GET",
        path: "/payments/find/{merchant_uid}/{payment_status}",
        authenticated: true,
        safe_to_repeat: true,
    },
    super::Operation {
        id: "find_payments",
        method: "GET",
        path: "/payments/findAll/{merchant_uid}",
        authenticated: true,
        safe_to_repeat: true,
    },
    super::Operation {
        id: "find_payments_with_status",
        method: "GET",
        path: "/payments/findAll/{merchant_uid}/{payment_status}",
        authenticated: true,
        safe_to_repeat: true,
    },
    super::Operation {
        id: "list_payments",
        method: "GET",
        path: "/payments/status/{payment_status}",
        authenticated: true,
        safe_to_repeat: true,
    },
    super::Operation {
        id: "get_payment",
        method: "GET",
        path: "/payments/{imp_uid}",
        authenticated: true,
        safe_to_repeat: true,
    },
    super::Operation {
        id: "get_payments",
        method: "GET",
        path: "/payments",
        authenticated: true,
        safe_to_repeat: true,
    },
    super::Operation {
        id: "list_billing_key_payments",
        method: "GET",
        path: "/subscribe/customers/{customer_uid}/payments",
        authenticated: true,
        safe_to_repeat: true,
    },
];
/// The responses of the document, in its order.
pub const RESPONSES: &[super::Response] = &[
    super::Response::of::<
        super::envelope::Envelope<types::AccessToken>,
    >("get_token", 200u16, "AccessTokenResponse"),
    super::Response::of::<
        super::envelope::Envelope<crate::types::UnknownField>,
    >("get_token", 400u16, "ErrorResponse"),
    super::Response::of::<
        super::envelope::Envelope<crate::types::UnknownField>,
    >("get_token", 401u16, "ErrorResponse"),
    super::Response::of::<
        super::envelope::Envelope<types::Payment>,
    >("find_payment", 200u16, "PaymentResponse"),
    super::Response::of::<
        super::envelope::Envelope<crate::types::UnknownField>,
    >("find_payment", 401u16, "ErrorResponse"),
    super::Response::of::<
        super::envelope::Envelope<crate::types::UnknownField>,
    >("find_payment", 404u16, "ErrorResponse"),
    super::Response::of::<
        super::envelope::Envelope<types::Payment>,
    >("find_payment_with_status", 200u16, "PaymentResponse"),
    super::Response::of::<
        super::envelope::Envelope<crate::types::UnknownField>,
    >("find_payment_with_status", 401u16, "ErrorResponse"),
    super::Response::of::<
        super::envelope::Envelope<crate::types::UnknownField>,
    >("find_payment_with_status", 404u16, "ErrorResponse"),
    super::Response::of::<
        super::envelope::Envelope<
            crate::types::PageOrArray<types::PaymentPage, types::Payment>,
        >,
    >("find_payments", 200u16, "PaymentPageResponse"),
    super::Response::of::<
        super::envelope::Envelope<crate::types::UnknownField>,
    >("find_payments", 400u16, "ErrorResponse"),
    super::Response::of::<
        super::envelope::Envelope<crate::types::UnknownField>,
    >("find_payments", 401u16, "ErrorResponse"),
    super::Response::of::<
        super::envelope::Envelope<crate::types::UnknownField>,
    >("find_payments", 404u16, "ErrorResponse"),
    super::Response::of::<
        super::envelope::Envelope<
            crate::types::PageOrArray<types::PaymentPage, types::Payment>,
        >,
    >("find_payments_with_status", 200u16, "PaymentPageResponse"),
    super::Response::of::<
        super::envelope::Envelope<crate::types::UnknownField>,
    >("find_payments_with_status", 400u16, "ErrorResponse"),
    super::Response::of::<
        super::envelope::Envelope<crate::types::UnknownField>,
    >("find_payments_with_status", 401u16, "ErrorResponse"),
    super::Response::of::<
        super::envelope::Envelope<crate::types::UnknownField>,
    >("find_payments_with_status", 404u16, "ErrorResponse"),
    super::Response::of::<
        super::envelope::Envelope<
            crate::types::PageOrArray<types::PaymentPage, types::Payment>,
        >,
    >("list_payments", 200u16, "PaymentPageResponse"),
    super::Response::of::<
        super::envelope::Envelope<crate::types::UnknownField>,
    >("list_payments", 400u16, "ErrorResponse"),
    super::Response::of::<
        super::envelope::Envelope<crate::types::UnknownField>,
    >("list_payments", 401u16, "ErrorResponse"),
    super::Response::of::<
        super::envelope::Envelope<crate::types::UnknownField>,
    >("list_payments", 404u16, "ErrorResponse"),
    super::Response::of::<
        super::envelope::Envelope<types::Payment>,
    >("get_payment", 200u16, "PaymentResponse"),
    super::Response::of::<
        super::envelope::Envelope<crate::types::UnknownField>,
    >("get_payment", 401u16, "ErrorResponse"),
    super::Response::of::<
        super::envelope::Envelope<crate::types::UnknownField>,
    >("get_payment", 404u16, "ErrorResponse"),
    super::Response::of::<
        super::envelope::Envelope<Vec<types::Payment>>,
    >("get_payments", 200u16, "PaymentArrayResponse"),
    super::Response::of::<
        super::envelope::Envelope<Vec<types::Payment>>,
    >("get_payments", 207u16, "PaymentArrayResponse"),
    super::Response::of::<
        super::envelope::Envelope<crate::types::UnknownField>,
    >("get_payments", 400u16, "ErrorResponse"),
    super::Response::of::<
        super::envelope::Envelope<crate::types::UnknownField>,
    >("get_payments", 401u16, "ErrorResponse"),
    super::Response::of::<
        super::envelope::Envelope<crate::types::UnknownField>,
    >("get_payments", 404u16, "ErrorResponse"),
    super::Response::of::<
        super::envelope::Envelope<
            crate::types::PageOrArray<types::PaymentPage, types::Payment>,
        >,
    >("list_billing_key_payments", 200u16, "PaymentListResponse"),
    super::Response::of::<
        super::envelope::Envelope<crate::types::UnknownField>,
    >("list_billing_key_payments", 401u16, "ErrorResponse"),
    super::Response::of::<
        super::envelope::Envelope<crate::types::UnknownField>,
    >("list_billing_key_payments", 404u16, "ErrorResponse"),
];
/// The objects of the document, and the JSON Schema of their Rust types.
#[cfg(feature = "schemars")]
#[doc(hidden)]
pub const SCHEMAS: &[(&str, fn() -> ::schemars::Schema)] = &[
    ("PaymentAnnotation", || ::schemars::schema_for!(types::Payment)),
    ("PaymentCancelAnnotation", || ::schemars::schema_for!(types::Cancellation)),
    ("PaymentDepositAnnotation", || ::schemars::schema_for!(types::Deposit)),
    ("PaymentPromotionAnnotation", || ::schemars::schema_for!(types::Promotion)),
    ("PaymentPage", || ::schemars::schema_for!(types::PaymentPage)),
    (
        "PaymentResponse",
        || ::schemars::schema_for!(super::envelope::Envelope < types::Payment >),
    ),
    (
        "PaymentListResponse",
        || {
            ::schemars::schema_for!(
                super::envelope::Envelope < crate ::types::PageOrArray <
                types::PaymentPage, types::Payment > >
            )
        },
    ),
    (
        "PaymentPageResponse",
        || {
            ::schemars::schema_for!(
                super::envelope::Envelope < crate ::types::PageOrArray <
                types::PaymentPage, types::Payment > >
            )
        },
    ),
    (
        "PaymentArrayResponse",
        || ::schemars::schema_for!(super::envelope::Envelope < Vec < types::Payment > >),
    ),
    (
        "AccessTokenResponse",
        || ::schemars::schema_for!(super::envelope::Envelope < types::AccessToken >),
    ),
    (
        "ErrorResponse",
        || {
            ::schemars::schema_for!(
                super::envelope::Envelope < crate ::types::UnknownField >
            )
        },
    ),
    ("TokenRequest", || ::schemars::schema_for!(types::TokenRequest)),
    ("AccessToken", || ::schemars::schema_for!(types::AccessToken)),
];
/// The endpoints of the sandbox, each with its operations of the document.
///
/// A method of [`Client`](crate::Client) has the name of its operation, with three exceptions: `verify_order` calls
/// `find_payments`, `billing_key_payments` calls `list_billing_key_payments`, and `get_payments_by_merchant_uid`
/// calls `get_payments`. With a status it is an operation like `find_payment_with_status`.
#[cfg(feature = "sandbox")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Endpoint {
    /// `get_token` (`POST /users/getToken`).
    Token,
    /// `find_payment` (`GET /payments/find/{merchant_uid}`), `find_payment_with_status` (`GET /payments/find/{merchant_uid}/{payment_status}`).
    Find,
    /// `find_payments` (`GET /payments/findAll/{merchant_uid}`), `find_payments_with_status` (`GET /payments/findAll/{merchant_uid}/{payment_status}`).
    FindAll,
    /// `list_payments` (`GET /payments/status/{payment_status}`).
    ListByStatus,
    /// `get_payment` (`GET /payments/{imp_uid}`).
    Get,
    /// `get_payments` (`GET /payments`).
    GetMany,
    /// `list_billing_key_payments` (`GET /subscribe/customers/{customer_uid}/payments`).
    List,
    /// Any operation under `/_sandbox/`, which controls the sandbox. The service has none of them.
    Control,
    /// `POST /payments/cancel`, which is not in the document.
    ///
    /// The body is JSON or a form. The sandbox reads `imp_uid` or `merchant_uid`, `amount` (none or 0 is all that is
    /// left), `checksum`, `reason`, `enable_webhook`, and for a virtual account `refund_holder`, `refund_bank` and
    /// `refund_account`; it ignores other fields. A refusal, like that of a wrong checksum, is HTTP 200 with `code` 1.
    Cancel,
    /// Any other method or path. The response is HTTP 501.
    Other,
}
#[cfg(feature = "sandbox")]
impl Endpoint {
    /// Returns the endpoint of an operation of the OpenAPI document, by its `operationId`;
    /// `cancel_payment` is [`Cancel`](Self::Cancel), and any other is [`Other`](Self::Other).
    ///
    /// ```
    /// use iamport::sandbox::Endpoint;
    ///
    /// assert_eq!(Endpoint::of_operation("find_payment"), Endpoint::Find);
    /// ```
    pub fn of_operation(operation_id: &str) -> Self {
        match operation_id {
            "get_token" => Self::Token,
            "find_payment" | "find_payment_with_status" => Self::Find,
            "find_payments" | "find_payments_with_status" => Self::FindAll,
            "list_payments" => Self::ListByStatus,
            "get_payment" => Self::Get,
            "get_payments" => Self::GetMany,
            "list_billing_key_payments" => Self::List,
            "cancel_payment" => Self::Cancel,
            _ => Self::Other,
        }
    }
}
/// The codes of the API: known values by name, others as received.
pub mod codes {
    crate::types::code! {
        /// The status of a payment (결제상태 구분코드). The guide also names `pending` (승인대기) for PayPal, and says elsewhere that such
        /// a payment is `failed` until it is paid.
        PaymentStatus: str {
            /// Started but not paid, such as a virtual account (가상계좌) before the deposit. (미결제)
            Ready = "ready",
            /// Paid; a part may have been cancelled since. (결제완료)
            Paid = "paid",
            /// Failed; with PayPal and Paymentwall it can still be paid later (guide). (결제실패)
            Failed = "failed",
            /// Cancelled. It can be a partial cancellation (reported), so compare the amounts. (환불취소)
            Cancelled = "cancelled",
        }
    }
    crate::types::code! {
        /// The status of the payments in a listing (결제상태 구분코드).
        StatusFilter: str {
            /// Payments in any status. (전체)
            All = "all",
            /// Started but not paid. (미결제)
            Ready = "ready",
            /// Paid. (결제완료)
            Paid = "paid",
            /// Cancelled, as a whole or in part. (환불취소)
            Cancelled = "cancelled",
            /// Failed. (결제실패)
            Failed = "failed",
        }
    }
    crate::types::code! {
        /// The order of payments (정렬구분코드). A minus sign means descending order (내림차순).
        Sorting: str {
            /// By the time when the payment window was opened, latest first. The default (V1). (결제시작시각, 결제창오픈시각, 내림차순)
            StartedDesc = "-started",
            /// By the time when the payment window was opened, earliest first. (결제시작시각, 결제창오픈시각, 오름차순)
            StartedAsc = "started",
            /// By the time of payment, latest first. (결제완료시각, 내림차순)
            PaidDesc = "-paid",
            /// By the time of payment, earliest first. (결제완료시각, 오름차순)
            PaidAsc = "paid",
            /// By the last change of status, latest first. (최종수정시각, 내림차순)
            UpdatedDesc = "-updated",
            /// By the last change of status, earliest first. (최종수정시각, 오름차순)
            UpdatedAsc = "updated",
        }
    }
    crate::types::code! {
        /// The payment method (결제수단 구분코드). Since 2024-09-02 KCP reports a wallet as `point` or `card`, and names the wallet in
        /// `emb_pg_provider` (guide).
        PayMethod: str {
            /// Credit or debit card. (신용카드)
            Card = "card",
            /// Bank transfer. (실시간 계좌이체)
            Trans = "trans",
            /// Virtual account. (가상계좌)
            Vbank = "vbank",
            /// Mobile phone bill. (휴대폰 소액결제)
            Phone = "phone",
            /// Samsung Pay, by this value in V1. (삼성페이)
            Samsung = "samsung",
            /// Samsung Pay, by this value in the guide. (삼성페이)
            SamsungPay = "samsungpay",
            /// KPay. (케이페이)
            KPay = "kpay",
            /// Kakao Pay. (카카오페이)
            KakaoPay = "kakaopay",
            /// Payco. (페이코)
            Payco = "payco",
            /// L.pay. (엘페이)
            LPay = "lpay",
            /// SSG Pay. (SSG페이)
            SsgPay = "ssgpay",
            /// SSG Pay from a bank account. (SSG페이 은행계좌)
            SsgPayBank = "ssgpay_bank",
            /// Toss Pay. (토스페이)
            TossPay = "tosspay",
            /// Toss Pay with a card. (토스페이 카드)
            TossPayCard = "tosspay_card",
            /// Toss Pay with its balance. (토스페이 머니)
            TossPayMoney = "tosspay_money",
            /// Toss brand pay. (토스 브랜드페이)
            TossBrandPay = "toss_brandpay",
            /// Cultureland gift certificate. (문화상품권)
            Cultureland = "cultureland",
            /// Culture gift certificate. (컬쳐기프트)
            CultureGift = "culturegift",
            /// Smart culture certificate. (스마트문상)
            SmartCulture = "smartculture",
            /// Happy Money gift certificate. (해피머니)
            HappyMoney = "happymoney",
            /// Book gift certificate. (도서문화상품권)
            BookNLife = "booknlife",
            /// Points of a wallet or a merchant. (포인트)
            Point = "point",
            /// Naver Pay. (네이버페이)
            NaverPay = "naverpay",
            /// Naver Pay with a card. (네이버페이 카드)
            NaverPayCard = "naverpay_card",
            /// Naver Pay with points. (네이버페이 포인트)
            NaverPayPoint = "naverpay_point",
            /// Apple Pay. (애플페이)
            ApplePay = "applepay",
            /// PayPal. (페이팔)
            PayPal = "paypal",
            /// PinPay. (핀페이)
            PinPay = "pinpay",
            /// SK Pay. (SK페이)
            SkPay = "skpay",
            /// WeChat Pay. (위챗페이)
            WeChat = "wechat",
            /// Alipay. (알리페이)
            Alipay = "alipay",
            /// UnionPay. (유니온페이)
            UnionPay = "unionpay",
            /// TenPay. (텐페이)
            TenPay = "tenpay",
            /// Paysbuy.
            PaysBuy = "paysbuy",
            /// eContext.
            EContext = "econtext",
            /// MOLPay.
            MolPay = "molpay",
        }
    }
    crate::types::code! {
        /// The environment of the payment (결제환경 구분코드).
        Channel: str {
            /// The payment window on a computer. ((인증방식)PC결제)
            Pc = "pc",
            /// The payment window on a phone. ((인증방식)모바일결제)
            Mobile = "mobile",
            /// No payment window: a recurring payment or one without authentication. (정기결제 또는 비인증 결제)
            Api = "api",
        }
    }
    crate::types::code! {
        /// The payment gateway of a payment (PG사 구분코드). A, B and V1 call it a text. The values are those of V1's lists of supported
        /// gateways, of the guide, and of responses, and new gateways are added.
        PgProvider: str {
            /// Apple Pay. (애플페이)
            ApplePay = "applepay",
            /// CHAI. (차이)
            Chai = "chai",
            /// Danal, mobile phone bills. (다날 휴대폰)
            Danal = "danal",
            /// Danal. (다날)
            DanalTpay = "danal_tpay",
            /// Kiwoom Pay, formerly Daou. (키움페이)
            Daou = "daou",
            /// Eximbay. (엑심베이)
            Eximbay = "eximbay",
            /// Galaxia. (갤럭시아)
            Galaxia = "galaxia",
            /// KG Inicis, web standard. (KG이니시스 웹표준)
            Html5Inicis = "html5_inicis",
            /// KG Inicis. (KG이니시스)
            Inicis = "inicis",
            /// KG Inicis, unified authentication. (KG이니시스 통합인증)
            InicisUnified = "inicis_unified",
            /// KG Inicis, second version. (KG이니시스)
            InicisV2 = "inicis_v2",
            /// JTNet. (제이티넷)
            Jtnet = "jtnet",
            /// Kakao Pay, by an older value. (카카오페이)
            Kakao = "kakao",
            /// Kakao Pay. (카카오페이)
            KakaoPay = "kakaopay",
            /// NHN KCP. (NHN KCP)
            Kcp = "kcp",
            /// NHN KCP, billing keys. (NHN KCP 정기결제)
            KcpBilling = "kcp_billing",
            /// NHN KCP, quick pay. (NHN KCP 퀵페이)
            KcpQuick = "kcp_quick",
            /// NHN KCP, second version. (NHN KCP)
            KcpV2 = "kcp_v2",
            /// KICC. (한국정보통신)
            Kicc = "kicc",
            /// KPay. (케이페이)
            KPay = "kpay",
            /// KSNET. (KSNET)
            Ksnet = "ksnet",
            /// L.pay. (엘페이)
            LPay = "lpay",
            /// KG Mobilians. (KG모빌리언스)
            Mobilians = "mobilians",
            /// Naver Pay, orders. (네이버페이 주문형)
            NaverCo = "naverco",
            /// Naver Pay. (네이버페이)
            NaverPay = "naverpay",
            /// NICE Payments. (나이스페이먼츠)
            Nice = "nice",
            /// NICE Payments, second version. (나이스페이먼츠)
            NiceV2 = "nice_v2",
            /// Payco. (페이코)
            Payco = "payco",
            /// Paymentwall. (페이먼트월)
            Paymentwall = "paymentwall",
            /// PayPal. (페이팔)
            PayPal = "paypal",
            /// PayPal, second version. (페이팔)
            PayPalV2 = "paypal_v2",
            /// PinPay. (핀페이)
            PinPay = "pinpay",
            /// Samsung Pay. (삼성페이)
            Samsung = "samsung",
            /// Samsung Pay, by another value. (삼성페이)
            SamsungPay = "samsungpay",
            /// Hecto Financial, formerly Settlebank. (헥토파이낸셜)
            Settle = "settle",
            /// Hecto Financial, bank accounts. (헥토파이낸셜)
            SettleAcc = "settle_acc",
            /// Hecto Financial, firm banking. (헥토파이낸셜)
            SettleFirm = "settle_firm",
            /// SK Pay. (SK페이)
            SkPay = "skpay",
            /// Smartro. (스마트로)
            Smartro = "smartro",
            /// Smartro, second version. (스마트로)
            SmartroV2 = "smartro_v2",
            /// Smile Pay. (스마일페이)
            SmilePay = "smilepay",
            /// SSG Pay. (SSG페이)
            SsgPay = "ssgpay",
            /// Toss brand pay. (토스 브랜드페이)
            TossBrandPay = "toss_brandpay",
            /// Toss Pay. (토스페이)
            TossPay = "tosspay",
            /// Toss Pay, second version. (토스페이)
            TossPayV2 = "tosspay_v2",
            /// Toss Payments. (토스페이먼츠)
            TossPayments = "tosspayments",
            /// Toss Payments, by its former value. (토스페이먼츠)
            Uplus = "uplus",
            /// Welcome Payments. (웰컴페이먼츠)
            Welcome = "welcome",
        }
    }
    crate::types::code! {
        /// The type of the card (카드 구분코드). A number in V1 and in responses, a string in A and B; null, or the string `"null"` in
        /// B-sample, where no card was used.
        CardType: i64 {
            /// Credit card. (신용카드)
            Credit = 0,
            /// Debit card. (체크카드)
            Debit = 1,
        }
    }
    crate::types::code! {
        /// The currency of all amounts of a payment (통화구분코드), by its ISO 4217 code. A lists three as examples.
        Currency: str {
            /// Korean won. (원)
            Krw = "KRW",
            /// US dollar.
            Usd = "USD",
            /// Euro.
            Eur = "EUR",
            /// Japanese yen.
            Jpy = "JPY",
            /// Vietnamese dong.
            Vnd = "VND",
        }
    }
    crate::types::code! {
        /// The use of a billing key in a payment (customer_uid 사용 구분코드). Null for an ordinary payment (wire).
        CustomerUidUsage: str {
            /// Issuing of the billing key. (빌링키 발급)
            Issue = "issue",
            /// Immediate payment. (결제)
            Payment = "payment",
            /// Scheduled payment. (예약결제)
            ScheduledPayment = "payment.scheduled",
        }
    }
}
