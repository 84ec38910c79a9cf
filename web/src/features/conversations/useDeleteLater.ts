import { useCallback } from "react";
import { useT } from "@/i18n";
import { useVoice } from "@/ui/toasts";
import { useCommand, useStore, type MessageItem } from "./state";

/**
 * Deletes a message for all once its undo is over: until then nothing has been said to anybody. What was never sent just
 * goes.
 */
export function useDeleteLater(conversation: string): (message: MessageItem) => void {
  const t = useT();
  const store = useStore();
  const command = useCommand();
  const { tell } = useVoice();
  return useCallback(
    (message) => {
      const { id } = message;
      if (message.state !== "sent") {
        void command("delete", { conversation, id });
        return;
      }
      const act = () => {
        if (store.later.delete(id)) void command("delete", { conversation, id }).then(() => store.setDeleting(id, false));
      };
      store.later.set(id, act);
      store.setDeleting(id, true);
      const undo = () => {
        if (store.later.delete(id)) store.setDeleting(id, false);
      };
      tell(t("conversation.deletedUndo"), undo, act);
    },
    [command, conversation, store, t, tell],
  );
}
