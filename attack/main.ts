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
import { formatRow, formatTotal, rowData } from './table.ts';

const HELP = `npm run attack -- [options] [name…]

Runs every attack whose name or group contains one of the words given; all of them by default.

  --list     names only
  --json     rows as JSON
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

async function main(): Promise<number> {
  const { chosen, json, list, deep, fresh, keep, help } = options();
  const say = (text: string) => process.stdout.write(`${text}\n`);
  if (help || list) {
    say(help ? HELP : chosen.map(({ name }) => name).join('\n'));
    return 0;
  }
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
