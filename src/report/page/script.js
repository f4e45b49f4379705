"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const make = (tag, text) => {
    const element = document.createElement(tag);
    if (text !== undefined) element.textContent = text;
    return element;
  };
  const compare = (a, b) =>
    typeof a === "number" && typeof b === "number" ? a - b
      : String(a).localeCompare(String(b), "en", { numeric: true });
  // What isn't known comes last, whichever way is sorted.
  const order = (a, b, way) => {
    const [noA, noB] = [a, b].map((it) => it === null || it === "" || it === "–");
    return noA || noB ? noA - noB : way * compare(a, b);
  };

  // A heading of a table as a button that sorts by it.
  const sorts = (head, sort) => {
    const button = make("button", head.textContent);
    button.type = "button";
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const way = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
      for (const other of head.parentNode.children) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", way === 1 ? "ascending" : "descending");
      sort(way);
    });
  };

  const value = (cell) => {
    const text = cell.dataset.sort ?? cell.textContent.trim();
    return text !== "" && !Number.isNaN(Number(text)) ? Number(text) : text;
  };
  for (const table of document.querySelectorAll("table.sortable")) {
    const body = table.tBodies[0];
    [...table.tHead.rows[0].cells].forEach((head, column) => sorts(head, (way) => {
      const rows = [...body.rows].map((row) => [value(row.cells[column]), row]);
      rows.sort((a, b) => order(a[0], b[0], way));
      body.append(...rows.map(([, row]) => row));
    }));
  }

  // All trials: rows of values, shown some at a time.
  const PAGE = 100;
  const data = JSON.parse(byId("data").textContent);
  const { heads, numeric, series, rows } = data;
  const at = Object.fromEntries(heads.map((head, column) => [head, column]));
  const table = byId("all-trials");
  let shown = PAGE;
  let found = rows;
  let sorted = null;

  const cell = (row, column) => (column === at.model ? series[row[column]] : row[column]);
  const number = (head, it) => {
    if (it === null) return "–";
    if (head === "cost") return "$" + it.toFixed(4);
    return Number.isInteger(it) ? it.toLocaleString("en") : it.toFixed(1);
  };
  const show = () => {
    const body = document.createDocumentFragment();
    for (const row of found.slice(0, shown)) {
      const line = make("tr");
      heads.forEach((head, column) => {
        const it = cell(row, column);
        const td = make("td");
        if (numeric[column]) td.className = "number";
        if (head === "trial" && byId("trial-" + it)) {
          const link = make("a", it);
          link.href = "#trial-" + it;
          td.append(link);
        } else {
          td.textContent = numeric[column] ? number(head, it) : it ?? "–";
        }
        line.append(td);
      });
      body.append(line);
    }
    table.tBodies[0].replaceChildren(body);
    byId("count").textContent = `${found.length} of ${rows.length} trials`;
    byId("more").hidden = found.length <= shown;
  };
  const filter = () => {
    const words = byId("filter-text").value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = [["model", "filter-series"], ["n", "filter-n"], ["verified", "filter-outcome"]]
      .map(([head, id]) => [at[head], byId(id).value]).filter(([, it]) => it !== "");
    found = rows.filter((row) =>
      wanted.every(([column, it]) => String(row[column]) === it) &&
      (words.length === 0 || (() => {
        const text = heads.map((_, column) => cell(row, column) ?? "").join(" ").toLowerCase();
        return words.every((word) => text.includes(word));
      })()));
    if (sorted) found.sort((a, b) => order(cell(a, sorted.column), cell(b, sorted.column), sorted.way));
    shown = PAGE;
    show();
  };
  heads.forEach((head, column) => {
    const th = make("th", head);
    th.scope = "col";
    table.tHead.rows[0].append(th);
    sorts(th, (way) => { sorted = { column, way }; filter(); });
  });
  const choices = (id, values) => {
    for (const [it, label] of values) byId(id).append(new Option(label, it));
    byId(id).addEventListener("change", filter);
  };
  const different = (column) => [...new Set(rows.map((row) => row[column]))].sort(compare);
  choices("filter-series", series.map((label, place) => [place, label]));
  choices("filter-n", different(at.n).map((it) => [it, it]));
  choices("filter-outcome", different(at.verified).map((it) => [it, it]));
  byId("filter-text").addEventListener("input", filter);
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  byId("more").addEventListener("click", () => { shown += PAGE; show(); });
  byId("filters").hidden = table.hidden = false;
  filter();

  // A link to a trial or a prompt opens it.
  const open = () => {
    let element = location.hash.length > 1 ? byId(decodeURIComponent(location.hash.slice(1))) : null;
    const target = element;
    for (; element; element = element.parentElement) if (element.tagName === "DETAILS") element.open = true;
    target?.scrollIntoView();
  };
  window.addEventListener("hashchange", open);
  open();

  const theme = byId("theme");
  theme.hidden = false;
  theme.addEventListener("click", () => {
    const root = document.documentElement;
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
  });
})();
