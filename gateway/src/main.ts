#!/usr/bin/env node
/** `electra-gateway setup | run | status | test-read`. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { ElectraError } from '../../sdk/ts/src/index.ts';
import { EXAMPLES } from './examples.ts';
import { hasKey, makeKey, openKeys, putAside } from './key.ts';
import { readOutfit, runGateway, statusFile } from './run.ts';
import { readSettings, SettingsError } from './settings.ts';
import type { PageSettings } from './setup/command.ts';
import { readSource } from './sources/source.ts';
import { TelegramError } from './telegram.ts';
import { unitFile } from './unit.ts';
import { within } from './within.ts';

const DEFAULT_FILE = 'electra-gateway.yaml';
const print = (text: string): void => void process.stdout.write(`${text}\n`);

interface Common {
  config: string;
  json?: boolean;
}

/** Ends with SIGINT and SIGTERM. */
function stopping(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  return stop.signal;
}

interface SetUp extends Common, PageSettings {
  source?: string;
  exchange?: boolean;
  unit?: boolean;
  console?: boolean;
}

async function setup({ config, json, source, exchange, unit, console: isHere, ...page }: SetUp): Promise<void> {
  const isPage = !(source || exchange || unit || isHere || json);
  if (isPage) return (await import('./setup/command.ts')).serveUntilSetUp(config, page, print, stopping());
  if (!existsSync(config)) {
    if (source === undefined)
      throw new SettingsError(
        `${config}: not there yet; \`electra-gateway setup --source KIND\` writes one to fill in (${Object.keys(EXAMPLES).join(', ')})`,
      );
    writeFileSync(config, EXAMPLES[source], { mode: 0o644, flag: 'wx' });
    return print(
      json
        ? JSON.stringify({ written: resolve(config) })
        : `${config} is written: fill it in, then run \`electra-gateway test-read\` and \`electra-gateway setup --console\``,
    );
  }
  const settings = readSettings(config);
  if (unit) return print(unitFile(resolve(config), settings.folder));
  const { chainId } = readOutfit(settings.outfitFile);
  let aside: string | undefined;
  if (exchange) aside = putAside(settings.folder, (await openKeys(settings.folder, settings.signer)).address);
  if (settings.signer === undefined && !hasKey(settings.folder)) makeKey(settings.folder);
  const { address } = await openKeys(settings.folder, settings.signer);
  if (json) return print(JSON.stringify({ address, chainId, folder: settings.folder, ...(aside ? { aside } : {}) }));
  const { renderUnicodeCompact } = await import('uqr');
  print(renderUnicodeCompact(address));
  print(`This meter's address on ${chainId}: ${address}`);
  if (aside) print(`What the old meter had lies in ${aside}: start a gateway over it until its queue is empty, before you remove it.`);
  print(`The operator enrols it from ${settings.firstDate} on, with at most ${settings.maxWhPerSlot} Wh a quarter-hour. Then: run`);
}

async function run({ config, json }: Common): Promise<void> {
  const settings = readSettings(config);
  const say = (event: { kind: string; message?: string }): void =>
    print(json ? JSON.stringify(event) : `${event.kind}: ${event.message ?? ''}`);
  await runGateway({ settings, signal: stopping(), say });
}

function status({ config, json }: Common): void {
  const { folder } = readSettings(config);
  let text: string;
  try {
    text = readFileSync(statusFile(folder), 'utf8').trim();
  } catch {
    throw new SettingsError(`${statusFile(folder)}: not there; the gateway has not run yet`);
  }
  print(json ? text : inWords(text));
}

function inWords(text: string): string {
  const { writtenUnixS, stop, isClockTrusted, counts, waiting, lastBelievedUnixS, meter } = JSON.parse(text);
  const at = (unixS?: number): string => (unixS === undefined ? 'never' : new Date(unixS * 1000).toISOString());
  const dropped = Object.entries(counts.dropped).map(([why, count]) => `${why} ${count}`);
  const lines = [
    `as of            ${at(writtenUnixS)}`,
    `stopped          ${stop ?? 'no'}`,
    `clock            ${isClockTrusted ? 'trusted' : 'not trusted: nothing is stated'}`,
    `last reading     ${at(lastBelievedUnixS)}`,
    `telegrams        ${counts.believed} believed; dropped: ${dropped.join(', ') || 'none'}`,
    `quarter-hours    ${counts.missingSlots} without near readings, ${waiting} wait for the disk`,
    `queue            ${meter ? `${meter.queued.statements} statements, ${meter.queued.reports} reports` : 'the store is not open'}`,
    `sent             ${meter ? `${meter.sent.statements} statements, ${meter.sent.reports} reports` : 'unknown'}`,
    `last error       ${meter?.lastError ? `${at(meter.lastError.unixS)} ${meter.lastError.message}` : 'none'}`,
  ];
  return lines.join('\n');
}

async function testRead({ config, json, telegrams, timeout }: Common & { telegrams: number; timeout: number }): Promise<void> {
  const { source } = readSettings(config);
  const done = new AbortController();
  const signal = within(timeout * 1000, stopping(), done.signal);
  let found = 0;
  const hear: Parameters<typeof readSource>[2]['hear'] = (outcome) => {
    if (found >= telegrams) return; // several can come at once
    if ('bad' in outcome) return print(json ? JSON.stringify({ bad: outcome.bad, detail: outcome.detail }) : `dropped: ${outcome.detail}`);
    const { registers, serial, powerW } = outcome.telegram;
    const shown = Object.fromEntries([...registers].map(([name, { milliWh }]) => [name, Number(milliWh) / 1e6]));
    if (json) print(JSON.stringify({ kWh: shown, serial, powerW }));
    else {
      print(`meter ${serial ?? '(does not say its number)'}${powerW === undefined ? '' : `, now ${powerW} W`}`);
      for (const [name, kiloWh] of Object.entries(shown)) print(`  ${name}  ${kiloWh} kWh   What does your display say?`);
    }
    if (++found >= telegrams) done.abort();
  };
  let said = '';
  const lost = (why: string): void => {
    if (why !== said) print(json ? JSON.stringify({ lost: why }) : `lost: ${why}`);
    said = why;
  };
  await readSource(source, timeout, { hear, lost, isAtOnce: true }, signal);
  if (found === 0) throw new SettingsError(`nothing valid within ${timeout} s: wiring, speed or kind of the source`);
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new InvalidArgumentError('Expected a whole number from 1 to 99999.');
  return Number(text);
}

const program = new Command('electra-gateway')
  .description('An existing meter becomes an Electra meter.')
  .addOption(new Option('-c, --config <file>', 'the settings').default(DEFAULT_FILE))
  .option('--json', 'one JSON object a line');
const common = (): Common => program.opts();
program
  .command('setup')
  .description('serves the set-up page on the local network; by the options below, does the same step by step here')
  .option('--listen <address>', 'where the page is served', '0.0.0.0:8480')
  .option('--folder <folder>', 'the one folder that is written to, where the settings do not say it yet', '/var/lib/electra-gateway')
  .option('--code-file <file>', 'a file with the code of the device’s label; otherwise one is drawn and shown here')
  .option('--console', 'no page: makes the key and says the address here')
  .addOption(new Option('--source <kind>', 'the kind of source to write settings for').choices(Object.keys(EXAMPLES)))
  .option('--exchange', 'the meter was exchanged: puts the old key and store aside and makes a new key')
  .option('--unit', 'prints a systemd unit')
  .action((options) => setup({ ...common(), ...options }));
program
  .command('run')
  .description('reads, states and sends, until it is ended')
  .action(() => run(common()));
program
  .command('status')
  .description('what a running gateway last wrote of itself')
  .action(() => status(common()));
program
  .command('test-read')
  .description('reads the source and shows what stands on the meter; writes nothing')
  .option('--telegrams <count>', 'how many to show', wholeNumber, 1)
  .option('--timeout <seconds>', 'how long to wait', wholeNumber, 90)
  .action((options) => testRead({ ...common(), ...options }));

try {
  await program.parseAsync();
  process.exit();
} catch (error) {
  const isOurs = error instanceof SettingsError || error instanceof TelegramError || error instanceof ElectraError;
  const { code, message } = error as NodeJS.ErrnoException;
  process.stderr.write(`electra-gateway: ${isOurs || code ? message : `unexpected: ${message}`}\n`);
  process.exit(isOurs ? 2 : 1);
}
