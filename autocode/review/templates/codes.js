// The field for axial codes: type to find one, Enter to take it, or define a new one.

/** The codes of the codebook on this page: id, label, kind. */
export const codebook = () =>
  [...document.querySelectorAll("#codebook [data-code]")].map((entry) => ({
    id: entry.dataset.code, label: entry.dataset.label, kind: entry.dataset.codeKind,
  }));

const most = 30;

/** Bring a field to life. `define` sends a new code and returns its id, or null. */
export function codesField(field, define) {
  const input = field.querySelector("[role=combobox]"), list = field.querySelector(".options");
  const chips = field.querySelector(".chips"), box = field.querySelector(".new-code");
  let ids = field.dataset.codes.split("\n").filter(Boolean), at = -1, label = "";

  const name = (id) => codebook().find((code) => code.id === id)?.label || id;

  function draw() {
    chips.replaceChildren(...ids.map((id) => {
      const chip = document.createElement("li"), button = document.createElement("button");
      chip.textContent = name(id) + " ";
      button.type = "button";
      button.textContent = "×";
      button.setAttribute("aria-label", "Remove " + name(id));
      button.addEventListener("click", () => { ids = ids.filter((other) => other !== id); draw(); input.focus(); });
      chip.append(button);
      return chip;
    }));
  }

  function options() {
    const typed = input.value.trim(), wanted = typed.toLowerCase();
    const left = codebook().filter((code) => !ids.includes(code.id));
    const likely = left
      .map((code) => [code, Math.min(...[code.id, code.label].map((name) => where(name.toLowerCase(), wanted)))])
      .filter(([, place]) => place < 9)
      .sort((a, b) => a[1] - b[1])
      .map(([code]) => code);
    const exact = codebook().some((code) => [code.id, code.label].some((name) => name.toLowerCase() === wanted));
    return [...likely.slice(0, most), ...(typed && !exact ? [{ id: "", label: typed, kind: "" }] : [])];
  }

  function where(name, wanted) {
    if (!wanted || name.startsWith(wanted)) return 0;
    const words = name.split(/[\s_-]+/);
    if (words.some((word) => word.startsWith(wanted))) return 1;
    return name.includes(wanted) ? 2 : 9;
  }

  function open() {
    const all = options();
    list.replaceChildren(...all.map((code, place) => {
      const row = document.createElement("li");
      row.id = "option-" + place;
      row.setAttribute("role", "option");
      row.dataset.id = code.id;
      row.textContent = code.id ? code.label || code.id : "Define the new code “" + code.label + "”";
      if (code.id && (code.label || code.kind)) {
        const small = document.createElement("small");
        small.textContent = [code.label ? code.id : "", code.kind].filter(Boolean).join(", ");
        row.append(small);
      }
      row.addEventListener("mousedown", (event) => { event.preventDefault(); take(row); });
      return row;
    }));
    list.hidden = !all.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    point(input.value.trim() && all.length ? 0 : -1);
  }

  function close() {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    at = -1;
  }

  function point(place) {
    at = place;
    [...list.children].forEach((row, i) => row.setAttribute("aria-selected", String(i === at)));
    const row = list.children[at];
    if (row) {
      input.setAttribute("aria-activedescendant", row.id);
      row.scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  }

  function take(row) {
    if (row.dataset.id) add(row.dataset.id);
    else ask(input.value.trim());
  }

  function add(id) {
    ids = [...ids, id];
    input.value = "";
    close();
    draw();
    input.focus();
  }

  function ask(typed) {
    label = typed;
    close();
    box.hidden = false;
    box.querySelector("b").textContent = typed;
    box.querySelector("input").focus();
  }

  async function send() {
    const value = (named) => box.querySelector("[name=" + named + "]").value.trim() || null;
    const id = await define({ kind: "new_code", label, code_kind: value("code_kind"), parent: value("parent"), definition: value("definition") });
    if (!id) return;
    box.hidden = true;
    for (const control of box.querySelectorAll("input, textarea")) control.value = "";
    add(id);
  }

  input.addEventListener("input", open);
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    const rows = list.hidden ? 0 : list.children.length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!rows) open();
      else point((at + (event.key === "ArrowDown" ? 1 : -1) + rows) % rows);
    } else if (event.key === "Enter" && at >= 0 && rows) take(list.children[at]);
    else if (event.key === "Enter" && input.value.trim()) ask(input.value.trim());
    else if (event.key === "Backspace" && !input.value && ids.length) { ids = ids.slice(0, -1); draw(); }
    else if (event.key === "Escape" && !list.hidden) { close(); event.stopPropagation(); }
    else return;
    event.preventDefault();
  });
  box.querySelector("[data-define]").addEventListener("click", send);
  box.querySelector("[data-cancel]").addEventListener("click", () => { box.hidden = true; input.focus(); });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("input")) { event.preventDefault(); send(); }
    if (event.key === "Escape") { event.stopPropagation(); box.hidden = true; input.focus(); }
  });
  draw();
  /** Take what is typed but not chosen yet; false where it must be defined first. */
  function settle() {
    const typed = input.value.trim(), wanted = typed.toLowerCase();
    if (!typed) return true;
    const code = codebook().find((code) => [code.id, code.label].some((name) => name.toLowerCase() === wanted));
    if (!code) ask(typed);
    else if (!ids.includes(code.id)) add(code.id);
    return Boolean(code);
  }

  return { codes: () => ids, settle, focus: () => input.focus() };
}
