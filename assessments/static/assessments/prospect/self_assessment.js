"use strict";

/* Asks a prospect one question after the other, lets it go back and correct, and sends the answers. */
(() => {
  const root = document.getElementById("self-assessment");
  const stage = document.getElementById("stage");
  const message = document.getElementById("message");
  const progress = document.getElementById("progress");
  const { token, endpoint, csrfCookie, business } = root.dataset;
  const english = document.documentElement.lang.startsWith("en");
  const send = Sending.sender({
    endpoint, token, csrfCookie, waiting: () => say("The connection is slow. Trying again …"),
  });

  const PARTS = `
    fragment Parts on SelfAssessment {
      status revision currency expiresAt progress { answered total } next { key }
      questions { key text type unit minimum maximum required options { code label } answer { ...Answer } }
    }
    fragment Answer on Value {
      __typename
      ... on Displayed { display }
      ... on NumberValue { number low high }
      ... on PercentValue { percent low high }
      ... on MoneyValue { money { amount } moneyLow { amount } moneyHigh { amount } }
      ... on ChoiceValue { choice { code } }
      ... on ChoicesValue { choices { code } }
      ... on YesNoValue { yesNo }
      ... on DateValue { date }
      ... on TextValue { text }
    }`;
  const RESULT = `__typename ...Parts
    ... on SelfAssessmentConflict { messages { message } selfAssessment { ...Parts } }
    ... on OperationInfo { messages { code message } }`;
  const READ = `query Read { selfAssessment { ...Parts } } ${PARTS}`;
  const ANSWER = `mutation Answer($question: String!, $value: ValueInput!, $revision: Int!) {
      result: answerSelfAssessment(question: $question, value: $value, expectedRevision: $revision) { ${RESULT} }
    } ${PARTS}`;
  const SUBMIT = `mutation Submit($revision: Int!) {
      result: submitSelfAssessment(expectedRevision: $revision) { ${RESULT} }
    } ${PARTS}`;

  let state = null; // as the server said last
  let reviewing = false; // whether to go back to the overview after an answer

  // --- Talking to the server ---------------------------------------------------------------------

  /** Send something; return the result that changed something, null if the page already says why nothing was. */
  async function change(query, variables, again) {
    busy(true);
    try {
      const { result } = await send(query, { ...variables, revision: state.revision });
      if (result.__typename === "SelfAssessment") return result;
      if (result.__typename === "SelfAssessmentConflict") {
        state = result.selfAssessment;
        resume();
        say(result.messages[0].message);
      } else {
        say(result.messages.map((one) => one.message).join(" ").replace(/`[^`]*`/g, "This question"), true);
      }
    } catch (error) {
      fail(error, again);
    } finally {
      busy(false);
    }
    return null;
  }

  async function begin() {
    try {
      state = (await send(READ)).selfAssessment;
      say("");
      resume();
    } catch (error) {
      fail(error, begin);
    }
  }

  function fail(error, again) {
    if (error instanceof Sending.Refused) {
      if (error.code === "link_not_valid") return end("This link does not open", error.message);
      if (error.code === "csrf_failed") {
        return say("Your browser keeps no cookies for this page. Allow them, then load the page again.", true);
      }
      return say(error.message, true);
    }
    if (!(error instanceof Sending.Unreachable)) throw error;
    say("There is no connection. What you entered is still here.", true);
    message.append(" ", button("Try again", "plain", again));
    return undefined;
  }

  // --- Showing -----------------------------------------------------------------------------------

  function element(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (value === true) made.setAttribute(key, "");
      else if (value !== false && value !== null) made.setAttribute(key, value);
    }
    made.append(...children.filter((child) => child !== null));
    return made;
  }

  function button(text, look, pressed) {
    const made = element("button", { type: "button", class: look }, text);
    made.addEventListener("click", pressed);
    return made;
  }

  function say(text, wrong = false) {
    message.replaceChildren(text);
    message.classList.toggle("wrong", wrong);
  }

  function busy(now) {
    for (const one of root.querySelectorAll("button")) one.disabled = now;
    stage.setAttribute("aria-busy", String(now));
  }

  function show(...parts) {
    stage.replaceChildren(...parts);
    const heading = stage.querySelector("legend, h2");
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }

  function tell(done, text) {
    progress.hidden = false;
    document.getElementById("bar-label").textContent = text;
    Object.assign(document.getElementById("bar"), { max: state.questions.length || 1, value: done });
  }

  function resume() {
    if (state.status === "SUBMITTED") return thank();
    const at = state.questions.findIndex((question) => state.next && question.key === state.next.key);
    return at < 0 ? review() : ask(at);
  }

  function end(title, text, ...more) {
    progress.hidden = true;
    say("");
    show(element("h2", {}, title), element("p", {}, text), ...more);
  }

  // --- One question ------------------------------------------------------------------------------

  function ask(at) {
    const question = state.questions[at];
    const held = Values.fields(question.answer);
    tell(state.progress.answered, `Question ${at + 1} of ${state.questions.length}`);
    const form = element(
      "form",
      { novalidate: true },
      element("fieldset", {}, element("legend", {}, question.text), ...inputs(question, held)),
      element(
        "div",
        { class: "buttons" },
        element("button", { type: "submit", class: "main" }, "Save and go on"),
        button("I do not know", "", () => save(question, { doesNotKnow: true })),
        question.required || question.answer ? null : button("Skip", "", () => go(at + 1)),
        at > 0 && !reviewing ? button("Back", "", () => go(at - 1)) : null,
        reviewing || !state.next ? button("All my answers", "", review) : null,
      ),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      try {
        save(question, Values.given(question, read(form), { currency: state.currency, english }));
      } catch (error) {
        say(error.message, true);
        form.querySelector("input, textarea").focus();
      }
    });
    if (question.answer && question.answer.__typename === "UnknownValue") {
      form.querySelector("legend").after(element("p", { class: "hint" }, "You said that you do not know."));
    }
    show(form);
  }

  function go(at) {
    say("");
    if (at < state.questions.length) ask(at);
    else review();
  }

  async function save(question, value) {
    const changed = await change(ANSWER, { question: question.key, value }, () => save(question, value));
    if (!changed) return;
    state = changed;
    say("");
    const at = state.questions.findIndex((one) => one.key === question.key);
    const next = state.questions.findIndex((one, index) => index > at && !one.answer);
    if (next >= 0) ask(next);
    else review();
  }

  function read(form) {
    const text = (name) => (form.elements[name] ? form.elements[name].value : "");
    const codes = [...form.querySelectorAll("input[name=code]:checked")].map((input) => input.value);
    return { codes, text: text("text"), low: text("low"), high: text("high") };
  }

  function inputs(question, held) {
    const codes = held.codes || [];
    switch (question.type) {
      case "SINGLE_CHOICE":
        return question.options.map((option) => choice("radio", option.code, option.label, codes));
      case "MULTIPLE_CHOICE":
        return [
          element("p", { class: "hint" }, "Choose all that apply, or none."),
          ...question.options.map((option) => choice("checkbox", option.code, option.label, codes)),
        ];
      case "YES_NO":
        return [choice("radio", "yes", "Yes", codes), choice("radio", "no", "No", codes)];
      case "SCALE":
        return scale(question, held);
      case "TEXT":
        return [element("textarea", { name: "text", maxlength: 2000, "aria-label": question.text }, held.text || "")];
      case "DATE":
        return [element("div", { class: "field" },
          element("input", { type: "date", name: "text", value: held.text || "", "aria-label": question.text }))];
      default:
        return amounts(question, held);
    }
  }

  function choice(type, code, label, codes) {
    const input = element("input", { type, name: "code", value: code, checked: codes.includes(code) });
    return element("label", { class: "choice" }, input, element("span", {}, label));
  }

  function scale(question, held) {
    const [low, high] = [Number(question.minimum), Number(question.maximum)];
    if (!Number.isInteger(low) || !Number.isInteger(high) || high - low > 10 || held.low) return amounts(question, held);
    const steps = Array.from({ length: high - low + 1 }, (_, index) => String(low + index));
    const codes = held.text === undefined ? [] : [String(Number(held.text))];
    return [element("div", { class: "scale" }, ...steps.map((step) => choice("radio", step, step, codes)))];
  }

  function amounts(question, held) {
    const unit = question.type === "MONEY" ? state.currency : question.type === "PERCENT" ? "%" : question.unit;
    const field = (name, label) => element("div", { class: "field" },
      element("label", { for: `field-${name}` }, label),
      element("input", { type: "text", inputmode: "decimal", autocomplete: "off", name, id: `field-${name}`, value: held[name] || "" }),
      unit ? element("span", {}, unit) : null);
    return [
      field("text", "Usually"),
      element("details", { open: Boolean(held.low) },
        element("summary", {}, "It varies"), field("low", "At least"), field("high", "At most")),
    ];
  }

  // --- All answers, and the end ------------------------------------------------------------------

  function listed(withButtons) {
    return element("ul", { class: "review" }, ...state.questions.map((question, at) => element("li", {},
      element("div", {},
        element("p", {}, question.text),
        element("p", { class: question.answer ? "" : "none" }, element("b", {}, Values.shown(question.answer)))),
      withButtons ? changing(question, at) : null)));
  }

  function changing(question, at) {
    const made = button(question.answer ? "Change" : "Answer", "plain", () => { reviewing = true; go(at); });
    made.setAttribute("aria-label", `${made.textContent}: ${question.text}`);
    return made;
  }

  function review() {
    reviewing = true;
    say("");
    tell(state.progress.answered, `${state.progress.answered} of ${state.progress.total} answered`);
    if (!state.questions.length) return end("Nothing to answer", "There are no questions for you at the moment.");
    return show(
      element("h2", {}, "Your answers"),
      element("p", {}, `Look through them, change what you like, then send them to ${business}.`),
      listed(true),
      element("div", { class: "buttons" }, button("Send my answers", "main", submit)),
    );
  }

  async function submit() {
    const changed = await change(SUBMIT, {}, submit);
    if (!changed) return;
    state = changed;
    thank();
  }

  function thank() {
    end("Thank you", `${business} has your answers. You can close this page.`, listed(false));
  }

  begin();
})();
