/* Help with writing conditions and test cases: names are completed, and what is typed is checked by the engine
   and said in English. One list and one listener serve all fields, since rows come and go. */
"use strict";

(() => {
  const FIELDS = "textarea.sp-rule, textarea.sp-values";
  const PAUSE = 350; // milliseconds without a key before a condition is checked
  const SHOWN = 50;
  const WORD = /[A-Za-z_][A-Za-z0-9_]*$/;

  let names = [];
  let unknown = "";
  let address = "";
  const answers = new Map();
  const timers = new WeakMap();
  const told = new WeakMap();
  let made = 0;

  const kindOf = (field) => (field.dataset.kind || (field.matches(".sp-values") ? "values" : "condition"));
  const keyOf = (kind, text) => `${kind}\n${text}`;
  const named = (key) => names.find((name) => name.key === key);

  function read() {
    const help = document.getElementById("sp-help");
    if (!help) return false;
    names = JSON.parse(help.dataset.names);
    unknown = help.dataset.unknown;
    address = help.dataset.address;
    for (const [kind, said] of Object.entries(JSON.parse(help.dataset.said))) {
      for (const [text, answer] of Object.entries(said)) answers.set(keyOf(kind, text), answer);
    }
    return true;
  }

  function element(tag, className, text) {
    const created = document.createElement(tag);
    if (className) created.className = className;
    if (text !== undefined) created.textContent = text;
    return created;
  }

  /* --- What could be written here ------------------------------------------------------------ */

  function nameOption(name, from, to, after) {
    return { from, to, text: name.key + after, shown: name.key, label: name.label, type: name.type };
  }

  function matching(kind, word) {
    const typed = word.toLowerCase();
    const usable = names.filter((name) => name.for.includes(kind));
    const rank = (name) => {
      const key = name.key.toLowerCase();
      const label = name.label.toLowerCase();
      if (key.startsWith(typed)) return 0;
      if (label.startsWith(typed)) return 1;
      return key.includes(typed) || label.includes(typed) ? 2 : 3;
    };
    const ranked = usable.map((name) => [rank(name), name]).filter(([place]) => place < 3);
    ranked.sort((left, right) => left[0] - right[0]);
    return ranked.map(([, name]) => name).slice(0, SHOWN);
  }

  function codeOptions(name, typed, from, to, quote) {
    const start = typed.toLowerCase();
    return name.codes
      .filter(([code, label]) => code.toLowerCase().startsWith(start) || label.toLowerCase().startsWith(start))
      .slice(0, SHOWN)
      .map(([code, label]) => ({
        from,
        to,
        text: quote ? `"${code.replace(/(["\\])/g, "\\$1")}"` : code,
        shown: code,
        label,
        type: "",
      }));
  }

  /* Return where the text begins that the caret stands in, -1 if it stands in none. */
  function openQuote(before) {
    let quote = "";
    let start = -1;
    for (let index = 0; index < before.length; index += 1) {
      const sign = before[index];
      if (quote) {
        if (sign === "\\") index += 1;
        else if (sign === quote || sign === "\n") quote = "";
      } else if (sign === '"' || sign === "'") {
        quote = sign;
        start = index;
      }
    }
    return quote ? start : -1;
  }

  function comparedWith(before, after) {
    const compared = /([A-Za-z_]\w*)\s*(?:==|!=|(?:not\s+)?in\s*\[[^\]]*)\s*$/.exec(before);
    const within = /^\s*(?:not\s+)?in\s+([A-Za-z_]\w*)/.exec(after);
    const found = named((compared || within || [])[1]);
    return found && found.codes.length ? found : null;
  }

  function ruleOptions(text, caret, kind, asked) {
    const before = text.slice(0, caret);
    const quote = openQuote(before);
    if (quote >= 0) {
      const rest = /^[^"'\r\n]*["']?/.exec(text.slice(caret))[0];
      const ends = /["']$/.test(rest) ? caret + rest.length : caret;
      const name = comparedWith(before.slice(0, quote), text.slice(ends));
      return name ? codeOptions(name, before.slice(quote + 1), quote, ends, true) : [];
    }
    const word = (WORD.exec(before) || [""])[0];
    if (!word) {
      const name = /(==|!=|\[|,)\s*$/.test(before) ? comparedWith(before, "") : null;
      if (name) return codeOptions(name, "", caret, caret, true);
      return asked ? matching(kind, "").map((found) => nameOption(found, caret, caret, "")) : [];
    }
    const rest = /^\w*/.exec(text.slice(caret))[0];
    return matching(kind, word).map((name) => nameOption(name, caret - word.length, caret + rest.length, ""));
  }

  function valueOptions(text, caret, kind, asked) {
    const begins = text.lastIndexOf("\n", caret - 1) + 1;
    const line = text.slice(begins, caret);
    const colon = line.indexOf(":");
    if (colon < 0) {
      const typed = line.trim();
      if (!typed && !asked) return [];
      const rest = /^[^\n:]*:?[ \t]*/.exec(text.slice(caret))[0];
      return matching(kind, typed).map((name) => nameOption(name, begins, caret + rest.length, ": "));
    }
    const name = named(line.slice(0, colon).trim());
    if (!name || /\S/.test(text.slice(caret).split("\n")[0])) return [];
    const part = line.slice(Math.max(colon, line.lastIndexOf(";")) + 1);
    const typed = part.trim();
    const from = caret - part.trimStart().length;
    const known = { from, to: caret, text: unknown, shown: unknown, label: "was asked, without a result", type: "" };
    const found = name.codes.length ? codeOptions(name, typed, from, caret, false) : [];
    for (const word of name.kind === "yes_no" ? ["yes", "no"] : []) {
      if (word.startsWith(typed.toLowerCase())) found.push({ from, to: caret, text: word, shown: word, label: "", type: "" });
    }
    if (unknown.startsWith(typed.toLowerCase()) && (typed || asked || found.length)) found.push(known);
    return found;
  }

  function optionsFor(field, asked) {
    const caret = field.selectionStart;
    if (caret !== field.selectionEnd) return [];
    const kind = kindOf(field);
    const found =
      field.matches(".sp-values") ? valueOptions(field.value, caret, kind, asked) : ruleOptions(field.value, caret, kind, asked);
    const done = found.length === 1 && field.value.slice(found[0].from, found[0].to).trim() === found[0].text.trim();
    return done ? [] : found;
  }

  /* --- The list ------------------------------------------------------------------------------ */

  const list = element("ul", "sp-options");
  list.id = "sp-options";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "What can be written here");
  list.hidden = true;
  const heard = element("div", "sp-heard");
  heard.setAttribute("role", "status");

  let open = null; // the field that the list belongs to
  let options = [];
  let active = 0;

  function show(field, found) {
    if (!found.length) return close();
    const changed = open !== field || found.length !== options.length;
    open = field;
    options = found;
    active = 0;
    list.replaceChildren(
      ...found.map((option, index) => {
        const row = element("li");
        row.id = `sp-option-${index}`;
        row.dataset.index = index;
        row.setAttribute("role", "option");
        row.append(element("code", "sp-code", option.shown));
        if (option.label) row.append(element("span", "sp-option-label", option.label));
        if (option.type) row.append(element("span", "sp-more", option.type));
        return row;
      }),
    );
    if (list.previousElementSibling !== field) field.after(list);
    list.hidden = false;
    field.setAttribute("aria-controls", list.id);
    activate(0);
    if (changed) heard.textContent = `${found.length} to choose from. Arrow keys choose, Enter takes, Escape closes.`;
    return undefined;
  }

  function close() {
    if (open) {
      open.removeAttribute("aria-activedescendant");
      open.removeAttribute("aria-controls");
    }
    open = null;
    options = [];
    list.hidden = true;
    document.body.append(list); // not in a row that may be rebuilt or taken away
  }

  function activate(index) {
    active = (index + options.length) % options.length;
    [...list.children].forEach((row, at) => row.setAttribute("aria-selected", String(at === active)));
    const row = list.children[active];
    open.setAttribute("aria-activedescendant", row.id);
    list.scrollTop = Math.min(row.offsetTop, Math.max(list.scrollTop, row.offsetTop + row.offsetHeight - list.clientHeight));
  }

  function take(index) {
    const field = open;
    const option = options[index];
    close();
    field.focus();
    field.setRangeText(option.text, option.from, option.to, "end");
    changed(field);
  }

  function changed(field) {
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /* --- What it means, or what is wrong ------------------------------------------------------- */

  function placeOfAnswer(field) {
    const beside = field.parentElement;
    let said = beside.querySelector(":scope > .sp-said");
    if (!said) {
      said = element("div", "sp-said");
      said.setAttribute("role", "status");
      beside.append(said);
    }
    if (!field.getAttribute("aria-describedby")?.includes("sp-said-")) {
      made += 1;
      said.id = `sp-said-${made}`;
      field.setAttribute("aria-describedby", `${field.getAttribute("aria-describedby") || ""} ${said.id}`.trim());
    }
    return said;
  }

  function tell(field, answer) {
    // Leaving the field asks again; a button that is being pressed must stay where it is.
    if (told.get(field) === answer) return;
    told.set(field, answer);
    const said = placeOfAnswer(field);
    said.replaceChildren();
    said.classList.toggle("sp-wrong", Boolean(answer) && !answer.ok);
    field.removeAttribute("aria-invalid");
    if (!answer) return;
    if (answer.ok) {
      if (answer.english) said.append(element("span", "sp-english", `${answer.english}.`));
      if (answer.example) said.append(element("span", "sp-example", answer.example));
      return;
    }
    field.setAttribute("aria-invalid", "true");
    said.append(element("span", "", answer.message));
    if (answer.replacement !== null) {
      const mend = element("button", "sp-mend", `Write ${answer.suggestion}`);
      mend.type = "button";
      mend.addEventListener("click", () => {
        // The engine counts characters, a field counts units of which some characters have two.
        const signs = Array.from(field.value);
        const from = signs.slice(0, answer.position).join("").length;
        const to = signs.slice(0, answer.position + answer.length).join("").length;
        field.setRangeText(answer.replacement, from, to, "end");
        field.focus();
        changed(field);
        close();
        check(field);
      });
      said.append(mend);
    }
  }

  async function check(field) {
    clearTimeout(timers.get(field));
    const kind = kindOf(field);
    const text = field.value;
    if (!text.trim()) return tell(field, null);
    const key = keyOf(kind, text);
    if (!answers.has(key)) {
      const token = document.querySelector("input[name=csrfmiddlewaretoken]");
      try {
        const response = await fetch(address, {
          method: "POST",
          headers: { "X-CSRFToken": token ? token.value : "" },
          body: new URLSearchParams({ kind, text }),
        });
        if (!response.ok || response.redirected) throw new Error(String(response.status));
        answers.set(key, await response.json());
      } catch {
        if (field.value === text) tell(field, { ok: true, english: "It could not be checked now; saving checks it" });
        return undefined;
      }
    }
    if (field.value === text) tell(field, answers.get(key));
    return undefined;
  }

  function later(field) {
    clearTimeout(timers.get(field));
    // Whoever is still choosing a name has not made a mistake yet.
    timers.set(field, setTimeout(() => (open === field ? later(field) : check(field)), PAUSE));
  }

  /* --- Listening ----------------------------------------------------------------------------- */

  const fieldOf = (event) => (event.target.matches?.(FIELDS) ? event.target : null);

  function onInput(event) {
    const field = fieldOf(event);
    if (!field) return;
    if (document.activeElement === field) show(field, optionsFor(field, false));
    later(field);
  }

  function onKey(event) {
    const field = fieldOf(event);
    if (!field || event.isComposing) return;
    const asks = (event.key === " " && event.ctrlKey) || (event.key === "ArrowDown" && (event.altKey || !field.value));
    if (open === field) {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) activate(active + step);
      else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey) take(active);
      else if (event.key === "Escape") close();
      else return;
      event.preventDefault();
      event.stopPropagation();
    } else if (asks) {
      event.preventDefault();
      show(field, optionsFor(field, true));
    }
  }

  function start() {
    if (!read()) return;
    document.body.append(heard, list);
    document.addEventListener("input", onInput);
    document.addEventListener("keydown", onKey, true);
    document.addEventListener("focusin", (event) => {
      const field = fieldOf(event);
      if (open && field !== open) close();
      if (field) field.setAttribute("aria-autocomplete", "list");
    });
    document.addEventListener("focusout", (event) => {
      const field = fieldOf(event);
      if (!field) return;
      close();
      if (timers.has(field)) check(field);
    });
    list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the caret
    list.addEventListener("click", (event) => {
      const row = event.target.closest("li");
      if (row) take(Number(row.dataset.index));
    });
    checkInTurn([...document.querySelectorAll(FIELDS)].filter((field) => field.value.trim()));
  }

  /* What was saved is answered already; what is shown again unsaved is asked for, one after the other. */
  async function checkInTurn(fields) {
    for (const field of fields) await check(field);
  }

  document.addEventListener("DOMContentLoaded", start);
})();
