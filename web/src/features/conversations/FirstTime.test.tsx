import { act, screen, waitFor, within } from "@testing-library/react";
import { expect, it } from "vitest";
import { clinic, showPages } from "../../../test/conversationPages";
import { CODE } from "../../../test/conversations";

it("sets up the first device, and goes on only when the code was kept", async () => {
  const house = clinic();
  const { user } = showPages(house.client("anna", "new_account"));
  await screen.findByRole("heading", { name: "Begin with conversations" });
  const name = screen.getByRole("textbox", { name: "Name of the device" });
  expect((name as HTMLInputElement).value).not.toBe("");
  await user.clear(name);
  await user.type(name, "Ward tablet{Enter}");
  await screen.findByText(CODE);
  expect(house.people.get("anna")?.devices.map((one) => one.name)).toEqual(["Ward tablet"]);
  for (const way of ["Copy code", "Print", "Download"]) screen.getByRole("button", { name: way });
  const on = screen.getByRole("button", { name: "Go on" });
  expect(on).toHaveProperty("disabled", true);
  await user.click(screen.getByRole("checkbox", { name: "I have kept the code" }));
  await user.click(on);
  await screen.findByText("No conversations yet");
  expect(screen.queryByText(CODE)).toBeNull();
});

it("says why setting up failed, and lets one try again", async () => {
  const house = clinic();
  const client = house.client("anna", "new_account");
  client.faults.set("set_up", "offline");
  const { user } = showPages(client);
  await user.click(await screen.findByRole("button", { name: "Set up this device" }));
  await screen.findByText("There is no connection. Try again when there is one.");
  client.faults.clear();
  await user.click(screen.getByRole("button", { name: "Set up this device" }));
  await screen.findByText(CODE);
});

/** Anna has conversations on a device already; this is another one. */
function another() {
  const house = clinic();
  const old = house.client("anna");
  const self = house.people.get("anna");
  self?.backups.push({ id: "b", kind: "recovery", label: "" });
  const room = house.begin("anna", ["ben"], { subject: "Wound care" });
  house.append(room, "ben", "said long ago");
  return { house, old, fresh: house.client("anna", "new_device"), room };
}

it("links a new device by comparing numbers; it then has what was said before", async () => {
  const { old, fresh } = another();
  const { user } = showPages(fresh);
  await user.click(await screen.findByRole("button", { name: "Link by another device" }));
  await screen.findByText("Waiting for your other device …");
  act(() => {
    for (const one of [old, fresh]) one.link({ state: "compare", numbers: "48 15 16 23" });
  });
  await screen.findByText("48 15 16 23");
  await user.click(screen.getByRole("button", { name: "They are the same" }));
  await screen.findByText("Now confirm on your other device as well …");
  expect(screen.queryByText("Wound care")).toBeNull();
  await act(async () => void (await old.command("link_decide", { same: true })));
  await screen.findByText("Wound care");
  screen.getByText("said long ago");
  expect(screen.queryByRole("alertdialog")).toBeNull();
});

it("asks on the old device, anywhere in the app, and gives nothing when the numbers differ", async () => {
  const { old, fresh } = another();
  const { user } = showPages(old, "/settings/conversations");
  await screen.findByRole("heading", { name: "Devices and keys" });
  await act(async () => void (await fresh.command("link_begin", { device_name: "Phone" })));
  const dialog = await screen.findByRole("alertdialog", { name: "Is this you?" });
  within(dialog).getByText(/“Phone”/);
  act(() => {
    for (const one of [old, fresh]) one.link({ state: "compare", numbers: "48 15 16 23" });
  });
  await within(dialog).findByText("48 15 16 23");
  await user.click(within(dialog).getByRole("button", { name: "They differ" }));
  await within(dialog).findByText(/nothing was given/);
  await user.click(within(dialog).getByRole("button", { name: "Close" }));
  await waitFor(() => expect(screen.queryByRole("alertdialog")).toBeNull());
  expect(fresh.status().state).toBe("new_device");
});

it("refuses a device that isn't one's own", async () => {
  const { old, fresh } = another();
  const { user } = showPages(old);
  await screen.findByText("Wound care");
  await act(async () => void (await fresh.command("link_begin", { device_name: "Phone" })));
  await user.click(await screen.findByRole("button", { name: "No, that isn’t me" }));
  await waitFor(() => expect(screen.queryByRole("alertdialog")).toBeNull());
  expect(old.asked.filter((one) => one.name === "link_decide")).toEqual([{ name: "link_decide", args: { same: false } }]);
});

it.each([
  ["refused", /refused/],
  ["different", /numbers differed/],
  ["timeout", /took too long/],
  ["gone", /lost its connection/],
] as const)("says what became of linking: %s", async (why, words) => {
  const { fresh } = another();
  const { user } = showPages(fresh);
  await screen.findByRole("heading", { name: "Link this device" });
  act(() => fresh.link({ state: "waiting" }));
  act(() => fresh.link({ state: "failed", why }));
  await screen.findByText(words);
  await user.click(screen.getByRole("button", { name: "Another way" }));
  screen.getByRole("heading", { name: "By the recovery code" });
});

it("comes back by the recovery code, and says when it isn't right", async () => {
  const { fresh } = another();
  const { user } = showPages(fresh);
  const code = await screen.findByRole("textbox", { name: "Recovery code" });
  await user.type(code, "WRONG{Enter}");
  await screen.findByText(/The code isn’t right/);
  expect(code.getAttribute("aria-invalid")).toBe("true");
  await user.clear(code);
  await user.type(code, `${CODE.toLowerCase().replaceAll("-", " ")}{Enter}`);
  await screen.findByText("Wound care");
});

it("says where there is no way", async () => {
  const house = clinic();
  showPages(house.client("anna", "new_device"));
  await screen.findByText(/no other device and no recovery code/);
});
