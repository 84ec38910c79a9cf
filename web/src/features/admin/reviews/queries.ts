import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import type { AccessReviews, Id, Page, ReviewItem } from "@/api/types";

export const reviewsQuery = queryOptions({
  queryKey: ["access-reviews", "list"],
  queryFn: ({ signal }) => api.get<AccessReviews>("/access-reviews", undefined, signal),
});

export type ReviewShow = "" | "open" | "decided" | "changes";

export const reviewItemsQuery = (review: Id, show: ReviewShow, q: string) =>
  infiniteQueryOptions({
    queryKey: ["access-reviews", "items", review, show, q],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<ReviewItem>>(
        `/access-reviews/${review}/items`,
        { ...(show ? { show } : {}), ...(q ? { q } : {}), cursor: pageParam, limit: 50 },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: (before) => before,
    // Looking is recorded: not of its own accord.
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
