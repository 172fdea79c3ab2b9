/** What the roles of ELECTRA do: the attestor, the issuer, the guardian, each with a key file of its own. Under `electra money`. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { Argument, type Command, InvalidArgumentError } from 'commander';
import { writeSecret } from '../../node/db/index.ts';
import { keySigner } from '../../protocol/messages/sign.ts';
import { CliError } from '../errors.ts';
import { parseElectra } from '../operator/amount.ts';
import { printDone } from '../operator/operator.ts';
import { example, jsonOption, parseAddress } from '../options.ts';
import { type OrderOptions, orderedBy } from './order.ts';
import { attest, cancelRotation, confirm, freeze, mint, pause, reject, rotateRole, unfreeze, unpause } from './orders.ts';
import { fileHand, type ReachOptions } from './reach.ts';

const ROLES = ['issuer', 'attestor', 'guardian'] as const;
export const roleArgument = () => new Argument('<role>', 'whose').choices(ROLES);

const byRole = orderedBy<ReachOptions & OrderOptions & { keyFile: string }>({
  options: (c) => c.requiredOption('--key-file <file>', '0600 file with the role’s private key in hex (electra money new-key)'),
  hand: (o, main) => fileHand(o.keyFile, '--key-file', main),
});

function hashOf(option: string, file: string): Uint8Array {
  try {
    return new Uint8Array(createHash('sha256').update(readFileSync(file)).digest());
  } catch (error) {
    throw new CliError(`${option}: ${file}: cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

export function parseNumber(text: string): bigint {
  if (!/^[1-9][0-9]{0,17}$/.test(text)) throw new InvalidArgumentError('expected a whole number above 0.');
  return BigInt(text);
}

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

/** UTC to the second, as Unix seconds. */
function parseMoment(text: string): number {
  const ms = MOMENT.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 19) !== text.slice(0, 19))
    throw new InvalidArgumentError('expected a moment in UTC, as 2026-11-27T12:00:00Z.');
  return ms / 1000;
}

function registerAttestor(money: Command): void {
  const c = money
    .command('attest')
    .argument('<amount>', 'ELECTRA: the reserve then, less payments that were confirmed by then and have not left', parseElectra)
    .description('attestor: say what lies at the bank for ELECTRA')
    .requiredOption('--as-of <moment>', 'when it lay there, UTC, later than the attestation before', parseMoment)
    .requiredOption('--document <file>', 'the bank’s statement; its SHA-256 is on the chain');
  const typed = 'npx electra money attest 125000 --as-of 2026-11-27T12:00:00Z --document statement.pdf --key-file attestor.key --yes';
  byRole(c, typed, (amountNel: bigint) => {
    const { asOf, document } = c.opts<{ asOf: number; document: string }>();
    return attest(asOf, amountNel, hashOf('--document', document));
  });
}

function registerIssuer(money: Command): void {
  byRole(
    money
      .command('mint')
      .argument('<to>', 'an account that may hold ELECTRA', parseAddress)
      .argument('<amount>', 'ELECTRA', parseElectra)
      .description('issuer: mint what was paid in, within what is attested'),
    'npx electra money mint electra1… 250 --key-file issuer.key --yes',
    mint,
  );
  const confirming = money
    .command('confirm')
    .argument('<id>', 'number of the redemption (electra money status)', parseNumber)
    .description('issuer: say that a redemption is paid out, after the payment; burns it')
    .requiredOption('--payment <file>', 'the payment’s paper, of this redemption alone; its SHA-256 is on the chain');
  byRole(confirming, 'npx electra money confirm 7 --payment payment-7.pdf --key-file issuer.key --yes', (id: bigint) =>
    confirm(id, hashOf('--payment', confirming.opts<{ payment: string }>().payment)),
  );
  byRole(
    money
      .command('reject')
      .argument('<id>', 'number of the redemption', parseNumber)
      .addArgument(new Argument('<reason>', 'listed for everybody').choices(['wrong-reference', 'legal-order']))
      .description('issuer: give a redemption back that cannot be paid out'),
    'npx electra money reject 7 wrong-reference --key-file issuer.key --yes',
    reject,
  );
}

function registerGuardian(money: Command): void {
  for (const [name, order, words, typed] of [
    [
      'freeze',
      freeze,
      'guardian: nothing leaves an account; deposits and settlement go on',
      'npx electra money freeze electra1… --reason order.pdf --key-file guardian.key --yes',
    ],
    ['unfreeze', unfreeze, 'guardian: end that', 'npx electra money unfreeze electra1… --reason order.pdf --key-file guardian.key --yes'],
  ] as const) {
    const c = money
      .command(name)
      .argument('<account>', 'whose', parseAddress)
      .description(words)
      .requiredOption('--reason <file>', 'why, in a paper that is kept; its SHA-256 is on the chain');
    byRole(c, typed, (account: string) => order(account, hashOf('--reason', c.opts<{ reason: string }>().reason)));
  }
  for (const [name, order, words, typed] of [
    [
      'pause',
      pause,
      'guardian: stop minting, sending, paying members, registering accounts',
      'npx electra money pause --key-file guardian.key --yes',
    ],
    ['unpause', unpause, 'guardian: end the pause', 'npx electra money unpause --key-file guardian.key --yes'],
  ] as const)
    byRole(money.command(name).description(words), typed, order);
  byRole(
    money.command('cancel-rotation').addArgument(roleArgument()).description('guardian: cancel a role’s rotation that waits'),
    'npx electra money cancel-rotation issuer --key-file guardian.key --yes',
    cancelRotation,
  );
}

function registerRotation(money: Command): void {
  byRole(
    money
      .command('rotate-role')
      .addArgument(roleArgument())
      .argument('<address>', 'who has it next, in seven days: an address without a role', parseAddress)
      .description('hand a role on, by its own key; the guardian may cancel it until it is due'),
    'npx electra money rotate-role issuer electra1… --key-file issuer.key --yes',
    rotateRole,
  );
}

/** What the test issuer's keys are the SHA-256 of (docs/electra.md). */
const testKey = (role: string): string => createHash('sha256').update(`electra/test-issuer/v1/${role}`).digest('hex');

function registerNewKey(money: Command): void {
  const c = money
    .command('new-key')
    .description('draw a key into a 0600 file, of a role or a wallet; whoever has the file has the part')
    .requiredOption('--out <file>', 'file to write; must not exist')
    .addOption(
      money
        .createOption('--test-issuer <role>', 'the published key of the test issuer instead, for development alone: everybody has it')
        .choices(ROLES),
    )
    .addOption(jsonOption());
  example(c, 'npx electra money new-key --out issuer.key');
  c.action(() => {
    const { out, testIssuer, json } = c.opts<{ out: string; testIssuer?: string; json?: true }>();
    if (existsSync(out)) throw new CliError(`--out: ${out} exists already`);
    const secret = testIssuer === undefined ? bytesToHex(secp256k1.utils.randomSecretKey()) : testKey(testIssuer);
    writeSecret(out, secret);
    const { address } = keySigner(Uint8Array.from(Buffer.from(secret, 'hex')));
    const marked = testIssuer === undefined ? '' : `TEST ISSUER, refused outside of development: `;
    printDone(Boolean(json), `${marked}${address} in ${out}; keep a copy elsewhere, as secret as the file`, {
      ...{ address, out },
      ...(testIssuer !== undefined && { testIssuer: true }),
    });
  });
}

export function registerRoles(money: Command): void {
  registerNewKey(money);
  registerAttestor(money);
  registerIssuer(money);
  registerGuardian(money);
  registerRotation(money);
}
