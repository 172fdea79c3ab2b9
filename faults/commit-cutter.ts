/**
 * A way to Postgres that is cut at one moment: just before the server hears a COMMIT, or when it has committed and its answer is still on
 * the way. Reads the protocol's messages, as https://www.postgresql.org/docs/current/protocol-message-formats.html has them.
 */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface CommitCutter {
  port: number;
  /** where the next transaction that touches `table` is cut; then undefined again */
  cut: 'before' | 'after' | undefined;
  cuts: number;
  stop(): Promise<void>;
}

const TYPE_BYTES = 1;
const text = (bytes: Buffer, from: number): string => bytes.toString('latin1', from, bytes.indexOf(0, from));

/** Takes whole messages off a client's bytes. The first has no type. */
function takeMessages(known: { rest: Buffer; begun: boolean }, chunk: Buffer): Buffer[] {
  const messages: Buffer[] = [];
  let bytes = Buffer.concat([known.rest, chunk]);
  for (;;) {
    const head = known.begun ? TYPE_BYTES : 0;
    if (bytes.length < head + 4) break;
    const size = head + bytes.readUInt32BE(head);
    if (bytes.length < size) break;
    messages.push(bytes.subarray(0, size));
    bytes = bytes.subarray(size);
    known.begun = true;
  }
  known.rest = bytes;
  return messages;
}

/** What a client's connection says, one message after the other: is this one the COMMIT of a transaction that touched the table? */
function commits(table: string): (message: Buffer) => boolean {
  const statements = new Map<string, string>();
  let touched = false;
  return (message) => {
    const kind = String.fromCharCode(message[0]);
    let said: string | undefined;
    if (kind === 'P') {
      const name = text(message, 5);
      statements.set(name, text(message, 5 + Buffer.byteLength(name) + 1));
    } else if (kind === 'B') {
      const portal = text(message, 5);
      said = statements.get(text(message, 5 + Buffer.byteLength(portal) + 1));
    } else if (kind === 'Q') said = text(message, 5);
    if (said === undefined) return false;
    if (/^begin/i.test(said)) touched = false;
    touched ||= said.includes(table);
    return touched && /^commit/i.test(said);
  };
}

export async function startCommitCutter(toPort: number, table: string): Promise<CommitCutter> {
  const open = new Set<Socket>();
  const it: CommitCutter = { port: 0, cut: undefined, cuts: 0, stop: async () => {} };
  const server = createServer((client) => {
    const postgres = connect(toPort, '127.0.0.1');
    for (const socket of [client, postgres]) open.add(socket.on('error', () => {}).on('close', () => open.delete(socket)));
    const known = { rest: Buffer.alloc(0), begun: false };
    const isCommit = commits(table);
    let answered: Buffer | undefined; // gathered once the COMMIT is under way
    const cut = (): void => {
      it.cuts++;
      client.destroy();
      postgres.destroy();
    };
    client.on('data', (chunk: Buffer) => {
      for (const message of takeMessages(known, chunk)) {
        const where = isCommit(message) ? it.cut : undefined;
        if (where !== undefined) it.cut = undefined;
        if (where === 'before') return cut();
        if (where === 'after') answered = Buffer.alloc(0);
        postgres.write(message);
      }
    });
    postgres.on('data', (chunk: Buffer) => {
      if (answered === undefined) return void client.write(chunk);
      answered = Buffer.concat([answered, chunk]);
      if (answered.includes('COMMIT\0')) cut();
    });
    client.on('close', () => postgres.destroy());
    postgres.on('close', () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  it.port = (server.address() as AddressInfo).port;
  it.stop = () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of open) socket.destroy();
    });
  return it;
}
