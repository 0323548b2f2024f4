"use strict";
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const root = document.documentElement;
  // Colours of the theme, resolved: a canvas knows no light-dark().
  const probe = document.body.appendChild(document.createElement("i"));
  probe.hidden = true;
  const themed = (name) => { probe.style.color = `var(${name})`; return getComputedStyle(probe).color; };

  function setUpTheme(changed) {
    const box = $("#theme");
    box.hidden = false;
    $(`input[value="${root.dataset.theme || "auto"}"]`, box).checked = true;
    box.addEventListener("change", (event) => {
      const theme = event.target.value;
      if (theme === "auto") delete root.dataset.theme; else root.dataset.theme = theme;
      try { localStorage.setItem("sweep-theme", theme); } catch { /* kept for this visit only */ }
      changed();
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
  }

  // Tables: a number if the cell starts with one, with its unit of time; else its text.
  const units = { s: 1, min: 60, h: 3600 };
  function valueOf(text) {
    const match = /^[<+]?\s*([−-]?[\d.]+)\s*(s|min|h)?/.exec(text);
    if (!match) return text === "–" || text === "" ? null : text.toLowerCase();
    return Number(match[1].replace("−", "-")) * (units[match[2]] || 1);
  }
  function compare(a, b) {
    if (typeof a === typeof b) return a < b ? -1 : a > b ? 1 : 0;
    return typeof a === "number" ? -1 : 1;
  }
  function sortBy(table, column, descending) {
    const rows = [...table.tBodies[0].rows].map((row) => [valueOf(row.cells[column].textContent.trim()), row]);
    rows.sort(([a], [b]) => {
      if (a === null || b === null) return (a === null) - (b === null); // unknown last, either way
      return descending ? compare(b, a) : compare(a, b);
    });
    table.tBodies[0].append(...rows.map(([, row]) => row));
  }

  // A filter is words that all must occur, or comparisons like test>60.
  function condition(word, heads) {
    const match = /^([^<>=]+)(<=|>=|<|>|=)(.+)$/.exec(word);
    const column = match ? heads.indexOf(match[1]) : -1;
    if (column < 0) return (row) => row.textContent.toLowerCase().includes(word);
    const want = valueOf(match[3]);
    const holds = {
      "=": (c) => c === 0, "<": (c) => c < 0, ">": (c) => c > 0, "<=": (c) => c <= 0, ">=": (c) => c >= 0,
    }[match[2]];
    return (row) => {
      const value = valueOf(row.cells[column].textContent.trim());
      return value !== null && typeof value === typeof want && holds(compare(value, want));
    };
  }
  function setUpTable(table) {
    const heads = all("thead th", table).map((th) => th.textContent.toLowerCase());
    const limit = Number(table.dataset.shown) || Infinity;
    const input = $(`[data-filter="${table.id}"]`);
    const output = $(`[data-count="${table.id}"]`);
    let everything = false;
    const more = document.createElement("button");
    more.type = "button";
    more.className = "more";
    more.addEventListener("click", () => { everything = true; show(); });
    table.parentElement.after(more);

    function show() {
      const conditions = input.value.toLowerCase().split(/\s+/).filter(Boolean).map((word) => condition(word, heads));
      const rows = [...table.tBodies[0].rows];
      let matching = 0;
      for (const row of rows) {
        const matches = conditions.every((holds) => holds(row));
        matching += matches;
        row.hidden = !matches || (!everything && matching > limit);
      }
      output.textContent = conditions.length ? `${matching} of ${rows.length}` : "";
      more.hidden = everything || matching <= limit;
      more.textContent = `Show all ${matching} rows`;
    }
    all("thead th", table).forEach((th, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...th.childNodes);
      th.append(button);
      button.addEventListener("click", () => {
        const descending = th.getAttribute("aria-sort") === "ascending";
        all("th[aria-sort]", table).forEach((other) => other.removeAttribute("aria-sort"));
        th.setAttribute("aria-sort", descending ? "descending" : "ascending");
        sortBy(table, column, descending);
        show();
      });
    });
    input.closest(".tools").hidden = false;
    input.addEventListener("input", show);
    show();
  }

  // Confusion: the names behind a cell, beside the matrix.
  function setUpConfusion() {
    const panel = $("#behind");
    if (!panel) return;
    $(".confusion").addEventListener("click", (event) => {
      const link = event.target.closest("a");
      if (!link) return;
      event.preventDefault();
      all(".confusion a[aria-current]").forEach((other) => other.removeAttribute("aria-current"));
      link.setAttribute("aria-current", "true");
      const names = document.getElementById(link.hash.slice(1)).cloneNode(true);
      names.removeAttribute("id");
      panel.replaceChildren(names);
    });
  }
  addEventListener("hashchange", () => {
    const target = document.getElementById(location.hash.slice(1));
    if (target?.closest("#misread")) $("#misread").open = true;
  });

  // Curves.
  function setUpCurves() {
    const source = document.getElementById("data");
    if (!source) return () => {};
    const { lines, metrics } = JSON.parse(source.textContent);
    const on = lines.map(() => true);
    const plot = $("#plot");
    let current = 0;
    let chart = null;
    $("#chart").hidden = false;

    const format = (v) => (v == null ? "" : v.toPrecision(4));
    const shade = (hex) => `${hex}29`;
    const thousands = (v) => (Math.abs(v) >= 1e6 ? `${v / 1e6}M` : Math.abs(v) >= 1e3 ? `${v / 1e3}k` : `${v}`);

    // Each line is three series, its mean and the edges of its band, so that line i's mean is series 3i+1.
    function build() {
      const metric = metrics[current];
      const data = [metric.steps];
      const series = [{}];
      const bands = [];
      metric.bands.forEach((band, i) => {
        const { color: stroke, dashed } = lines[i];
        const edge = { show: on[i], width: 0, points: { show: false }, spanGaps: true };
        data.push(band.mean, band.high || [], band.low || []);
        series.push({ show: on[i], stroke, width: 2, dash: dashed ? [8, 5] : undefined, points: { show: false }, spanGaps: true }, { ...edge }, { ...edge });
        if (band.low) bands.push({ series: [3 * i + 2, 3 * i + 3], fill: shade(stroke) });
      });
      data.forEach((column, i) => { if (column.length === 0) data[i] = metric.steps.map(() => null); });
      const axis = (label, size, values) => ({
        label, size, values, labelSize: 20, labelGap: 2, font: "12px sans-serif", labelFont: "13px sans-serif",
        stroke: () => themed("--muted"), grid: { stroke: () => themed("--rule"), width: 1 }, ticks: { show: false },
      });
      chart?.destroy();
      chart = new uPlot({
        width: plot.clientWidth, height: height(), series, bands,
        legend: { show: false },
        scales: { x: { time: false } },
        axes: [axis("Iterations", 30, (_, ticks) => ticks.map(thousands)), axis(metric.axis, 52)],
        cursor: { points: { size: 7, fill: (_, i) => lines[Math.floor((i - 1) / 3)].color, show: (u, i) => (i % 3 === 1 ? pointOf(lines[(i - 1) / 3].color) : undefined) } },
        hooks: { setCursor: [read] },
      }, data, plot);
      read(chart);
    }
    function pointOf(fill) {
      const dot = document.createElement("div");
      dot.style.background = fill;
      return dot;
    }
    const height = () => Math.round(Math.min(460, Math.max(280, plot.clientWidth * 0.55)));

    function read(u) {
      const index = u.cursor.idx;
      $("#at").textContent = index == null ? "" : `after ${u.data[0][index].toLocaleString("en")} iterations`;
      all("#lines .value").forEach((value, i) => {
        value.textContent = index == null ? "" : format(near(u.data[3 * i + 1], index));
      });
    }
    // A line that reports more rarely is read where it last did.
    function near(values, index) {
      while (index >= 0 && values[index] == null) index--;
      return index < 0 ? null : values[index];
    }

    function toggle(i, shown) {
      on[i] = shown;
      $(`#lines li:nth-child(${i + 1}) input`).checked = shown;
      for (let s = 3 * i + 1; s <= 3 * i + 3; s++) chart.setSeries(s, { show: shown });
    }
    lines.forEach((line, i) => {
      const item = document.createElement("li");
      const label = item.appendChild(document.createElement("label"));
      const box = label.appendChild(document.createElement("input"));
      box.type = "checkbox";
      box.checked = true;
      box.addEventListener("change", () => toggle(i, box.checked));
      label.append(sample(line));
      for (const [name, text] of [["name", line.label], ["value", ""]]) {
        const span = label.appendChild(document.createElement("span"));
        span.className = name;
        span.textContent = text;
        span.title = text;
      }
      $("#lines").append(item);
    });
    function sample(line) {
      const ns = "http://www.w3.org/2000/svg";
      const svg = document.createElementNS(ns, "svg");
      const stroke = svg.appendChild(document.createElementNS(ns, "line"));
      svg.setAttribute("viewBox", "0 0 26 8");
      svg.setAttribute("aria-hidden", "true");
      const attributes = { x1: 0, x2: 26, y1: 4, y2: 4, stroke: line.color, "stroke-width": 3 };
      if (line.dashed) attributes["stroke-dasharray"] = "6 4";
      for (const [name, value] of Object.entries(attributes)) stroke.setAttribute(name, value);
      return svg;
    }
    metrics.forEach((metric, i) => {
      const label = $("#metric").appendChild(document.createElement("label"));
      const radio = label.appendChild(document.createElement("input"));
      Object.assign(radio, { type: "radio", name: "metric", checked: i === 0 });
      label.appendChild(document.createElement("span")).textContent = metric.label;
      radio.addEventListener("change", () => { current = i; build(); });
    });
    $("#all").addEventListener("click", () => lines.forEach((_, i) => toggle(i, true)));
    $("#none").addEventListener("click", () => lines.forEach((_, i) => toggle(i, false)));
    $("#zoomout").addEventListener("click", () => chart.setData(chart.data));
    plot.addEventListener("keydown", (event) => {
      const move = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!move) return;
      event.preventDefault();
      const steps = chart.data[0];
      const index = Math.min(steps.length - 1, Math.max(0, (chart.cursor.idx ?? (move > 0 ? -1 : steps.length)) + move));
      chart.setCursor({ left: chart.valToPos(steps[index], "x"), top: 0 });
    });
    new ResizeObserver(() => {
      if (plot.clientWidth !== chart.width) chart.setSize({ width: plot.clientWidth, height: height() });
    }).observe(plot);
    build();
    return () => chart.redraw(false, true);
  }

  setUpTheme(setUpCurves());
  all("table.sortable").forEach(setUpTable);
  setUpConfusion();
})();
