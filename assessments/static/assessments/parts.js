/* A draft's page has parts, of which one is seen at a time. A link to a problem opens its part and its row,
   and puts the caret into the field. Without this script all parts are seen, one below the other. */
"use strict";

(() => {
  const KEPT = `sp-part:${window.location.pathname}`;
  const parts = () => [...document.querySelectorAll(".sp-part")];

  function show(id) {
    const wanted = document.getElementById(id);
    if (!wanted || !wanted.classList.contains("sp-part")) return false;
    for (const part of parts()) part.hidden = part !== wanted;
    for (const link of document.querySelectorAll("[data-part-link]")) {
      if (link.dataset.partLink === id) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    try {
      sessionStorage.setItem(KEPT, id);
    } catch {
      /* The page works without remembering. */
    }
    return true;
  }

  function kept() {
    try {
      return sessionStorage.getItem(KEPT);
    } catch {
      return null;
    }
  }

  function open(row) {
    const fold = row.querySelector(":scope > .form-row .sp-fold");
    if (fold && fold.getAttribute("aria-expanded") !== "true") fold.click();
  }

  function focusOn(place, field) {
    const named = field && place.querySelector(`[name="${field}"], [name$="-${field}"]`);
    const wanted = named || place.querySelector(".sp-fold, .add-row, input:not([type=hidden]), textarea, select");
    const beside = wanted?.matches(".sp-option-lines") && wanted.parentElement.querySelector(".sp-option-rows input");
    const target = beside || wanted;
    (target || place).scrollIntoView({ block: "center" });
    target?.focus({ preventScroll: true });
  }

  /* Lead to a part or a row; the row opens, which takes the page a moment. */
  function lead(id, field) {
    const place = document.getElementById(id);
    const part = place?.closest(".sp-part");
    if (!part || !show(part.id)) return false;
    if (place !== part) open(place);
    if (place !== part || field) window.setTimeout(() => focusOn(place, field), 60);
    return true;
  }

  function first() {
    const wrong = document.querySelector(".sp-part .errors, .sp-part .errorlist");
    const fragment = window.location.hash.slice(1);
    if (wrong) return show(wrong.closest(".sp-part").id);
    return (fragment && lead(fragment, "")) || show(kept()) || show(parts()[0]?.id);
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href*='#']");
    if (!link || link.pathname !== window.location.pathname || event.ctrlKey || event.metaKey) return;
    const id = link.hash.slice(1);
    const went = link.dataset.partLink ? show(id) : lead(id, link.dataset.field || "");
    if (!went) return;
    event.preventDefault();
    window.history.replaceState(null, "", `#${id}`);
    if (link.dataset.partLink && link.closest(".sp-parts")) link.scrollIntoView({ block: "nearest", inline: "center" });
  });
  document.addEventListener("DOMContentLoaded", () => {
    if (parts().length) first();
  });
})();
