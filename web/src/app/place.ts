/**
 * Where somebody was: how far lists and messages were scrolled, kept by the tab so that who signs in again finds the same
 * place. Numbers and addresses only, never content. What is open stands in the address itself; drafts lie on the server.
 */

import { useEffect } from "react";

const STORED = "wardpost.place";
const RESTORE_FOR_MS = 5_000;
const TRY_EVERY_MS = 50;

interface Place {
  person: string;
  href: string;
  /** How far each part was scrolled, by its `data-place`. */
  tops: Record<string, number>;
}

const here = () => location.pathname + location.search;

function stored(): Place | undefined {
  try {
    return JSON.parse(sessionStorage.getItem(STORED) ?? "null") ?? undefined;
  } catch {
    return undefined;
  }
}

function store(place: Place): void {
  try {
    sessionStorage.setItem(STORED, JSON.stringify(place));
  } catch {
    // Storage may be off: then one begins at the top.
  }
}

/** Goes back to the place that this person left in this tab, and notes the place from then on. */
export function usePlace(person: string): void {
  useEffect(() => {
    const left = stored();
    const stop = left?.person === person && left.href === here() ? goBack(left.tops) : undefined;
    let place: Place = left?.person === person ? left : { person, href: here(), tops: {} };
    const note = (event: Event) => {
      if (!(event.target instanceof HTMLElement)) return;
      const part = event.target.dataset.place;
      if (part === undefined) return;
      if (place.href !== here()) place = { person, href: here(), tops: {} };
      place.tops[part] = Math.round(event.target.scrollTop);
      store(place);
    };
    document.addEventListener("scroll", note, { capture: true, passive: true });
    return () => {
      stop?.();
      document.removeEventListener("scroll", note, { capture: true });
    };
  }, [person]);
}

/** Scrolls each part back as soon as it is long enough; who does anything meanwhile is left alone. */
function goBack(tops: Record<string, number>): () => void {
  const left = new Map(Object.entries(tops).filter(([, top]) => top > 0));
  const until = Date.now() + RESTORE_FOR_MS;
  const kinds = ["pointerdown", "wheel", "keydown", "touchstart"] as const;
  const stop = () => {
    clearInterval(timer);
    for (const kind of kinds) window.removeEventListener(kind, stop);
  };
  const timer = setInterval(() => {
    for (const [part, top] of left) {
      const element = document.querySelector(`[data-place="${CSS.escape(part)}"]`);
      if (!element) continue;
      // As far as it goes: a list fetches more when its end comes into sight.
      element.scrollTop = top;
      if (Math.abs(element.scrollTop - top) <= 1) left.delete(part);
    }
    if (left.size === 0 || Date.now() > until) stop();
  }, TRY_EVERY_MS);
  for (const kind of kinds) window.addEventListener(kind, stop, { passive: true });
  return stop;
}
