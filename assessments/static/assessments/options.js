/* The options of a question as rows that can be dragged. The lines in the field below them are what is saved;
   without this script the lines are written by hand: code: label = points. */
"use strict";

(() => {
  const FIELDS = "textarea.sp-option-lines";

  function element(tag, className, text) {
    const created = document.createElement(tag);
    if (className) created.className = className;
    if (text !== undefined) created.textContent = text;
    return created;
  }

  function input(part, value, label) {
    const made = element("input", `sp-field sp-option-${part}`);
    made.type = "text";
    made.dataset.part = part;
    made.value = value;
    made.setAttribute("aria-label", label);
    made.placeholder = label;
    if (part === "points") made.inputMode = "decimal";
    return made;
  }

  function button(act, icon, label) {
    const made = element("button", "sp-move");
    made.type = "button";
    made.dataset.option = act;
    made.title = label;
    made.setAttribute("aria-label", label);
    const drawn = element("span", "material-symbols-outlined", icon);
    drawn.setAttribute("aria-hidden", "true");
    made.append(drawn);
    return made;
  }

  function rowOf(code, label, points) {
    const row = element("li", "sp-option-row");
    row.draggable = true;
    const handle = element("span", "material-symbols-outlined sp-option-handle", "drag_indicator");
    handle.setAttribute("aria-hidden", "true");
    row.append(
      handle,
      input("label", label, "Option"),
      input("code", code, "Code"),
      input("points", points, "Points"),
      button("up", "arrow_upward", "Move up"),
      button("down", "arrow_downward", "Move down"),
      button("remove", "delete", "Remove"),
    );
    return row;
  }

  /* As the server reads them: what comes after the last = are points, what comes before the first : is the code. */
  function parsed(line) {
    const equals = line.lastIndexOf("=");
    const points = equals < 0 ? "" : line.slice(equals + 1).trim();
    const text = equals < 0 ? line : line.slice(0, equals);
    const colon = text.indexOf(":");
    const code = (colon < 0 ? text : text.slice(0, colon)).trim();
    return [code, (colon < 0 ? "" : text.slice(colon + 1).trim()) || code, points || "0"];
  }

  function codeOf(label, taken) {
    const plain = label.normalize("NFKD").toLowerCase().replace(/[^a-z0-9]+/g, "_").replace(/^_+|_+$/g, "").slice(0, 50);
    let code = plain || "option";
    for (let number = 2; taken.includes(code); number += 1) code = `${plain || "option"}_${number}`;
    return code;
  }

  function build(field) {
    const beside = field.parentElement;
    beside.querySelector(":scope > .sp-option-rows")?.remove();
    const box = element("div", "sp-option-rows");
    const list = element("ol", "sp-option-list");
    for (const line of field.value.split(/\r?\n/)) if (line.trim()) list.append(rowOf(...parsed(line)));
    const add = element("button", "sp-option-add", "Add an option");
    add.type = "button";
    add.dataset.option = "add";
    box.append(list, add);
    field.after(box);
    field.classList.add("sp-option-told");
  }

  function write(box) {
    const rows = [...box.querySelectorAll(".sp-option-row")];
    const read = (row, part) => row.querySelector(`[data-part=${part}]`).value.trim();
    const codes = rows.map((row) => read(row, "code").replaceAll(":", "-").replaceAll("=", "-"));
    const lines = rows
      .map((row, index) => [codes[index], read(row, "label"), read(row, "points") || "0"])
      .filter(([code, label]) => code || label)
      .map(([code, label, points]) => `${code}: ${label || code} = ${points.replace(",", ".")}`);
    const field = box.parentElement.querySelector(FIELDS);
    field.value = lines.join("\n");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function fillCode(label) {
    const row = label.closest(".sp-option-row");
    const code = row.querySelector("[data-part=code]");
    if (code.value.trim() || !label.value.trim()) return;
    const others = [...row.parentElement.querySelectorAll("[data-part=code]")].map((other) => other.value.trim());
    code.value = codeOf(label.value, others);
  }

  function buildAll() {
    for (const field of document.querySelectorAll(FIELDS)) if (!field.closest(".empty-form")) build(field);
  }

  const told = element("div", "sp-heard");
  told.setAttribute("role", "status");

  function press(pressed) {
    const box = pressed.closest(".sp-option-rows");
    const list = box.querySelector(".sp-option-list");
    const row = pressed.closest(".sp-option-row");
    const act = pressed.dataset.option;
    if (act === "add") {
      list.append(rowOf("", "", "0"));
      list.lastElementChild.querySelector("input").focus();
      return;
    }
    const other = act === "up" ? row.previousElementSibling : row.nextElementSibling;
    if (act === "remove") {
      row.remove();
      (other || box).querySelector("input, [data-option=add]")?.focus();
    } else if (other) {
      if (act === "up") other.before(row);
      else other.after(row);
      pressed.focus();
      told.textContent = `Now number ${[...list.children].indexOf(row) + 1} of ${list.children.length}. Save to keep it.`;
    }
    write(box);
  }

  let dragged = null;

  document.addEventListener("click", (event) => {
    const pressed = event.target.closest?.("[data-option]");
    if (pressed) press(pressed);
  });
  document.addEventListener("change", (event) => {
    if (!event.target.matches?.(".sp-option-rows [data-part]")) return;
    if (event.target.dataset.part === "label") fillCode(event.target);
    write(event.target.closest(".sp-option-rows"));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches?.(".sp-option-rows [data-part]")) return;
    event.preventDefault(); // it would save the whole page
    event.target.dispatchEvent(new Event("change", { bubbles: true }));
    press(event.target.closest(".sp-option-rows").querySelector("[data-option=add]"));
  });
  document.addEventListener("dragstart", (event) => {
    if (event.target.matches?.(".sp-option-row")) dragged = event.target;
  });
  document.addEventListener("dragover", (event) => {
    const over = event.target.closest?.(".sp-option-row");
    if (!dragged || !over || over === dragged || over.parentElement !== dragged.parentElement) return;
    event.preventDefault();
    const box = over.getBoundingClientRect();
    if (event.clientY < box.top + box.height / 2) over.before(dragged);
    else over.after(dragged);
  });
  document.addEventListener("dragend", () => {
    if (dragged) write(dragged.closest(".sp-option-rows"));
    dragged = null;
  });
  document.addEventListener("submit", () => document.activeElement?.blur(), true);
  document.addEventListener("formset:added", buildAll);
  document.addEventListener("formset:removed", buildAll);
  document.addEventListener("DOMContentLoaded", () => {
    document.body.append(told);
    buildAll();
  });
})();
