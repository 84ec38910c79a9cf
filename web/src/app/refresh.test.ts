import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { expect, it, vi } from "vitest";
import { refresh } from "./refresh";

it("fetches anew when the change happened while the first answer was under way", async () => {
  const client = new QueryClient();
  const answers: ((text: string) => void)[] = [];
  const queryFn = () => new Promise<string>((resolve) => answers.push(resolve));
  const observer = new QueryObserver(client, { queryKey: ["message", "m", "1"], queryFn, staleTime: 60_000 });
  const stop = observer.subscribe(() => undefined);
  refresh(client, ["message", "m"]);
  answers[0]?.("queued");
  await vi.waitFor(() => expect(answers).toHaveLength(2));
  answers[1]?.("delivered");
  await vi.waitFor(() => expect(observer.getCurrentResult().data).toBe("delivered"));
  stop();
});

it("repeats no search of the log", () => {
  const client = new QueryClient();
  const search = vi.fn(() => Promise.resolve([]));
  const stop = new QueryObserver(client, { queryKey: ["audit", {}], queryFn: search, staleTime: Infinity, initialData: [] }).subscribe(() => undefined);
  refresh(client);
  expect(search).not.toHaveBeenCalled();
  stop();
});
