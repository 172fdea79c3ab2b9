/**
 * The built pages on a port of their own, as the API serves them: the same files, headers and policy. Questions to the API are answered by
 * what the test says, or not at all.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { pages } from '../../../scripts/setup.mjs';
import { pageFor, readPages } from '../../../src/node/api/pages/built.ts';
import { bodyOf } from '../body.ts';
import { once } from '../made-once.ts';

const DIST = fileURLToPath(new URL('../../../web/dist', import.meta.url));

export const builtPages = once(async () => {
  await pages();
  const found = readPages(DIST);
  if (!found) throw new Error('web/dist: expected the pages to be built');
  return found;
});

export interface Site {
  url: string;
  close(): Promise<void>;
}

/** @param answer of everything that is no page; default 404 */
export async function openSite(
  answer: (request: Request) => Promise<Response> | Response = () => new Response(null, { status: 404 }),
): Promise<Site> {
  const files = await builtPages();
  const server = createServer(async (incoming, outgoing) => {
    const body = await bodyOf(incoming);
    if (body === null) return;
    const request = new Request(`http://127.0.0.1${incoming.url}`, {
      method: incoming.method,
      headers: Object.entries(incoming.headers).flatMap(([name, value]): [string, string][] =>
        typeof value === 'string' ? [[name, value]] : [],
      ),
      ...(body.length > 0 ? { body: new Uint8Array(body) } : {}),
    });
    const response = pageFor(files, request) ?? (await answer(request));
    outgoing.writeHead(response.status, Object.fromEntries(response.headers)).end(Buffer.from(await response.arrayBuffer()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
