//! An identifier is one segment of the path, or nothing is sent.

use percent_encoding::percent_decode_str;

use super::*;

#[tokio::test]
async fn identifier_is_one_segment_whatever_it_holds() {
    let (sandbox, client) = start().await;
    for value in
        ["a/b", "../x", "...", "%2e%2e", "%2F", "a?b#c", "a\\..\\b", "홍길동 1", "a\r\nX-Evil: 1", "a;b=c", "{imp_uid}"]
    {
        sandbox.clear_requests();
        let request = client.request(Method::GET, "/payments/{imp_uid}/of_tests").path("imp_uid", value);
        let error = request.send::<IgnoredAny>().await.unwrap_err();
        assert_eq!(error.status().unwrap().as_u16(), 501, "{error}");
        let target = only(&sandbox).target;
        let segments: Vec<_> = target.split('/').collect();
        assert_eq!(segments.len(), 4, "{target}");
        assert_eq!(percent_decode_str(segments[2]).decode_utf8().unwrap(), value);
    }
}

#[tokio::test]
async fn invalid_request_is_an_error_before_anything_is_sent() {
    let (sandbox, client) = start().await;
    let get = |path| client.request(Method::GET, path);
    let of_tests = || get("/payments/{imp_uid}/of_tests");
    let empty = |what: &str| format!("invalid {what}: must not be empty, `.` or `..`");
    let value = || empty("value of `{imp_uid}`");
    let path = |path: &str, reason: &str| format!("invalid path `{path}`: {reason}");
    let one = "expected one value for `{imp_uid}`; set it by `path`";
    let letters = "expected letters, digits, `-._~@:` and placeholders like `{imp_uid}`";
    let method = "invalid method: expected GET, POST, PUT, PATCH or DELETE".to_owned();
    let pairs = "expected a struct, a map or pairs whose values are texts, numbers or booleans";
    let nested = || json!({"hush": {"hush": 1}});
    let no_json = || std::collections::BTreeMap::from([((1, 2), "hush")]);
    for (request, message) in [
        (of_tests().path("imp_uid", ""), value()),
        (of_tests().path("imp_uid", "."), value()),
        (of_tests().path("imp_uid", ".."), value()),
        (of_tests(), path("/payments/{imp_uid}/of_tests", one)),
        (of_tests().path("imp_uid", "hush").path("imp_uid", "hush"), path("/payments/{imp_uid}/of_tests", one)),
        (
            of_tests().path("imp_uid", "hush").path("uid", "hush"),
            path("/payments/{imp_uid}/of_tests", "it has no placeholder `{uid}`"),
        ),
        (get("payments"), path("payments", "expected a slash at its start")),
        (get(""), path("", "expected a slash at its start")),
        (get("/payments//of_tests"), empty("path `/payments//of_tests`: a segment")),
        (get("/payments/"), empty("path `/payments/`: a segment")),
        (get("/payments/../x"), empty("path `/payments/../x`: a segment")),
        (get("/payments?limit=1"), path("/payments?limit=1", letters)),
        (get("/payments/%2e%2e"), path("/payments/%2e%2e", letters)),
        (get("/payments/a{imp_uid}"), path("/payments/a{imp_uid}", letters)),
        (get("https://example.com/"), path("https://example.com/", "expected a slash at its start")),
        (get("//example.com"), empty("path `//example.com`: a segment")),
        (client.request(Method::HEAD, "/banks"), method.clone()),
        (client.request(Method::OPTIONS, "/banks"), method.clone()),
        (client.request("get".parse().unwrap(), "/banks"), method),
        (get("/banks").query(&nested()), format!("invalid query: {pairs}")),
        (get("/banks").form(&nested()).json(&1), format!("invalid form: {pairs}")),
        (get("/banks").json(&no_json()), "invalid body: expected a value that is serialized as JSON".to_owned()),
        (
            get("/banks").query(&[("a", "a".repeat(70_000))]),
            "invalid request: the URL is longer than 65534 bytes".to_owned(),
        ),
    ] {
        let error = request.send::<IgnoredAny>().await.unwrap_err();
        assert_eq!(error.to_string(), message);
        assert!(error.is_invalid_request() && !error.is_maybe_sent() && error.attempts() == 0, "{error:?}");
    }
    let client = sandbox.client().build().unwrap();
    let error = client.with_tier("hush").request(Method::GET, "/banks").send::<IgnoredAny>().await.unwrap_err();
    assert!(error.is_invalid_request() && !error.is_maybe_sent(), "{error}");
    assert_eq!(sandbox.requests().len(), 0);
}
