/**
 * `npm run attack`: plays dishonest nodes, operators, meters, validators, strangers and curious neighbours against the real code, and
 * prints who was refused by what, and whether the attack succeeds once that check is out. Exit 1 when one is not refused by the check that
 * should, or does not succeed without it.
 */
import { parseArgs } from 'node:util';
import { closeAll } from '../test/kit/attack/clean-up.ts';
import { setDeep } from '../test/kit/attack/dictionary-size.ts';
import { forgetProofs, keepProofs, proofsMade } from '../test/kit/attack/kept-proofs.ts';
import { judge, type Row } from './attack.ts';
import { attacks } from './list.ts';
import { EQUIVALENT, mutate, passed } from './mutations.ts';
import { formatRow, formatTotal, rowData } from './table.ts';

const HELP = `npm run attack -- [options] [name…]

Runs every attack whose name or group contains one of the words given; all of them by default.

  --list     names only
  --json     rows as JSON
  --mutate   instead of attacks: single changes of two bundles, drawn by a seed (minutes); exit 1 when one passes that
             does not say the same
  --seed     of these changes (default 1)
  --count    how many (default 1200)
  --deep     dictionaries of 2^20 values instead of 2^12 (minutes)
  --fresh    proves everything anew instead of taking kept proofs (minutes)
  --keep     writes the proofs made to attack/testdata, for the next run
  --help     this text
`;

function options() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      list: { type: 'boolean' },
      json: { type: 'boolean' },
      mutate: { type: 'boolean' },
      seed: { type: 'string', default: '1' },
      count: { type: 'string', default: '1200' },
      deep: { type: 'boolean' },
      fresh: { type: 'boolean' },
      keep: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  const chosen =
    positionals.length === 0
      ? attacks
      : attacks.filter(({ name, group }) => positionals.some((word) => name.includes(word) || group.includes(word)));
  if (chosen.length === 0) throw new Error(`no attack named like ${positionals.join(', ')}; --list shows all ${attacks.length}`);
  return { ...values, chosen };
}

const say = (text: string) => process.stdout.write(`${text}\n`);

/** Single changes of two bundles: how many were refused, and which passed. */
async function tryMutations(count: number, seed: number): Promise<number> {
  let wrong = 0;
  for (const name of ['honest', 'corrected'] as const) {
    const outcomes = await mutate(name, Math.ceil(count / 2), seed);
    const unseen = passed(outcomes);
    const refused = outcomes.filter(({ exitCode }) => exitCode === 1 || exitCode === 2).length;
    const same = outcomes.length - refused - unseen.length;
    say(`${name}, seed ${seed}: ${outcomes.length} single changes, ${refused} refused, ${same} say the same`);
    for (const { mutation, exitCode } of unseen) say(`  ✗ exit code ${exitCode}: ${mutation.kind}, ${mutation.file} ${mutation.at}`);
    wrong += unseen.length;
  }
  for (const [kind, why] of Object.entries(EQUIVALENT)) say(`  ${kind}: ${why}`);
  return wrong === 0 ? 0 : 1;
}

async function main(): Promise<number> {
  const { chosen, json, list, deep, fresh, keep, help, mutate: mutating, seed, count } = options();
  if (help || list) {
    say(help ? HELP : chosen.map(({ name }) => name).join('\n'));
    return 0;
  }
  if (mutating) return tryMutations(Number(count), Number(seed));
  setDeep(deep ?? false);
  if (fresh) forgetProofs();
  const rows: Row[] = [];
  for (const [i, attack] of chosen.entries()) {
    if (!json && chosen[i - 1]?.group !== attack.group) say(`\n── ${attack.group}`);
    process.stderr.write(process.stderr.isTTY ? `\r\u001b[K${i + 1}/${chosen.length} ${attack.name} …\r` : '');
    const row = await judge(attack);
    rows.push(row);
    if (!json) say(`${process.stderr.isTTY ? '\u001b[K' : ''}${formatRow(row)}`);
  }
  await closeAll();
  if (keep) keepProofs(chosen.length < attacks.length);
  if (json) say(JSON.stringify({ attacks: rows.map(rowData), proofsMade: proofsMade() }));
  else say(`\n${formatTotal(rows)}${proofsMade() > 0 ? `\n${proofsMade()} proofs made anew` : ''}`);
  return rows.every((row) => row.ok) ? 0 : 1;
}

main().then(
  (code) => process.exit(code),
  async (error: Error) => {
    await closeAll();
    process.stderr.write(`attack: ${error.message}\n`);
    process.exit(2);
  },
);
