//! The `jsonschema` crate finds the same violations.

use fastrand::Rng;
use iamport::validate::{self, Severity};
use jsonschema::{Draft, Validator};
use serde_json::Value;

use super::{
    bodies::{anything, make, mutate},
    cases, document, each_response,
    translate::json_schema,
};

/// The violations that no schema expresses, with the reason.
const BEYOND_THE_SCHEMAS: [(&str, &str); 1] = [(
    "must be present where `code` is 0",
    "a success without content; OpenAPI 3.0 cannot make one field depend on another",
)];

fn validator(document: &Value, schema: &str) -> Validator {
    jsonschema::options().with_draft(Draft::Draft4).build(&json_schema(document, schema)).unwrap()
}

/// Whether a report has a violation that the schemas express.
fn violates(report: &validate::Report) -> bool {
    let mut violations = report.with_min_severity(Severity::Violation);
    violations.any(|finding| BEYOND_THE_SCHEMAS.iter().all(|(rule, _)| finding.rule() != *rule))
}

#[test]
fn jsonschema_rejects_the_responses_that_have_a_violation() {
    let document = document();
    let validator = |schema: &str| validator(&document, schema);
    let failure = validator("ErrorResponse");
    let (mut checked, mut rejected) = (0, 0);
    each_response(|schema, operation, _| {
        let success = validator(schema);
        for seed in 0..2 * cases() {
            let mut rng = Rng::with_seed(seed);
            let mut body = make(&document, &document["components"]["schemas"][schema], &mut rng);
            body["code"] = rng.choice([0, 0, 0, 1, -1]).into();
            for _ in 0..rng.usize(0..4) {
                mutate(&mut body, &mut rng);
            }
            let report = validate::validate_value(operation, 200, &body).unwrap();
            let fails = body["code"].as_i64().is_some_and(|code| code != 0);
            let valid = match (fails, body["response"].is_null()) {
                (false, _) => success.is_valid(&body),
                (true, true) => failure.is_valid(&body),
                (true, false) => success.is_valid(&body) && failure.is_valid(&body),
            };
            assert_eq!(violates(&report), !valid, "seed {seed} of {schema}: {report}\n{body:#}");
            checked += 1;
            rejected += usize::from(!valid);
        }
    });
    println!("{rejected} of {checked} bodies were rejected by both");
    assert!(rejected > checked / 10 && rejected < checked / 10 * 9);
}

#[test]
fn jsonschema_rejects_the_values_that_have_a_violation() {
    let document = document();
    let validator_of = |schema: &str| validator(&document, schema);
    for name in validate::schemas() {
        let validator = validator_of(name);
        for seed in 0..cases() / 10 {
            let mut rng = Rng::with_seed(seed);
            let mut body = if rng.u8(..) < 50 {
                anything(&mut rng, 3)
            } else {
                make(&document, &document["components"]["schemas"][name], &mut rng)
            };
            if rng.bool() {
                mutate(&mut body, &mut rng);
            }
            let report = validate::schema(name, &body).unwrap();
            assert_eq!(violates(&report), !validator.is_valid(&body), "seed {seed} of {name}: {report}\n{body:#}");
        }
    }
}
