//! The papers as a list, and as the page `tasks/README.md`.

use serde::Serialize;

use crate::task::Paper;
use crate::units::format_fuel_short;

#[derive(Serialize)]
pub(super) struct Listed {
    pub id: String,
    pub title: String,
    pub field: String,
    licence: String,
    pub functions: usize,
    pub experiments: usize,
    /// Words of the paper.
    words: usize,
    /// Lines of the functions' bodies.
    lines: usize,
    /// Pairs of functions of which one calls the other; null where that wasn't measured.
    coupling: Option<usize>,
    /// Fuel of each experiment; null where it wasn't measured.
    fuel: Option<Vec<u64>>,
    /// The mean of the functions' false-pass rates, and the largest; null where there was no audit.
    false_pass_rate: Option<f64>,
    worst_rate: Option<f64>,
}

pub(super) fn listed(paper: &Paper) -> anyhow::Result<Listed> {
    let all: Vec<usize> = (0..paper.functions.len()).collect();
    let measured = paper.measured.as_ref().ok();
    let rates: Option<Vec<f64>> = paper.audited()?.map(|audited| {
        let functions = audited.functions.iter();
        functions.map(|function| function.false_pass_rate).collect()
    });
    let rates = rates.as_ref().filter(|rates| !rates.is_empty());
    Ok(Listed {
        id: paper.id.to_string(),
        title: paper.title.clone(),
        field: paper.field.clone(),
        licence: paper.licence.clone(),
        functions: paper.functions.len(),
        experiments: paper.experiments.len(),
        words: paper.words(),
        lines: paper.functions.iter().map(|function| function.lines).sum(),
        coupling: measured.map(|_| paper.coupling(&all)).transpose()?,
        fuel: measured.map(|measured| {
            measured
                .experiments
                .iter()
                .map(|found| found.fuel)
                .collect()
        }),
        false_pass_rate: rates.map(|rates| rates.iter().sum::<f64>() / rates.len() as f64),
        worst_rate: rates.map(|rates| rates.iter().copied().fold(0.0, f64::max)),
    })
}

/// What `tasks/README.md` says.
pub(super) fn page(papers: &[Listed]) -> String {
    let total = |of: &dyn Fn(&Listed) -> usize| papers.iter().map(of).sum::<usize>();
    let fields: std::collections::BTreeSet<&str> =
        papers.iter().map(|paper| &*paper.field).collect();
    let mut page = format!(
        "# The bundled papers\n\n\
         {} papers from {} fields, with {} experiments and {} functions that can be masked. Each is \
         original work of this project; [docs/tasks.md](../docs/tasks.md) has the format.\n\n\
         | paper | field | functions | lines | coupling | experiments | fuel | words | false passes |\n\
         |---|---|--:|--:|--:|--:|---|--:|---|\n",
        papers.len(),
        fields.len(),
        total(&|paper| paper.experiments),
        total(&|paper| paper.functions)
    );
    let unknown = || "not known".to_owned();
    let percent = |rate: f64| format!("{:.1} %", rate * 100.0);
    for paper in papers {
        let fuel = paper.fuel.as_ref().map(|fuel| {
            let each: Vec<String> = fuel.iter().map(|fuel| format_fuel_short(*fuel)).collect();
            each.join(", ")
        });
        let rates = paper.false_pass_rate.zip(paper.worst_rate);
        page += &format!(
            "| `{}`: {} | {} | {} | {} | {} | {} | {} | {} | {} |\n",
            paper.id,
            paper.title,
            paper.field,
            paper.functions,
            paper.lines,
            paper
                .coupling
                .map_or_else(unknown, |pairs| pairs.to_string()),
            paper.experiments,
            fuel.unwrap_or_else(unknown),
            paper.words,
            rates.map_or_else(unknown, |(mean, worst)| format!(
                "{} mean, {} worst",
                percent(mean),
                percent(worst)
            ))
        );
    }
    page + "\nLines are those of the functions' bodies, without blank ones, comments and docstrings. \
            Coupling counts the pairs of functions of which one calls the other. Fuel is each \
            experiment's: a thousand million units are about a second. False passes are the share of \
            wrong versions of a function that get every number right, over the functions \
            (`autoexp task audit`).\n\n\
            This page is what `autoexp task list --markdown` prints.\n"
}
