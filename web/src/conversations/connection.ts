/** The WebSocket to the server, opened again and again until it is stopped. */

/** The subprotocol, with its version. */
export const PROTOCOL = "wardpost.conversation.1";

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
/** A connection that stood so long was a good one: after it the waits begin anew. */
const GOOD_MS = 10_000;
/** How often we look whether we slept, and how long the server waits for a sign of life before it gives up. */
const BEAT_MS = 20_000;
const SLEPT_MS = 60_000;
/** What the browser may hold back before we do, and how much we do before the connection is of no use. */
const PLENTY_BYTES = 1 << 20;
const TOO_MUCH_BYTES = 32 << 20;
const LOOK_AGAIN_MS = 50;
/** `WebSocket.OPEN`. */
const OPEN = 1;

/** `line` counts connections: what belongs to one is never sent on another. */
export interface Listener {
  opened: (line: number) => void;
  closed: (line: number) => void;
  received: (line: number, frame: Uint8Array) => void;
}

export interface Connection {
  /** Sends, if this connection still stands. */
  send: (line: number, frame: Uint8Array) => void;
  /** Closes this connection, if it still stands; another follows. */
  drop: (line: number) => void;
  /** Somebody looks, or the network is back: no more waiting. What stood before the network went is of no use. */
  wake: (online: boolean) => void;
  stop: () => void;
}

export const socketAddress = (page: { protocol: string; host: string }): string =>
  `${page.protocol === "https:" ? "wss:" : "ws:"}//${page.host}/api/v1/conversations/socket`;

/** How long before the next try, after so many in vain: half of it certain, half by chance. */
export function waitBefore(tries: number, chance: number): number {
  const longest = Math.min(FIRST_WAIT_MS * 2 ** tries, LONGEST_WAIT_MS);
  return longest / 2 + (longest / 2) * chance;
}

export function connect(address: string, listener: Listener): Connection {
  let stopped = false;
  let line = 0;
  let tries = 0;
  let socket: WebSocket | null = null;
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  let flushing: ReturnType<typeof setTimeout> | undefined;
  /** Ends the present connection. */
  let ends = () => {};

  /** Lets go of the present socket, whether or not it ever opened. */
  const leave = () => {
    const left = socket;
    socket = null;
    clearTimeout(flushing);
    flushing = undefined;
    held = [];
    heldBytes = 0;
    if (!left) return;
    left.onopen = left.onclose = left.onmessage = null;
    left.close();
  };

  const open = () => {
    const mine = ++line;
    let since: number | undefined;
    const made = new WebSocket(address, PROTOCOL);
    socket = made;
    made.binaryType = "arraybuffer";
    made.onopen = () => {
      since = Date.now();
      listener.opened(mine);
    };
    made.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (data instanceof ArrayBuffer) listener.received(mine, new Uint8Array(data));
    };
    // A failure to connect ends here as well.
    made.onclose = () => end(since);
    ends = () => end(since);
  };

  const end = (since: number | undefined) => {
    const ended = line;
    leave();
    if (since !== undefined) {
      if (Date.now() - since >= GOOD_MS) tries = 0;
      listener.closed(ended);
    }
    if (stopped) return;
    waiting = setTimeout(retry, waitBefore(tries, Math.random()));
    tries += 1;
  };

  const retry = () => {
    clearTimeout(waiting);
    waiting = undefined;
    open();
  };

  /** The browser tells nobody when it has room again: one has to look. */
  const flush = () => {
    flushing = undefined;
    while (socket && held.length > 0 && socket.bufferedAmount < PLENTY_BYTES) {
      const frame = held.shift() as Uint8Array<ArrayBuffer>;
      heldBytes -= frame.length;
      socket.send(frame);
    }
    if (socket && held.length > 0) flushing = setTimeout(flush, LOOK_AGAIN_MS);
  };

  let lastBeat = Date.now();
  const beat = setInterval(() => {
    const slept = Date.now() - lastBeat > SLEPT_MS;
    lastBeat = Date.now();
    // The server has given up on us meanwhile, and the browser may not know for long.
    if (slept && socket) {
      tries = 0;
      ends();
    }
  }, BEAT_MS);

  open();
  return {
    send: (of, frame) => {
      if (of !== line || socket?.readyState !== OPEN) return;
      held.push(frame);
      heldBytes += frame.length;
      if (heldBytes > TOO_MUCH_BYTES) ends();
      else if (flushing === undefined) flush();
    },
    drop: (of) => {
      if (of === line && socket) ends();
    },
    wake: (online) => {
      if (stopped) return;
      tries = 0;
      if (waiting !== undefined) retry();
      else if (online && socket?.readyState === OPEN) ends();
    },
    stop: () => {
      stopped = true;
      clearTimeout(waiting);
      clearInterval(beat);
      leave();
    },
  };
}
