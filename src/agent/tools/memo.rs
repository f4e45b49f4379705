//! What an agent writes down for itself, apart from the repository.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Called, Environment, Refused, Tool, arguments, said, spec};
use crate::model::ToolSpec;

/// Bytes of a memo: all of it is shown.
const MEMO_MAX: usize = 20_000;

pub(super) struct WriteMemo;
pub(super) struct RetrieveMemo;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WriteArguments {
    memo: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NoArguments {}

impl Tool for WriteMemo {
    fn spec(&self) -> ToolSpec {
        spec(
            "write_memo",
            "Add to your memo, which lasts while your early steps may be forgotten.",
            json!({"memo": {"type": "string", "description": "What to add."}}),
            &["memo"],
        )
    }

    fn call(&self, given: &Value, environment: &mut Environment<'_>) -> Result<Called, Refused> {
        let WriteArguments { memo } = arguments(given)?;
        let kept = &mut environment.memo;
        if kept.len() + memo.len() + 1 > MEMO_MAX {
            return Err(Refused::Mistake(format!(
                "the memo would be longer than {MEMO_MAX} bytes; it has {}. Write less, or a file",
                kept.len()
            )));
        }
        kept.push_str(memo.trim_end());
        kept.push('\n');
        Ok(said(format!("The memo has {} bytes now.", kept.len())))
    }
}

impl Tool for RetrieveMemo {
    fn spec(&self) -> ToolSpec {
        spec("retrieve_memo", "Read your memo.", json!({}), &[])
    }

    fn call(&self, given: &Value, environment: &mut Environment<'_>) -> Result<Called, Refused> {
        let NoArguments {} = arguments(given)?;
        Ok(said(match environment.memo.as_str() {
            "" => "[empty]",
            memo => memo,
        }))
    }
}
