/** The pages of conversations on a router in memory, over a client in memory. */

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, createRootRoute, createRoute, createRouter, RouterProvider } from "@tanstack/react-router";
import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { Permission, SignedIn } from "@/api/types";
import { SessionContext } from "@/app/session";
import { Conversations, NoneOpen } from "@/features/conversations/Conversations";
import { DevicesPage } from "@/features/conversations/DevicesPage";
import { New } from "@/features/conversations/New";
import { Running } from "@/features/conversations/start";
import { ConversationsStore, StoreContext } from "@/features/conversations/state";
import { Thread } from "@/features/conversations/Thread";
import first from "@/i18n/first.en";
import later from "@/i18n/later.en";
import { Languages } from "@/i18n";
import { VoiceProvider } from "@/ui/toasts";
import { House, type MemoryClient } from "./conversations";

export const session = (person: string, permissions: Permission[]): SignedIn => ({
  state: "signed_in",
  person: { id: person, name: person, login: `${person}@linde.example`, function: "", language: "en" },
  roles: [],
  permissions,
  mailboxes: [],
  acting_for: null,
  org: { id: "o", name: "De Linde" },
  csrf: "c",
  idle_seconds: 900,
  warn_seconds: 60,
  place: { zone: null, read_only: false, downloads: true, certificate_gap: null },
  idle_expires_at: "2030-01-01T00:00:00Z",
  absolute_expires_at: "2030-01-01T00:00:00Z",
  has_password: true,
  password_ends_at: null,
  must_enrol_totp: false,
});

/** Anna and her colleagues. */
export function clinic(): House {
  const house = new House();
  house.person("anna", "Anna de Vries", "GP");
  house.person("ben", "Ben Carter", "GP (locum)");
  house.person("chantal", "Chantal Bakker", "Assistant");
  house.person("eva", "Eva Smit", "Manager", { hasDevice: false });
  return house;
}

export function showPages(client: MemoryClient, path = "/conversations", permissions: Permission[] = []) {
  // What jsdom lacks; nothing is laid out there.
  Element.prototype.scrollIntoView = () => undefined;
  window.scrollTo = () => undefined;
  const store = new ConversationsStore(client);
  const root = createRootRoute();
  const all = createRoute({ getParentRoute: () => root, path: "/conversations", component: Conversations });
  const routeTree = root.addChildren([
    all.addChildren([
      createRoute({ getParentRoute: () => all, path: "/", component: NoneOpen }),
      createRoute({ getParentRoute: () => all, path: "/new", component: New }),
      createRoute({ getParentRoute: () => all, path: "/$id", component: Thread }),
    ]),
    createRoute({ getParentRoute: () => root, path: "/settings/conversations", component: DevicesPage }),
  ]);
  const router = createRouter({ routeTree, history: createMemoryHistory({ initialEntries: [path] }) });
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  render(
    <QueryClientProvider client={queries}>
      <Languages language="en" catalogue={{ ...first, ...later }} onSwitch={() => undefined}>
        <VoiceProvider>
          <SessionContext.Provider value={session(client.person, permissions)}>
            <StoreContext.Provider value={store}>
              <Running store={store} person={client.person} />
              <RouterProvider router={router as never} />
            </StoreContext.Provider>
          </SessionContext.Provider>
        </VoiceProvider>
      </Languages>
    </QueryClientProvider>,
  );
  return { store, router, user: userEvent.setup() };
}

/** The text of the bubbles in the log, in order. */
export const said = (): string[] =>
  within(screen.getByRole("log"))
    .queryAllByRole("listitem")
    .filter((one) => one.dataset.message !== undefined)
    .map((one) => one.querySelector("[class~=text]")?.textContent ?? "");

/** The row of a message in the log. */
export function rowOf(text: string | RegExp): HTMLElement {
  const row = within(screen.getByRole("log")).getByText(text).closest("li");
  if (!row) throw new Error(`no message ${text}`);
  return row;
}

export const field = () => screen.getByRole("textbox", { name: "Write a message" });
