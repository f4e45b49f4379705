//! What a call that failed means: whether to ask again, and when.

use std::time::{Duration, SystemTime};

use genai::Error;
use genai::webc;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde_json::Value;

/// A provider that wants to be left alone for longer than this is given up for now.
const LONGEST_WAIT: Duration = Duration::from_secs(300);
/// Characters kept of what a server says of an error.
const SAID: usize = 300;

/// Types of errors that a call made again would meet again.
const LASTING: [&str; 3] = [
    "invalid_request_error",
    "not_found_error",
    "permission_error",
];

/// A call that brought no reply.
#[derive(Debug)]
pub(super) struct Trouble {
    pub kind: Kind,
    /// What happened, for people: all that a server said of it, its key perhaps among it.
    pub said: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// It passes: ask again, after so long if the provider said how long.
    Passing(Option<Duration>),
    /// The conversation is too long.
    Overflow,
    /// The conversation won't be answered.
    Refused,
    /// This call will never do better.
    Lasting,
    /// No call with this key will.
    Key,
}

impl Trouble {
    pub fn passing(said: impl Into<String>) -> Trouble {
        Trouble {
            kind: Kind::Passing(None),
            said: said.into(),
        }
    }

    pub fn passes(&self) -> bool {
        matches!(self.kind, Kind::Passing(_))
    }

    /// How long the provider wants to be left alone.
    pub fn wait(&self) -> Option<Duration> {
        match self.kind {
            Kind::Passing(wait) => wait,
            _ => None,
        }
    }

    /// What an error of `genai` means. One over a reply that couldn't be read is for the caller to
    /// look at first.
    pub fn of(error: &Error) -> Trouble {
        match error {
            Error::WebModelCall { webc_error, .. } | Error::WebAdapterCall { webc_error, .. } => {
                of_call(webc_error)
            }
            Error::HttpError {
                status,
                body,
                headers,
                ..
            } => of_status(*status, body, headers),
            Error::ChatResponseGeneration {
                response_body,
                cause,
                ..
            } => of_body(response_body)
                .unwrap_or_else(|| Trouble::passing(format!("its reply can't be read: {cause}"))),
            other => Trouble {
                kind: Kind::Lasting,
                said: other.to_string(),
            },
        }
    }
}

fn of_call(error: &webc::Error) -> Trouble {
    match error {
        webc::Error::ResponseFailedStatus {
            status,
            body,
            headers,
        } => of_status(*status, body, headers),
        webc::Error::ResponseFailedNotJson { content_type, .. } => Trouble::passing(format!(
            "it replied with {} instead of JSON",
            match content_type.as_str() {
                "" => "no type of content",
                content_type => content_type,
            }
        )),
        webc::Error::ResponseFailedInvalidJson { cause, .. } => {
            Trouble::passing(format!("its reply is no whole JSON: {cause}"))
        }
        webc::Error::Reqwest(error) if error.is_builder() => Trouble {
            kind: Kind::Lasting,
            said: causes(error),
        },
        webc::Error::Reqwest(error) => Trouble::passing(causes(error)),
        webc::Error::JsonValueExt(error) => Trouble::passing(error.to_string()),
    }
}

/// An error and what it came from; reqwest's own text stops at the first.
fn causes(error: &reqwest::Error) -> String {
    let mut said = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        said = format!("{said}: {error}");
        cause = error.source();
    }
    said
}

fn of_status(status: StatusCode, body: &str, headers: &HeaderMap) -> Trouble {
    let body: Value = serde_json::from_str(body).unwrap_or_else(|_| Value::String(body.to_owned()));
    let told = told(&body);
    let said = match told.is_empty() {
        true => status.to_string(),
        false => format!("{status}: {}", told.trim()),
    };
    let code = code(&body);
    let should = headers
        .get("x-should-retry")
        .map(|it| it.as_bytes() == b"true");
    let passes = matches!(status.as_u16(), 408 | 409 | 429 | 500..) && code != "insufficient_quota";
    let barred = status == StatusCode::FORBIDDEN;
    let kind = if status == StatusCode::UNAUTHORIZED {
        Kind::Key
    } else if status != StatusCode::TOO_MANY_REQUESTS && is_overflow(&code, &told) {
        Kind::Overflow
    } else if status.is_client_error() && is_refusal(&code, &told) {
        Kind::Refused
    } else if !barred && should.unwrap_or(passes) {
        match wait(headers, SystemTime::now()) {
            Some(wait) if wait > LONGEST_WAIT => {
                return Trouble {
                    kind: Kind::Lasting,
                    said: format!("it asks to wait for {} s: {said}", wait.as_secs()),
                };
            }
            wait => Kind::Passing(wait),
        }
    } else {
        Kind::Lasting
    };
    Trouble { kind, said }
}

/// An error in a reply that calls itself a success.
pub(super) fn of_body(body: &Value) -> Option<Trouble> {
    if let Some(reason) = body["promptFeedback"]["blockReason"].as_str() {
        return Some(Trouble {
            kind: Kind::Refused,
            said: format!("the provider blocked the conversation: {reason}"),
        });
    }
    let error = body.get("error").filter(|error| !error.is_null())?;
    let (code, told) = (code(body), told(body));
    let status = error["code"].as_u64().or(error["status"].as_u64());
    let kind = match status {
        Some(401) => Kind::Key,
        _ if is_overflow(&code, &told) => Kind::Overflow,
        _ if is_refusal(&code, &told) => Kind::Refused,
        Some(400..=407 | 410..=428) => Kind::Lasting,
        _ if code == "authentication_error" => Kind::Key,
        _ if LASTING.contains(&code.as_str()) => Kind::Lasting,
        _ => Kind::Passing(None),
    };
    Some(Trouble {
        kind,
        said: format!("its reply is an error: {}", told.trim()),
    })
}

/// An error's code, or its type: `{"error": {"code": …}}`, `{"error": {"type": …}}`.
fn code(body: &Value) -> String {
    let error = &body["error"];
    let code = [&error["code"], &error["type"], &error["status"]];
    let code = code.into_iter().find_map(|it| it.as_str());
    code.unwrap_or_default().to_owned()
}

/// What an error says: in the shapes that servers give it, else all of it.
fn told(body: &Value) -> String {
    let shapes = [
        &body["error"]["message"],
        &body["error"],
        &body["detail"],
        &body["message"],
        body,
    ];
    let told = shapes.into_iter().find_map(|it| it.as_str());
    match told {
        Some(told) => told.to_owned(),
        None if body.is_null() => String::new(),
        None => body.to_string(),
    }
}

fn is_overflow(code: &str, told: &str) -> bool {
    const TOLD: [&str; 9] = [
        "context length",
        "context window",
        "context size",
        "contextwindow",
        "context_length_exceeded",
        "prompt is too long",
        "input is too long",
        "input token count",
        "too many tokens",
    ];
    let told = told.to_lowercase();
    matches!(
        code,
        "context_length_exceeded" | "exceed_context_size_error"
    ) || TOLD.iter().any(|it| told.contains(it))
}

fn is_refusal(code: &str, told: &str) -> bool {
    let told = told.to_lowercase();
    matches!(code, "content_filter" | "content_policy_violation")
        || told.contains("content management policy")
        || told.contains("contentpolicyviolation")
}

/// How long the provider wants to be left alone: `retry-after-ms`, or `retry-after` in seconds or as
/// a date (RFC 9110, section 10.2.3).
fn wait(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let header = |name| {
        headers
            .get(name)
            .and_then(|it| it.to_str().ok())
            .map(str::trim)
    };
    let of = |text: &str, unit: f64| {
        let number: f64 = text.parse().ok()?;
        Duration::try_from_secs_f64(number * unit).ok()
    };
    if let Some(wait) = header("retry-after-ms").and_then(|text| of(text, 1e-3)) {
        return Some(wait);
    }
    let after = header("retry-after")?;
    of(after, 1.0).or_else(|| {
        let date = httpdate::parse_http_date(after).ok()?;
        Some(date.duration_since(now).unwrap_or_default())
    })
}

/// As much of a text as people are shown. A key is to be taken out before: half of one would be
/// found by nobody.
pub(super) fn clip(text: &str) -> String {
    let text = text.trim();
    match text.char_indices().nth(SAID) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn kind(status: u16, body: &str, headers: &[(&'static str, &str)]) -> Kind {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        of_status(StatusCode::from_u16(status).unwrap(), body, &map).kind
    }

    #[test]
    fn a_status_says_whether_to_ask_again() {
        let again = Kind::Passing(None);
        for (status, expected) in [
            (400, Kind::Lasting),
            (401, Kind::Key),
            (403, Kind::Lasting),
            (404, Kind::Lasting),
            (408, again),
            (409, again),
            (422, Kind::Lasting),
            (429, again),
            (500, again),
            (503, again),
            (529, again),
        ] {
            assert_eq!(kind(status, "", &[]), expected, "{status}");
        }
    }

    #[test]
    fn a_provider_says_how_long_to_wait_and_whether_at_all() {
        let after = |seconds| Kind::Passing(Some(Duration::from_secs_f64(seconds)));
        let of = |headers: &[(&'static str, &str)]| kind(429, "", headers);
        assert_eq!(of(&[("retry-after", "2")]), after(2.0));
        assert_eq!(of(&[("retry-after", "0.5")]), after(0.5));
        assert_eq!(
            of(&[("retry-after", "9"), ("retry-after-ms", "250")]),
            after(0.25)
        );
        assert_eq!(
            of(&[("retry-after", "Wed, 21 Oct 2015 07:28:00 GMT")]),
            after(0.0)
        );
        assert_eq!(of(&[("retry-after", "soon")]), Kind::Passing(None));
        assert_eq!(of(&[("retry-after", "-1")]), Kind::Passing(None));
        assert_eq!(of(&[("retry-after", "86400")]), Kind::Lasting);
        assert_eq!(of(&[("x-should-retry", "false")]), Kind::Lasting);
        assert_eq!(
            kind(400, "", &[("x-should-retry", "true")]),
            Kind::Passing(None)
        );
        assert_eq!(kind(401, "", &[("x-should-retry", "true")]), Kind::Key);
        let out_of_money = r#"{"error": {"code": "insufficient_quota", "message": "pay"}}"#;
        assert_eq!(kind(429, out_of_money, &[]), Kind::Lasting);
    }

    #[test]
    fn conversations_that_are_too_long_or_refused_are_told_apart() {
        for body in [
            r#"{"error": {"code": "context_length_exceeded", "message": "x"}}"#,
            r#"{"error": {"message": "This model's maximum context length is 8192 tokens."}}"#,
            r#"{"type": "error", "error": {"type": "invalid_request_error", "message": "prompt is too long: 210000 tokens > 200000 maximum"}}"#,
            r#"{"error": {"code": 400, "type": "exceed_context_size_error", "message": "x"}}"#,
            r#"{"error": {"code": 400, "message": "The input token count (9) exceeds the maximum number of tokens allowed (8)."}}"#,
            r#"{"error": {"message": "litellm.ContextWindowExceededError: x"}}"#,
        ] {
            assert_eq!(kind(400, body, &[]), Kind::Overflow, "{body}");
        }
        let filtered = r#"{"error": {"code": "content_filter", "message": "x"}}"#;
        assert_eq!(kind(400, filtered, &[]), Kind::Refused);
        let rate = r#"{"error": {"message": "too many tokens a minute"}}"#;
        assert_eq!(kind(429, rate, &[]), Kind::Passing(None));
    }

    #[test]
    fn an_error_that_calls_itself_a_success_is_one() {
        let of = |body| of_body(&body).map(|trouble| trouble.kind);
        let overloaded =
            json!({"type": "error", "error": {"type": "overloaded_error", "message": "x"}});
        assert_eq!(of(overloaded), Some(Kind::Passing(None)));
        assert_eq!(
            of(json!({"error": {"code": 502, "message": "x"}})),
            Some(Kind::Passing(None))
        );
        assert_eq!(
            of(json!({"error": {"code": 404, "message": "x"}})),
            Some(Kind::Lasting)
        );
        assert_eq!(
            of(json!({"promptFeedback": {"blockReason": "SAFETY"}})),
            Some(Kind::Refused)
        );
        assert_eq!(of(json!({"error": null, "choices": []})), None);
    }
}
