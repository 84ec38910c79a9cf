import { cleanup } from "@testing-library/react";
import { afterEach, vi } from "vitest";

// jsdom has no CSS object; the component library asks it to escape a name.
const css = { escape: (text: string) => text, supports: () => false };
Object.defineProperty(window, "CSS", { value: css, configurable: true });
const view = document.defaultView;
if (view && view !== window) Object.defineProperty(view, "CSS", { value: css, configurable: true });

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});
