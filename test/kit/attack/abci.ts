/**
 * electrad's application, driven as CometBFT drives it: ABCI 2.0 over a socket, one length-prefixed request after the other. Whoever holds
 * this end is the consensus engine: it sets the time of each block and decides what is in it, whatever CheckTx said. That is just what a
 * Byzantine proposer can do.
 */
import { connect, type Socket } from 'node:net';
import { BinaryReader, BinaryWriter } from 'cosmjs-types/binary';
import { Request, Response } from 'cosmjs-types/tendermint/abci/types';

/** One field of abci.Request, in part; what is left out is empty. */
type Call = Readonly<Record<string, object>>;

export class AbciClient {
  readonly #socket: Socket;
  readonly #waiting: { resolve(response: Response): void; reject(error: Error): void }[] = [];
  #rest: Uint8Array = new Uint8Array(0);

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Uint8Array) => this.#read(chunk));
    const end = (error?: Error) => {
      for (const { reject } of this.#waiting.splice(0)) reject(error ?? new Error('electrad closed the connection'));
    };
    socket.on('error', end);
    socket.on('close', () => end());
  }

  static open(port: number): Promise<AbciClient> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => resolve(new AbciClient(socket)));
      socket.once('error', reject);
    });
  }

  /** Sends one request and flushes. Exceptions of the application reject. */
  async call(request: Call): Promise<Response> {
    const [response] = await Promise.all([this.#send(request), this.#send({ flush: {} })]); // both fail where the connection does
    if (response.exception) throw new Error(response.exception.error);
    return response;
  }

  close(): void {
    this.#socket.destroy();
  }

  #send(request: Call): Promise<Response> {
    const bytes = Request.encode(Request.fromPartial(request as never)).finish();
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#socket.write(BinaryWriter.create().bytes(bytes).finish());
    });
  }

  #read(chunk: Uint8Array): void {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    for (;;) {
      let body: Uint8Array;
      let used: number;
      try {
        const reader = new BinaryReader(this.#rest);
        body = reader.bytes();
        used = reader.pos;
        if (used > this.#rest.length) return;
      } catch {
        return; // not all of it is here yet
      }
      this.#rest = this.#rest.subarray(used);
      this.#waiting.shift()?.resolve(Response.decode(body));
    }
  }
}
