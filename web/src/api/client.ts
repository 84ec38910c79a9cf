/** The one road to the server: cookies, CSRF token, versions, idempotency and problem details in one place. */

import type { Plan } from "./types";

const BASE = "/api/v1";

export interface FieldError {
  field: string;
  code: string;
  message: string;
}

/** An RFC 9457 problem, or a failure to reach the server (`slug` "offline"). */
export class Problem extends Error {
  readonly status: number;
  readonly slug: string;
  readonly detail: string | undefined;
  readonly errors: FieldError[];
  readonly retryAfterSeconds: number | undefined;
  readonly triesLeft: number | undefined;
  readonly plan: Plan | undefined;
  /** About whom it is, where nothing ties the reader to the patient. */
  readonly patientId: string | undefined;
  /** Who has the role that can't be removed. */
  readonly heldBy: readonly string[];

  constructor(status: number, body: Record<string, unknown>) {
    const type = typeof body.type === "string" ? body.type : "";
    super(typeof body.title === "string" ? body.title : `HTTP ${status}`);
    this.status = status;
    this.slug = type.startsWith("urn:wardpost:problem:") ? type.slice(21) : status === 0 ? "offline" : "internal";
    this.detail = typeof body.detail === "string" ? body.detail : undefined;
    this.errors = Array.isArray(body.errors) ? (body.errors as FieldError[]) : [];
    this.retryAfterSeconds = typeof body.retry_after_seconds === "number" ? body.retry_after_seconds : undefined;
    this.triesLeft = typeof body.tries_left === "number" ? body.tries_left : undefined;
    this.patientId = typeof body.patient_id === "string" ? body.patient_id : undefined;
    this.heldBy = Array.isArray(body.held_by) ? body.held_by.filter((name) => typeof name === "string") : [];
    this.plan = body.plan as Plan | undefined;
  }
}

export const isProblem = (error: unknown, slug?: string): error is Problem =>
  error instanceof Problem && (slug === undefined || error.slug === slug);

let csrf = "1";
/** The token of the present session; "1" for guests, whose cookie is bound to the page. */
export function setCsrf(token: string | undefined): void {
  csrf = token ?? "1";
}

let signedOut: () => void = () => {};
/** What to do when the server says that nobody is signed in. */
export function onSignedOut(act: () => void): void {
  signedOut = act;
}

let reachable: (ok: boolean) => void = () => {};
/** Told after every call whether the server could be reached. */
export function onReachable(act: (ok: boolean) => void): void {
  reachable = act;
}

export type Query = Record<string, string | number | boolean | readonly string[] | null | undefined>;

export interface Options {
  query?: Query;
  body?: unknown;
  /** Version that the change is based on. */
  ifMatch?: number | undefined;
  /** Same key, same answer: for what creates. */
  idempotencyKey?: string;
  signal?: AbortSignal | undefined;
  /** The request may outlive the page (the last autosave). */
  keepalive?: boolean;
}

export function url(path: string, query?: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value === undefined || value === null || value === "") continue;
    if (typeof value === "object") for (const one of value) search.append(name, one);
    else search.append(name, String(value));
  }
  const text = search.toString();
  return BASE + path + (text ? `?${text}` : "");
}

async function request(method: string, path: string, options: Options): Promise<Response> {
  const headers = new Headers({ Accept: "application/json" });
  if (method !== "GET" && method !== "HEAD") headers.set("X-Wardpost-CSRF", csrf);
  if (options.ifMatch !== undefined) headers.set("If-Match", `"${options.ifMatch}"`);
  if (options.idempotencyKey) headers.set("Idempotency-Key", options.idempotencyKey);
  const init: RequestInit = { method, headers, credentials: "same-origin", cache: "no-store" };
  if (options.signal) init.signal = options.signal;
  if (options.keepalive) init.keepalive = true;
  if (options.body !== undefined) {
    headers.set("Content-Type", "application/json");
    init.body = JSON.stringify(options.body);
  }
  try {
    const answer = await fetch(url(path, options.query), init);
    reachable(true);
    return answer;
  } catch (error) {
    if (options.signal?.aborted) throw error;
    reachable(false);
    throw new Problem(0, { title: "offline" });
  }
}

async function problemOf(answer: Response): Promise<Problem> {
  const body: unknown = await answer.json().catch(() => ({}));
  const problem = new Problem(answer.status, body && typeof body === "object" ? (body as Record<string, unknown>) : {});
  return problem;
}

let renewCsrf: () => Promise<void> = async () => {};
/** How to learn the present token, when another tab has signed in since. */
export function onStaleCsrf(act: () => Promise<void>): void {
  renewCsrf = act;
}

export async function call<T>(method: string, path: string, options: Options = {}, again = true): Promise<T> {
  const answer = await request(method, path, options);
  if (answer.ok) {
    return (answer.status === 204 || answer.headers.get("Content-Length") === "0"
      ? undefined
      : await answer.json().catch(() => undefined)) as T;
  }
  const problem = await problemOf(answer);
  if (again && problem.slug === "forbidden" && problem.detail === "csrf") {
    await renewCsrf();
    return call<T>(method, path, options, false);
  }
  if (problem.slug === "unauthenticated" && !path.startsWith("/session") && !path.startsWith("/pickup")) signedOut();
  throw problem;
}

/** A list that comes whole: as a page, or bare. */
async function list<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T[]> {
  const answer = await call<T[] | { items: T[] }>("GET", path, { ...(query ? { query } : {}), signal });
  return Array.isArray(answer) ? answer : answer.items;
}

export const api = {
  list,
  get: <T>(path: string, query?: Query, signal?: AbortSignal) =>
    call<T>("GET", path, { ...(query ? { query } : {}), signal }),
  post: <T = void>(path: string, body?: unknown, more: Options = {}) => call<T>("POST", path, { ...more, body }),
  put: <T = void>(path: string, body: unknown, more: Options = {}) => call<T>("PUT", path, { ...more, body }),
  patch: <T = void>(path: string, body: unknown, more: Options = {}) => call<T>("PATCH", path, { ...more, body }),
  delete: <T = void>(path: string, more: Options = {}) => call<T>("DELETE", path, more),
};

/** A key for something that is created once, however often the request has to be repeated. */
export const newKey = (): string =>
  typeof crypto.randomUUID === "function"
    ? crypto.randomUUID()
    : Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");

/** Sends a file as it is, telling how far it got (0 to 1). */
export function upload<T>(
  path: string,
  file: File,
  progress: (share: number) => void,
  signal: AbortSignal,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const media = file.type || "application/octet-stream";
    request.open("POST", url(path, { file_name: file.name, media_type: media }));
    request.setRequestHeader("X-Wardpost-CSRF", csrf);
    request.setRequestHeader("Idempotency-Key", newKey());
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.responseType = "text";
    request.upload.onprogress = (event) => {
      if (event.lengthComputable && event.total > 0) progress(event.loaded / event.total);
    };
    request.onload = () => {
      let body: Record<string, unknown> = {};
      try {
        body = JSON.parse(request.responseText) as Record<string, unknown>;
      } catch {
        body = {};
      }
      if (request.status >= 200 && request.status < 300) resolve(body as T);
      else reject(new Problem(request.status, body));
    };
    request.onerror = () => reject(new Problem(0, { title: "offline" }));
    request.onabort = () => reject(new DOMException("aborted", "AbortError"));
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(file);
  });
}

/** How many pictures from elsewhere the server left out of a message's HTML; null when it does not say. */
export async function blockedPictures(path: string, signal?: AbortSignal): Promise<number | null> {
  const answer = await request("HEAD", path, { query: { remote: 0 }, signal });
  const count = answer.headers.get("x-wardpost-blocked");
  return answer.ok && count !== null && /^\d+$/.test(count) ? Number(count) : null;
}

/** The text of a document that the server makes on request (a proof). */
export async function text(path: string): Promise<string> {
  const answer = await request("GET", path, {});
  if (!answer.ok) throw await problemOf(answer);
  return answer.text();
}
