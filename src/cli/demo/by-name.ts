/**
 * The demonstration's pages by name: passkeys are bound to a host's name, so its links say `localhost`, where that leads to them. The API
 * listens on 127.0.0.1; a browser that is asked for `localhost` may try the other loopback first, where another program may be.
 */
import { lookup } from 'node:dns/promises';
import { connect } from 'node:net';

const OURS = '127.0.0.1';
const ANSWER_MS = 1_000;

export const originOf = (port: number): string => `http://localhost:${port}`;

/** Whether a program listens there. */
const listens = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port, timeout: ANSWER_MS });
    const end = (is: boolean) => (): void => {
      socket.destroy();
      resolve(is);
    };
    socket.once('connect', end(true)).once('error', end(false)).once('timeout', end(false));
  });

const addressesOf = (name: string): Promise<string[]> =>
  lookup(name, { all: true }).then(
    (found) => found.map(({ address }) => address),
    () => [],
  );

/** Whether the name leads to the API on this port, and to nobody else. */
export async function isOursByName(port: number, addresses?: readonly string[]): Promise<boolean> {
  const all = addresses ?? (await addressesOf('localhost'));
  if (!all.includes(OURS)) return false;
  const others = await Promise.all([...new Set([...all, '::1'])].filter((one) => one !== OURS).map((one) => listens(one, port)));
  return !others.includes(true);
}
