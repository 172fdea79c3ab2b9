/**
 * Strangers in a process of their own, all from one address: `strangers-process.ts '{"url": …, "silent": 9, "ready": 4, …}'`
 * prints a line once they are there, and ends with its parent. Whoever is answered asks again at once; whoever is cut off comes again.
 */
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import type { Strangers } from './strangers.ts';

const { url, from, silent, ready, introspecting } = JSON.parse(process.argv[2]) as Strangers & { url: string; from?: string };
const { hostname, port } = new URL(url);
const COME_AGAIN_MS = 500;

function sayNothing(): void {
  const socket = connect({ host: hostname, port: Number(port), localAddress: from });
  socket.on('error', () => {});
  socket.on('close', () => setTimeout(sayNothing, COME_AGAIN_MS));
}

const agent = new Agent({ keepAlive: true });
function ask(path: string, body?: string): void {
  const again = () => setImmediate(ask, path, body);
  const req = request(
    new URL(path, url),
    { agent, localAddress: from, method: body ? 'POST' : 'GET', headers: body ? { 'content-type': 'application/json' } : {} },
    (res) => {
      res.resume();
      res.on('close', again);
    },
  );
  req.on('error', () => setTimeout(again, 10));
  req.end(body);
}

/** Short to ask, long to answer. */
const inner = 'name description args { name type { name kind ofType { name kind } } } type { name kind ofType { name fields { name } } }';
const aliases = Array.from({ length: 15 }, (_, i) => `a${i}: __schema { types { name fields { ${inner} } } }`);

for (let i = 0; i < silent; i++) sayNothing();
for (let i = 0; i < ready; i++) ask('/ready');
for (let i = 0; i < introspecting; i++) ask('/graphql', JSON.stringify({ query: `{ ${aliases.join(' ')} }` }));
process.stdout.write('there\n');
process.on('disconnect', () => process.exit(0));
