//! The plan of an agent that plans before it acts.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Called, Environment, Refused, Tool, arguments, said, spec};
use crate::model::ToolSpec;

/// The tool's name.
pub(in crate::agent) const WRITE_PLAN: &str = "write_plan";

/// Bytes of a plan: all of it is shown with each request.
const PLAN_MAX: usize = 10_000;

pub(super) struct WritePlan;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    plan: String,
}

impl Tool for WritePlan {
    fn spec(&self) -> ToolSpec {
        spec(
            WRITE_PLAN,
            "Write down your plan, or a better one in its place: numbered steps, with what is done \
             and what is left. You are shown it all the time.",
            json!({"plan": {"type": "string", "description": "The whole plan."}}),
            &["plan"],
        )
    }

    fn call(&self, given: &Value, environment: &mut Environment<'_>) -> Result<Called, Refused> {
        let Arguments { plan } = arguments(given)?;
        match plan.trim().len() {
            0 => Err(Refused::Invalid("the plan is empty".to_owned())),
            1..=PLAN_MAX => {
                environment.plan = Some(plan.trim().to_owned());
                Ok(said("The plan is kept."))
            }
            length => Err(Refused::Mistake(format!(
                "the plan has {length} bytes, and may have {PLAN_MAX}; nothing was kept. Say less"
            ))),
        }
    }
}
