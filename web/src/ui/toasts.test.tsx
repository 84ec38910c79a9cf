import { act, screen } from "@testing-library/react";
import { beforeEach, expect, it, vi } from "vitest";
import { show } from "../../test/render";
import { useVoice } from "./toasts";

let voice: ReturnType<typeof useVoice>;
function Speaker() {
  const now = useVoice();
  return (
    <button type="button" onClick={() => (voice = now)}>
      speak
    </button>
  );
}
const press = (name: string) => act(() => screen.getByRole("button", { name }).click());

beforeEach(() => {
  vi.useFakeTimers();
  show(<Speaker />);
  press("speak");
});

it("calls what is to be done once a message with an undo has left the screen by itself", () => {
  const [undo, gone] = [vi.fn(), vi.fn()];
  act(() => voice.tell("done", undo, gone));
  act(() => vi.advanceTimersByTime(14_900));
  expect(gone).not.toHaveBeenCalled();
  act(() => vi.advanceTimersByTime(200));
  expect(gone).toHaveBeenCalledTimes(1);
  expect(undo).not.toHaveBeenCalled();
});

it("undoes before that", () => {
  const order: string[] = [];
  act(() => voice.tell("done", () => void order.push("undo"), () => void order.push("gone")));
  press("Undo");
  expect(order).toEqual(["undo", "gone"]);
});

it("is done as well when newer ones take its place", () => {
  const gone = vi.fn();
  act(() => voice.tell("1", () => undefined, gone));
  for (const text of ["2", "3", "4"]) act(() => voice.tell(text, () => undefined));
  expect(gone).toHaveBeenCalledTimes(1);
});
