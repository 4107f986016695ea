// Talking to the server: JSON in, JSON out, problems as errors, a busy server asked again.

import { current } from "./i18n.js";

const BASE = "/api/v1";
const TRIES = 4;

/** What the server refused (`status`, `code`), or status 0 when it did not answer at all. */
export class Problem extends Error {
  constructor(status, body = {}) {
    super(body.title ?? "");
    this.status = status;
    this.code = body.code ?? (status === 0 ? "no_answer" : "unexpected");
    this.detail = body.detail ?? "";
    this.reference = body.reference ?? null;
  }
}

const wait = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

async function send(path, options) {
  try {
    return await fetch(BASE + path, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem(0);
  }
}

async function bodyOf(response) {
  const type = response.headers.get("content-type") ?? "";
  return type.includes("json") ? response.json().catch(() => ({})) : {};
}

/** Ask for anything; `options` are those of fetch. */
export async function ask(path, options = {}) {
  const headers = { Accept: "application/json", "Accept-Language": current(), ...options.headers };
  for (let attempt = 1; ; attempt += 1) {
    const response = await send(path, { credentials: "same-origin", ...options, headers });
    if (response.ok) return bodyOf(response);
    if (response.status !== 503 || attempt === TRIES) throw new Problem(response.status, await bodyOf(response));
    await wait(Number(response.headers.get("retry-after") ?? 1));
  }
}

/** Fetch a resource; `query` values that are null are left out. */
export function get(path, query = {}, signal) {
  const filled = Object.entries(query).filter(([, value]) => value != null && value !== "");
  const text = new URLSearchParams(filled).toString();
  return ask(text ? `${path}?${text}` : path, { signal });
}

const withBody = (method) => (path, body, signal) =>
  ask(path, { method, signal, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

/** Send a JSON body: a new thing, or another version of one. */
export const post = withBody("POST");
export const put = withBody("PUT");

/** Send a form, with files. */
export const postForm = (path, form, signal) => ask(path, { method: "POST", body: form, signal });

/** Delete a resource. */
export const remove = (path) => ask(path, { method: "DELETE" });
