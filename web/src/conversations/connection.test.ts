import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { connect, type Connection, PROTOCOL, socketAddress, waitBefore } from "./connection";

class Socket {
  static all: Socket[] = [];
  readyState = 0;
  bufferedAmount = 0;
  binaryType = "blob";
  sent: Uint8Array[] = [];
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  readonly address: string;
  readonly protocol: string;
  constructor(address: string, protocol: string) {
    this.address = address;
    this.protocol = protocol;
    Socket.all.push(this);
  }
  send(frame: Uint8Array) {
    this.sent.push(frame);
  }
  close() {
    this.readyState = 3;
  }
  opens() {
    this.readyState = 1;
    this.onopen?.();
  }
  fails() {
    this.readyState = 3;
    this.onclose?.();
  }
}

const last = () => Socket.all[Socket.all.length - 1] as Socket;
let heard: string[];
let connection: Connection;
const start = () => {
  connection = connect("wss://example.org/api/v1/conversations/socket", {
    opened: (line) => heard.push(`opened ${line}`),
    closed: (line) => heard.push(`closed ${line}`),
    received: (line, frame) => heard.push(`received ${line} ${frame}`),
  });
};

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, "random").mockReturnValue(1);
  vi.stubGlobal("WebSocket", Socket);
  Socket.all = [];
  heard = [];
  start();
});
afterEach(() => {
  connection.stop();
  vi.restoreAllMocks();
});

it("speaks the protocol to the page's own server, as safely as the page came", () => {
  expect(last().protocol).toBe(PROTOCOL);
  expect(last().binaryType).toBe("arraybuffer");
  expect(socketAddress({ protocol: "https:", host: "care.example" })).toBe("wss://care.example/api/v1/conversations/socket");
  expect(socketAddress({ protocol: "http:", host: "localhost:8080" })).toBe("ws://localhost:8080/api/v1/conversations/socket");
});

it("waits longer after each try in vain, half of it by chance, and never more than half a minute", () => {
  expect([0, 1, 2, 3, 4, 5, 6, 7, 100].map((tries) => waitBefore(tries, 1))).toEqual([
    500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000,
  ]);
  expect(waitBefore(3, 0)).toBe(2_000);
  for (const wait of [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]) {
    const tries = Socket.all.length;
    last().fails();
    vi.advanceTimersByTime(wait - 1);
    expect(Socket.all).toHaveLength(tries);
    vi.advanceTimersByTime(1);
    expect(Socket.all).toHaveLength(tries + 1);
  }
  expect(heard).toEqual([]);
});

it("begins the waits anew only after a connection that stood", () => {
  for (let time = 0; time < 3; time += 1) {
    last().opens();
    last().fails();
    vi.advanceTimersByTime(30_000);
  }
  last().opens();
  last().fails();
  vi.advanceTimersByTime(3_999);
  expect(Socket.all).toHaveLength(4);
  vi.advanceTimersByTime(1);
  last().opens();
  vi.advanceTimersByTime(10_000);
  last().fails();
  vi.advanceTimersByTime(500);
  expect(Socket.all).toHaveLength(6);
});

it("doesn't wait when somebody looks or the network is back", () => {
  for (let time = 0; time < 8; time += 1) {
    last().fails();
    vi.advanceTimersByTime(30_000);
  }
  last().fails();
  connection.wake(false);
  expect(Socket.all).toHaveLength(10);
  vi.advanceTimersByTime(60_000);
  expect(Socket.all).toHaveLength(10);
  // The same network, and it stands: nothing to do. Another: what stood is of no use.
  last().opens();
  connection.wake(false);
  expect(Socket.all).toHaveLength(10);
  connection.wake(true);
  vi.advanceTimersByTime(500);
  expect(Socket.all).toHaveLength(11);
  expect(heard).toEqual(["opened 10", "closed 10"]);
});

it("sends on the connection that is meant, or not at all", () => {
  connection.send(1, Uint8Array.of(1));
  last().opens();
  connection.send(1, Uint8Array.of(2));
  const first = last();
  first.onmessage?.({ data: Uint8Array.of(9).buffer });
  first.fails();
  vi.advanceTimersByTime(500);
  last().opens();
  connection.send(1, Uint8Array.of(3));
  connection.send(2, Uint8Array.of(4));
  expect(first.sent).toEqual([Uint8Array.of(2)]);
  expect(last().sent).toEqual([Uint8Array.of(4)]);
  expect(heard).toEqual(["opened 1", "received 1 9", "closed 1", "opened 2"]);
  connection.drop(1);
  expect(last().readyState).toBe(1);
  connection.drop(2);
  expect(last().readyState).toBe(3);
});

it("holds back what the browser can't take, in order, and gives up a connection that takes nothing", () => {
  last().opens();
  last().bufferedAmount = 2 << 20;
  for (let n = 0; n < 3; n += 1) connection.send(1, Uint8Array.of(n));
  expect(last().sent).toEqual([]);
  last().bufferedAmount = 0;
  vi.advanceTimersByTime(50);
  expect(last().sent).toEqual([0, 1, 2].map((n) => Uint8Array.of(n)));
  const full = last();
  full.bufferedAmount = 2 << 20;
  for (let n = 0; n < 5; n += 1) connection.send(1, new Uint8Array(8 << 20));
  expect(heard).toEqual(["opened 1", "closed 1"]);
  vi.advanceTimersByTime(500);
  expect(Socket.all).toHaveLength(2);
  expect(full.sent).toHaveLength(3);
});

it("connects anew after the machine slept: the server has given up on us", () => {
  last().opens();
  vi.advanceTimersByTime(300_000);
  expect(Socket.all).toHaveLength(1);
  vi.setSystemTime(Date.now() + 3_600_000);
  vi.advanceTimersByTime(20_000);
  expect(heard).toEqual(["opened 1", "closed 1"]);
  vi.advanceTimersByTime(500);
  expect(Socket.all).toHaveLength(2);
});

it("opens nothing more once stopped", () => {
  last().fails();
  connection.stop();
  connection.wake(true);
  vi.advanceTimersByTime(120_000);
  expect(Socket.all).toHaveLength(1);
});
