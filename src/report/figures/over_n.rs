//! What is over the number of masked functions.

use std::collections::BTreeSet;

use plotters::prelude::*;

use super::canvas::{Area, Axis, Drawn, MARKS, SIZE, chart, colour, draw, line, mark, whisker};
use super::{Figure, Key, percent};
use crate::report::analysis::{Analysis, AtN, Estimate, Quartiles};
use crate::report::series::is_instrument;
use crate::report::upstream::Published;
use crate::units;

/// Room beside the first and the last n.
const ASIDE: f64 = 0.4;
/// The colour of what was published elsewhere: the last, which is grey.
const ELSEWHERE: usize = super::COLOURS - 1;
/// How far series' points are from each other, so that their intervals don't cover each other.
const APART: f64 = 0.07;

type Point = (f64, f64, Option<(f64, f64)>);

/// A series' points: n, a value, and an interval where there is one.
struct Points {
    series: usize,
    points: Vec<Point>,
    dashed: bool,
}

fn whole(n: &f64) -> String {
    match (n - n.round()).abs() < 1e-9 {
        true => format!("{n:.0}"),
        false => String::new(),
    }
}

fn keys(all: &[Analysis]) -> Vec<Key> {
    let keys = all.iter().enumerate().map(|(series, analysis)| Key {
        label: analysis.label.clone(),
        colour: series % super::COLOURS,
        mark: MARKS[series % MARKS.len()],
    });
    keys.collect()
}

fn ns(all: &[Analysis]) -> BTreeSet<usize> {
    all.iter().flat_map(|it| &it.by_n).map(|at| at.n).collect()
}

fn plot(area: &Area<'_>, all: &[Points], ns: &BTreeSet<usize>, y: &Axis<'_>) -> Drawn {
    let (first, last) = (
        ns.first().copied().unwrap_or(0),
        ns.last().copied().unwrap_or(0),
    );
    let x = Axis {
        label: "functions masked (n)",
        range: first as f64 - ASIDE..last as f64 + ASIDE,
        ticks: (last - first + 1) * 2,
        format: &whole,
    };
    let mut chart = chart(area, &x, y)?;
    let solid = all.iter().filter(|it| !it.dashed).count();
    for (
        place,
        Points {
            series,
            points,
            dashed,
        },
    ) in all.iter().enumerate()
    {
        let aside = match dashed {
            true => 0.0,
            false => (place as f64 - (solid as f64 - 1.0) / 2.0) * APART,
        };
        let moved = points.iter().map(|(n, value, _)| (n + aside, *value));
        if points.len() > 1 {
            line(&mut chart, moved.clone().collect(), *series, *dashed)?;
        }
        for (n, _, interval) in points {
            if let Some((low, high)) = interval {
                whisker(&mut chart, [(n + aside, *low), (n + aside, *high)], *series)?;
            }
        }
        if !dashed {
            for at in moved {
                mark(&mut chart, at, *series)?;
            }
        }
    }
    Ok(())
}

fn share_axis(label: &str) -> Axis<'_> {
    Axis {
        label,
        range: -0.03..1.03,
        ticks: 6,
        format: &|share| percent(*share),
    }
}

fn rates(all: &[Analysis], of: fn(&AtN) -> Option<Estimate>) -> Vec<Points> {
    let points = |analysis: &Analysis| {
        let points = analysis.by_n.iter().filter_map(|at| {
            let found = of(at)?;
            Some((
                at.n as f64,
                found.rate,
                Some((found.interval.low, found.interval.high)),
            ))
        });
        points.collect::<Vec<_>>()
    };
    let all = all.iter().enumerate().map(|(series, analysis)| Points {
        series,
        points: points(analysis),
        dashed: false,
    });
    all.collect()
}

/// The rows behind a curve of rates.
fn rate_rows(all: &[Analysis], of: fn(&AtN) -> Option<Estimate>) -> Vec<Vec<String>> {
    let rows = all.iter().flat_map(|analysis| {
        analysis.by_n.iter().filter_map(move |at| {
            let found = of(at)?;
            let interval =
                |it: crate::stats::Interval| format!("{} – {}", percent(it.low), percent(it.high));
            Some(vec![
                analysis.label.clone(),
                at.n.to_string(),
                format!("{}/{}", found.right, found.all),
                percent(found.rate),
                interval(found.wilson),
                found.clustered.map_or_else(|| "–".to_owned(), interval),
                at.independence
                    .as_ref()
                    .map_or_else(|| "–".to_owned(), |it| percent(it.baseline)),
            ])
        })
    });
    rows.collect()
}

fn rate_heads(what: &str) -> Vec<String> {
    let heads = [
        "series",
        "n",
        "trials",
        what,
        "Wilson",
        "by papers",
        "if independent",
    ];
    heads.map(str::to_owned).to_vec()
}

/// Rates over n in words.
fn told(all: &[Analysis], of: fn(&AtN) -> Option<Estimate>) -> String {
    let series = all.iter().map(|analysis| {
        let rates = analysis
            .by_n
            .iter()
            .filter_map(|at| Some((at.n, of(at)?.rate)));
        let rates = rates.map(|(n, rate)| format!("{} at n = {n}", percent(rate)));
        format!(
            "{}: {}",
            analysis.label,
            rates.collect::<Vec<_>>().join(", ")
        )
    });
    series.collect::<Vec<_>>().join("; ")
}

/// The share of verified trials over n, with what independence would give; and, on request, what was
/// published of other tasks.
pub fn verified_over_n(all: &[Analysis], published: &[Published]) -> Figure {
    let mut points = rates(all, |at| at.verified);
    let mut keys = keys(all);
    let minds = |analysis: &Analysis| !is_instrument(&analysis.model);
    for (series, analysis) in all.iter().enumerate().filter(|(_, it)| minds(it)) {
        let expected = analysis.by_n.iter().filter_map(|at| {
            let found = at.independence.as_ref()?;
            let interval = found.baseline_interval.map(|it| (it.low, it.high));
            Some((at.n as f64, found.baseline, interval))
        });
        let expected: Vec<_> = expected.collect();
        if expected.is_empty() {
            continue;
        }
        // From n = 1, where both are one.
        let alone = analysis
            .by_n
            .iter()
            .find(|at| at.n == 1)
            .and_then(|at| at.verified);
        let alone = alone.map(|it| (1.0, it.rate, None));
        points.push(Points {
            series,
            points: alone.into_iter().chain(expected).collect(),
            dashed: true,
        });
    }
    let mut note =
        "Marks are means over tasks; lines through them are 95 % intervals, the wider of \
                    Wilson's and of drawn papers."
            .to_owned();
    if points.iter().any(|it| it.dashed) {
        note += " Dashed in a series' colour: what would come if its functions, each as it was measured \
                 alone, were independent.";
    }
    let mut ns = ns(all);
    for published in published {
        points.push(Points {
            series: ELSEWHERE,
            points: published
                .rates()
                .map(|(n, rate)| (n as f64, rate, None))
                .collect(),
            dashed: true,
        });
        ns.extend(published.rates().map(|(n, _)| n));
    }
    if !published.is_empty() {
        let models: Vec<&str> = published.iter().map(|it| it.model).collect();
        keys.push(Key {
            label: format!(
                "{} on AutoExperiment's own tasks: not comparable",
                models.join(", ")
            ),
            colour: ELSEWHERE,
            mark: "dashes",
        });
    }
    let mut rows = rate_rows(all, |at| at.verified);
    for published in published {
        rows.extend(published.rates().map(|(n, rate)| {
            let mut row = vec![
                format!("{} (published, other tasks)", published.model),
                n.to_string(),
            ];
            row.extend(["–".to_owned(), percent(rate)]);
            row.extend(["–"; 3].map(str::to_owned));
            row
        }));
    }
    Figure {
        id: "verified-over-n".to_owned(),
        title: "Verified over the number of masked functions".to_owned(),
        alt: format!("Share of verified trials. {}", told(all, |at| at.verified)),
        note,
        keys,
        svg: draw(SIZE, |area| {
            plot(area, &points, &ns, &share_axis("verified"))
        }),
        heads: rate_heads("verified"),
        rows,
    }
}

/// The share of trials whose numbers pass over n, whether or not anything backs them.
pub fn passed_over_n(all: &[Analysis]) -> Figure {
    let points = rates(all, |at| at.pass);
    Figure {
        id: "passed-over-n".to_owned(),
        title: "Right numbers over the number of masked functions".to_owned(),
        alt: format!(
            "Share of trials whose reported numbers are right. {}",
            told(all, |at| at.pass)
        ),
        note: "Every reported number is within tolerance. What is above the verified rate is \
               numbers that the code doesn't back."
            .to_owned(),
        keys: keys(all),
        svg: draw(SIZE, |area| {
            plot(area, &points, &ns(all), &share_axis("right numbers"))
        }),
        heads: rate_heads("right numbers"),
        rows: rate_rows(all, |at| at.pass),
    }
}

/// pass@k and pass^k over k, for the smallest n with several attempts.
pub fn repeated(all: &[Analysis]) -> Option<Figure> {
    let n = all
        .iter()
        .flat_map(|it| &it.by_n)
        .filter(|at| at.n > 0 && at.pass_at.len() > 1)
        .map(|at| at.n)
        .min()?;
    let at = |analysis: &Analysis| analysis.by_n.iter().find(|at| at.n == n).cloned();
    let mut points = Vec::new();
    let mut rows = Vec::new();
    let mut last = 1;
    for (series, analysis) in all.iter().enumerate() {
        let Some(at) = at(analysis).filter(|at| at.pass_at.len() > 1) else {
            continue;
        };
        last = last.max(at.pass_at.len());
        for dashed in [false, true] {
            let value =
                |it: &crate::report::analysis::Repeated| if dashed { it.all } else { it.any };
            points.push(Points {
                series,
                points: at
                    .pass_at
                    .iter()
                    .map(|it| (it.k as f64, value(it), None))
                    .collect(),
                dashed,
            });
        }
        rows.extend(at.pass_at.iter().map(|it| {
            vec![
                analysis.label.clone(),
                it.k.to_string(),
                percent(it.any),
                percent(it.all),
            ]
        }));
    }
    let ks: BTreeSet<usize> = (1..=last).collect();
    let svg = draw(SIZE, |area| {
        let x = Axis {
            label: "attempts (k)",
            range: 1.0 - ASIDE..last as f64 + ASIDE,
            ticks: last * 2,
            format: &whole,
        };
        let mut chart = chart(area, &x, &share_axis("verified"))?;
        for Points {
            series,
            points,
            dashed,
        } in &points
        {
            let points: Vec<(f64, f64)> = points.iter().map(|(k, value, _)| (*k, *value)).collect();
            line(&mut chart, points.clone(), *series, *dashed)?;
            if !dashed {
                points
                    .into_iter()
                    .try_for_each(|at| mark(&mut chart, at, *series))?;
            }
        }
        Ok(())
    });
    let told = rows
        .iter()
        .filter(|row| row[1] == ks.last().unwrap_or(&1).to_string());
    let told = told.map(|row| {
        format!(
            "{}: {} of tasks in one of {}, {} in all",
            row[0], row[2], row[1], row[3]
        )
    });
    Some(Figure {
        id: "pass-at-k".to_owned(),
        title: format!("pass@k and pass^k at n = {n}"),
        alt: format!(
            "Share of tasks solved in k attempts. {}",
            told.collect::<Vec<_>>().join("; ")
        ),
        note: "Solid, pass@k: one of k attempts is verified. Dashed, pass^k: all are.".to_owned(),
        keys: keys(all),
        svg,
        heads: ["series", "k", "pass@k", "pass^k"]
            .map(str::to_owned)
            .to_vec(),
        rows,
    })
}

/// Why trials aren't verified, by n: a figure for each series, with the same colours.
pub fn failures(all: &[Analysis]) -> Vec<Figure> {
    let names = all.iter().flat_map(|it| &it.by_n);
    let names: BTreeSet<&str> = names.flat_map(|at| at.failures.keys().copied()).collect();
    let classes: Vec<&str> = names.into_iter().collect();
    let figures = all.iter().enumerate();
    figures
        .filter_map(|(place, it)| failures_of(place, it, &classes))
        .collect()
}

fn failures_of(place: usize, analysis: &Analysis, classes: &[&str]) -> Option<Figure> {
    let fails = |class: &str| {
        analysis
            .by_n
            .iter()
            .any(|at| at.failures.contains_key(class))
    };
    if !classes.iter().any(|class| fails(class)) {
        return None;
    }
    let ns: BTreeSet<usize> = analysis.by_n.iter().map(|at| at.n).collect();
    let (first, last) = (*ns.first()?, *ns.last()?);
    let svg = draw((SIZE.0, 220), |area| {
        let x = Axis {
            label: "functions masked (n)",
            range: first as f64 - 0.6..last as f64 + 0.6,
            ticks: (last - first + 1) * 2,
            format: &whole,
        };
        let y = Axis {
            range: 0.0..1.0,
            ..share_axis("of trials")
        };
        let mut chart = chart(area, &x, &y)?;
        for at in &analysis.by_n {
            let mut base = 0.0;
            for (class, name) in classes.iter().enumerate() {
                let share = *at.failures.get(name).unwrap_or(&0) as f64 / at.trials as f64;
                if share > 0.0 {
                    let n = at.n as f64;
                    let ends = [(n - 0.35, base), (n + 0.35, base + share)];
                    chart.draw_series([Rectangle::new(ends, colour(class).filled())])?;
                    base += share;
                }
            }
        }
        Ok(())
    });
    let shown = classes.iter().enumerate().filter(|(_, name)| fails(name));
    let keys = shown.map(|(class, name)| Key {
        label: (*name).to_owned(),
        colour: class % super::COLOURS,
        mark: "block",
    });
    let rows: Vec<Vec<String>> = analysis
        .by_n
        .iter()
        .flat_map(|at| {
            at.failures.iter().map(|(name, count)| {
                vec![
                    at.n.to_string(),
                    (*name).to_owned(),
                    format!("{count}/{}", at.trials),
                ]
            })
        })
        .collect();
    let told: Vec<String> = rows
        .iter()
        .map(|row| format!("n = {}: {} {}", row[0], row[1], row[2]))
        .collect();
    Some(Figure {
        id: format!("failures-{place}"),
        title: format!("Why trials of {} aren't verified", analysis.label),
        alt: format!("Failure classes by n. {}", told.join("; ")),
        note: String::new(),
        keys: keys.collect(),
        svg,
        heads: ["n", "failure", "trials"].map(str::to_owned).to_vec(),
        rows,
    })
}

/// What solved tasks took: fuel, or steps.
pub fn solved(
    id: &str,
    what: &str,
    all: &[Analysis],
    of: fn(&AtN) -> Option<Quartiles>,
    format: &dyn Fn(f64) -> String,
) -> Option<Figure> {
    let mut points = Vec::new();
    let mut rows = Vec::new();
    let mut most = 0.0_f64;
    for (series, analysis) in all.iter().enumerate() {
        let mut of_series = Vec::new();
        for at in &analysis.by_n {
            let Some(found) = of(at) else { continue };
            most = most.max(found.high);
            of_series.push((at.n as f64, found.median, Some((found.low, found.high))));
            let values = [found.low, found.median, found.high].map(format);
            rows.push(
                [
                    vec![analysis.label.clone(), at.n.to_string()],
                    values.to_vec(),
                ]
                .concat(),
            );
        }
        points.push(Points {
            series,
            points: of_series,
            dashed: false,
        });
    }
    if rows.is_empty() || most <= 0.0 {
        return None;
    }
    let y = Axis {
        label: what,
        range: 0.0..most * 1.08,
        ticks: 6,
        format: &|value| format(*value),
    };
    let told = rows
        .iter()
        .map(|row| format!("{} at n = {}: {}", row[0], row[1], row[3]));
    Some(Figure {
        id: id.to_owned(),
        title: format!("{} of solved tasks", capital(what)),
        alt: format!("Medians of {what} of verified trials. {}", told.collect::<Vec<_>>().join("; ")),
        note: "Marks are medians of verified trials, lines through them from the first to the third quartile."
            .to_owned(),
        keys: keys(all),
        svg: draw(SIZE, |area| plot(area, &points, &ns(all), &y)),
        heads: ["series", "n", "first quartile", "median", "third quartile"].map(str::to_owned).to_vec(),
        rows,
    })
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(characters).collect()
}

/// Fuel in a few characters.
pub fn short_fuel(fuel: f64) -> String {
    units::format_fuel_short(fuel as u64)
}
