import { infiniteQueryOptions, queryOptions, useQueryClient, type InfiniteData } from "@tanstack/react-query";
import { useCallback } from "react";
import { api } from "@/api/client";
import type { Folder, Id, MessageLine, MessageView, Page, TrailItem } from "@/api/types";

export type Show = "unread" | "flagged" | undefined;
type Lines = InfiniteData<Page<MessageLine>, string | null>;

const PAGE = 50;

export const messagesQuery = (mb: Id, folder: Folder, show: Show) =>
  infiniteQueryOptions({
    queryKey: ["messages", mb, folder, show ?? "all"],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<MessageLine>>(
        `/mailboxes/${mb}/messages`,
        {
          folder,
          cursor: pageParam,
          limit: PAGE,
          ...(show === "unread" ? { unread: true } : {}),
          ...(show === "flagged" ? { flagged: true } : {}),
        },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });

export const messageQuery = (mb: Id, id: Id) =>
  queryOptions({
    queryKey: ["message", mb, id],
    queryFn: ({ signal }) => api.get<MessageView>(`/mailboxes/${mb}/messages/${id}`, undefined, signal),
    staleTime: 60_000,
    refetchOnWindowFocus: false,
  });

export const trailQuery = (mb: Id, id: Id) =>
  queryOptions({
    queryKey: ["trail", mb, id],
    queryFn: ({ signal }) => api.get<{ items: TrailItem[] }>(`/mailboxes/${mb}/messages/${id}/trail`, undefined, signal),
  });

export interface LineChange {
  seen?: boolean;
  flagged?: boolean;
  folder?: Folder;
}

/** Shows a change in the lists at once, before the server has answered. */
export function changeLines(data: Lines | undefined, id: Id, change: LineChange): Lines | undefined {
  if (!data) return data;
  return {
    ...data,
    pages: data.pages.map((page) => ({
      ...page,
      items: page.items.flatMap((line) => {
        if (line.id !== id) return [line];
        return change.folder && change.folder !== line.folder ? [] : [{ ...line, ...change }];
      }),
    })),
  };
}

/** Changes a message: the screen at once, the server right after; what the server refuses is put back. */
export function useChangeMessage(): (mb: Id, id: Id, change: LineChange) => Promise<void> {
  const client = useQueryClient();
  return useCallback(
    async (mb, id, change) => {
      await client.cancelQueries({ queryKey: ["messages", mb] });
      client.setQueriesData<Lines>({ queryKey: ["messages", mb] }, (data) => changeLines(data, id, change));
      client.setQueryData<MessageView>(["message", mb, id], (message) => (message ? { ...message, ...change } : message));
      try {
        await api.patch(`/mailboxes/${mb}/messages/${id}`, change);
      } finally {
        void client.invalidateQueries({ queryKey: ["messages", mb] });
        void client.invalidateQueries({ queryKey: ["session"] });
      }
    },
    [client],
  );
}
