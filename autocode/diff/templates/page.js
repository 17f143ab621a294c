"use strict";
(() => {
  const stops = [...document.querySelectorAll(".disagreement")];
  if (!stops.length) return;
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let at = -1;

  const bar = document.createElement("nav");
  bar.className = "steps";
  bar.setAttribute("aria-label", "Disagreements");
  const where = document.createElement("span");
  where.setAttribute("aria-live", "polite");
  const button = (text, label, by) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.setAttribute("aria-label", label);
    made.addEventListener("click", () => go(by));
    return made;
  };
  const tell = () => {
    where.textContent = (at < 0 ? "–" : at + 1) + " of " + stops.length + " disagreements";
  };

  function go(by) {
    at = at < 0 ? (by > 0 ? 0 : stops.length - 1) : (at + by + stops.length) % stops.length;
    const stop = stops[at];
    for (const old of document.querySelectorAll(".current")) old.classList.remove("current");
    stop.classList.add("current");
    if (stop.dataset.place) {
      const same = 'mark[data-place="' + stop.dataset.place + '"]';
      for (const mark of document.querySelectorAll(same)) mark.classList.add("current");
    }
    // The passage comes first in reading, so the page stops there.
    const mark = document.getElementById("mark-" + stop.dataset.place);
    const fold = mark && mark.closest("details");
    if (fold) fold.open = true;
    stop.focus({ preventScroll: true });
    (mark || stop).scrollIntoView({ block: "center", behavior: calm.matches ? "auto" : "smooth" });
    tell();
  }

  bar.append(button("k ↑", "Previous disagreement", -1), where, button("j ↓", "Next disagreement", 1));
  document.body.append(bar);
  tell();

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "j") go(1);
    if (event.key === "k") go(-1);
  });
  // A link into a folded passage unfolds it.
  addEventListener("hashchange", () => {
    const target = document.getElementById(location.hash.slice(1));
    const fold = target && target.closest("details");
    if (fold) fold.open = true;
  });
})();
