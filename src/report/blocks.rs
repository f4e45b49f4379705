//! A small plot for a terminal.

use std::collections::BTreeSet;

use super::Report;

const BLOCKS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const HEIGHT: usize = 4;
/// Columns of a bar, between bars, and between plots.
const WIDE: usize = 2;
const GAP: usize = 1;
const BETWEEN: usize = 2;
/// Columns of all that are side by side.
const ACROSS: usize = 80;

/// Each series' verified rate over n, as bars: as many side by side as fit.
pub fn blocks(report: &Report<'_>) -> String {
    let mut plots = Vec::new();
    for analysis in &report.analyses {
        let ns: BTreeSet<usize> = analysis.by_n.iter().map(|at| at.n).collect();
        let bars: Vec<(usize, Option<f64>)> = analysis
            .by_n
            .iter()
            .map(|at| (at.n, at.verified.map(|it| it.rate)))
            .collect();
        if ns.is_empty() {
            continue;
        }
        plots.push(plot(&analysis.label, &bars));
    }
    let mut text = String::new();
    let width = |plot: &Vec<String>| plot.first().map_or(0, |line| line.chars().count());
    let mut left = &plots[..];
    while !left.is_empty() {
        let mut taken = 0;
        let fits = left.iter().take_while(|plot| {
            taken += width(plot) + BETWEEN;
            taken <= ACROSS + BETWEEN
        });
        let (row, rest) = left.split_at(fits.count().max(1));
        left = rest;
        let lines = row.iter().map(Vec::len).max().unwrap_or(0);
        for line in 0..lines {
            let cells: Vec<&str> = row.iter().map(|plot| plot[line].as_str()).collect();
            text += cells.join(&" ".repeat(BETWEEN)).trim_end();
            text.push('\n');
        }
        text.push('\n');
    }
    text
}

/// Lines of one width: the bars from above, the axis, the series' name.
fn plot(label: &str, bars: &[(usize, Option<f64>)]) -> Vec<String> {
    let width = (bars.len() * (WIDE + GAP) - GAP).max(label.chars().count().min(24)) + 1;
    let mut lines = Vec::new();
    for row in (0..HEIGHT).rev() {
        let mut line = String::from("│");
        for (place, (_, rate)) in bars.iter().enumerate() {
            if place > 0 {
                line.extend([' '; GAP]);
            }
            let eighths = (rate.unwrap_or(0.0) * (HEIGHT * 8) as f64).round() as usize;
            let block = BLOCKS[eighths.saturating_sub(row * 8).min(8)];
            line.extend([block; WIDE]);
        }
        lines.push(line);
    }
    let mut axis = String::from("└");
    axis.extend(vec!['─'; width - 1]);
    lines.push(axis);
    let mut numbers = String::from(" ");
    for (n, _) in bars {
        numbers += &format!("{n:^WIDE$}{:GAP$}", "");
    }
    lines.push(numbers.trim_end().to_owned());
    lines.push(format!(
        " {}",
        label.chars().take(width - 1).collect::<String>()
    ));
    for line in &mut lines {
        let missing = width.saturating_sub(line.chars().count());
        line.extend(vec![' '; missing]);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_high_as_the_rates() {
        let lines = plot(
            "sim:0.5",
            &[(0, Some(1.0)), (1, Some(0.5)), (2, Some(0.03)), (12, None)],
        );
        assert_eq!(
            lines,
            [
                "│██         ",
                "│██         ",
                "│██ ██      ",
                "│██ ██ ▁▁   ",
                "└───────────",
                " 0  1  2  12",
                " sim:0.5    ",
            ]
        );
    }
}
