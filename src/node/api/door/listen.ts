/** Listening on a port, with the sentences that a person needs when it cannot be. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ElectraError, laterFor } from '../../../protocol/values/errors.ts';

export class ApiStartError extends ElectraError<'port-in-use' | 'port-forbidden'> {
  static override retryOf = laterFor('port-in-use');
}

const STOP_GRACE_MS = 3_000;

/** `option`: what to choose another port by. @returns the server's URL @throws ApiStartError */
export async function listen(server: Server, { host, port, option }: { host: string; port: number; option: string }): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    const refused = (code: 'port-forbidden' | 'port-in-use', why: string) =>
      new ApiStartError(code, `port ${port} on ${host}: ${why}; choose another with ${option}`);
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EACCES') reject(refused('port-forbidden', 'this account may not listen there'));
      else if (error.code === 'EADDRINUSE') reject(refused('port-in-use', 'another program listens there'));
      else reject(error);
    });
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  return `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`;
}

/** Lets running requests end, for a while. */
export function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), STOP_GRACE_MS);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}
