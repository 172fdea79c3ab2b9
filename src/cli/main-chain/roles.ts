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
import { carryOut, type Order, type OrderOptions, withOrder } from './order.ts';
import { attest, cancelRotation, confirm, freeze, mint, pause, reject, rotateRole, unfreeze, unpause } from './orders.ts';
import { fileHand, mainOf, type ReachOptions } from './reach.ts';

type RoleOptions = ReachOptions & OrderOptions & { keyFile: string };

const ROLES = ['issuer', 'attestor', 'guardian'] as const;
export const roleArgument = () => new Argument('<role>', 'whose').choices(ROLES);

const withKey = (c: Command): Command =>
  withOrder(c.requiredOption('--key-file <file>', '0600 file with the role’s private key in hex (electra money new-key)'));

async function byRole(o: RoleOptions, order: Order): Promise<void> {
  const main = await mainOf(o);
  await carryOut(order, main, fileHand(o.keyFile, '--key-file', main), o);
}

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
  const c = withKey(
    money
      .command('attest')
      .argument('<amount>', 'ELECTRA: the reserve then, less payments that were confirmed by then and have not left', parseElectra)
      .description('attestor: say what lies at the bank for ELECTRA')
      .requiredOption('--as-of <moment>', 'when it lay there, UTC, later than the attestation before', parseMoment)
      .requiredOption('--document <file>', 'the bank’s statement; its SHA-256 is on the chain'),
  );
  example(c, 'npx electra money attest 125000 --as-of 2026-11-27T12:00:00Z --document statement.pdf --key-file attestor.key --yes');
  c.action((amountNel: bigint) => {
    const o = c.opts<RoleOptions & { asOf: number; document: string }>();
    return byRole(o, attest(o.asOf, amountNel, hashOf('--document', o.document)));
  });
}

function registerIssuer(money: Command): void {
  const minting = withKey(
    money
      .command('mint')
      .argument('<to>', 'an account that may hold ELECTRA', parseAddress)
      .argument('<amount>', 'ELECTRA', parseElectra)
      .description('issuer: mint what was paid in, within what is attested'),
  );
  example(minting, 'npx electra money mint electra1… 250 --key-file issuer.key --yes');
  minting.action((to: string, amountNel: bigint) => byRole(minting.opts<RoleOptions>(), mint(to, amountNel)));

  const confirming = withKey(
    money
      .command('confirm')
      .argument('<id>', 'number of the redemption (electra money status)', parseNumber)
      .description('issuer: say that a redemption is paid out, after the payment; burns it')
      .requiredOption('--payment <file>', 'the payment’s paper, of this redemption alone; its SHA-256 is on the chain'),
  );
  example(confirming, 'npx electra money confirm 7 --payment payment-7.pdf --key-file issuer.key --yes');
  confirming.action((id: bigint) => {
    const o = confirming.opts<RoleOptions & { payment: string }>();
    return byRole(o, confirm(id, hashOf('--payment', o.payment)));
  });

  const rejecting = withKey(
    money
      .command('reject')
      .argument('<id>', 'number of the redemption', parseNumber)
      .addArgument(new Argument('<reason>', 'listed for everybody').choices(['wrong-reference', 'legal-order']))
      .description('issuer: give a redemption back that cannot be paid out'),
  );
  example(rejecting, 'npx electra money reject 7 wrong-reference --key-file issuer.key --yes');
  rejecting.action((id: bigint, reason: string) => byRole(rejecting.opts<RoleOptions>(), reject(id, reason)));
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
    const c = withKey(
      money
        .command(name)
        .argument('<account>', 'whose', parseAddress)
        .description(words)
        .requiredOption('--reason <file>', 'why, in a paper that is kept; its SHA-256 is on the chain'),
    );
    example(c, typed);
    c.action((account: string) => {
      const o = c.opts<RoleOptions & { reason: string }>();
      return byRole(o, order(account, hashOf('--reason', o.reason)));
    });
  }
  for (const [name, order, words, typed] of [
    [
      'pause',
      pause,
      'guardian: stop minting, sending, paying members, registering accounts',
      'npx electra money pause --key-file guardian.key --yes',
    ],
    ['unpause', unpause, 'guardian: end the pause', 'npx electra money unpause --key-file guardian.key --yes'],
  ] as const) {
    const c = withKey(money.command(name).description(words));
    example(c, typed);
    c.action(() => byRole(c.opts<RoleOptions>(), order()));
  }
  const cancelling = withKey(
    money.command('cancel-rotation').addArgument(roleArgument()).description('guardian: cancel a role’s rotation that waits'),
  );
  example(cancelling, 'npx electra money cancel-rotation issuer --key-file guardian.key --yes');
  cancelling.action((role: string) => byRole(cancelling.opts<RoleOptions>(), cancelRotation(role)));
}

function registerRotation(money: Command): void {
  const c = withKey(
    money
      .command('rotate-role')
      .addArgument(roleArgument())
      .argument('<address>', 'who has it next, in seven days: an address without a role', parseAddress)
      .description('hand a role on, by its own key; the guardian may cancel it until it is due'),
  );
  example(c, 'npx electra money rotate-role issuer electra1… --key-file issuer.key --yes');
  c.action((role: string, address: string) => byRole(c.opts<RoleOptions>(), rotateRole(role, address)));
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
