/**
 * `electra meter …`: enrol, retire, read by hand and list meters; a meter's own export. What its owner says of power: ../member/power.ts.
 */
import { type Command, InvalidArgumentError } from 'commander';
import { CometRpc, exportOfStore, operatorState } from '../../../sdk/ts/src/index.ts';
import { readFileStore } from '../../../sdk/ts/src/node/file-store.ts';
import { noteFinalReading } from '../../node/books/draft/final-readings.ts';
import { BooksError } from '../../node/books/errors.ts';
import { assertNameFree, type EnrolledMeter, enrolledMeters, type Member, nameMember } from '../../node/books/members.ts';
import type { Sql } from '../../node/db/index.ts';
import { dataFolder, readSettings, rpcUrls, writeWhole } from '../../node/processes/data-folder.ts';
import { genesisHashOf } from '../../node/signer/index.ts';
import { operatorAddress } from '../../node/vault/index.ts';
import { typeUrlOf } from '../../protocol/messages/table.ts';
import { encodeMeterExport } from '../../protocol/meter/meter-export.ts';
import { dayToDate, U32_MAX } from '../../protocol/values/time.ts';
import { withDatabase } from '../database.ts';
import { CliError } from '../errors.ts';
import { registerPower } from '../member/power.ts';
import { dataOption, example, jsonOption, parseAddress, parseDate, parsePositive } from '../options.ts';
import { registerInstallCode } from './install-code.ts';
import { printDone, submitAsOperator } from './operator.ts';

function parseConsensusKey(text: string): Uint8Array {
  if (!/^[0-9a-f]{64}$/.test(text)) throw new InvalidArgumentError('expected 32 bytes in lower-case hex (Ed25519).');
  return Uint8Array.from(Buffer.from(text, 'hex'));
}

/** What a meter is told by hand, so that it need not believe a node: whose keys it seals to, on which chain. */
function outfit(meter: Command): void {
  const c = meter
    .command('outfit')
    .description('write what a meter learns when it is outfitted: operator, chain and genesis')
    .option('--out <file>', 'file to write; default: print it')
    .addOption(dataOption());
  example(c, 'npx electra meter outfit --out outfit.json');
  c.action(async () => {
    const o = c.opts<{ out?: string; data: string }>();
    const data = dataFolder(o.data);
    const rpc = new CometRpc({ urls: rpcUrls(data) });
    const { operator, rotations } = await operatorState(rpc);
    const own = operatorAddress(data.signer);
    if (operator !== own) throw new CliError(`the chain’s operator is ${operator}, this node’s ${own}: outfit no meter by this chain node`);
    const { chainId } = readSettings(data);
    const genesisHash = Buffer.from(await genesisHashOf(rpc)).toString('hex');
    const text = `${JSON.stringify({ chainId, operator, rotation: rotations, genesisHash })}\n`;
    if (o.out) writeWhole(o.out, text, 0o644);
    else process.stdout.write(text);
  });
}

function enrol(meter: Command): void {
  const c = meter
    .command('enrol')
    .argument('<meter>', 'the meter’s address', parseAddress)
    .description('enrol a meter; its first day must lie in the future')
    .requiredOption('--member <address>', 'the member’s wallet address', parseAddress)
    .requiredOption('--name <name>', 'the member’s name in the operator’s list (never on the chain)')
    .requiredOption('--first-day <date>', 'first day of service, UTC', parseDate)
    .requiredOption('--max-wh <n>', 'most Wh the connection can carry in a quarter-hour', parsePositive)
    .option('--consensus-key <hex>', 'Ed25519 key: makes the meter a validator', parseConsensusKey)
    .addOption(dataOption())
    .addOption(jsonOption());
  example(c, 'npx electra meter enrol electra1… --member electra1… --name rural-014 --first-day 2026-12-01 --max-wh 7000');
  c.action(async (address: string) => {
    const o = c.opts();
    const data = dataFolder(o.data);
    const named = (work: (sql: Sql, member: Member) => Promise<void>): Promise<void> =>
      withDatabase(data, 'books', (sql) => work(sql, { address: o.member, name: o.name })).catch((error: unknown) => {
        throw error instanceof BooksError && error.code === 'name-taken' ? new CliError(`--name: ${error.message}`) : error;
      });
    await named(assertNameFree);
    const done = await submitAsOperator(data, [
      {
        typeUrl: typeUrlOf('EnrolMeter'),
        value: {
          meter: address,
          member: o.member,
          firstDay: o.firstDay,
          maxWhPerSlot: o.maxWh,
          consensusKey: Buffer.from(o.consensusKey ?? []).toString('base64'),
        },
      },
    ]);
    await named(nameMember); // only now: an enrolment that is refused renames nobody
    printDone(o.json, `${address} is enrolled from ${dayToDate(o.firstDay)} on (block ${done.height})`, {
      meter: address,
      member: o.member,
      firstDay: o.firstDay,
      ...done,
    });
  });
}

function retire(meter: Command): void {
  const c = meter
    .command('retire')
    .argument('<meter>', 'the meter’s address', parseAddress)
    .description('retire a meter after its last day')
    .requiredOption('--last-day <date>', 'last day of service, UTC; today or later', parseDate)
    .addOption(dataOption())
    .addOption(jsonOption());
  example(c, 'npx electra meter retire electra1… --last-day 2026-12-31');
  c.action(async (address: string) => {
    const o = c.opts();
    const done = await submitAsOperator(dataFolder(o.data), [
      { typeUrl: typeUrlOf('RetireMeter'), value: { meter: address, lastDay: o.lastDay } },
    ]);
    printDone(o.json, `${address} retires after ${dayToDate(o.lastDay)} (block ${done.height})`, {
      meter: address,
      lastDay: o.lastDay,
      ...done,
    });
  });
}

/** Registers are read from a display: whole Wh, of up to 2^56. */
function parseRegister(text: string): bigint {
  if (!/^(0|[1-9][0-9]{0,16})$/.test(text)) throw new InvalidArgumentError('expected a register in whole Wh.');
  return BigInt(text);
}

function finalReading(meter: Command): void {
  const c = meter
    .command('final-reading')
    .argument('<meter>', 'the meter’s address', parseAddress)
    .description(
      'commit on the chain, once, to what a retired meter’s registers showed at the end of its last day; ' +
        'for one that has no valid statement of it, after the late roster of that day',
    )
    .requiredOption('--import-wh <n>', 'the import register (1.8.0), in Wh', parseRegister)
    .requiredOption('--export-wh <n>', 'the export register (2.8.0), in Wh', parseRegister)
    .addOption(dataOption())
    .addOption(jsonOption());
  example(c, 'npx electra meter final-reading electra1… --import-wh 1234567 --export-wh 89012');
  c.action(async (address: string) => {
    const o = c.opts();
    const data = dataFolder(o.data);
    const registers = { importWh: o.importWh, exportWh: o.exportWh };
    const { day, link } = await withDatabase(data, 'books', (sql) => noteFinalReading(sql, address, registers));
    const done = await submitAsOperator(data, [
      { typeUrl: typeUrlOf('FinalReading'), value: { meter: address, link: Buffer.from(link).toString('base64') } },
    ]);
    printDone(o.json, `on the chain: the final reading of ${address}, as of the end of ${dayToDate(day)} (block ${done.height})`, {
      meter: address,
      lastDay: dayToDate(day),
      ...done,
    });
  });
}

function setKey(meter: Command): void {
  const c = meter
    .command('set-key')
    .argument('<meter>', 'the meter’s address', parseAddress)
    .description('queue a new consensus key of an enrolled meter that has none in force')
    .requiredOption('--consensus-key <hex>', 'Ed25519 key that no meter ever had', parseConsensusKey)
    .addOption(dataOption())
    .addOption(jsonOption());
  example(c, `npx electra meter set-key electra1… --consensus-key ${'0b'.repeat(32)}`);
  c.action(async (address: string) => {
    const o = c.opts();
    const key = Buffer.from(o.consensusKey).toString('base64');
    const done = await submitAsOperator(dataFolder(o.data), [{ typeUrl: typeUrlOf('SetConsensusKey'), value: { meter: address, key } }]);
    printDone(o.json, `${address} is to have power, unless the validators veto it (block ${done.height})`, { meter: address, ...done });
  });
}

function list(meter: Command): void {
  const c = meter.command('list').description('list the enrolled meters').addOption(dataOption()).addOption(jsonOption());
  example(c, 'npx electra meter list --json');
  c.action(async () => {
    const o = c.opts();
    const meters = await withDatabase(dataFolder(o.data), 'books', enrolledMeters);
    process.stdout.write(o.json ? `${JSON.stringify(meters.map(forPrograms))}\n` : meters.map((m) => `${line(m)}\n`).join(''));
  });
}

const forPrograms = ({ meter, member, name, firstDay, lastDay, maxWhPerSlot, validator }: EnrolledMeter): object => ({
  meter,
  member: name,
  wallet: member,
  firstDay: dayToDate(firstDay),
  lastDay: lastDay === null ? null : dayToDate(lastDay),
  maxWhPerSlot,
  validator,
});

function line({ meter, name, firstDay, lastDay, maxWhPerSlot, validator }: EnrolledMeter): string {
  const days = `${dayToDate(firstDay)} … ${lastDay === null ? ' '.repeat(10) : dayToDate(lastDay)}`;
  return `${meter}  ${(name ?? '—').padEnd(14)} ${days}  ≤ ${String(maxWhPerSlot).padStart(6)} Wh  ${validator ? 'validator' : 'light'}`;
}

function exported(meter: Command): void {
  const c = meter
    .command('export')
    .description(
      'write what a meter stated, with its blindings, for its owner to check bills with: readings in plain text, keep it to yourself',
    )
    .requiredOption('--store <dir>', 'folder of the meter’s store; the meter may go on running')
    .requiredOption('--out <file>', 'file to write, 0600')
    .option('--from <date>', 'first day, UTC; default: the first that the store has', parseDate)
    .option('--to <date>', 'last day, UTC; default: the last that was stated', parseDate)
    .addOption(jsonOption());
  example(c, 'npx electra meter export --store .electra/meters/rural-001/store --out rural-001.json');
  c.action(async () => {
    const o = c.opts();
    const file = await exportOfStore(await readFileStore(o.store), o.from ?? 0, o.to ?? U32_MAX);
    if (file.days.length === 0) throw new CliError(`--store: ${o.store} has no stated day of that range`);
    writeWhole(o.out, encodeMeterExport(file));
    printDone(o.json, `${file.days.length} days of ${file.meter} in ${o.out}`, {
      meter: file.meter,
      chainId: file.chainId,
      days: file.days.map(({ day }) => dayToDate(day)),
      out: o.out,
    });
  });
}

export function register(program: Command): void {
  const meter = program.command('meter').description('enrol, retire, read, list and export meters; who of them has power');
  enrol(meter);
  outfit(meter);
  retire(meter);
  finalReading(meter);
  setKey(meter);
  list(meter);
  exported(meter);
  registerInstallCode(meter);
  registerPower(meter);
}
