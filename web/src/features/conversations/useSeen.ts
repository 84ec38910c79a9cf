import { useEffect, useRef } from "react";
import type { ConversationsClient } from "@/conversations/client";
import type { Conversation, Timeline } from "@/conversations/protocol";

/** Says how far one has read: as far as has been in sight, while somebody looks at the page. */
export function useSeen(props: {
  conversation: Conversation;
  timeline: Timeline;
  scroller: React.RefObject<HTMLDivElement | null>;
  client: ConversationsClient;
}) {
  const { conversation, timeline, scroller, client } = props;
  const { id, unread } = conversation;
  const told = useRef(0);
  useEffect(() => {
    const element = scroller.current;
    if (!element || unread === 0) return undefined;
    const look = () => {
      if (document.visibilityState !== "visible") return;
      const seq = lastInSight(element);
      if (seq <= told.current) return;
      told.current = seq;
      client.command("read", { conversation: id, seq }).catch(() => {
        // Said again with the next one.
        told.current = 0;
      });
    };
    look();
    element.addEventListener("scroll", look, { passive: true });
    document.addEventListener("visibilitychange", look);
    return () => {
      element.removeEventListener("scroll", look);
      document.removeEventListener("visibilitychange", look);
    };
  }, [client, id, scroller, timeline.items, unread]);
}

/** The place of the last message whose end is in sight. */
function lastInSight(element: HTMLElement): number {
  const end = element.getBoundingClientRect().bottom;
  const rows = [...element.querySelectorAll<HTMLElement>("[data-seq]")];
  const last = rows.findLast((one) => one.getBoundingClientRect().bottom <= end + 1);
  return Number(last?.dataset.seq ?? 0);
}
