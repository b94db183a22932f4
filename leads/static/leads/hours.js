/* Adds rows to a table of forms: <table data-rows="prefix">, <template data-row="prefix">, <button data-add="prefix">. */
"use strict";

(() => {
  const find = (name, prefix) => document.querySelector(`[data-${name}="${prefix}"]`);

  function add(prefix) {
    const table = find("rows", prefix);
    const total = document.querySelector(`[name="${prefix}-TOTAL_FORMS"]`);
    const number = Number(total.value);
    const holder = document.createElement("tbody");
    holder.innerHTML = find("row", prefix).innerHTML.replaceAll("__prefix__", number);
    const row = holder.firstElementChild;
    table.tBodies[0].append(row);
    total.value = number + 1;
    row.querySelector("input, select").focus();
    find("add", prefix).hidden = number + 1 >= Number(table.dataset.most);
  }

  document.addEventListener("DOMContentLoaded", () => {
    for (const button of document.querySelectorAll("[data-add]")) {
      button.hidden = false;
      button.addEventListener("click", () => add(button.dataset.add));
    }
  });
})();
