//! Prints every public type that contains a secret or personal data.

use iamport::{
    Amount, Client, PageOrArray, Tier,
    generated::types::TokenRequest,
    reqwest::Method,
    sandbox::{PaymentFixture, Sandbox},
};
use serde_json::Value;

use super::{CUSTOMER_UID, KEY, MERCHANT_UID, Printed, SECRET, payment, print};
use crate::log::Log;

pub(super) async fn print_all(log: &Log, client: &Client, sandbox: &Sandbox) {
    let (find, list) = (client.find_payment(MERCHANT_UID), client.billing_key_payments(CUSTOMER_UID));
    print(log, Ok((&find, &list, list.clone().items(), list.clone().pages(), client.generated())));
    let raw = client.request(Method::POST, "/payments/{imp_uid}").path("imp_uid", "hush").query(&[("hush", "hush")]);
    print(log, Ok((raw.json("hush"), client.request(Method::POST, "/payments").form(&[("hush", "hush")]))));
    print(log, Ok((sandbox, Sandbox::builder().keys(KEY, SECRET), Printed(payment()))));
    print(log, Ok(Printed(sandbox.requests())));

    let found = find.await.unwrap().unwrap();
    print(log, found.custom_data_as::<Value>());
    let error = found.verify(1, "KRW").unwrap_err();
    print(log, Ok((&error, error.to_string(), found.verify(15900, "USD"))));
    let personal = (&found.buyer_name, &found.card_number, found.cancellations(), &found.deposit_history, &found.extra);
    print(log, Ok(Printed(personal)));
    let page = list.clone().await.unwrap();
    print(log, Ok(list.send_with_responses().await.1));
    print(log, Ok(Printed((PageOrArray::<_, Value>::Page(&page), PageOrArray::<Value, _>::Array(vec![&found])))));

    let api = client.generated();
    print(log, Ok(Printed(api.find_payment(MERCHANT_UID, None).await)));
    print(log, Ok(Printed(api.find_payment_with_status(MERCHANT_UID, &found.status, None).await)));
    print(log, Ok(Printed(api.list_billing_key_payments(CUSTOMER_UID, None).await)));
    let keys = |secret: &str| TokenRequest { imp_key: KEY.into(), imp_secret: secret.into() };
    print(log, Ok((api.get_token(&keys(SECRET)).await, api.get_token(&keys("hush")).await)));

    print(log, Ok(("hush".parse::<Tier>(), "hush".parse::<Amount>(), PaymentFixture::from_value("hush".into()))));
    #[cfg(feature = "validate")]
    for body in
        [r#"{"code":0,"response":{"imp_uid":1,"amount":"hush","buyer_name":["hush"],"paid_at":"hush"}}"#, "hush"]
    {
        let report = iamport::validate::validate_response("find_payment", 200, body.as_bytes());
        let text = report.as_ref().map_or_else(ToString::to_string, ToString::to_string);
        print(log, Ok((report, text)));
    }
}
