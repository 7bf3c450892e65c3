//! `iamport redact`.

use std::{fs, path::Path};

use serde_json::{Value, json};

use super::{command, pinned, reconcile::folder, validate::on};
use crate::common::{repository, wire, wire_response};

fn redacted(file: &Path) -> String {
    let output = command(&["redact", file.to_str().unwrap()]).output().unwrap();
    let notes = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && notes.lines().all(|note| note.contains(": not JSON")), "{notes}");
    String::from_utf8(output.stdout).unwrap()
}

fn redacted_text(name: &str, text: impl AsRef<[u8]>) -> String {
    let file = folder(&format!("redact-{name}")).join("responses.ndjson");
    fs::write(&file, text).unwrap();
    redacted(&file)
}

/// The class of each character that is replaced, escaped or not.
fn classes(text: &str) -> String {
    let class = |c| match c {
        '0'..='9' => '0',
        'a'..='z' => 'a',
        'A'..='Z' => 'A',
        '가'..='힣' => '가',
        c => c,
    };
    let mut parts = text.split("\\u");
    let mut plain = parts.next().unwrap().to_owned();
    for part in parts {
        plain.extend(u32::from_str_radix(&part[..4], 16).ok().and_then(char::from_u32));
        plain += &part[4..];
    }
    plain.chars().map(class).collect()
}

/// The texts in a value, without those of codes.
fn texts(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        Value::Object(fields) => {
            let codes = ["status", "pay_method", "channel", "pg_provider", "emb_pg_provider", "currency", "card_type"];
            let is_code = |name: &str| codes.contains(&name) || name.ends_with("_code") || name.ends_with("_usage");
            fields.iter().filter(|(name, _)| !is_code(name)).for_each(|(_, value)| texts(value, found));
        }
        _ => {}
    }
}

#[test]
fn bodies_keep_everything_but_their_texts() {
    let findings = |text: &str| {
        let output = on(text, &["--all", "--each", "--format", "json", "--fail-on", "deviation"]);
        (output.status.code(), output.stdout)
    };
    let mut count = 0;
    for file in fs::read_dir(repository().join("tests/wire")).unwrap().map(|file| file.unwrap().path()) {
        let before = fs::read_to_string(&file).unwrap();
        let after = redacted(&file);
        assert_eq!(classes(before.trim_end()), classes(after.trim_end()), "{file:?}");
        let Ok(body) = serde_json::from_str::<Value>(&before) else { continue };
        assert_eq!(findings(before.trim()), findings(after.trim()), "{file:?}");
        let mut found = Vec::new();
        texts(&body, &mut found);
        // The sample of the documentation has `string` as a code too.
        let long = |text: &&String| text.chars().filter(|c| c.is_alphanumeric()).count() > 5 && *text != "string";
        for text in found.iter().filter(long) {
            assert!(!after.contains(text.as_str()), "{file:?}: {text}");
            count += 1;
        }
        let numbers = |text: &str| serde_json::from_str::<Value>(text).unwrap()["response"]["amount"].clone();
        assert_eq!(numbers(&before), numbers(&after), "{file:?}");
    }
    assert!(count > 200, "{count}");
}

#[test]
fn captured_responses_are_redacted_inside() {
    let payment = wire_response("find-paid-card.json");
    let body = json!({ "code": 0, "message": null, "response": payment }).to_string();
    let capture = |body: &Value| json!({ "operation": "find_payment", "status": 200, "content_type": "application/json", "body": body });
    let lines = [
        capture(&serde_json::from_str(&body).unwrap()).to_string(),
        // With line breaks a body is text.
        capture(&json!(format!("{body}\n"))).to_string(),
        capture(&json!("<p>홍길동 010-0000-0000</p>")).to_string(),
        json!({ "operation": "find_payment", "status": 200, "body_base64": "aG9uZy0xMjPtmY0=" }).to_string(),
        "홍길동,buyer@example.com,010-0000-0000".to_owned(),
    ];
    let text = redacted_text("captures", lines.join("\n"));
    let records: Vec<Value> = text.lines().take(4).map(|line| serde_json::from_str(line).unwrap()).collect();
    let [whole, quoted, html, bytes] = &records[..] else { panic!("{text}") };
    for record in &records {
        assert_eq!((record["operation"].as_str(), record["status"].as_u64()), (Some("find_payment"), Some(200)));
    }
    assert_eq!(whole["content_type"], "application/json");
    let inner: Value = serde_json::from_str(quoted["body"].as_str().unwrap()).unwrap();
    assert_eq!(inner, whole["body"], "the same texts become the same texts");
    assert_eq!(whole["body"]["response"]["status"], "paid");
    assert_eq!(whole["body"]["response"]["pg_provider"], payment["pg_provider"]);
    assert_ne!(whole["body"]["response"]["buyer_name"], payment["buyer_name"]);
    assert_eq!(classes(html["body"].as_str().unwrap()), "<a>가가가 000-0000-0000</a>");
    assert_eq!(bytes["body_base64"], "YWFhYS0wMDD///8=");
    assert_eq!(classes(text.lines().nth(4).unwrap()), "가가가,aaaaa@aaaaaaa.aaa,000-0000-0000");
    for personal in ["홍길동", "buyer@example.com", "010-0000-0000", "order-0001", "imp_1000"] {
        assert!(!text.contains(personal), "{personal}: {text}");
    }
}

#[test]
fn spelling_and_unknown_fields_are_kept_in_form() {
    let line = "{ \"response\" :{\"buyer_name\":\"\\ud64d\\uae38\\ub3d9 \\/ \\n\\ud83d\",\"amount\":1.50e3,\"phone\":1012345678,\
                \"points\":[-120, 7.05,{\"status\":\"paid\"},\"hong\"],\"status\":\"01012345678\",\"name\":\"\u{20000}é漢\"}}";
    let after = redacted_text("spelling", line);
    assert_eq!(after.chars().count(), line.chars().count() + 1);
    for kept in [
        "{ \"response\" :{\"buyer_name\":\"\\u",
        " \\/ \\n\\ud83d\",\"amount\":1.50e3,\"phone\":",
        "{\"status\":\"paid\"}",
    ] {
        assert!(after.contains(kept), "{after}");
    }
    for gone in ["ud64d", "1012345678", "-120", "hong", "漢"] {
        assert!(!after.contains(gone), "{gone}: {after}");
    }
    let value: Value = serde_json::from_str(&after.replace("\\ud83d", "")).unwrap();
    assert!(value["response"]["phone"].as_u64().unwrap() > 999_999_999);
}

#[test]
fn numbers_stay_only_in_the_fields_that_have_numbers() {
    let numbers = r#""amount":15900,"paid_at":1709722069,"card_quota":3,"card_code":361,"total":21"#;
    let personal =
        r#""buyer_tel":1012345678,"card_number":1234567812345678,"buyer_postcode":612345678,"vbank_num":123412341234"#;
    let line = format!(r#"{{"code":0,"response":{{{numbers},{personal}}}}}"#);
    let after = redacted_text("numbers", &line);
    assert!(after.contains(r#""code":0"#) && after.contains(numbers), "{after}");
    for gone in ["1012345678", "1234567812345678", "612345678", "123412341234"] {
        assert!(!after.contains(gone), "{gone}: {after}");
    }
    assert_eq!(classes(&line), classes(after.trim_end()));
}

#[test]
fn letters_and_digits_of_every_script_become_others_of_the_same_length() {
    let kept = "١٢٣٤٥٦٧٨ ９８７６５４３２ たなかさんたろう ИВАНПЕТРОВ Πέτροςéàü \u{20000}\u{20001}\u{20002}\u{20003}";
    let texts: Vec<&str> = kept.split(' ').collect();
    let reversed: Vec<String> = texts.iter().map(|text| text.chars().rev().collect()).collect();
    let pair = texts[5].encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect::<String>();
    let line = format!("{},\"{pair}\"]", json!([texts, reversed]).to_string().trim_end_matches(']'));
    let line = line.replacen(",\"\\u", "],\"\\u", 1);
    let after: Value = serde_json::from_str(&redacted_text("scripts", &line)).unwrap();
    assert_eq!(after[2], after[0][5], "an escaped letter becomes the same as the letter");
    for (at, before) in texts.iter().enumerate() {
        let (after, of_reversed) = (after[0][at].as_str().unwrap(), after[1][at].as_str().unwrap());
        let form = |text: &str| text.chars().map(|c| (c.len_utf8(), c.is_numeric())).collect::<Vec<_>>();
        assert_eq!(form(after), form(before), "{before}: {after}");
        assert!(after != *before && after != of_reversed, "different texts became equal: {after}");
    }
}

#[test]
fn input_that_is_not_json_is_named_and_other_encodings_are_errors() {
    let folder = folder("redact-not-json");
    let of = |input: &[u8]| {
        fs::write(folder.join("input.json"), input).unwrap();
        let output = command(&["redact", "input.json"]).current_dir(&folder).output().unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let (status, text, notes) = of("{}\n{\"buyer_name\":\"홍길동\"\n\n홍길동 1\n".as_bytes());
    assert_eq!((status, classes(&text)), (Some(0), "{}\n{\"aaaaa_aaaa\":\"가가가\"\n가가가 0\n".to_owned()));
    let expected = "iamport: input.json:2: not JSON, so its field names are replaced too: it ends early\n\
                    iamport: input.json:4: not JSON, so its field names are replaced too: expected value\n";
    assert_eq!(notes, expected);
    let (_, _, notes) = of("1 2\n".repeat(30).as_bytes());
    assert_eq!(notes.lines().last(), Some("iamport: 10 more records that are not JSON"));
    let why = "not UTF-8; convert it first, as with `iconv -t UTF-8`\n";
    for (input, line, before) in [
        (&b"\xff\xfe{\0}\0\n\0"[..], 1, ""),
        (b"{}\n\"\xb1\xe6\"\n", 2, "{}\n"),
        (b"{\"name\":\n\n\"\xb1\xe6\"}\n", 3, ""),
    ] {
        assert_eq!(of(input), (Some(2), before.to_owned(), format!("iamport: input.json:{line}: {why}")));
    }
}

#[test]
fn input_without_a_record_is_invalid() {
    let file = folder("redact-nothing").join("nothing.ndjson");
    fs::write(&file, "\n").unwrap();
    for path in [file.to_str().unwrap(), "no-such-file.ndjson"] {
        let output = command(&["redact", path]).output().unwrap();
        assert_eq!((output.status.code(), output.stdout.is_empty()), (Some(2), true));
        assert!(String::from_utf8(output.stderr).unwrap().starts_with("iamport: "));
    }
    pinned("help_redact", None, &command(&["redact", "--help"]).output().unwrap());
    assert!(!redacted_text("one", wire("find-paid-card.json")).contains("buyer@example.com"));
}
