import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { expect, it, vi } from "vitest";
import type { SessionAnswer } from "@/api/types";
import { acceptSession, sessionQuery } from "./session";

const FIRST: SessionAnswer = { state: "anonymous", ways: ["password"], zone: null, certificate_gap: null, waiting: false, providers: [] };
const SECOND: SessionAnswer = { state: "second_factor", methods: ["totp"] };

it("keeps a step of the sign-in when what the page asked for before is answered after", async () => {
  let answer: (response: Response) => void = () => undefined;
  vi.stubGlobal("fetch", (_: string, { signal }: RequestInit) =>
    new Promise<Response>((resolve, reject) => {
      answer = resolve;
      signal?.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
    }),
  );
  const client = new QueryClient();
  const stop = new QueryObserver(client, { ...sessionQuery, retry: false }).subscribe(() => undefined);
  acceptSession(client, SECOND);
  answer(Response.json(FIRST));
  await vi.waitFor(() => expect(client.isFetching()).toBe(0));
  expect(client.getQueryData(sessionQuery.queryKey)).toEqual(SECOND);
  stop();
});
