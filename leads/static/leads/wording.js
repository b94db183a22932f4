/* Tells beside a question what is wrong with its wording, and what to ask instead. The field in which one says why a
   wording stays is shown only where there is something to say. One listener serves all rows, since they come and go. */
"use strict";

(() => {
  const FIELDS = "textarea.sp-question, input.sp-question";
  const KIND = "question";
  const PAUSE = 500; // milliseconds without a key before a question is looked at

  let address = "";
  let made = 0;
  const answers = new Map();
  const timers = new WeakMap();

  function read() {
    const help = document.getElementById("sp-help");
    if (!help) return false;
    address = help.dataset.address;
    for (const [text, answer] of Object.entries(JSON.parse(help.dataset.said)[KIND] || {})) answers.set(text, answer);
    return true;
  }

  function element(tag, className, text) {
    const created = document.createElement(tag);
    if (className) created.className = className;
    if (text !== undefined) created.textContent = text;
    return created;
  }

  /* The field of the same row, if there is one, in which a wording is defended. */
  function reasonOf(field) {
    const found = field.form?.elements.namedItem(field.name.replace(/[^-]+$/, "wording_override"));
    return found instanceof HTMLElement && found !== field ? found : null;
  }

  function questionOf(reason) {
    const begin = reason.name.replace(/wording_override$/, "");
    return [...reason.form.querySelectorAll(FIELDS)].find((field) => field.name.replace(/[^-]+$/, "") === begin);
  }

  function placeOfAnswer(field) {
    const beside = field.parentElement;
    let said = beside.querySelector(":scope > .sp-wording");
    if (!said) {
      said = element("div", "sp-said sp-wording");
      said.setAttribute("role", "status");
      beside.append(said);
    }
    if (!said.id) {
      made += 1;
      said.id = `sp-wording-${made}`;
      field.setAttribute("aria-describedby", `${field.getAttribute("aria-describedby") || ""} ${said.id}`.trim());
    }
    return said;
  }

  /* Show the field for the reason, with its label and help, only where it says something or could. */
  function showReason(reason, isNeeded) {
    const place = reason.closest(".field-wording_override");
    if (place) place.hidden = !isNeeded && !reason.value.trim();
  }

  function tell(field, answer) {
    const said = placeOfAnswer(field);
    const reason = reasonOf(field);
    const findings = answer?.findings || [];
    const isFaulted = findings.some((finding) => finding.severity === "error");
    const isKept = isFaulted && Boolean(reason?.value.trim());
    const isWrong = isFaulted && !isKept;
    const lines = findings.map((finding) => element("p", "", finding.said));
    if (isKept) lines.unshift(element("p", "", "It stays as it is, for the reason given below."));
    if (answer?.unchecked) lines.push(element("p", "", "It could not be checked now; publishing checks it."));
    said.replaceChildren(...lines);
    said.classList.toggle("sp-wrong", isWrong);
    field.toggleAttribute("aria-invalid", false);
    if (isWrong) field.setAttribute("aria-invalid", "true");
    if (reason) showReason(reason, isFaulted);
  }

  async function check(field) {
    clearTimeout(timers.get(field));
    const text = field.value.replace(/\r\n/g, "\n");
    if (!text.trim()) return tell(field, null);
    if (!answers.has(text)) {
      const token = document.querySelector("input[name=csrfmiddlewaretoken]");
      try {
        const response = await fetch(address, {
          method: "POST",
          headers: { "X-CSRFToken": token ? token.value : "" },
          body: new URLSearchParams({ kind: KIND, text }),
        });
        if (!response.ok || response.redirected) throw new Error(String(response.status));
        answers.set(text, await response.json());
      } catch {
        if (field.value.replace(/\r\n/g, "\n") === text) tell(field, { unchecked: true });
        return undefined;
      }
    }
    if (field.value.replace(/\r\n/g, "\n") === text) tell(field, answers.get(text));
    return undefined;
  }

  function onInput(event) {
    const typed = event.target;
    if (!typed.matches) return;
    const isReason = /(^|-)wording_override$/.test(typed.name || "");
    const field = typed.matches(FIELDS) ? typed : isReason && questionOf(typed);
    if (!field) return;
    clearTimeout(timers.get(field));
    timers.set(field, setTimeout(() => check(field), PAUSE));
  }

  async function lookAt(part) {
    for (const field of part.querySelectorAll(FIELDS)) {
      if (field.value.trim()) await check(field);
      else tell(field, null);
    }
  }

  function start() {
    if (!read()) return;
    document.addEventListener("input", onInput);
    document.addEventListener("focusout", (event) => {
      if (event.target.matches?.(FIELDS) && timers.has(event.target)) check(event.target);
    });
    document.addEventListener("formset:added", (event) => lookAt(event.target));
    lookAt(document);
  }

  document.addEventListener("DOMContentLoaded", start);
})();
