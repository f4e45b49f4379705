//! Options of `eval` from a TOML file: each key is the long name of one.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::{Arg, ArgAction, Command};
use serde_json::{Map, Value as Json, json};
use toml::Value;

const OPTION: &str = "--config";
const EVAL: &str = "eval";
/// Options that make no sense in a file.
const NOT_IN_A_FILE: [&str; 4] = ["config", "config-schema", "help", "version"];

/// The command line with what a file named by `eval --config` says put before what stands there,
/// but for the options that stand there themselves.
pub(super) fn expand(command: &Command, args: Vec<OsString>) -> anyhow::Result<Vec<OsString>> {
    let Some(eval) = args.iter().position(|arg| arg == EVAL) else {
        return Ok(args);
    };
    let Some(file) = named(&args[eval..]) else {
        return Ok(args);
    };
    let command = command
        .find_subcommand(EVAL)
        .context("find the options of eval")?;
    let said = from_file(command, &file, &args[eval..])
        .with_context(|| format!("read the configuration {}", file.display()))?;
    let (before, after) = args.split_at(eval + 1);
    let mut all = before.to_vec();
    all.extend(said.into_iter().map(OsString::from));
    all.extend_from_slice(after);
    Ok(all)
}

/// The file that is named.
fn named(args: &[OsString]) -> Option<PathBuf> {
    let mut rest = args.iter();
    while let Some(arg) = rest.next() {
        if arg == OPTION {
            return rest.next().map(PathBuf::from);
        }
        let text = arg.to_str().unwrap_or_default();
        if let Some(path) = text.strip_prefix("--config=") {
            return Some(path.into());
        }
    }
    None
}

fn options(command: &Command) -> impl Iterator<Item = (&str, &Arg)> {
    let named = |arg: &'_ Arg| {
        arg.get_long()
            .is_some_and(|long| !NOT_IN_A_FILE.contains(&long))
    };
    command
        .get_arguments()
        .filter(move |arg| named(arg))
        .filter_map(|arg| Some((arg.get_long()?, arg)))
}

fn from_file(command: &Command, file: &Path, given: &[OsString]) -> anyhow::Result<Vec<String>> {
    let text = std::fs::read_to_string(file)?;
    let table: toml::Table = text.parse()?;
    let is_given = |name: &str| {
        let (option, with) = (format!("--{name}"), format!("--{name}="));
        given.iter().any(|arg| {
            let text = arg.to_str().unwrap_or_default();
            text == option || text.starts_with(&with)
        })
    };
    let mut said = Vec::new();
    for (key, value) in &table {
        let name = key.replace('_', "-");
        let Some((_, option)) = options(command).find(|(long, _)| *long == name) else {
            let all = options(command).map(|(long, _)| long);
            let near = all.max_by(|one, other| {
                let near = |long: &str| strsim::jaro_winkler(long, &name);
                near(one).total_cmp(&near(other))
            });
            bail!(
                "there is no option {key}; did you mean {}? `autoexp eval --config-schema` has all",
                near.unwrap_or_default()
            );
        };
        if is_given(&name) {
            continue;
        }
        let option_name = format!("--{name}");
        let values = values(key, value)?;
        match option.get_action() {
            ArgAction::SetTrue => match value {
                Value::Boolean(true) => said.push(option_name),
                Value::Boolean(false) => {}
                _ => bail!("{key} is true or false"),
            },
            ArgAction::Append => {
                for value in values {
                    said.push(format!("{option_name}={value}"));
                }
            }
            _ => said.push(format!("{option_name}={}", values.join(","))),
        }
    }
    Ok(said)
}

fn values(key: &str, value: &Value) -> anyhow::Result<Vec<String>> {
    Ok(match value {
        Value::String(text) => vec![text.clone()],
        Value::Integer(number) => vec![number.to_string()],
        Value::Float(number) => vec![number.to_string()],
        Value::Boolean(holds) => vec![holds.to_string()],
        Value::Array(items) => {
            let mut all = Vec::new();
            for item in items {
                match item {
                    Value::Array(_) => bail!("{key} is a list of lists"),
                    item => all.extend(values(key, item)?),
                }
            }
            all
        }
        Value::Table(_) | Value::Datetime(_) => {
            bail!("{key} is a text, a number, true, false, or a list of these")
        }
    })
}

/// A JSON Schema of such a file.
pub(super) fn schema(command: &Command) -> Json {
    let one = json!({"type": ["string", "number"]});
    let properties: Map<String, Json> = options(command)
        .map(|(long, option)| {
            let help = option.get_help().map(ToString::to_string);
            let mut described = match option.get_action() {
                ArgAction::SetTrue => json!({"type": "boolean"}),
                _ => {
                    let names: Vec<String> = option
                        .get_possible_values()
                        .iter()
                        .map(|value| value.get_name().to_owned())
                        .collect();
                    let item = match names.is_empty() {
                        true => one.clone(),
                        false => json!({"enum": names}),
                    };
                    json!({"anyOf": [item, {"type": "array", "items": item}]})
                }
            };
            described["description"] = json!(help);
            let defaults = option.get_default_values().iter();
            let defaults: Vec<_> = defaults.filter_map(|value| value.to_str()).collect();
            match defaults.as_slice() {
                [] => {}
                [one] => described["default"] = json!(one),
                many => described["default"] = json!(many),
            }
            (long.to_owned(), described)
        })
        .collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Options of `autoexp eval`",
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
    })
}
