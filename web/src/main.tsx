import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "@/styles/tokens.css";
import "@/styles/base.css";
import { isProblem, onSignedOut, onStaleCsrf } from "@/api/client";
import { App } from "@/app/App";
import { leaveSession, sessionQuery } from "@/app/session";
import { applyTheme, storedTheme } from "@/ui/theme";

applyTheme(storedTheme());

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      // What the server refused stays refused; only failing connections are tried again.
      retry: (count, error) => count < 2 && (isProblem(error, "offline") || isProblem(error, "unavailable")),
      networkMode: "always",
    },
    mutations: { networkMode: "always" },
  },
});
onSignedOut(() => leaveSession(client, true));
onStaleCsrf(async () => void (await client.fetchQuery({ ...sessionQuery, staleTime: 0 })));

const root = document.getElementById("root");
if (!root) throw new Error("the page has no root element");
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
);
