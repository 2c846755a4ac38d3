// The stream of events, opened again with growing pauses whenever it ends.
import type { NodeEvent } from './types';

export interface Listener {
  /** The stream is open: whatever happened before must be fetched. */
  opened(): void;
  event(event: NodeEvent): void;
  /** It ended, or could not be opened; the next try is in `pause` milliseconds. */
  closed(pause: number): void;
}

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 15_000;
/** An answer that does not come in this time is no answer. */
const PATIENCE = 8_000;

/** Doubles up to a limit, spread by a quarter so that many pages do not knock at once. `random` is in [0, 1). */
export function pauseAfter(failures: number, random: number): number {
  const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.min(failures, 10));
  return Math.round(pause * (0.75 + random / 2));
}

export class Stream {
  private socket: WebSocket | undefined;
  private timer: number | undefined;
  private failures = 0;
  private ended = false;

  constructor(private readonly listener: Listener) {}

  /** Opens it now if it is not open or opening. */
  open(): void {
    if (this.socket || this.ended) return;
    clearTimeout(this.timer);
    const socket = new WebSocket(`ws://${location.host}/api/events`);
    this.socket = socket;
    const patience = window.setTimeout(() => this.lost(socket), PATIENCE);
    socket.onopen = () => {
      clearTimeout(patience);
      this.failures = 0;
      this.listener.opened();
    };
    socket.onmessage = (frame) => this.listener.event(JSON.parse(String(frame.data)) as NodeEvent);
    socket.onclose = () => {
      clearTimeout(patience);
      this.lost(socket);
    };
  }

  /** Ends it for good. */
  end(): void {
    this.ended = true;
    clearTimeout(this.timer);
    this.socket?.close();
  }

  private lost(socket: WebSocket): void {
    if (this.socket !== socket) return;
    this.socket = undefined;
    socket.close();
    if (this.ended) return;
    const pause = pauseAfter(this.failures++, Math.random());
    this.timer = window.setTimeout(() => this.open(), pause);
    this.listener.closed(pause);
  }
}
