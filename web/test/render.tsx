/** Renders a piece of the app with English words, and answers its requests from a table. */

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render } from "@testing-library/react";
import { vi } from "vitest";
import later from "@/i18n/later.en";
import first from "@/i18n/first.en";
import guest from "@/i18n/guest.en";
import { Languages } from "@/i18n";
import { VoiceProvider } from "@/ui/toasts";

export function show(element: React.ReactNode) {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  return render(
    <QueryClientProvider client={client}>
      <Languages language="en" catalogue={{ ...first, ...later, ...guest }} onSwitch={() => undefined}>
        <VoiceProvider>{element}</VoiceProvider>
      </Languages>
    </QueryClientProvider>,
  );
}

export interface Call {
  method: string;
  path: string;
  body: unknown;
  headers: Headers;
}

type Answer = { status?: number; body?: unknown };

/** Answers `METHOD /path` from the table; every call is written down. What is not in the table fails loudly. */
export function answering(table: Record<string, Answer | ((call: Call) => Answer)>): Call[] {
  const calls: Call[] = [];
  vi.stubGlobal("fetch", async (input: string, init: RequestInit = {}) => {
    const call: Call = {
      method: init.method ?? "GET",
      path: input.replace("/api/v1", ""),
      body: typeof init.body === "string" ? JSON.parse(init.body) : undefined,
      headers: new Headers(init.headers),
    };
    calls.push(call);
    const entry = table[`${call.method} ${call.path.split("?")[0]}`];
    if (!entry) throw new Error(`no answer for ${call.method} ${call.path}`);
    const { status = 200, body } = typeof entry === "function" ? entry(call) : entry;
    return new Response(body === undefined ? null : JSON.stringify(body), { status });
  });
  return calls;
}

export const problem = (slug: string, status: number, more: Record<string, unknown> = {}): Answer => ({
  status,
  body: { type: `urn:wardpost:problem:${slug}`, title: slug, status, ...more },
});
