/**
 * A made chain served by a process of its own, so that serving costs the reader nothing: `serve-process.ts NAME [HEIGHT]` prints the URL; a
 * number that it is sent is the height up to which the chain is shown from then on.
 */
import { madeChain } from './made-chain.ts';
import type { PlanName } from './plans.ts';
import { serveMadeChain } from './serve.ts';

const [name, height] = process.argv.slice(2);
const node = await serveMadeChain(await madeChain(name as PlanName), height === undefined ? undefined : Number(height));
process.on('message', (to) => node.show(Number(to)));
process.once('disconnect', () => process.exit(0)); // whoever asked is gone
process.stdout.write(`${node.url}\n`);
