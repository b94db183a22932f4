"use strict";

/* From the fields of a question to a value of the API, and back. */
window.Values = (() => {
  /** Return the number that somebody wrote as the API takes it, null if it is none. `english`: 1,000.5, else 1.000,5. */
  function number(text, english) {
    const [thousands, point] = english ? [",", "."] : [".", ","];
    let bare = text.replace(/[\s'’%€$£]/g, "");
    if (!english && /^[+-]?\d+\.\d+$/.test(bare) && !/^[+-]?\d{1,3}\.\d{3}$/.test(bare)) bare = bare.replace(".", ",");
    bare = bare.split(thousands).join("").replace(point, ".");
    return /^[+-]?(\d+(\.\d*)?|\.\d+)$/.test(bare) ? bare.replace(/^\+/, "") : null;
  }

  /** Return what an answer puts into the fields: texts for numbers, codes for choices. */
  function fields(answer) {
    if (!answer) return {};
    switch (answer.__typename) {
      case "NumberValue": return spread(answer.number, answer.low, answer.high);
      case "PercentValue": return spread(answer.percent, answer.low, answer.high);
      case "MoneyValue": return spread(answer.money.amount, answer.moneyLow.amount, answer.moneyHigh.amount);
      case "ChoiceValue": return { codes: [answer.choice.code] };
      case "ChoicesValue": return { codes: answer.choices.map((choice) => choice.code) };
      case "YesNoValue": return { codes: [answer.yesNo ? "yes" : "no"] };
      case "DateValue": return { text: answer.date };
      case "TextValue": return { text: answer.text };
      default: return {};
    }
  }

  function spread(likely, low, high) {
    return low === high ? { text: likely } : { text: likely, low, high };
  }

  /** Return what was answered, as one reads it. */
  function shown(answer) {
    if (!answer) return "Not answered yet";
    return answer.__typename === "UnknownValue" ? "I do not know" : answer.display || "None of these";
  }

  /** Return the ValueInput of what the fields hold; throw an Error whose message says what is wrong. */
  function given(question, held, { currency, english }) {
    switch (question.type) {
      case "SINGLE_CHOICE":
        if (!held.codes.length) throw new Error("Choose one of these, or press “I do not know”.");
        return { choice: held.codes[0] };
      case "MULTIPLE_CHOICE":
        return { choices: held.codes };
      case "YES_NO":
        if (!held.codes.length) throw new Error("Choose yes or no, or press “I do not know”.");
        return { yesNo: held.codes[0] === "yes" };
      case "TEXT":
        if (!held.text.trim()) throw new Error("Write a few words, or press “I do not know”.");
        return { text: held.text.trim() };
      case "DATE":
        if (!held.text) throw new Error("Give a date, or press “I do not know”.");
        return { date: held.text };
      default:
        return amount(question, held, currency, english);
    }
  }

  function amount(question, held, currency, english) {
    if (question.type === "SCALE" && held.codes.length) return { number: held.codes[0] };
    const [likely, low, high] = [held.text, held.low, held.high].map((text) => (text.trim() ? number(text, english) : ""));
    if (!likely) throw new Error(held.text.trim() ? "Write a number, such as 25." : "Give a number, or press “I do not know”.");
    if (low === null || high === null) throw new Error("Write numbers only.");
    if (low || high) {
      const ends = { low: low || likely, likely, high: high || likely };
      if (!(Number(ends.low) <= Number(likely) && Number(likely) <= Number(ends.high))) {
        throw new Error("The least must be below the usual number, and the most above it.");
      }
      return { range: ends };
    }
    return question.type === "MONEY" ? { money: { amount: likely, currency } } : { number: likely };
  }

  return { fields, shown, given };
})();
