// Words of the transcript: places in it as code points, and a stretch chosen by mouse or keyboard.

const text = document.getElementById("text");
const turns = [...text.querySelectorAll(".turn")].map((turn) => ({
  number: turn.id.slice(5), start: Number(turn.dataset.start), end: Number(turn.dataset.end),
}));
const element = (turn) => document.getElementById("turn-" + turn.number);
const words = "Segmenter" in Intl ? new Intl.Segmenter(undefined, { granularity: "word" }) : null;
const drawn = "highlights" in CSS;

const points = (string) => (/[\ud800-\udfff]/.test(string) ? [...string].length : string.length);
const units = (string, count) =>
  /[\ud800-\udfff]/.test(string) ? [...string].slice(0, count).join("").length : count;

/** Where a place of the page stands in the transcript, or null. */
function offsetOf(node, at) {
  const piece = (node.nodeType === 3 ? node.parentElement : node.children[at] || node).closest("[data-s]");
  if (!piece) {
    const turn = (node.nodeType === 3 ? node.parentElement : node).closest(".turn");
    return turn ? Number(at ? turn.dataset.end : turn.dataset.start) : null;
  }
  const start = Number(piece.dataset.s);
  if (piece.dataset.e) return at > 0 ? Number(piece.dataset.e) : start;
  return node.nodeType === 3 ? start + points(node.data.slice(0, at)) : start;
}

/** The turn that holds an offset, or the next one. */
export function turnAt(offset) {
  let low = 0, high = turns.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (turns[middle].end <= offset) low = middle + 1;
    else high = middle;
  }
  return turns[low] && element(turns[low]);
}

/** Where an offset of the transcript stands on the page: a text node and a place in it. */
function placeOf(offset, end) {
  const turn = turnAt(end ? offset - 1 : offset);
  const pieces = [...turn.querySelectorAll("[data-s]")];
  let piece = pieces[0];
  for (const next of pieces) {
    if (Number(next.dataset.s) < offset || (!end && Number(next.dataset.s) === offset)) piece = next;
    else break;
  }
  const node = piece.firstChild, inside = offset - Number(piece.dataset.s);
  if (piece.dataset.e) return [node, end ? node.length : 0];
  return [node, Math.max(0, Math.min(units(node.data, inside), node.length))];
}

export function rangeOf(start, end) {
  const range = document.createRange();
  range.setStart(...placeOf(start, false));
  range.setEnd(...placeOf(end, true));
  return range;
}

/** The characters of a turn as code points, without signs and badges. */
export const saidIn = (turn) =>
  [...turn.querySelectorAll("[data-s]")]
    .map((piece) => (piece.dataset.e ? " ".repeat(piece.dataset.e - piece.dataset.s) : piece.textContent))
    .join("");

/** The words of a turn: [start, end) each. */
function wordsIn(turn) {
  const said = saidIn(turn), found = [];
  let offset = Number(turn.dataset.start);
  const parts = words ? words.segment(said) : [...said.matchAll(/\S+|\s+/g)].map((m) => ({ segment: m[0], isWordLike: /\S/.test(m[0]) }));
  for (const part of parts) {
    const size = points(part.segment);
    if (part.isWordLike) found.push([offset, offset + size]);
    // A full stop or a quotation mark belongs to the word it stands at.
    else if (found.length && part.segment.trim() && found.at(-1)[1] === offset) found.at(-1)[1] += size;
    offset += size;
  }
  return found;
}

/** The word after (by 1) or before (by -1) an offset, across turns. */
function wordFrom(offset, by) {
  let turn = turnAt(by < 0 ? Math.max(offset - 1, 0) : offset);
  while (turn) {
    const all = wordsIn(turn);
    const word = by > 0 ? all.find(([, end]) => end > offset) : all.findLast(([start]) => start < offset);
    if (word) return word;
    turn = by > 0 ? turn.nextElementSibling : turn.previousElementSibling;
    if (turn && !turn.matches(".turn")) return null;
  }
  return null;
}

/** The sentence that holds an offset, moved by so many sentences: [start, end) or null. */
export function sentenceFrom(offset, by) {
  let turn = turnAt(offset);
  const starts = () => turn.dataset.sentences.split(" ").map(Number);
  let all = starts(), at = Math.max(all.findLastIndex((start) => start <= offset), 0) + by;
  while (at < 0 || at >= all.length) {
    const next = at < 0 ? turn.previousElementSibling : turn.nextElementSibling;
    if (!next || !next.matches(".turn")) return null;
    at = at < 0 ? -1 : at - all.length;
    turn = next;
    all = starts();
    if (at < 0) at = all.length - 1;
  }
  return [all[at], at + 1 < all.length ? all[at + 1] : Number(turn.dataset.end)];
}

/** What is chosen: [start, end), and which end moves; null while nothing is. */
export let chosen = null;
let told = () => {};

export function onChange(listener) { told = listener; }

export function choose(start, end, moving = "end") {
  chosen = start < end ? { start, end, moving } : null;
  if (drawn) {
    CSS.highlights.delete("chosen");
    if (chosen) CSS.highlights.set("chosen", new Highlight(rangeOf(start, end)));
  } else if (chosen) {
    const range = rangeOf(start, end);
    getSelection().setBaseAndExtent(range.startContainer, range.startOffset, range.endContainer, range.endOffset);
  }
  told(chosen);
}

export function leave() {
  if (drawn) CSS.highlights.delete("chosen");
  chosen = null;
  told(null);
}

/** The chosen words as they are written, without the white space at their ends. */
export function chosenText() {
  let said = "";
  for (const turn of turns) {
    if (turn.end <= chosen.start || turn.start >= chosen.end) continue;
    const from = Math.max(chosen.start - turn.start, 0), to = Math.min(chosen.end, turn.end) - turn.start;
    said += (said ? "\n\n" : "") + [...saidIn(element(turn))].slice(from, to).join("");
  }
  return said.trim();
}

/** Take over what the mouse selected, widened to whole words. */
export function takeSelection() {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return false;
  const range = selection.getRangeAt(0);
  if (!text.contains(range.commonAncestorContainer)) return false;
  const start = offsetOf(range.startContainer, range.startOffset);
  const end = offsetOf(range.endContainer, range.endOffset);
  if (start === null || end === null || start >= end) return false;
  const first = wordFrom(start, 1), last = wordFrom(end, -1);
  if (!first || !last || first[0] >= last[1]) return false;
  choose(first[0], last[1]);
  if (drawn) selection.removeAllRanges();
  return true;
}

/** Begin at an offset, with the word there. */
export function beginAt(offset) {
  const word = wordFrom(offset, 1) || wordFrom(offset, -1);
  if (word) choose(...word);
}

/** Move what is chosen by a key; true where the key means something here. */
export function moveBy(key, shift) {
  if (!chosen) return false;
  const { start, end, moving } = chosen, by = key === "ArrowLeft" || key === "ArrowUp" ? -1 : 1;
  if (key === "x") choose(start, end, moving === "end" ? "start" : "end");
  else if (key === "ArrowLeft" || key === "ArrowRight") {
    if (!shift) {
      const word = wordFrom(by > 0 ? end : start, by);
      if (word) choose(...word);
    } else if (moving === "end") {
      const word = by > 0 ? wordFrom(end, 1) : wordFrom(wordFrom(end, -1)[0], -1);
      if (word && word[1] > start) choose(start, word[1], moving);
    } else {
      const word = by < 0 ? wordFrom(start, -1) : wordFrom(wordFrom(start, 1)[1], 1);
      if (word && word[0] < end) choose(word[0], end, moving);
    }
  } else if (key === "ArrowUp" || key === "ArrowDown") {
    if (!shift) {
      const sentence = sentenceFrom(by > 0 ? end - 1 : start, by);
      if (sentence) trim(...sentence);
    } else if (moving === "end") {
      const here = sentenceFrom(end - 1, 0), whole = lastWord(here) <= end;
      const goal = by > 0 ? (whole ? sentenceFrom(end - 1, 1) : here) : sentenceFrom(end - 1, -1);
      if (goal && goal[1] > start) trim(start, goal[1], moving);
    } else {
      const here = sentenceFrom(start, 0), whole = here[0] >= start;
      const goal = by < 0 ? (whole ? sentenceFrom(start, -1) : here) : sentenceFrom(start, 1);
      if (goal && goal[0] < end) trim(goal[0], end, moving);
    }
  } else return false;
  show();
  return true;
}

const lastWord = ([, end]) => (wordFrom(end, -1) || [0, end])[1];

function trim(start, end, moving) {
  const first = wordFrom(start, 1), last = wordFrom(end, -1);
  if (first && last && first[0] < last[1]) choose(first[0], last[1], moving);
}

/** Bring the moving end into view. */
export function show() {
  if (!chosen) return;
  const range = chosen.moving === "end" ? rangeOf(chosen.end - 1, chosen.end) : rangeOf(chosen.start, chosen.start + 1);
  const box = range.getBoundingClientRect(), low = innerHeight * 0.2, high = innerHeight * 0.7;
  if (box.top < low || box.bottom > high) scrollBy(0, box.top - innerHeight * 0.4);
}

/** Every place where the transcript says this, as [start, end). */
export function search(sought) {
  const wanted = sought.toLowerCase(), hits = [];
  for (const turn of wanted ? turns : []) {
    const said = saidIn(element(turn)), lower = said.toLowerCase();
    for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, at + wanted.length)) {
      const start = turn.start + points(said.slice(0, at));
      hits.push([start, start + points(said.slice(at, at + wanted.length))]);
    }
  }
  if (drawn) {
    CSS.highlights.delete("sought");
    if (hits.length) CSS.highlights.set("sought", new Highlight(...hits.slice(0, 500).map((hit) => rangeOf(...hit))));
  }
  return hits;
}
