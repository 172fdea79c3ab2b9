/**
 * Who the operator is (protocol §9.8): whoever signs bills under a key that a bundle does not name has signed nothing against itself, and a
 * rotation that the community vetoed is signed as well as any.
 */
import { encodeOperatorsFile, OPERATORS_PATH } from '../src/protocol/index.ts';
import { keySigner } from '../src/protocol/messages/sign.ts';
import { rotationDigest } from '../src/protocol/meter/operator-signature.ts';
import type { Files } from '../test/kit/attack/forged-bundle.ts';
import { CHAIN_ID } from '../test/kit/audit/readings.ts';
import { bundle, operator, withChain } from '../test/kit/member.ts';
import type { Attack } from './attack.ts';
import { auditAttack } from './audit-attack.ts';

const group = 'operators';
const LATER = keySigner(new Uint8Array(32).fill(8)).address;

/** A rotation to another key, signed by the operator of genesis. */
const rotation = (): string =>
  encodeOperatorsFile({
    chainId: CHAIN_ID,
    rotations: [
      { address: LATER, signature: Buffer.from(operator.sign(rotationDigest(CHAIN_ID, 1, LATER)) as Uint8Array).toString('hex') },
    ],
  });

/** The chain has `chain` of the operators, the export `file`. */
function bundleOf(chain: string | null, file: string | null): Files {
  const files = bundle();
  if (chain !== null) files.set(OPERATORS_PATH, chain);
  const all = withChain(files);
  if (file === null) all.delete(OPERATORS_PATH);
  else all.set(OPERATORS_PATH, file);
  return all;
}

const attack = (name: string, does: string, files: () => Files): Attack =>
  auditAttack({ name, group, by: 'operator', does, refusedBy: ['2 operators'], bundle: async () => files() });

export const operatorAttacks: readonly Attack[] = [
  attack(
    'operators-left-away',
    'signs false bills with a key that it rotated to, and exports no word of the rotation: the evidence would be against nobody',
    () => bundleOf(rotation(), null),
  ),
  attack('vetoed-operator', 'names in its export the account that it signed over to and that the community vetoed', () =>
    bundleOf(null, rotation()),
  ),
  attack('operators-unreadable', 'spoils the file that says whose signatures count, so that evidence of members cannot be checked', () =>
    bundleOf(rotation(), rotation().replace(LATER, `${LATER.slice(0, -1)}x`)),
  ),
];
