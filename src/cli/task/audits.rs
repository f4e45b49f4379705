//! Audits for people.

use std::io::Write;

use comfy_table::{Table, presets};

use crate::check::{Audit, MutantRecord, Tighter};

pub(super) fn show_audits(out: &mut impl Write, audits: &[Audit]) -> std::io::Result<()> {
    let percent = |rate: f64| format!("{:.1} %", rate * 100.0);
    for audit in audits {
        writeln!(
            out,
            "{}: false-pass rates (seed {})\n",
            audit.paper, audit.seed
        )?;
        let mut table = Table::new();
        let heads = ["function", "mutants", "equivalent", "false passes", "rate"];
        table.load_style(presets::NOTHING).set_header(heads);
        for function in &audit.functions {
            table.add_row([
                function.name.clone(),
                format!("{} of {}", function.tried, function.made),
                function.equivalent.len().to_string(),
                function.survivors.len().to_string(),
                percent(function.false_pass_rate),
            ]);
        }
        writeln!(out, "{}\n", table.trim_fmt())?;
        for function in &audit.functions {
            for (what, mutants) in [
                ("survives", &function.survivors),
                ("is equivalent", &function.equivalent),
            ] {
                for mutant in mutants {
                    let name = &function.name;
                    let MutantRecord {
                        operator,
                        line,
                        before,
                        after,
                        distance,
                        tighter,
                    } = mutant;
                    write!(out, "{name}, line {line}, {operator}: {what}")?;
                    match tighter {
                        Some(Tighter { metric, below }) => writeln!(
                            out,
                            ", {distance:.2} tolerances off; {metric} would tell it with an rtol \
                             below {below:.2e}"
                        )?,
                        None => writeln!(out)?,
                    }
                    for (mark, text) in [("-", before), ("+", after)] {
                        for line in text.lines() {
                            writeln!(out, "    {mark} {line}")?;
                        }
                    }
                }
            }
        }
        writeln!(
            out,
            "\n{}: mean {}, worst {}\n",
            audit.paper,
            percent(audit.false_pass_rate),
            percent(audit.worst_rate)
        )?;
    }
    Ok(())
}
