//! A report's page as a browser shows it.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::support::Dir;
use crate::{paper, peer};

const CHROMIUM: &str = "AUTOEXP_PEER_CHROMIUM";
/// A folder to put pictures of the page into, for people.
const PICTURES: &str = "AUTOEXP_PICTURES";

/// Figures that a sweep with several attempts and models has.
const FIGURES: [&str; 9] = [
    "verified-over-n",
    "passed-over-n",
    "heat-map",
    "pass-at-k",
    "fuel",
    "steps",
    "between-models",
    "failures-0",
    "failures-2",
];

fn page() -> (Dir, PathBuf) {
    let dir = Dir::new();
    paper::lay(&dir);
    let audit = ["task", "audit", "tiny", "--mutants", "40", "--write"];
    dir.autoexp(audit).run().code(0);
    let eval = [
        "eval",
        "--out",
        "run",
        "--n",
        "0..2",
        "--attempts",
        "8",
        "--model",
        "oracle",
        "--model",
        "nop",
        "--model",
        "sim:0.6",
        "--model",
        "sim:0.9",
    ];
    dir.autoexp(eval).run().code(0);
    let page = dir.path("run/report.html");
    (dir, page)
}

/// Each figure's id, size, marks, and whether all of it has a colour.
const DRAWN: &str = r#"[...document.querySelectorAll("figure")].map((figure) => {
  const svg = figure.querySelector(".drawing svg");
  const box = svg.getBoundingClientRect();
  const marks = [...svg.querySelectorAll("circle, rect, polygon, polyline, path, line")];
  const shown = marks.filter((it) => { const b = it.getBBox(); return b.width + b.height > 0; });
  const themed = marks.filter((it) => /var\(|currentColor/.test(it.getAttribute("fill") + it.getAttribute("stroke")));
  return {
    id: figure.id, width: box.width, height: box.height, shown: shown.length, themed: themed.length,
    texts: svg.querySelectorAll("text").length, wrong: svg.textContent.includes("not drawn"),
    alt: figure.querySelector(".drawing").getAttribute("aria-label").length,
    stood: svg.outerHTML.match(/#A0C/i) !== null,
  };
})"#;

/// The least contrast of a text with what is behind it, by WCAG 2, and the text.
const CONTRAST: &str = r#"(() => {
  const parse = (it) => it.match(/[\d.]+/g).map(Number);
  const light = (it) => { const [r, g, b] = parse(it).map((c) => { c /= 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; }); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const behind = (it) => { for (; it; it = it.parentElement) { const c = getComputedStyle(it).backgroundColor; const [, , , a] = parse(c); if (a === undefined || a > 0) return c; } return "rgb(255, 255, 255)"; };
  let least = [21, ""];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const it = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || ["SCRIPT", "STYLE", "NOSCRIPT", "OPTION"].includes(it.tagName) || it.closest("svg") || !it.checkVisibility()) continue;
    const [a, b] = [light(getComputedStyle(it).color), light(behind(it))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < least[0]) least = [ratio, walk.currentNode.data.trim().slice(0, 40)];
  }
  return least;
})()"#;

fn column(browser: &mut Browser, head: &str) -> Vec<Value> {
    let found = browser.evaluate(&format!(
        r#"(() => {{
          const table = document.getElementById("all-trials");
          const at = [...table.tHead.rows[0].cells].findIndex((it) => it.textContent === "{head}");
          return [...table.tBodies[0].rows].map((row) => row.cells[at].textContent);
        }})()"#
    ));
    found.as_array().unwrap().clone()
}

fn numbers(column: Vec<Value>) -> Vec<f64> {
    let number = |it: &Value| it.as_str().unwrap().replace(',', "").parse().unwrap();
    column.iter().map(number).collect()
}

fn click(browser: &mut Browser, head: &str) {
    browser.evaluate(&format!(
        r##"[...document.querySelectorAll("#all-trials th button")].find((it) => it.textContent === "{head}").click()"##
    ));
}

#[test]
fn every_figure_is_drawn_and_tables_sort_and_filter() {
    let Some(chromium) = peer(CHROMIUM) else {
        return;
    };
    let (_dir, page) = page();
    let mut browser = Browser::start(chromium);
    for (width, scheme) in [
        (1400, "light"),
        (1400, "dark"),
        (375, "light"),
        (375, "dark"),
    ] {
        browser.show(width, 900, scheme);
        browser.open(&page);
        let drawn = browser.evaluate(DRAWN);
        let drawn = drawn.as_array().unwrap();
        for id in FIGURES {
            assert!(drawn.iter().any(|it| it["id"] == id), "no figure {id}");
        }
        for figure in drawn {
            let wide = figure["width"].as_f64().unwrap() > 200.0
                && figure["height"].as_f64().unwrap() > 50.0;
            let full = figure["shown"].as_u64() > Some(2) && figure["texts"].as_u64() > Some(2);
            assert!(
                wide && full && figure["alt"].as_u64() > Some(20),
                "{width}: {figure}"
            );
            assert!(figure["themed"].as_u64() > Some(0), "{figure}");
            assert_eq!(
                (&figure["wrong"], &figure["stood"]),
                (&json!(false), &json!(false)),
                "{figure}"
            );
        }
        let overflow = browser.evaluate("document.documentElement.scrollWidth - window.innerWidth");
        assert!(
            overflow.as_f64().unwrap() <= 0.0,
            "{width} pixels: {overflow} too many"
        );
        let contrast = browser.evaluate(CONTRAST);
        assert!(contrast[0].as_f64().unwrap() >= 4.5, "{scheme}: {contrast}");
        if let Some(folder) = std::env::var_os(PICTURES) {
            let picture = browser.picture();
            std::fs::write(
                PathBuf::from(folder).join(format!("{width}-{scheme}.b64")),
                picture,
            )
            .unwrap();
        }
    }

    let levels = browser.evaluate("[...document.querySelectorAll('h1, h2, h3, h4')].filter((it) => it.checkVisibility()).map((it) => Number(it.tagName[1]))");
    let levels: Vec<i64> = levels
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it.as_i64().unwrap())
        .collect();
    assert_eq!(levels.iter().filter(|level| **level == 1).count(), 1);
    assert!(
        levels.windows(2).all(|pair| pair[1] <= pair[0] + 1),
        "a level is left out: {levels:?}"
    );

    // Four models, eight attempts, 1 + 2 + 1 tasks; a page of a hundred at first.
    let count =
        |browser: &mut Browser| browser.evaluate("document.getElementById('count').textContent");
    assert_eq!(count(&mut browser), "128 of 128 trials");
    assert_eq!(column(&mut browser, "model").len(), 100);
    browser.evaluate("document.getElementById('more').click()");
    assert_eq!(column(&mut browser, "model").len(), 128);

    click(&mut browser, "fuel");
    let up = numbers(column(&mut browser, "fuel"));
    assert!(
        up.windows(2).all(|pair| pair[0] <= pair[1]) && up[0] < up[99],
        "{up:?}"
    );
    click(&mut browser, "fuel");
    let down = numbers(column(&mut browser, "fuel"));
    assert!(down.windows(2).all(|pair| pair[0] >= pair[1]), "{down:?}");
    let sorted = browser
        .evaluate("document.querySelector('#all-trials th[aria-sort]').getAttribute('aria-sort')");
    assert_eq!(sorted, "descending");

    let choose = |browser: &mut Browser, id: &str, label: &str| {
        browser.evaluate(&format!(
            r#"(() => {{
              const select = document.getElementById("{id}");
              select.value = [...select.options].find((it) => it.textContent === "{label}").value;
              select.dispatchEvent(new Event("change"));
            }})()"#
        ));
    };
    choose(&mut browser, "filter-series", "sim:0.9");
    assert_eq!(count(&mut browser), "32 of 128 trials");
    choose(&mut browser, "filter-n", "2");
    assert_eq!(count(&mut browser), "8 of 128 trials");
    assert!(
        column(&mut browser, "model")
            .iter()
            .all(|it| it == "sim:0.9")
    );
    assert!(column(&mut browser, "n").iter().all(|it| it == "2"));
    choose(&mut browser, "filter-series", "all");
    choose(&mut browser, "filter-n", "all");
    choose(&mut browser, "filter-outcome", "no answer");
    let failed = column(&mut browser, "verified");
    assert!(failed.len() >= 24 && failed.iter().all(|it| it == "no answer"));
    choose(&mut browser, "filter-outcome", "all");
    browser.evaluate("(() => { const it = document.getElementById('filter-text'); it.value = 'ORACLE tiny_0,1'; it.dispatchEvent(new Event('input')); })()");
    assert_eq!(count(&mut browser), "8 of 128 trials");

    // The tables of models sort by what stands behind a cell.
    let rates = browser.evaluate(
        r##"(() => {
          const table = document.querySelector("#models table.sortable");
          table.tHead.rows[0].cells[1].querySelector("button").click();
          return [...table.tBodies[0].rows].map((row) => row.cells[0].textContent);
        })()"##,
    );
    assert_eq!(rates, json!(["nop", "sim:0.6", "sim:0.9", "oracle"]));

    // From the table to a trial, which opens with its steps and what it changed.
    let opened = browser.evaluate(
        r##"new Promise((done) => {
          window.addEventListener("hashchange", () => setTimeout(() => {
            const look = document.querySelector("details.look[open]");
            done([look.querySelectorAll(".steps > li").length, look.querySelectorAll(".diff .add").length]);
          }));
          document.querySelector("#all-trials a").click();
        })"##,
    );
    assert!(
        opened[0].as_u64() > Some(1) && opened[1].as_u64() > Some(0),
        "{opened}"
    );

    // Everything is in the one file.
    assert!(
        browser
            .requests
            .iter()
            .all(|it| it.starts_with("file://") && it.ends_with("/report.html")),
        "{:?}",
        browser.requests
    );
    assert!(browser.troubles.is_empty(), "{:?}", browser.troubles);
}
