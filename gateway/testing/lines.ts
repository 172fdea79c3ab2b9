/** Simulated meters on real lines: a pseudo-terminal (by `script` of util-linux), a TCP port, Modbus over TCP, HTTP. For tests. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer as createHttp } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** Where a server listens; by default at a free port of this machine alone. */
export interface ListenAt {
  host: string;
  port: number;
}
const HERE: ListenAt = { host: '127.0.0.1', port: 0 };

export interface FakeLine {
  /** The device, or the port. */
  path: string;
  write: (bytes: Uint8Array) => void;
  onData: (hear: (bytes: Uint8Array) => void) => void;
  close: () => Promise<void>;
}

/** A pseudo-terminal: `path` is what a serial port would be, `write` what a meter says on it. */
export async function openPseudoTerminal(): Promise<FakeLine> {
  const child = spawn('script', ['-qfc', 'stty raw -echo; tty; exec sleep infinity', '/dev/null'], { stdio: ['pipe', 'pipe', 'ignore'] });
  let text = '';
  let hear: (bytes: Uint8Array) => void = () => {};
  const path = await new Promise<string>((resolve, reject) => {
    child.on('error', reject);
    child.stdout.on('data', (bytes: Buffer) => {
      hear(bytes);
      text += bytes.toString('latin1');
      const found = /(\/dev\/pts\/\d+)\r?\n/.exec(text);
      if (found) resolve(found[1]);
    });
  });
  return {
    path,
    write: (bytes) => child.stdin.write(bytes),
    onData: (to) => {
      hear = to;
    },
    close: async () => {
      child.kill('SIGTERM');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}

/** A bridge that passes a meter's port on over TCP. */
export async function openBridge({ host, port }: ListenAt = HERE): Promise<FakeLine & { drop: () => void; connections: () => number }> {
  const sockets = new Set<Socket>();
  let hear: (bytes: Uint8Array) => void = () => {};
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    sockets.add(socket);
    socket.on('data', (bytes) => hear(bytes));
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(port, host);
  await once(server, 'listening');
  const drop = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    path: `tcp://${host}:${(server.address() as AddressInfo).port}`,
    write: (bytes) => {
      for (const socket of sockets) socket.write(bytes);
    },
    onData: (to) => {
      hear = to;
    },
    drop,
    connections: () => connections,
    close: async () => {
      drop();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A device that answers over HTTP. */
export async function openHttp(
  answer: (path: string) => Uint8Array | undefined,
  { host, port }: ListenAt = HERE,
): Promise<{ url: string; close: () => void }> {
  const server = createHttp((request, response) => {
    const bytes = answer(request.url ?? '');
    response.writeHead(bytes ? 200 : 404).end(bytes);
  });
  server.listen(port, host);
  await once(server, 'listening');
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://${host}:${(server.address() as AddressInfo).port}`, close };
}

/** Modbus over TCP: `registers` of either kind by address; an address that it does not know is refused as a device refuses it. */
export async function openModbusServer(
  registers: { input: Map<number, number>; holding: Map<number, number> },
  { host, port: wanted }: ListenAt = HERE,
): Promise<{ port: number; close: () => void }> {
  const { default: modbus } = await import('modbus-serial');
  const get = (from: Map<number, number>) => async (at: number) => {
    const value = from.get(at);
    if (value === undefined) throw Object.assign(new Error('illegal address'), { modbusErrorCode: 2 });
    return value;
  };
  const vector = { getInputRegister: get(registers.input), getHoldingRegister: get(registers.holding) };
  // The library takes the number 0 for its own 8502, which a test beside this one has perhaps; its text is any port that is free.
  const port = wanted === 0 ? ('0' as unknown as number) : wanted;
  const server = new modbus.ServerTCP(vector, { host, port, unitID: 1 });
  server.on('socketError', () => {});
  await new Promise<void>((resolve, reject) => {
    (server as unknown as NodeJS.EventEmitter).once('initialized', resolve).once('serverError', reject);
  });
  const { port: taken } = (server as unknown as { _server: Server })._server.address() as AddressInfo;
  return { port: taken, close: () => server.close(() => {}) };
}

function crcOfRtu(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  }
  return crc;
}

/** A slave of Modbus RTU on a line: functions 3 and 4. An address that it does not know is refused, another unit's question unheard. */
export function speakRtu(
  line: Pick<FakeLine, 'write' | 'onData'>,
  { unit, input, holding }: { unit: number; input: Map<number, number>; holding: Map<number, number> },
): () => { answered: number; broken: number } {
  const counts = { answered: 0, broken: 0 };
  let waiting: Uint8Array = new Uint8Array(0);
  const answer = (question: Uint8Array): Uint8Array | undefined => {
    const view = Buffer.from(question);
    if (crcOfRtu(view.subarray(0, 6)) !== view.readUInt16LE(6)) {
      counts.broken++;
      return undefined;
    }
    if (view[0] !== unit) return undefined;
    counts.answered++;
    const from = view[1] === 4 ? input : holding;
    const values = Array.from({ length: view.readUInt16BE(4) }, (_, i) => from.get(view.readUInt16BE(2) + i));
    const known = values.filter((value) => value !== undefined);
    const content = [unit, view[1], 2 * known.length, ...known.flatMap((value) => [value >> 8, value & 0xff])];
    const body = Uint8Array.from(known.length === values.length ? content : [unit, view[1] | 0x80, 2]);
    const crc = crcOfRtu(body);
    return Uint8Array.from([...body, crc & 0xff, crc >> 8]);
  };
  line.onData((bytes) => {
    waiting = Buffer.concat([waiting, bytes]);
    for (; waiting.length >= 8; waiting = waiting.subarray(8)) {
      const said = answer(waiting.subarray(0, 8));
      if (said) line.write(said);
    }
  });
  return () => counts;
}

/** Bytes as registers from an address on. */
export const asRegisters = (at: number, bytes: Uint8Array): [number, number][] =>
  Array.from({ length: bytes.length / 2 }, (_, i) => [at + i, (bytes[2 * i] << 8) | bytes[2 * i + 1]]);
