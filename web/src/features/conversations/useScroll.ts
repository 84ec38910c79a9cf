import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Item } from "@/conversations/protocol";

/** As near to the end as counts as being there. */
const NEAR = 48;

/**
 * Where a log stands: at the first new message when it is opened, else at its end; it stays at the end while messages come,
 * and where it is when older ones are put before.
 */
export function useScroll(items: readonly Item[]) {
  const scroller = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const before = useRef<{ first: string | undefined; height: number } | null>(null);
  const [away, setAway] = useState(false);

  const look = useCallback(() => {
    const element = scroller.current;
    if (!element) return;
    atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR;
    setAway(!atEnd.current);
  }, []);
  const toEnd = useCallback(() => {
    const element = scroller.current;
    atEnd.current = true;
    setAway(false);
    if (element) element.scrollTop = element.scrollHeight;
  }, []);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const was = before.current;
    const first = items[0]?.id;
    if (!was) {
      const fresh = element.querySelector<HTMLElement>("[data-new]");
      element.scrollTop = fresh ? fresh.offsetTop - NEAR : element.scrollHeight;
    } else if (was.first !== first && items.some((one) => one.id === was.first)) {
      element.scrollTop += element.scrollHeight - was.height;
    } else if (atEnd.current) {
      element.scrollTop = element.scrollHeight;
    }
    before.current = { first, height: element.scrollHeight };
    look();
  }, [items, look]);

  // The screen's keyboard, or a growing composer, takes room from below.
  useEffect(() => {
    const element = scroller.current;
    if (!element || typeof ResizeObserver === "undefined") return undefined;
    const observer = new ResizeObserver(() => {
      if (atEnd.current) element.scrollTop = element.scrollHeight;
      if (before.current) before.current.height = element.scrollHeight;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  return { scroller, away, toEnd, onScroll: look };
}
