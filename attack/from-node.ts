/**
 * Attacks by a chain node on whoever makes a bundle from it (docs/prove-book.md). It can leave out and alter what it shows; the bundle is
 * judged by the same audit as any other, so it gains nothing by being asked.
 */
import { bundleFromNode } from '../src/node/indexer/index.ts';
import { dateToDay } from '../src/protocol/index.ts';
import type { Files } from '../test/kit/attack/forged-bundle.ts';
import { DAY2, edit, filesOf } from '../test/kit/audit/bundles.ts';
import { startPretendNode } from '../test/kit/pretend-node.ts';
import type { Attack } from './attack.ts';
import { auditAttack } from './audit-attack.ts';

const PROOFS = `days/${DAY2}/proofs.json`;

/** The second day from a node whose blocks have other proofs than the meters' bills. */
async function fromNode(change: (proofs: Parameters<Parameters<typeof edit>[2]>[0]) => void): Promise<Files> {
  const files = filesOf('honest');
  edit(files, PROOFS, change);
  const node = await startPretendNode(files);
  try {
    const days = [dateToDay(DAY2)];
    return new Map(Object.entries(await bundleFromNode({ rpcUrl: node.url, days, signal: AbortSignal.timeout(60_000) })));
  } finally {
    await node.stop();
  }
}

export const nodeBundleAttacks: readonly Attack[] = [
  auditAttack({
    name: 'blocks-with-exchanged-proofs',
    group: 'from-node',
    by: 'node',
    does: "gives an auditor blocks in which two meters' proofs are exchanged",
    refusedBy: ['5 bills'],
    bundle: () =>
      fromNode((proofs) => {
        [proofs.bills[2].proof, proofs.bills[9].proof] = [proofs.bills[9].proof, proofs.bills[2].proof];
      }),
  }),
  auditAttack({
    name: 'blocks-with-another-clearing',
    group: 'from-node',
    by: 'node',
    does: "gives an auditor blocks in which the clearing's proof is another day's",
    refusedBy: ['6 clearing'],
    bundle: () =>
      fromNode((proofs) => {
        proofs.clearing = JSON.parse(filesOf('honest').get('days/2026-07-01/proofs.json')!).clearing;
      }),
  }),
];
