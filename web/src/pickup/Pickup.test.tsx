import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it } from "vitest";
import { answering, problem, show } from "../../test/render";
import { Pickup } from "./Pickup";

const opened = {
  state: "ready",
  org_name: "De Linde",
  sender_name: "Anouk",
  language: "en",
  method: "sms",
  phone_masked: "•••• 78",
  expires_at: "2030-01-01T00:00:00Z",
};
const message = {
  sender: { name: "Anouk", address: "a@linde.example" },
  org_name: "De Linde",
  at: "2026-01-01T10:00:00Z",
  subject: "Your appointment",
  text: "All is well.",
  has_html: false,
  files: [],
  expires_at: "2030-01-01T00:00:00Z",
  replies: [],
  can_reply: true,
  language: "en",
};
const guest = () => show(<Pickup token="tok" onMessageLanguage={() => undefined} />);

beforeEach(() => sessionStorage.clear());

it("sends and verifies nothing by being loaded", async () => {
  const calls = answering({ "POST /pickup/open": { body: opened } });
  guest();
  await screen.findByRole("button", { name: "Send me the code" });
  expect(calls.map((call) => call.path)).toEqual(["/pickup/open"]);
});

it("reads the message after the code, and replies", async () => {
  const calls = answering({
    "POST /pickup/open": { body: opened },
    "POST /pickup/code": { status: 202, body: { valid_seconds: 600, resend_after_seconds: 30 } },
    "POST /pickup/verify": { body: { expires_at: "2026-01-01T00:00:00Z" } },
    "GET /pickup/message": { body: message },
    "POST /pickup/reply": { status: 201, body: {} },
  });
  const user = userEvent.setup();
  guest();
  await user.click(await screen.findByRole("button", { name: "Send me the code" }));
  await user.type(await screen.findByLabelText("Code from the text message"), "123 456");
  await user.click(screen.getByRole("button", { name: "Open the message" }));
  await screen.findByText("All is well.");
  expect(calls.find((call) => call.path === "/pickup/verify")?.body).toEqual({ token: "tok", code: "123456" });
  await user.type(screen.getByLabelText("Your reply"), "Thank you");
  await user.click(screen.getByRole("button", { name: "Send reply" }));
  await screen.findByText("Your reply was sent.");
  const reply = calls.find((call) => call.path === "/pickup/reply");
  expect(reply?.body).toEqual({ text: "Thank you", files: [] });
  expect(reply?.headers.get("Idempotency-Key")).toBeTruthy();
});

it("says how many tries are left", async () => {
  answering({
    "POST /pickup/open": { body: { ...opened, method: "secret" } },
    "POST /pickup/verify": problem("unauthenticated", 401, { tries_left: 2 }),
  });
  const user = userEvent.setup();
  guest();
  await user.type(await screen.findByLabelText("Agreed secret"), "wrong one");
  await user.click(screen.getByRole("button", { name: "Open the message" }));
  await screen.findByText("This is not right. You have 2 more tries.");
});

it("warns at the last try", async () => {
  answering({
    "POST /pickup/open": { body: { ...opened, method: "secret" } },
    "POST /pickup/verify": problem("unauthenticated", 401, { tries_left: 1 }),
  });
  const user = userEvent.setup();
  guest();
  await user.type(await screen.findByLabelText("Agreed secret"), "wrong one");
  await user.click(screen.getByRole("button", { name: "Open the message" }));
  await screen.findByText("This is not right. You have 1 more try. After that the message is locked for a while.");
});

it("opens again when the server says that it is locked", async () => {
  let locked = false;
  answering({
    "POST /pickup/open": () => ({ body: locked ? { ...opened, state: "locked" } : { ...opened, method: "secret" } }),
    "POST /pickup/verify": () => {
      locked = true;
      return problem("locked", 423);
    },
  });
  const user = userEvent.setup();
  guest();
  await user.type(await screen.findByLabelText("Agreed secret"), "wrong one");
  await user.click(screen.getByRole("button", { name: "Open the message" }));
  await screen.findByRole("heading", { name: "Too many tries" });
});

it.each([
  ["expired", "This message has expired"],
  ["recalled", "This message was withdrawn"],
  ["unknown", "This link does not work"],
])("explains %s", async (state, title) => {
  answering({ "POST /pickup/open": { body: { ...opened, state } } });
  guest();
  await screen.findByRole("heading", { name: title });
});

it("asks for the code again when the visit has ended", async () => {
  sessionStorage.setItem("wardpost.pickup.verified", "1");
  answering({ "POST /pickup/open": { body: opened }, "GET /pickup/message": problem("unauthenticated", 401) });
  guest();
  await screen.findByText("You were signed out as a precaution. Confirm once more that it is you.");
  await waitFor(() => expect(sessionStorage.getItem("wardpost.pickup.verified")).toBeNull());
});
