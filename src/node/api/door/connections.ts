/**
 * Connections, bounded: so many of one address, so many in all. Where there are too many, one that has been without a request for a while
 * gives way to the new one: a connection that says nothing keeps nobody out. Whoever is turned away is turned away late, for many come
 * again at once. Named proxies are many clients, and have the bound of all alone.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { TrustedProxies } from './addresses.ts';
import { clientKey } from './addresses.ts';

export interface ConnectionLimits {
  perAddress: number;
  all: number;
  /** Requests of one connection under way at once: HTTP/1.1 may send the next without waiting for an answer. */
  pipelined: number;
  /** A connection without a request for so long gives way. */
  silentMs: number;
  /** How late one is turned away, and how many may be waiting for that. */
  turnAwayMs: number;
  turningAway: number;
}

interface Held {
  address: string;
  /** requests under way that are not just being refused */
  busy: number;
  sinceMs: number;
}

export class Connections {
  readonly #limits: ConnectionLimits;
  readonly #proxies: TrustedProxies;
  /** In the order of their last answer, or of their coming. */
  readonly #held = new Map<Socket, Held>();
  readonly #ofAddress = new Map<string, Set<Socket>>();
  readonly #leaving = new Set<Socket>();
  /** How many had to give way, or were not taken. */
  turnedAway = 0;

  constructor(limits: ConnectionLimits, proxies: TrustedProxies) {
    this.#limits = limits;
    this.#proxies = proxies;
  }

  get size(): number {
    return this.#held.size;
  }

  /** How many addresses they come from. */
  get addresses(): number {
    return this.#ofAddress.size;
  }

  /** Stands before an HTTP server, which learns only of connections that are taken. */
  guard(server: Server): void {
    const taken = server.listeners('connection') as ((socket: Socket) => void)[];
    server.removeAllListeners('connection');
    server.on('connection', (socket) => {
      if (this.#enter(socket)) for (const serve of taken) serve.call(server, socket);
      else this.#turnAway(socket);
    });
  }

  /** Notes a request as under way until it is answered, or {@link rest}s. @returns false: this connection has too many, and was cut. */
  begin({ socket }: IncomingMessage, response: ServerResponse): boolean {
    const held = this.#held.get(socket);
    if (!held) return true;
    if (held.busy >= this.#limits.pipelined) {
      this.turnedAway++;
      socket.destroy();
      return false;
    }
    held.busy++;
    response.once('close', () => this.#ended(socket, held));
    return true;
  }

  /** A request that only waits for its refusal: its connection may give way. */
  rest({ socket }: IncomingMessage): void {
    const held = this.#held.get(socket);
    if (held) held.busy = 0;
  }

  /** Ends those that wait to be turned away. */
  close(): void {
    for (const socket of this.#leaving) socket.destroy();
  }

  #ended(socket: Socket, held: Held): void {
    held.busy = Math.max(0, held.busy - 1);
    held.sinceMs = performance.now();
    if (!this.#held.delete(socket)) return;
    this.#held.set(socket, held); // to the end
    const same = this.#ofAddress.get(held.address)!;
    same.delete(socket);
    same.add(socket);
  }

  #enter(socket: Socket): boolean {
    const remote = socket.remoteAddress;
    if (remote === undefined) return false; // it has gone already
    const address = clientKey(remote);
    const same = this.#ofAddress.get(address);
    const crowd = same && same.size >= this.#limits.perAddress && !this.#proxies.has(remote);
    if ((crowd && !this.#giveWay(same)) || (this.#held.size >= this.#limits.all && !this.#giveWay(this.#held.keys()))) return false;
    this.#held.set(socket, { address, busy: 0, sinceMs: performance.now() });
    this.#ofAddress.set(address, (this.#ofAddress.get(address) ?? new Set()).add(socket));
    socket.once('close', () => this.#leave(socket));
    return true;
  }

  /** One of these that has long been silent goes. They are in order, so the first silent one says whether any has been for long enough. */
  #giveWay(sockets: Iterable<Socket>): boolean {
    for (const socket of sockets) {
      const { busy, sinceMs } = this.#held.get(socket)!;
      if (busy > 0) continue;
      if (performance.now() - sinceMs < this.#limits.silentMs) return false;
      this.turnedAway++;
      this.#leave(socket);
      socket.destroy();
      return true;
    }
    return false;
  }

  #leave(socket: Socket): void {
    const held = this.#held.get(socket);
    if (!held) return;
    this.#held.delete(socket);
    const same = this.#ofAddress.get(held.address);
    same?.delete(socket);
    if (same?.size === 0) this.#ofAddress.delete(held.address);
  }

  #turnAway(socket: Socket): void {
    this.turnedAway++;
    socket.on('error', () => {});
    if (this.#leaving.size >= this.#limits.turningAway) return void socket.destroy();
    this.#leaving.add(socket);
    socket.pause();
    const timer = setTimeout(() => socket.destroy(), this.#limits.turnAwayMs);
    socket.once('close', () => {
      clearTimeout(timer);
      this.#leaving.delete(socket);
    });
  }
}
