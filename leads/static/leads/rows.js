/* Rows of a draft: they are numbered as they stand, and move by buttons where one cannot drag.
   Everything listens at the document, since rows come and go. */
"use strict";

(() => {
  const SETS = ".formset[data-ordering-field]";
  const ROW = ":scope > .form-group:not(.empty-form)";

  const rowsOf = (set) => [...set.querySelectorAll(ROW)];

  function numberField(row, set) {
    return row.querySelector(`:scope > .form-row input[name$="-${set.dataset.orderingField}"]`);
  }

  function numberAll() {
    for (const set of document.querySelectorAll(SETS)) {
      rowsOf(set).forEach((row, index) => {
        const field = numberField(row, set);
        if (field) field.value = index;
      });
    }
  }

  function button(way, icon, label) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "sp-move";
    made.dataset.move = way;
    made.setAttribute("aria-label", label);
    made.title = label;
    const drawn = document.createElement("span");
    drawn.className = "material-symbols-outlined";
    drawn.setAttribute("aria-hidden", "true");
    drawn.textContent = icon;
    made.append(drawn);
    return made;
  }

  function addButtons() {
    for (const set of document.querySelectorAll(SETS)) {
      for (const row of set.querySelectorAll(":scope > .form-group")) {
        const head = row.querySelector(":scope > .form-row");
        if (!head || head.querySelector("[data-move]")) continue;
        const icon = [...head.querySelectorAll(".material-symbols-outlined")].find(
          (found) => found.textContent.trim() === "drag_indicator",
        );
        if (!icon) continue;
        const both = document.createElement("span");
        both.className = "sp-moves";
        both.append(button("up", "arrow_upward", "Move up"), button("down", "arrow_downward", "Move down"));
        icon.parentElement.after(both);
      }
    }
  }

  const told = document.createElement("div");
  told.className = "sp-heard";
  told.setAttribute("role", "status");

  function move(pressed) {
    const row = pressed.closest(".form-group");
    const set = row.closest(SETS);
    const rows = rowsOf(set);
    const at = rows.indexOf(row);
    const other = rows[pressed.dataset.move === "up" ? at - 1 : at + 1];
    if (!other) return;
    if (pressed.dataset.move === "up") other.before(row);
    else other.after(row);
    numberAll();
    pressed.focus();
    told.textContent = `Now number ${rowsOf(set).indexOf(row) + 1} of ${rows.length}. Save to keep it.`;
    numberField(row, set)?.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /* The theme rebuilds unsaved rows from their markup when one of them is taken away. */
  function keepInMarkup(field) {
    if (!field.closest?.(".form-group.template")) return;
    if (field.matches("input[type=checkbox], input[type=radio]")) field.toggleAttribute("checked", field.checked);
    else if (field.matches("input")) field.setAttribute("value", field.value);
    else if (field.matches("textarea")) field.textContent = field.value;
    else if (field.matches("select")) {
      for (const option of field.options) option.toggleAttribute("selected", option.selected);
    }
  }

  document.addEventListener("click", (event) => {
    const pressed = event.target.closest?.("[data-move]");
    if (pressed) move(pressed);
  });
  document.addEventListener("change", (event) => keepInMarkup(event.target));
  document.addEventListener("submit", numberAll, true);
  document.addEventListener("formset:added", addButtons);
  document.addEventListener("DOMContentLoaded", () => {
    document.body.append(told);
    addButtons();
  });
})();
