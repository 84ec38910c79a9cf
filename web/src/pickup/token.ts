/** The link's token: read from the fragment, which no server sees, and taken out of the address bar at once. */

const TOKEN = "wardpost.pickup";
const VERIFIED = "wardpost.pickup.verified";
const MAX_LENGTH = 512;

export function takeToken(): string {
  const fragment = location.hash.slice(1, MAX_LENGTH + 1);
  try {
    if (fragment === "") return sessionStorage.getItem(TOKEN) ?? "";
    if (sessionStorage.getItem(TOKEN) !== fragment) sessionStorage.removeItem(VERIFIED);
    sessionStorage.setItem(TOKEN, fragment);
  } catch {
    // Without storage the token lives in memory; loading the page again needs the link again.
  }
  history.replaceState(null, "", location.pathname);
  return fragment;
}

/** Whether this tab has passed the second factor for this token: then loading again need not ask for a code. */
export const wasVerified = (): boolean => {
  try {
    return sessionStorage.getItem(VERIFIED) === "1";
  } catch {
    return false;
  }
};

export function keepVerified(verified: boolean): void {
  try {
    if (verified) sessionStorage.setItem(VERIFIED, "1");
    else sessionStorage.removeItem(VERIFIED);
  } catch {
    // See above.
  }
}
