//! Series beside each other: what they cost, how they compare, which tasks they solve.

use std::collections::{BTreeMap, BTreeSet};

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::canvas::{
    Axis, GRID, HEAT, MARKS, SIZE, TEXT, TEXT_SIZE, chart, draw, mark, text_style, whisker,
};
use super::{Figure, Key, percent};
use crate::report::analysis::Analysis;
use crate::report::compare::Comparison;
use crate::report::series::Series;
use crate::units;

/// More rows than this aren't readable: tasks are taken together by paper and n.
const MOST_ROWS: usize = 48;

fn key(series: usize, label: &str) -> Key {
    Key {
        label: label.to_owned(),
        colour: series % super::COLOURS,
        mark: MARKS[series % MARKS.len()],
    }
}

/// Dollars of a trial against the share of verified ones.
pub fn against_cost(all: &[Analysis]) -> Option<Figure> {
    against(
        "cost",
        "dollars a trial",
        all,
        |it| it.mean_cost_usd,
        &|dollars| format!("${dollars:.3}"),
    )
}

/// Tokens of a trial, likewise.
pub fn against_tokens(all: &[Analysis]) -> Option<Figure> {
    let short = |tokens: f64| units::format_fuel_short(tokens as u64);
    against("tokens", "tokens a trial", all, |it| it.mean_tokens, &short)
}

fn against(
    id: &str,
    what: &str,
    all: &[Analysis],
    of: fn(&Analysis) -> Option<f64>,
    format: &dyn Fn(f64) -> String,
) -> Option<Figure> {
    let known: Vec<_> = all
        .iter()
        .enumerate()
        .filter_map(|(series, it)| Some((series, it, of(it)?, it.verified?)))
        .collect();
    let most = known
        .iter()
        .map(|(_, _, spent, _)| *spent)
        .fold(0.0, f64::max);
    if most <= 0.0 {
        return None;
    }
    let svg = draw(SIZE, |area| {
        let x = Axis {
            label: what,
            range: 0.0..most * 1.1,
            ticks: 5,
            format: &|value| format(*value),
        };
        let y = Axis {
            label: "verified",
            range: -0.03..1.03,
            ticks: 6,
            format: &|share| percent(*share),
        };
        let mut chart = chart(area, &x, &y)?;
        for (series, _, spent, verified) in &known {
            let interval = verified.interval;
            whisker(
                &mut chart,
                [(*spent, interval.low), (*spent, interval.high)],
                *series,
            )?;
            mark(&mut chart, (*spent, verified.rate), *series)?;
        }
        Ok(())
    });
    let rows: Vec<Vec<String>> = known
        .iter()
        .map(|(_, it, spent, verified)| {
            let solved = it
                .cost_per_verified_usd
                .map_or_else(|| "–".to_owned(), |cost| format!("${cost:.3}"));
            vec![
                it.label.clone(),
                format(*spent),
                percent(verified.rate),
                solved,
            ]
        })
        .collect();
    let told = rows
        .iter()
        .map(|row| format!("{}: {} at {}", row[0], row[2], row[1]));
    Some(Figure {
        id: format!("against-{id}"),
        title: format!("Verified against {what}"),
        alt: format!(
            "Share of verified trials against {what}. {}",
            told.collect::<Vec<_>>().join("; ")
        ),
        note: "Over all trials with functions masked; lines are 95 % intervals.".to_owned(),
        keys: known
            .iter()
            .map(|(series, it, _, _)| key(*series, &it.label))
            .collect(),
        svg,
        heads: ["series", what, "verified", "dollars a verified trial"]
            .map(str::to_owned)
            .to_vec(),
        rows,
    })
}

/// Paired differences with their intervals, one below the other.
pub fn differences(id: &str, title: &str, all: &[&Comparison]) -> Option<Figure> {
    if all.is_empty() {
        return None;
    }
    const ROW: i32 = 34;
    const LEFT: f64 = 12.0;
    let height = ROW * all.len() as i32 + 40;
    let width = f64::from(SIZE.0);
    let reach = all
        .iter()
        .flat_map(|it| [it.paired.interval.low.abs(), it.paired.interval.high.abs()])
        .fold(0.1, f64::max);
    // To the next ten points.
    let reach = (reach * 10.0).ceil() / 10.0;
    let x = |difference: f64| {
        (LEFT + (difference / reach + 1.0) / 2.0 * (width - 2.0 * LEFT)).round() as i32
    };
    let svg = draw((SIZE.0, height as u32), |area| {
        let bottom = height - 26;
        let vertical = |at: i32| PathElement::new(vec![(at, 4), (at, bottom)], GRID);
        area.draw(&vertical(x(0.0)))?;
        for (row, comparison) in all.iter().enumerate() {
            let y = ROW * row as i32;
            let paired = &comparison.paired;
            let label = text_style(&TEXT);
            area.draw(&Text::new(comparison.label(), (LEFT as i32, y + 2), label))?;
            let line = y + 24;
            let style = super::canvas::colour(row).stroke_width(2);
            let ends = vec![
                (x(paired.interval.low), line),
                (x(paired.interval.high), line),
            ];
            area.draw(&PathElement::new(ends, style))?;
            area.draw(&Circle::new(
                (x(paired.difference), line),
                4,
                super::canvas::colour(row).filled(),
            ))?;
        }
        let centred = |h| text_style(&TEXT).pos(Pos::new(h, VPos::Top));
        let points = |share: f64| match share {
            0.0 => "0".to_owned(),
            share => format!("{:+.0} points", share * 100.0),
        };
        let ends = [
            (-reach, HPos::Left),
            (0.0, HPos::Center),
            (reach, HPos::Right),
        ];
        for (share, position) in ends {
            area.draw(&Text::new(
                points(share),
                (x(share), bottom + 6),
                centred(position),
            ))?;
        }
        Ok(())
    });
    let rows: Vec<Vec<String>> = all.iter().map(|it| it.row()).collect();
    let told = all.iter().map(|it| it.told());
    Some(Figure {
        id: id.to_owned(),
        title: title.to_owned(),
        alt: told.collect::<Vec<_>>().join("; "),
        note: "Points more of the second than of the first, on the same tasks and attempts; lines are 95 % intervals."
            .to_owned(),
        keys: Vec::new(),
        svg,
        heads: Comparison::HEADS.map(str::to_owned).to_vec(),
        rows,
    })
}

/// Which tasks each series solves.
pub fn heat_map(all: &[Series<'_>]) -> Option<Figure> {
    type Counts = BTreeMap<(usize, String), BTreeMap<usize, (usize, usize)>>;
    let count = |by_task: bool| -> Counts {
        let mut counts = Counts::new();
        for (series, trials) in all.iter().enumerate() {
            for trial in &trials.trials {
                let row = match by_task {
                    true => trial.task.to_string(),
                    false => format!("{}, n = {}", trial.paper, trial.n),
                };
                let cell = counts
                    .entry((trial.n, row))
                    .or_default()
                    .entry(series)
                    .or_default();
                cell.0 += usize::from(trial.verified == Some(true));
                cell.1 += 1;
            }
        }
        counts
    };
    let tasks = count(true);
    let (counts, what) = match tasks.len() > MOST_ROWS {
        true => (count(false), "papers and n"),
        false => (tasks, "tasks"),
    };
    if counts.is_empty() {
        return None;
    }
    const ROW: i32 = 22;
    const LEFT: i32 = 200;
    let columns = all.len() as i32;
    let cell = ((SIZE.0 as i32 - LEFT) / columns).clamp(34, 64);
    let (width, height) = (LEFT + cell * columns, ROW * (counts.len() as i32 + 1));
    let letter = |series: usize| char::from(b'A' + (series % 26) as u8).to_string();
    let svg = draw((width as u32, height as u32 + 4), |area| {
        let centred = text_style(&TEXT).pos(Pos::new(HPos::Center, VPos::Center));
        for series in 0..all.len() {
            let at = (LEFT + cell * series as i32 + cell / 2, ROW / 2);
            area.draw(&Text::new(letter(series), at, centred.clone()))?;
        }
        for (row, ((_, name), cells)) in counts.iter().enumerate() {
            let y = ROW * (row as i32 + 1);
            let right = text_style(&TEXT).pos(Pos::new(HPos::Right, VPos::Center));
            area.draw(&Text::new(clip(name), (LEFT - 8, y + ROW / 2), right))?;
            for (series, (solved, of)) in cells {
                let x = LEFT + cell * *series as i32;
                let ends = [(x + 1, y + 1), (x + cell - 1, y + ROW - 1)];
                let share = *solved as f64 / *of as f64;
                area.draw(&Rectangle::new(ends, HEAT.mix(0.6 * share).filled()))?;
                area.draw(&Rectangle::new(ends, GRID.stroke_width(1)))?;
                let at = (x + cell / 2, y + ROW / 2);
                area.draw(&Text::new(format!("{solved}/{of}"), at, centred.clone()))?;
            }
        }
        Ok(())
    });
    let papers: BTreeSet<&str> = all
        .iter()
        .flat_map(|it| &it.trials)
        .map(|it| &*it.paper)
        .collect();
    let rows = counts.iter().flat_map(|((_, name), cells)| {
        cells.iter().map(move |(series, (solved, of))| {
            vec![
                name.clone(),
                all[*series].label.clone(),
                format!("{solved}/{of}"),
            ]
        })
    });
    let key = |(series, it): (usize, &Series)| Key {
        label: format!("{}: {}", letter(series), it.label),
        colour: 0,
        mark: "none",
    };
    Some(Figure {
        id: "heat-map".to_owned(),
        title: "Verified by task and model".to_owned(),
        alt: format!(
            "Verified trials of {} series at {} {what} of {} papers; the table below has the numbers",
            all.len(),
            counts.len(),
            papers.len()
        ),
        note: format!("Verified trials of all, by {what}; the darker, the more."),
        keys: all.iter().enumerate().map(key).collect(),
        svg,
        heads: [what, "series", "verified"].map(str::to_owned).to_vec(),
        rows: rows.collect(),
    })
}

/// A name that fits beside the map.
fn clip(name: &str) -> String {
    let most = (200 / (TEXT_SIZE as usize / 2)).saturating_sub(2);
    match name.chars().count() > most {
        true => name.chars().take(most - 1).chain(['…']).collect(),
        false => name.to_owned(),
    }
}
