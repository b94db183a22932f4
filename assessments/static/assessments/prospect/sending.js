"use strict";

/* Sends an operation to the API, again if the network fails; a change that arrives twice takes effect once. */
window.Sending = (() => {
  const WAITS = [700, 1500, 3000, 6000];

  /** The connection failed, or the server did, and trying again later may help. */
  class Unreachable extends Error {}

  /** The server refused the whole request; `code` says why. */
  class Refused extends Error {
    constructor(error) {
      super(error.message);
      this.code = error.extensions && error.extensions.code;
    }
  }

  const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

  function cookie(name) {
    const found = document.cookie.split("; ").find((part) => part.startsWith(`${name}=`));
    return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
  }

  function newKey() {
    if (crypto.randomUUID) return crypto.randomUUID();
    return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  /** Return a function that sends a query with variables and gives `data`; throw Unreachable or Refused. */
  function sender({ endpoint, token, csrfCookie, waiting }) {
    return async (query, variables = {}) => {
      const key = newKey();
      for (let attempt = 0; ; attempt += 1) {
        const answer = await once(query, variables, key);
        if (answer) return answer;
        if (attempt === WAITS.length) throw new Unreachable();
        waiting();
        await pause(WAITS[attempt]);
      }
    };

    /** Return the data, null if it is worth trying again. */
    async function once(query, variables, key) {
      let body;
      try {
        const response = await fetch(endpoint, {
          method: "POST",
          credentials: "same-origin",
          headers: {
            "Content-Type": "application/json",
            "X-CSRFToken": cookie(csrfCookie),
            "X-Prospect": token,
            "Idempotency-Key": key,
          },
          body: JSON.stringify({ query, variables }),
        });
        if (response.status >= 500 || response.status === 429 || response.status === 409) return null;
        body = await response.json();
      } catch {
        return null;
      }
      if (body.errors && body.errors.length) throw new Refused(body.errors[0]);
      return body.data;
    }
  }

  return { sender, Unreachable, Refused };
})();
