"use strict";
// Search, filters, links and the theme. The page has everything without this: it only hides, opens and marks what is there.
// It writes text and attributes, never markup, so nothing that an API sent can become more than text.
(() => {
  const root = document.documentElement;
  const THEMES = ["system", "light", "dark"];
  const FIELDS = ["q", "s", "a", "g"];
  // classes of rows, as the page writes them
  const LETTERS = {
    verified: "v", violated: "x", unwitnessed: "u", inconclusive: "i", observed: "o",
    documented: "d", exemplified: "e", silent: "s",
  };
  const recall = (name) => { try { return localStorage.getItem(name); } catch { return null; } };
  const keep = (name, value) => { try { localStorage.setItem(name, value); } catch { /* not kept, then */ } };
  const dress = (theme) => {
    if (theme === "system") root.removeAttribute("data-theme"); else root.setAttribute("data-theme", theme);
  };
  let theme = THEMES.includes(recall("assay-theme")) ? recall("assay-theme") : "system";
  dress(theme); // before anything is painted

  document.addEventListener("DOMContentLoaded", () => {
    const get = (id) => document.getElementById(id);
    const tools = get("tools"), found = get("f-found"), button = get("theme");
    const input = Object.fromEntries(FIELDS.map((name) => [name, get(`f-${name}`)]));
    const label = () => { button.textContent = `Theme: ${theme}`; };
    button.addEventListener("click", () => {
      theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
      keep("assay-theme", theme);
      dress(theme);
      label();
    });
    label();
    tools.hidden = false;

    // what can be filtered; texts are gathered when somebody first searches
    const items = [...document.querySelectorAll(".f:not(.unit)")];
    const units = [...document.querySelectorAll(".unit")];
    const parts = [...document.querySelectorAll("[data-part]")];
    const sections = [...document.querySelectorAll("main > section")].filter((one) => one.querySelector(".f"));
    const texts = new WeakMap();
    const text = (element) => {
      if (!texts.has(element)) texts.set(element, `${element.textContent} ${element.dataset.q ?? ""}`.toLowerCase());
      return texts.get(element);
    };
    // lines of clauses that are told in text: a search leaves some of them
    const wholes = new WeakMap();
    const whole = (element) => {
      if (!wholes.has(element)) wholes.set(element, element.textContent);
      return wholes.get(element);
    };
    const fits = (element, wanted) =>
      (!wanted.a || element.dataset.a === wanted.a) &&
      (!wanted.s || element.dataset.s === undefined || element.dataset.s.split(" ").includes(wanted.s)) &&
      (!wanted.g || element.dataset.g === undefined || element.dataset.g === wanted.g);
    const says = (element, words) => words.every((word) => text(element).includes(word));
    const opened = new Set(); // by a search, to be closed with it

    const filter = () => {
      const wanted = Object.fromEntries(FIELDS.map((name) => [name, input[name].value.trim()]));
      const words = wanted.q.toLowerCase().split(/\s+/).filter(Boolean);
      const active = FIELDS.some((name) => wanted[name]);
      for (const element of items) element.hidden = active && !(fits(element, wanted) && says(element, words));
      let clauses = 0;
      const matching = [];
      for (const unit of units) {
        let shown = 0;
        if (!active) {
          for (const row of unit.querySelectorAll("tr[hidden], .kept[hidden]")) row.hidden = false;
          const kept = unit.querySelector(".kept");
          if (kept && wholes.has(kept)) kept.textContent = wholes.get(kept);
        } else if (fits(unit, { ...wanted, g: "" }) && says(unit, words)) {
          const head = text(unit.firstElementChild);
          const rest = words.filter((word) => !head.includes(word));
          const kept = unit.querySelector(".kept");
          if (kept) {
            const fit = (!wanted.s || wanted.s === "verified") && !wanted.g;
            const told = (line) => rest.every((word) => line.toLowerCase().includes(word));
            const lines = whole(kept).split("\n").filter((line) => fit && told(line));
            kept.textContent = lines.join("\n");
            kept.hidden = !lines.length;
            shown += lines.length;
          }
          for (const row of unit.querySelectorAll("tbody tr")) {
            row.hidden = (wanted.s && !row.classList.contains(LETTERS[wanted.s])) ||
              (wanted.g && !row.classList.contains(LETTERS[wanted.g])) || !says(row, rest);
            if (!row.hidden) shown += 1;
          }
        }
        unit.hidden = active && !shown;
        clauses += shown;
        if (shown) matching.push(unit);
      }
      for (const part of parts) {
        const some = active && part.querySelector(".f:not([hidden])");
        part.hidden = active && !some;
      }
      for (const section of sections) section.hidden = active && !section.querySelector(".f:not([hidden])");
      for (const element of opened) element.open = false;
      opened.clear();
      if (active && clauses <= 200) {
        for (const element of [...matching, ...parts.filter((part) => !part.hidden)]) {
          if (!element.open) { element.open = true; opened.add(element); }
        }
      }
      const violations = items.filter((element) => !element.hidden && element.classList.contains("violation")).length;
      found.textContent = active ? `${clauses} clauses and ${violations} violations match.` : "";
      const told = FIELDS.filter((name) => wanted[name]).map((name) => `${name}=${encodeURIComponent(wanted[name])}`);
      const hash = told.length ? `#?${told.join("&")}` : location.hash.startsWith("#?") ? "#" : location.hash;
      if (hash !== location.hash) history.replaceState(null, "", hash || "#");
    };

    const apply = (query) => {
      const told = new URLSearchParams(query);
      for (const name of FIELDS) input[name].value = told.get(name) ?? "";
      filter();
    };
    const clear = () => { for (const name of FIELDS) input[name].value = ""; filter(); };

    // a link opens what it leads to, and shows it even where a filter hides it
    const follow = () => {
      if (location.hash.startsWith("#?")) { apply(location.hash.slice(2)); return; }
      let target = null;
      try { target = get(decodeURIComponent(location.hash.slice(1))); } catch { /* no place on this page */ }
      if (!target) return;
      if (target.closest("[hidden]")) clear();
      for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
      // what lies above is measured only when it is near: then again, when it has been
      target.scrollIntoView();
      requestAnimationFrame(() => requestAnimationFrame(() => target.scrollIntoView()));
    };

    let waiting = 0;
    tools.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(filter, 120); });
    tools.addEventListener("submit", (event) => { event.preventDefault(); filter(); });
    tools.addEventListener("reset", (event) => { event.preventDefault(); clear(); input.q.focus(); });
    document.addEventListener("click", (event) => {
      const link = event.target instanceof Element ? event.target.closest("a[data-filter]") : null;
      if (link) apply(link.dataset.filter);
    });
    addEventListener("hashchange", follow);
    if (location.hash) follow();
  });
})();
