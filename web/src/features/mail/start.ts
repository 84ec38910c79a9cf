import { useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useCallback, useRef } from "react";
import { api, newKey } from "@/api/client";
import type { Draft, Id } from "@/api/types";
import { useSession } from "@/app/session";
import { useProblemText } from "@/ui/problem";
import { useVoice } from "@/ui/toasts";

export interface Answering {
  kind: "reply" | "reply_all" | "forward";
  mailbox_id: Id;
  message_id: Id;
}

/** Makes a draft on the server and opens it. It is sent from the mailbox in sight, else from the own one. */
export function useStartDraft(): (answering?: Answering) => Promise<void> {
  const client = useQueryClient();
  const navigate = useNavigate();
  const { mailboxes } = useSession();
  const params = useParams({ strict: false });
  const { tell } = useVoice();
  const words = useProblemText();
  const busy = useRef(false);
  return useCallback(
    async (answering) => {
      // Where one may only read for a colleague, the own mailbox writes.
      const writable = mailboxes.filter((one) => !one.mandate || one.mandate.may_send);
      const wanted = answering?.mailbox_id ?? params.mb;
      const from =
        writable.find((one) => one.id === wanted) ?? writable.find((one) => one.kind === "personal") ?? writable[0];
      if (!from || busy.current) return;
      busy.current = true;
      try {
        const draft = await api.post<Draft>(
          "/drafts",
          answering
            ? { mailbox_id: from.id, kind: answering.kind, of: { mailbox_id: answering.mailbox_id, message_id: answering.message_id } }
            : { mailbox_id: from.id },
          { idempotencyKey: newKey() },
        );
        client.setQueryData(["draft", draft.id], draft);
        void client.invalidateQueries({ queryKey: ["drafts"] });
        await navigate({ to: "/compose/$draft", params: { draft: draft.id } });
      } catch (error) {
        tell(words(error));
      } finally {
        busy.current = false;
      }
    },
    [client, navigate, mailboxes, params.mb, tell, words],
  );
}
