// The page of a review: the list, the selected passage, decisions, keys.
import * as words from "/words.js";
import { codebook, codesField } from "/codes.js";

const $ = (id) => document.getElementById(id);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const body = document.body, panel = $("panel"), rows = $("rows"), filters = $("filters");
const length = Math.max(Number(body.dataset.length), 1);
const narrow = matchMedia("(max-width: 46rem)"), together = body.dataset.mode === "discussion";
const slider = $("cut"); // only where runs under review have a ranking
let seq = Number(body.dataset.seq), current = null, purpose = null, merging = null, field = null;
// What is under way: keys that come meanwhile are heeded afterwards.
let deciding = Promise.resolve(), arriving = Promise.resolve(), keyed = Promise.resolve();

// What is to be decided.

const row = (id) => $("row-" + id);
const itemOf = (entry) => entry.id.slice(4);
const shown = () => all(".row:not([hidden])", rows);
const open = (entry) => entry.dataset.status === "open";
const stands = (entry) => ["accepted", "edited", "added"].includes(entry.dataset.status);

/** How high passages of each run must stand to be in view (`m1:28 m2:14`), as numbers. */
const numbers = (cut) => Object.fromEntries(cut.split(" ").map((part) => part.split(":")).map(([key, height]) => [key, Number(height)]));
let cuts = slider ? numbers($("threshold").dataset.cut) : {}, moved = null, waiting = 0, sliding = false;

/** Whether a row, a mark or a badge is under the threshold: in no run does it stand high enough. */
const under = ({ dataset }) => slider !== null && "heights" in dataset && !Object.entries(numbers(dataset.heights)).some(([key, height]) => height >= cuts[key]);
const considering = () => filters.elements.status.value === "considered";

/** Show the marks of what is in view; of what is under the threshold only when it is asked for. */
function paint(within = text()) {
  if (!slider) return;
  for (const mark of all("[data-heights]", within)) {
    const low = under(mark);
    if (mark.matches(".badge")) mark.hidden = low && !considering();
    else {
      const look = low ? (mark.dataset.under || (considering() ? "considered" : "plain")) : mark.dataset.look;
      if (mark.className !== look) mark.className = look;
    }
  }
}

/** Count what stands in the list; filter it; draw where the reviewer's own quotes are. */
function tally() {
  const entries = all(".row", rows), given = Object.fromEntries(new FormData(filters));
  const kept = new Map(), any = new Map();
  let proposed = 0, decided = 0, added = 0, seen = 0, path = "", agreed = 0, below = 0;
  for (const entry of entries) {
    const { status, kind, codes, start, end } = entry.dataset, used = codes.split("\n").filter(Boolean);
    const low = under(entry);
    if (slider) entry.classList.toggle("under", low);
    if (kind !== "added" && !low) { proposed += 1; decided += status !== "open"; }
    added += status === "added";
    agreed += "agreed" in entry.dataset && !low;
    below += low;
    for (const code of low ? [] : used) {
      any.set(code, (any.get(code) || 0) + 1);
      if (stands(entry)) kept.set(code, (kept.get(code) || 0) + 1);
    }
    if (stands(entry) && Number(start) >= 0) {
      const width = Math.max(end - start, length / 400);
      path += "M" + start + " 0h" + width + "v10h-" + width + "z";
    }
    const right = considering() ? low : !low && (!given.status || status === given.status || (given.status === "decided" && status !== "open"));
    entry.hidden = !(right && (!given.kind || kind === given.kind) && (!given.code || used.includes(given.code)));
    seen += !entry.hidden;
  }
  const further = added ? ", " + added.toLocaleString("en") + " added" : "";
  $("decided").textContent = proposed
    ? decided.toLocaleString("en") + " of " + proposed.toLocaleString("en") + " decided" + further
    : added.toLocaleString("en") + (added === 1 ? " quote" : " quotes");
  $("share").max = Math.max(proposed, 1);
  $("share").value = decided;
  $("share").hidden = !proposed;
  const there = considering() ? below : entries.length - below;
  $("shown").textContent = seen === there ? seen.toLocaleString("en") : seen.toLocaleString("en") + " of " + there.toLocaleString("en");
  $("empty").hidden = seen > 0;
  $("yours").setAttribute("d", path);
  for (const entry of all("#codebook [data-code]")) {
    const code = entry.dataset.code, count = entry.querySelector(".count");
    count.textContent = kept.get(code) || any.get(code) ? (kept.get(code) || 0) + " of " + (any.get(code) || 0) : "";
  }
  const button = document.querySelector("[data-do=all]");
  button.hidden = !agreed;
  button.textContent = "Accept " + agreed + (together ? " that both agree on" : " that runs agree on");
}

function fillCodes() {
  const select = filters.elements.code, before = select.value;
  const option = (code) => new Option(code.label || code.id, code.id);
  select.replaceChildren(new Option("any code", ""), ...codebook().map(option));
  select.value = before;
  $("parents").replaceChildren(...codebook().map(option));
  const kinds = new Set(codebook().map((code) => code.kind).filter(Boolean));
  $("kinds").replaceChildren(...[...kinds].map((kind) => new Option(kind, kind)));
}

const select = (id, how) => (arriving = fetchItem(id, how));

async function fetchItem(id, { focus = true, scroll = true } = {}) {
  const entry = row(id);
  if (!entry) return;
  if (!merging) stopMarking();
  current = id;
  history.replaceState(null, "", "#row-" + id);
  markCurrent();
  entry.scrollIntoView({ block: "nearest" });
  const badge = $("at-" + id);
  if (scroll && badge) bring(badge);
  const answer = await fetch("/item?id=" + encodeURIComponent(id));
  const html = await answer.text();
  if (current !== id || panel.querySelector(".adding")) return; // something else is under way
  if (answer.ok) fill(html);
  else notice("This passage is not there any more.", answer.status === 404);
  // Whoever has begun to type elsewhere, or to slide, meanwhile goes on there.
  if (focus && !typing(document.activeElement) && document.activeElement !== slider) title()?.focus({ preventScroll: true });
}

const title = () => panel.querySelector("h2");

function markCurrent() {
  for (const old of all(".current")) old.classList.remove("current");
  for (const old of all("[aria-current]", rows)) old.removeAttribute("aria-current");
  if (!current || !row(current)) return;
  row(current).querySelector("a").setAttribute("aria-current", "true");
  $("at-" + current)?.classList.add("current");
  const { start, end } = row(current).dataset;
  for (const mark of all('mark[data-items~="' + CSS.escape(current) + '"]')) {
    if (Number(mark.dataset.s) >= Number(start) && Number(mark.dataset.s) < Number(end)) mark.classList.add("current");
  }
}

function fill(html) {
  panel.innerHTML = html; // the server escapes every word of transcripts and codings
  field = null;
  panel.scrollTop = 0;
}

function step(by, wanted = () => true) {
  const list = shown(), here = current ? list.indexOf(row(current)) : -1;
  let place = here < 0 && current ? nextAfter(list) - (by > 0 ? 1 : 0) : here;
  if (here < 0 && !current) place = by > 0 ? -1 : list.length;
  for (let tried = 0; tried < list.length; tried++) {
    place = (place + by + list.length) % list.length;
    if (wanted(list[place])) return select(itemOf(list[place]));
  }
  say(list.length ? "Nothing is open here." : "The list is empty.");
}

/** Where in the list the current item would stand, if a filter hides it. */
function nextAfter(list) {
  const me = row(current);
  const place = list.findIndex((entry) => me && me.compareDocumentPosition(entry) & Node.DOCUMENT_POSITION_FOLLOWING);
  return place < 0 ? list.length : place;
}

// Deciding.

function say(sentence) { $("spoken").textContent = sentence; }

const silent = "The program does not answer: start `autocode review` again. Every decision shown here as made is on the disk.";

function notice(sentence, again = true) {
  $("notice").hidden = false;
  $("notice").querySelector("span").textContent = sentence;
  $("notice").querySelector("button").hidden = !again;
}

/** Decide, after what is being decided: every decision is about what the one before it left. */
function decide(decision, how) {
  record();
  return (deciding = deciding.catch(() => null).then(() => send(decision, how)));
}

// The threshold: moved here at once, and recorded when it comes to rest.

function record() {
  clearTimeout(waiting);
  const decision = moved;
  moved = null;
  if (decision) deciding = deciding.catch(() => null).then(() => send(decision));
}

function stand({ cut, at, words: told }) {
  cuts = numbers(cut);
  slider.value = at;
  slider.setAttribute("aria-valuetext", told);
  $("marked").textContent = told;
}

function slide() {
  const { cut, keep, words: told } = $("stops").options[slider.value].dataset;
  stand({ cut, at: slider.value, words: told });
  moved = cut === $("threshold").dataset.cut ? null : { kind: "threshold", keep: keep === "run" ? keep : Number(keep) };
  if (!sliding) requestAnimationFrame(() => { sliding = false; refresh(); });
  sliding = true;
}

function refresh() { tally(); paint(); markCurrent(); }

slider?.addEventListener("input", slide);
slider?.addEventListener("change", () => { clearTimeout(waiting); waiting = setTimeout(record, 400); });

async function send(decision, { advance = false } = {}) {
  let answer, told;
  try {
    answer = await fetch("/decide", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ seq, decision }) });
    told = await answer.json();
  } catch {
    notice(silent, false);
    return null;
  }
  if (!answer.ok) {
    notice(told.message, answer.status === 409);
    say(told.message);
    return null;
  }
  $("notice").hidden = true;
  if (told.reload) { location.reload(); return told; }
  body.dataset.seq = seq = told.seq;
  patch(told);
  const names = { accept: "Accepted", reject: "Rejected", undo: "Undone", redo: "Done again", add: "Added", merge: "Merged", split: "Split", comment: "Noted" };
  say((names[told.kind] || "Saved") + ". " + $("decided").textContent + ".");
  if (told.kind === "new_code") return told;
  if (told.threshold) { if (current) select(current, { focus: false, scroll: false }); return told; }
  if (advance) await painted(); // what was decided is seen before the page goes on
  if (advance && shown().some(open)) step(1, open);
  else if (told.items.length && row(told.items[0])) select(told.items[0], { scroll: told.kind !== "comment" });
  else if (!row(current)) { current = null; panel.replaceChildren(); text().focus({ preventScroll: true }); }
  return told;
}

const text = () => $("text");
const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));

function patch(told) {
  // Measured before anything changes: a height asked for in between lays the whole page out anew.
  const turns = Object.entries(told.turns).map(([number, html]) => {
    const old = $("turn-" + number);
    return [old, made(html), old.offsetHeight];
  });
  for (const { id, html, before } of told.rows) {
    row(id)?.remove();
    if (html) rows.insertBefore(made(html), before ? row(before) : null);
  }
  if (told.threshold) {
    $("threshold").dataset.cut = told.threshold.cut;
    stand(told.threshold);
    for (const [side, path] of Object.entries(told.strips)) document.querySelector("#strips path." + side).setAttribute("d", path);
    paint();
  }
  for (const [old, turn, height] of turns) {
    turn.style.containIntrinsicSize = "auto " + height + "px";
    old.replaceWith(turn);
    paint(turn);
  }
  if (told.codebook) { $("codebook").replaceWith(made(told.codebook)); fillCodes(); }
  tally();
  markCurrent();
}

function made(html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  return template.content.firstElementChild;
}

async function define(decision) {
  const before = new Set(codebook().map((code) => code.id));
  const told = await decide(decision);
  return told && codebook().map((code) => code.id).find((id) => !before.has(id));
}

function ask(heading, words, yes) {
  const dialog = $("ask");
  dialog.querySelector("h2").textContent = heading;
  dialog.querySelector("p").textContent = words;
  dialog.querySelector("[value=yes]").textContent = yes;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true }));
}

const acts = {
  accept: (button) => decide({ kind: "accept", item: current, ...(button?.dataset.source && { source: button.dataset.source }) }, { advance: true }),
  reject: () => unfold("reject"),
  open_code: () => unfold("open_code"),
  axial: () => unfold("axial"),
  comment: () => unfold("comment"),
  span: () => mark("span"),
  split: () => mark("split"),
  merge() {
    if (merging && merging !== current) decide({ kind: "merge", items: [merging, current] }).then(stopMarking);
    else { merging = current; chooser("Choose the passage to merge with this one, then press m again", null); }
  },
};

function act(name, button) {
  const article = panel.querySelector("article[data-item]");
  if (!article || article.dataset.item !== current) return;
  if (name === "merge" || panel.querySelector('[data-act="' + name + '"]')) acts[name](button);
}

/** What stands in the coding stays as it is: only a button takes the proposal back. */
const accept = () => (current && row(current) && stands(row(current)) ? step(1, open) : act("accept"));

/** The reasons have numbers while they are shown. */
const reject = (number) => all('form[data-for="reject"]:not([hidden]) [data-reason]', panel)[number - 1]?.click();

function unfold(name) {
  for (const form of all("form[data-for]", panel)) form.hidden = form.dataset.for !== name || !form.hidden;
  const form = panel.querySelector('form[data-for="' + name + '"]');
  if (form.hidden) return title()?.focus();
  if (name === "axial") (field = codesField(form.querySelector(".codes-input"), define)).focus();
  else {
    const input = form.querySelector("input, textarea");
    if (name !== "reject") { input.focus(); input.select(); }
    else form.querySelector("button").focus();
  }
  form.scrollIntoView({ block: "nearest" });
}

panel.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target;
  if (form.querySelector(".codes-input") && !field.settle()) return;
  document.activeElement.blur(); // the next key is a command again
  const value = (name) => form.elements[name].value;
  if (form.dataset.for === "reject") decide({ kind: "reject", item: current, reason: value("reason").trim() }, { advance: true });
  if (form.dataset.for === "open_code") decide({ kind: "open_code", item: current, open_code: value("open_code") });
  if (form.dataset.for === "comment") decide({ kind: "comment", item: current, text: value("text") });
  if (form.dataset.for === "axial") decide({ kind: "axial", item: current, axial: field.codes() });
  if (form.dataset.for === "add") add(value("open_code"));
});

panel.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.dataset.act) act(button.dataset.act, button);
  if (button?.dataset.reason) decide({ kind: "reject", item: current, reason: button.dataset.reason }, { advance: true });
  if (button && "cancelAdding" in button.dataset) stopMarking();
  const link = event.target.closest('a[href^="#row-"]');
  if (link) { event.preventDefault(); select(link.getAttribute("href").slice(5)); }
});

// Categories proposed for the codebook: a decision of the study's, not of this review.

document.querySelector(".book").addEventListener("click", async (event) => {
  const button = event.target.closest("[data-category-act]");
  if (!button) return;
  const item = button.closest("[data-category]").dataset.category, { run } = $("proposed").dataset;
  let answer, told;
  try {
    answer = await fetch("/category", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ run, item, decision: button.dataset.categoryAct }) });
    told = await answer.json();
  } catch { return notice(silent, false); }
  if (!answer.ok) return notice(told.message);
  $("codebook").replaceWith(made(told.codebook));
  $("proposed").replaceWith(made(told.proposed));
  fillCodes();
  tally();
  awaited();
  say(button.getAttribute("aria-label") + ": done.");
  (document.querySelector("[data-category-act]") || document.querySelector(".book summary")).focus();
});

function awaited() {
  const count = Number($("proposed").dataset.count);
  $("waiting").textContent = count ? count + " proposed" : "";
}

// Words: a new quote, a changed passage, the place of a split.

const purposes = {
  add: ["Code these words", startAdding],
  span: ["Make this the passage", () => decide({ kind: "span", item: current, start: words.chosen.start, end: words.chosen.end }).then(stopMarking)],
  split: ["The second part begins here", () => decide({ kind: "split", item: current, at: words.chosen.start }).then(stopMarking)],
};

function mark(what) {
  purpose = what;
  const { start, end } = row(current).dataset;
  if (Number(start) < 0) words.beginAt(topOfScreen());
  else if (what === "split") words.beginAt(Math.floor((Number(start) + Number(end)) / 2));
  else words.choose(Number(start), Number(end));
  words.show();
  text().focus({ preventScroll: true });
}

function topOfScreen() {
  const low = narrow.matches ? 0 : document.querySelector(".top").offsetHeight;
  const turn = all(".turn").find((section) => section.getBoundingClientRect().bottom > low + 40);
  return Number((turn || document.querySelector(".turn")).dataset.start);
}

function chooser(what, label) {
  $("chooser").hidden = what === null;
  $("chooser").querySelector(".what").textContent = what || "";
  const button = $("chooser").querySelector("[data-do=choose]");
  button.hidden = !label;
  button.textContent = label || "";
}

words.onChange((chosen) => {
  if (!chosen) return chooser(null);
  purpose = purpose || "add";
  chooser("“" + words.chosenText() + "”", purposes[purpose][0]);
});

function stopMarking() {
  purpose = merging = null;
  words.leave();
  chooser(null);
  if (panel.querySelector(".adding")) {
    panel.replaceChildren();
    if (current) select(current, { scroll: false });
  }
}

function startAdding() {
  fill($("adding").innerHTML);
  panel.querySelector(".passage").textContent = words.chosenText();
  chooser(null);
  field = codesField(panel.querySelector(".codes-input"), define);
  panel.querySelector("[name=open_code]").focus();
}

function add(name) {
  const { start, end } = words.chosen;
  const ids = field.codes();
  decide({ kind: "add", start, end, open_code: name, axial: ids });
}

text().addEventListener("mouseup", () => setTimeout(() => {
  if (words.takeSelection() && !$("chooser").hidden) say(words.chosenText());
}));

text().addEventListener("click", (event) => {
  if (purpose || !getSelection().isCollapsed) return;
  const badge = event.target.closest("[data-item]"), piece = event.target.closest("mark");
  if (!badge && !piece) return;
  const reachable = (id) => row(id) && (considering() || !under(row(id)));
  const size = (id) => row(id).dataset.end - row(id).dataset.start;
  const ids = badge ? [badge.dataset.item] : piece.dataset.items.split(" ").filter(reachable).sort((a, b) => size(a) - size(b));
  if (!ids.length) return;
  event.preventDefault();
  // The same place again: the next passage that lies there.
  select(ids[(ids.indexOf(current) + 1) % ids.length], { scroll: false });
});

rows.addEventListener("click", (event) => {
  const entry = event.target.closest(".row");
  if (!entry) return;
  event.preventDefault();
  if (merging) { current = itemOf(entry); acts.merge(); } else select(itemOf(entry));
});

// Everything else: tools, filters, search, strips, keys.

const tools = {
  undo: () => decide({ kind: "undo" }),
  redo: () => decide({ kind: "redo" }),
  keys: () => $("keys").showModal(),
  reload: () => location.reload(),
  choose: () => words.chosen && purposes[purpose][1](),
  leave: stopMarking,
  async all() {
    const ids = all(".row[data-agreed]:not(.under)", rows).map(itemOf);
    if (!ids.length) return say("There is nothing open that " + (together ? "both" : "several runs") + " agree on.");
    const count = ids.length === 1 ? "1 open passage" : ids.length + " open passages";
    if (await ask("Accept " + count + "?", (together ? "Both marked the same words and gave them the same codes." : "At least two runs have the same codes there.") + " One undo takes all of them back.", "Accept " + ids.length)) decide({ kind: "accept_all", items: ids });
  },
  async finish() {
    if ("finished" in body.dataset) return decide({ kind: "reopen" });
    const left = all('.row[data-status="open"]:not(.under)', rows).length;
    const rest = left ? (left === 1 ? "1 passage is" : left + " passages are") + " still open and will be left out. " : "";
    if (await ask("Finish this review?", rest + "You can go on later.", "Finish")) decide({ kind: "finish" });
  },
  decided: () => decide({ kind: "threshold", keep: "review" }),
  run: () => decide({ kind: "threshold", keep: "run" }),
  async view() {
    if (await ask("Show what others coded?", "This is put on record: what you decide from then on counts as assisted, not blind.", "Show it")) decide({ kind: "view" });
  },
};

document.addEventListener("click", (event) => {
  const name = event.target.closest("[data-do]")?.dataset.do;
  if (name) tools[name]();
  const code = event.target.closest("[data-filter-code]")?.dataset.filterCode;
  if (code) { filters.elements.code.value = filters.elements.code.value === code ? "" : code; tally(); }
});

filters.addEventListener("change", refresh);
filters.addEventListener("submit", (event) => event.preventDefault());

let hits = [], hit = -1;
$("search").addEventListener("submit", (event) => event.preventDefault());
$("sought").addEventListener("input", () => { hits = []; hit = -1; $("hits").textContent = ""; if (!$("sought").value) words.search(""); });
$("sought").addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  const sought = $("sought").value.trim(), turn = /^\d+$/.test(sought) && $("turn-" + sought);
  if (turn) return turn.scrollIntoView({ block: "start" });
  if (!hits.length) hits = words.search(sought);
  $("hits").textContent = hits.length ? "" : "none";
  if (!hits.length) return;
  hit = (hit + (event.shiftKey ? -1 : 1) + hits.length) % hits.length;
  $("hits").textContent = hit + 1 + "/" + hits.length;
  bringOffset(hits[hit][0]);
});

/** Bring something into the middle of the reading column. */
function bring(target, tries = 3) {
  const low = narrow.matches ? 0 : document.querySelector(".top").offsetHeight;
  const high = narrow.matches ? innerHeight * 0.54 : innerHeight, box = target.getBoundingClientRect();
  // What is near enough stays where it is: the eye does not lose its line.
  if (box.top > low + 40 && box.bottom < high - 120) return;
  scrollBy({ top: box.top - low - (high - low) * 0.3, behavior: "instant" });
  // Turns get their height when they come near the screen: look again.
  if (tries) requestAnimationFrame(() => bring(target, tries - 1));
}

const bringOffset = (offset) => bring(words.rangeOf(offset, offset + 1));

/** Tell the browser about how high a turn will be, so that scrolling is right before it is drawn. */
function measure(turn) {
  const lines = Math.ceil((turn.dataset.end - turn.dataset.start) / (narrow.matches ? 42 : 62));
  turn.style.containIntrinsicSize = "auto " + (lines * 31 + 45) + "px";
}

$("strips").addEventListener("click", (event) => {
  const strip = event.target.closest("svg");
  if (!strip) return;
  const box = strip.getBoundingClientRect();
  bringOffset(Math.min(Math.floor(((event.clientX - box.left) / box.width) * length), length - 1));
});

let drawing = false;
function drawWindow() {
  drawing = false;
  const seen = all(".turn").filter((turn) => { const box = turn.getBoundingClientRect(); return box.bottom > 0 && box.top < innerHeight; });
  if (!seen.length) return;
  const start = Number(seen[0].dataset.start), end = Number(seen.at(-1).dataset.end);
  for (const mark of all(".window")) { mark.setAttribute("x", start); mark.setAttribute("width", end - start); }
}
const redraw = () => { if (!drawing) { drawing = true; requestAnimationFrame(drawWindow); } };
addEventListener("scroll", redraw, { passive: true });
addEventListener("resize", () => { fit(); redraw(); });
const fit = () => document.documentElement.style.setProperty("--bar", document.querySelector(".top").offsetHeight + "px");

const keys = {
  j: () => step(1), k: () => step(-1), n: () => step(1, open), N: () => step(-1, open),
  a: accept, r: () => act("reject"), e: () => act("span"), o: () => act("open_code"), c: () => act("axial"),
  m: () => act("merge"), s: () => act("split"), t: () => act("comment"), A: tools.all, u: tools.undo, U: tools.redo,
  w() { purpose = "add"; const entry = current && row(current); words.beginAt(entry && Number(entry.dataset.start) >= 0 ? Number(entry.dataset.start) : topOfScreen()); text().focus({ preventScroll: true }); words.show(); },
  "/": () => { $("sought").focus(); $("sought").select(); },
  f: () => { $("fold").open = true; filters.elements.status.focus(); },
  b: () => { const book = document.querySelector(".book"); book.open = !book.open; if (book.open) book.querySelector("summary").focus(); },
  v: () => { if (slider) { $("fold").open = true; slider.focus(); } },
  "?": tools.keys,
};

// What is typed next is meant for a field, or for words.
const atOnce = ["/", "?", "f", "b", "v", "w"];

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !document.querySelector("dialog[open]")) return leaveAll(event);
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !typing(event.target)) {
    event.preventDefault();
    return event.shiftKey ? tools.redo() : tools.undo();
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
  if (event.target === slider && /^(Arrow|Home|End|Page)/.test(event.key)) return;
  if (words.chosen && !panel.querySelector(".adding")) {
    if (words.moveBy(event.key, event.shiftKey)) return event.preventDefault();
    if (event.key === "Enter" && !event.target.closest("button, a")) { event.preventDefault(); return tools.choose(); }
  }
  const reason = Number(event.key), meant = reason ? () => reject(reason) : keys[event.key];
  if (!meant) return;
  event.preventDefault();
  if (atOnce.includes(event.key)) meant();
  else keyed = keyed.then(() => deciding).then(() => arriving).catch(() => null).then(meant);
});

const typing = (element) => element.closest("input:not([type=range]), textarea, select") !== null;

function leaveAll(event) {
  if (typing(event.target)) event.target.blur();
  if (words.chosen || purpose || merging || panel.querySelector(".adding")) stopMarking();
  else for (const form of all("form[data-for]", panel)) form.hidden = true;
  title()?.focus({ preventScroll: true });
}

if (narrow.matches) $("fold").open = false;
all(".turn").forEach(measure);
fillCodes();
fit();
refresh();
awaited();
drawWindow();
if (location.hash.startsWith("#row-")) select(decodeURIComponent(location.hash.slice(5)));
body.dataset.ready = "";
performance.mark("ready");
