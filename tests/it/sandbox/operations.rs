//! Look-ups by `imp_uid`, of all attempts of an order, and by period.

use super::*;

const DAY: u64 = 24 * 60 * 60;
/// 2024-04-01T00:00:00+09:00.
const APRIL: u64 = 1_711_897_200;

fn payment(imp_uid: &str, merchant_uid: &str) -> PaymentFixture {
    PaymentFixture::new(merchant_uid, 15900).set("imp_uid", imp_uid)
}

fn uids(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|payment| payment["imp_uid"].as_str().unwrap()).collect()
}

async fn at(time: u64) -> Sandbox {
    Sandbox::builder().time(iamport::Timestamp::from_secs(time).unwrap()).start().await.unwrap()
}

#[tokio::test]
async fn payment_is_found_by_imp_uid() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.upsert_payment(payment("imp_1", "order").paid());
    sandbox.upsert_payment(payment("imps_2", "order"));
    let caller = Caller::of(&sandbox).await;
    assert_eq!(caller.response("/payments/imp_1").await["merchant_uid"], "order");
    assert_eq!(caller.response("/payments/imps_2/").await["status"], "ready");
    assert_eq!(caller.get("/payments/imp_3").await, (404, wire("error-404.json")));
    assert_eq!(sandbox.count(Endpoint::Get), 3);
    let url = format!("{}/payments/imp_1", sandbox.base_url());
    assert_eq!(send(http().get(url)).await, (401, wire("error-401.json")));
}

/// Since 2026-01-26 only this operation hides payments of test channels.
#[tokio::test]
async fn test_payment_is_hidden_from_get_alone() {
    let sandbox = at(APRIL).await;
    let test = payment("imp_1", "order").billing_key("key").set("imp_uid", "imp_1").paid().paid_at(APRIL).test();
    sandbox.upsert_payment(test);
    let caller = Caller::of(&sandbox).await;
    for query in ["", "?include_sandbox=false", "?include_sandbox="] {
        assert_eq!(caller.get(&format!("/payments/imp_1{query}")).await, (404, wire("error-404.json")), "{query}");
    }
    assert_eq!(caller.response("/payments/imp_1?include_sandbox=true").await["sandbox"], true);
    assert_eq!(caller.response("/payments/find/order").await["sandbox"], true);
    assert_eq!(caller.response("/payments?imp_uid[]=imp_1").await[0]["sandbox"], true);
    for list in ["/payments/findAll/order", "/payments/status/paid", "/subscribe/customers/key/payments"] {
        assert_eq!(caller.response(list).await["list"][0]["sandbox"], true, "{list}");
    }
}

#[tokio::test]
async fn several_payments_are_found_by_identifiers() {
    let sandbox = Sandbox::start().await.unwrap();
    for (imp_uid, order) in [("imp_3", "shared"), ("imp_1", "a"), ("imp_2", "shared"), ("imp_4", "other")] {
        sandbox.upsert_payment(payment(imp_uid, order));
    }
    let caller = Caller::of(&sandbox).await;
    for (query, status, found) in [
        ("imp_uid[]=imp_1&imp_uid[]=imp_2", 200, &["imp_1", "imp_2"][..]),
        ("imp_uid%5B%5D=imp_2&imp_uid%5B%5D=imp_1", 200, &["imp_1", "imp_2"]),
        ("imp_uid[0]=imp_1&imp_uid[1]=imp_2", 200, &["imp_1", "imp_2"]),
        ("imp_uid%5B0%5D=imp_1&imp_uid%5B1%5D=imp_9", 207, &["imp_1"]),
        ("merchant_uid[]=shared", 200, &["imp_3", "imp_2"]),
        ("merchant_uid[]=shared&imp_uid[]=imp_2&imp_uid[]=imp_2", 200, &["imp_3", "imp_2"]),
        ("merchant_uid[]=shared&merchant_uid[]=none", 207, &["imp_3", "imp_2"]),
    ] {
        let (actual, body) = caller.get(&format!("/payments?{query}")).await;
        let mut body: Value = serde_json::from_str(&body).unwrap();
        assert_eq!((actual, &body["code"]), (status, &json!(0)), "{query}");
        assert_eq!(uids(&body["response"].take()), found, "{query}");
    }
    for query in ["?imp_uid[]=imp_9", "?merchant_uid[]=none", "", "?imp_uid=imp_1"] {
        assert_eq!(caller.get(&format!("/payments{query}")).await, (404, wire("error-404.json")), "{query}");
    }
    let many = |count: usize| (1..=count).map(|n| format!("imp_uid[]=imp_{n}")).collect::<Vec<_>>().join("&");
    assert_eq!(caller.get(&format!("/payments?{}", many(100))).await.0, 207);
    assert_eq!(caller.get(&format!("/payments?{}", many(101))).await.0, 400);
    assert_eq!(caller.get(&format!("/payments?{}&merchant_uid[]=a", many(100))).await.0, 400);
}

#[tokio::test]
async fn all_attempts_of_an_order_are_paged_and_sorted() {
    let sandbox = Sandbox::start().await.unwrap();
    for n in 1..=25 {
        let attempt = payment(&format!("imp_{n:02}"), "order").started_at(1000 + n);
        sandbox.upsert_payment(if n == 25 { attempt.paid() } else { attempt.failed("한도 초과") });
    }
    let caller = Caller::of(&sandbox).await;
    let all = "/payments/findAll/order";
    let page = caller.response(all).await;
    assert_eq!(json!([page["total"], page["previous"], page["next"]]), json!([25, 0, 2]));
    assert_eq!((uids(&page["list"])[0], uids(&page["list"]).len()), ("imp_25", 20));
    let page = caller.response(&format!("{all}/?page=3&limit=10&sorting=started")).await;
    assert_eq!(json!([page["total"], page["previous"], page["next"]]), json!([25, 2, 0]));
    assert_eq!(uids(&page["list"]), ["imp_21", "imp_22", "imp_23", "imp_24", "imp_25"]);
    assert_eq!(uids(&caller.response(&format!("{all}/paid")).await["list"]), ["imp_25"]);
    assert_eq!(caller.response(&format!("{all}/failed?limit=1000")).await["list"].as_array().unwrap().len(), 24);
    assert_eq!(caller.response(&format!("{all}/ready")).await["total"], 0);
    assert_eq!(caller.get("/payments/findAll/none").await, (404, wire("error-404.json")));
    for invalid in ["/all", "/PAID", "?limit=0", "?limit=1001", "?limit=x"] {
        assert_eq!(caller.get(&format!("{all}{invalid}")).await.0, 400, "{invalid}");
    }

    let sandbox = Sandbox::builder().plain_array(true).start().await.unwrap();
    sandbox.upsert_payment(payment("imp_1", "order"));
    assert_eq!(uids(&Caller::of(&sandbox).await.response(all).await), ["imp_1"]);
}

#[tokio::test]
async fn period_applies_to_the_time_of_the_current_status() {
    let sandbox = at(APRIL + 10 * DAY).await;
    let begun = |uid: &str| payment(uid, uid).started_at(APRIL);
    sandbox.upsert_payment(begun("ready"));
    sandbox.upsert_payment(begun("paid").paid().paid_at(APRIL + DAY));
    sandbox.upsert_payment(begun("failed").failed("한도 초과").failed_at(APRIL + 2 * DAY));
    let cancelled = begun("cancelled").paid().paid_at(APRIL + DAY).cancelled(15900, "환불");
    sandbox.upsert_payment(cancelled.cancelled_at(APRIL + 3 * DAY));
    let refunded = begun("refunded").paid().paid_at(APRIL + DAY).cancelled(100, "부분 환불");
    sandbox.upsert_payment(refunded.cancelled_at(APRIL + 4 * DAY));
    let caller = Caller::of(&sandbox).await;
    for (status, from, to, found) in [
        ("all", APRIL, APRIL + 9 * DAY, &["ready", "paid", "failed", "cancelled", "refunded"][..]),
        ("ready", APRIL, APRIL, &["ready"]),
        ("ready", APRIL + 1, APRIL + DAY, &[]),
        ("paid", APRIL + DAY, APRIL + DAY, &["paid", "refunded"]),
        ("failed", APRIL, APRIL + 2 * DAY, &["failed"]),
        ("cancelled", APRIL, APRIL + 2 * DAY, &[]),
        ("cancelled", APRIL + 3 * DAY, APRIL + 3 * DAY, &["cancelled"]),
        ("all", APRIL + 2 * DAY, APRIL + 3 * DAY, &["failed", "cancelled"]),
    ] {
        let page = caller.response(&format!("/payments/status/{status}?from={from}&to={to}&sorting=started")).await;
        assert_eq!(uids(&page["list"]), found, "{status} from {from} to {to}");
        assert_eq!(page["total"], found.len());
    }
    let by_update = caller.response("/payments/status/all?sorting=-updated").await;
    assert_eq!(uids(&by_update["list"]), ["cancelled", "failed", "refunded", "paid", "ready"]);
}

#[tokio::test]
async fn default_period_is_the_last_90_days() {
    let sandbox = at(APRIL).await;
    for days in [0, 90, 91, 180] {
        sandbox.upsert_payment(payment(&format!("d{days}"), "order").started_at(APRIL - days * DAY));
    }
    let caller = Caller::of(&sandbox).await;
    let list = async |query: &str| caller.response(&format!("/payments/status/ready?{query}")).await;
    // Between one second and one minute later, `d90` is too old and `new` is not.
    sandbox.advance(Duration::from_secs(1));
    sandbox.upsert_payment(payment("new", "order").started_at(APRIL - 90 * DAY + 60));
    assert_eq!(uids(&list("").await["list"]), ["d0", "new"]);
    let to = APRIL - DAY;
    assert_eq!(uids(&list(&format!("to={to}&sorting=started")).await["list"]), ["d91", "d90", "new"]);
    let from = APRIL - 90 * DAY;
    assert_eq!(uids(&list(&format!("from={from}&to={APRIL}")).await["list"]), ["d0", "new", "d90"]);
    for invalid in [
        format!("from={}&to={APRIL}", from - 1),
        "from=0".to_owned(),
        "from=2024-04-01".to_owned(),
        "to=-1".to_owned(),
        "limit=1001".to_owned(),
    ] {
        assert_eq!(caller.get(&format!("/payments/status/ready?{invalid}")).await.0, 400, "{invalid}");
    }
    assert_eq!(caller.get("/payments/status/pending").await.0, 400);
}

#[tokio::test]
async fn page_past_the_end_is_invalid() {
    let sandbox = at(APRIL).await;
    let caller = Caller::of(&sandbox).await;
    let empty = caller.response("/payments/status/all?page=1").await;
    assert_eq!(empty, json!({"total": 0, "previous": 0, "next": 0, "list": []}));
    assert_eq!(caller.get("/payments/status/all?page=2").await.0, 400);
    for n in 0..40 {
        sandbox.upsert_payment(payment(&format!("imp_{n}"), "order").started_at(APRIL));
    }
    let page = caller.response("/payments/status/all?page=2").await;
    assert_eq!(json!([page["total"], page["previous"], page["next"]]), json!([40, 1, 0]));
    assert_eq!(caller.get("/payments/status/all?page=3").await.0, 400);
    let page = caller.response("/payments/status/all?page=2&limit=39").await;
    assert_eq!(uids(&page["list"]), ["imp_0"], "the last of the default order");
}

/// Among payments with the same time, the one that was put later counts as newer, in every order and listing.
#[tokio::test]
async fn ties_are_in_the_order_of_arrival() {
    let sandbox = at(APRIL).await;
    for uid in ["imp_c", "imp_a", "imp_b"] {
        let tied = payment(uid, "order").set("customer_uid", "key").started_at(APRIL).paid().paid_at(APRIL);
        sandbox.upsert_payment(tied);
    }
    sandbox
        .upsert_payment(payment("imp_c", "order").set("customer_uid", "key").started_at(APRIL).paid().paid_at(APRIL));
    let caller = Caller::of(&sandbox).await;
    let (oldest, newest) = (["imp_c", "imp_a", "imp_b"], ["imp_b", "imp_a", "imp_c"]);
    for name in ["started", "paid", "updated"] {
        for (sorting, expected) in [(name.to_owned(), oldest), (format!("-{name}"), newest)] {
            for path in ["findAll/order", "status/paid"] {
                let page = caller.response(&format!("/payments/{path}?sorting={sorting}")).await;
                assert_eq!(uids(&page["list"]), expected, "{path} {sorting}");
            }
            assert_eq!(caller.imp_uid(&format!("/payments/find/order?sorting={sorting}")).await, expected[0]);
        }
    }
    assert_eq!(uids(&caller.response("/subscribe/customers/key/payments").await["list"]), oldest);
    assert_eq!(uids(&caller.response("/payments?merchant_uid[]=order").await), oldest);
}

/// A failure changes the status; a partial cancellation does not.
#[tokio::test]
async fn updated_is_the_last_change_of_status() {
    let sandbox = Sandbox::start().await.unwrap();
    let begun = |uid: &str| payment(uid, "order").started_at(100);
    sandbox.upsert_payment(begun("paid").paid().paid_at(300));
    sandbox.upsert_payment(begun("failed").failed("한도 초과").failed_at(400));
    sandbox.upsert_payment(begun("refunded").paid().paid_at(200).cancelled(1, "부분 환불").cancelled_at(900));
    sandbox.upsert_payment(begun("retried").failed("한도 초과").failed_at(800).paid().paid_at(850));
    sandbox.upsert_payment(begun("cancelled").paid().paid_at(110).cancelled(15900, "환불").cancelled_at(700));
    sandbox.upsert_payment(begun("ready"));
    let page = Caller::of(&sandbox).await.response("/payments/findAll/order?sorting=-updated").await;
    assert_eq!(uids(&page["list"]), ["retried", "cancelled", "failed", "paid", "refunded", "ready"]);
}

#[tokio::test]
async fn each_tier_has_its_own_payments() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.upsert_payment(payment("imp_1", "order").billing_key("key").set("imp_uid", "imp_1").set("name", "own"));
    let of_tier = payment("imp_1", "order").billing_key("key").set("imp_uid", "imp_1").set("name", "A01");
    sandbox.upsert_payment(of_tier.tier("A01".parse().unwrap()));
    let caller = Caller::of(&sandbox).await;
    for path in [
        "/payments/imp_1",
        "/payments/find/order",
        "/payments/findAll/order",
        "/payments?imp_uid[]=imp_1",
        "/subscribe/customers/key/payments",
    ] {
        for (tier, name) in [(None, Some("own")), (Some("A01"), Some("A01")), (Some("A02"), None), (Some("a01"), None)]
        {
            let request = tier.into_iter().fold(caller.request(path), |request, tier| request.header("Tier", tier));
            let (status, body) = send(request).await;
            assert_eq!(status, if name.is_some() { 200 } else { 404 }, "{path} {tier:?}");
            assert!(name.is_none_or(|name| body.contains(&format!(r#""name":"{name}""#))), "{path} {tier:?}: {body}");
        }
    }
}
