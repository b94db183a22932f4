"use strict";

const SESSION = "/_allauth/browser/v1/auth/session";
const LOGIN = "/_allauth/browser/v1/auth/login";
const BUSINESS = "graphiql-page:business";

const element = (id) => document.getElementById(id);
const notice = element("notice");
const business = element("business");

function cookie(name) {
  const found = document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}

function send(address, method, body, headers = {}) {
  return fetch(address, {
    method,
    credentials: "same-origin",
    headers: {
      // Read each time: signing in and out changes the token.
      "X-CSRFToken": cookie(document.body.dataset.csrfCookie),
      ...(business.value.trim() && { "X-Business": business.value.trim() }),
      ...(body && { "Content-Type": "application/json" }),
      ...headers,
    },
    body: body && JSON.stringify(body),
  });
}

async function fetcher(parameters, options) {
  const accept = "application/graphql-response+json, application/json;q=0.9";
  const response = await send(location.pathname, "POST", parameters, { Accept: accept, ...options?.headers });
  return response.json();
}

function show(name) {
  element("sign-in").hidden = Boolean(name);
  element("sign-out").hidden = !name;
  element("who").textContent = name;
}

async function signIn(event) {
  event.preventDefault();
  const form = event.target;
  notice.value = "";
  const response = await send(LOGIN, "POST", { email: form.email.value, password: form.password.value });
  const answer = await response.json().catch(() => ({}));
  if (answer.meta?.is_authenticated) {
    form.reset();
    show(answer.data.user.display);
    return;
  }
  const pending = answer.data?.flows?.find((flow) => flow.is_pending);
  const errors = (answer.errors || []).map((error) => error.message);
  notice.value = pending
    ? `There is one more step, ${pending.id}, that this page does not know. Sign in elsewhere first.`
    : errors.join(" ") || `Signing in failed with status ${response.status}.`;
}

async function signOut(event) {
  event.preventDefault();
  await send(SESSION, "DELETE");
  show("");
}

business.value = localStorage.getItem(BUSINESS) || "";
business.addEventListener("input", () => localStorage.setItem(BUSINESS, business.value));
element("sign-in").addEventListener("submit", signIn);
element("sign-out").addEventListener("submit", signOut);
show(document.body.dataset.signedInAs);

ReactDOM.createRoot(element("graphiql")).render(
  React.createElement(GraphiQL, { fetcher, shouldPersistHeaders: false }),
);
