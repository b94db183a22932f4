/* Of a question only the fields are seen that its type has a use for. */
"use strict";

(() => {
  const KINDS = "select.sp-kind";

  function lineOf(field) {
    return field.closest(".field-line") || field.parentElement;
  }

  function fieldOf(kind, name) {
    const start = kind.name.slice(0, -"type".length);
    return kind.form?.elements.namedItem(start + name) || null;
  }

  function offer(kind) {
    const attribute = fieldOf(kind, "attribute");
    if (!attribute?.dataset.fits) return;
    const fitting = JSON.parse(attribute.dataset.fits)[kind.value];
    for (const option of attribute.options) {
      const fits = !option.dataset.type || option.dataset.type === fitting || option.selected;
      option.hidden = option.disabled = !fits;
    }
  }

  function show(kind) {
    for (const [name, kinds] of Object.entries(JSON.parse(kind.dataset.uses))) {
      const field = fieldOf(kind, name);
      if (field) lineOf(field).hidden = !kinds.includes(kind.value);
    }
    const hidden = fieldOf(kind, "while_hidden");
    const when = fieldOf(kind, "show_when");
    if (hidden && when) lineOf(hidden).hidden = !when.value.trim() && !hidden.value.trim();
    offer(kind);
  }

  function showAll() {
    for (const kind of document.querySelectorAll(KINDS)) if (!kind.closest(".empty-form")) show(kind);
  }

  document.addEventListener("change", (event) => {
    if (event.target.matches?.(KINDS)) show(event.target);
  });
  document.addEventListener("input", (event) => {
    if (!event.target.matches?.("textarea[name$='-show_when']")) return;
    const kind = event.target.form.elements.namedItem(event.target.name.replace(/show_when$/, "type"));
    if (kind) show(kind);
  });
  document.addEventListener("formset:added", showAll);
  document.addEventListener("formset:removed", showAll);
  document.addEventListener("DOMContentLoaded", showAll);
})();
