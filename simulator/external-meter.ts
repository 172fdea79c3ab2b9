/**
 * What stands on a household's meter at the end of every slot, as lines for a meter that is another program (sdk/c/examples/host): a real
 * profile, on the days of a demonstration.
 *
 *   ELECTRA_EXTERNAL_METERS=rural-006 npm start             a community whose meter rural-006 is left to another program
 *   node simulator/external-meter.ts .electra rural-006 1 | build/meter URL CHAIN-ID .electra/meters/rural-006/key journal
 */
import { firstSlot } from '../sdk/ts/src/index.ts';
import { profileRowOf, readDemo } from './calendar.ts';
import { loadCommunity } from './profiles.ts';
import { SimulatedMeter } from './registers.ts';

/**
 * "start DAY 0 0", then "SLOT IMPORT_WH EXPORT_WH POWER_W" for each slot of so many days. Undefined while the data folder has no calendar.
 */
export async function registerLines(dataDir: string, name: string, days: number): Promise<string[] | undefined> {
  const calendar = await readDemo(dataDir);
  if (!calendar) return undefined;
  const { members, columns } = await loadCommunity(calendar.community);
  const member = members.find((m) => m.member === name);
  if (!member) throw new Error(`${name}: expected a member of ${calendar.community}`);
  const meter = new SimulatedMeter(member, columns);
  const lines = [`start ${calendar.firstDay} 0 0`];
  for (let day = calendar.firstDay; day < calendar.firstDay + days; day++) {
    for (let i = 0; i < 96; i++) {
      const { importRegisterWh, exportRegisterWh, powerW } = meter.advance(profileRowOf(calendar, day) + i);
      lines.push(`${firstSlot(day) + i} ${importRegisterWh} ${exportRegisterWh} ${powerW}`);
    }
  }
  return lines;
}

if (import.meta.main) {
  const [dataDir, name, days] = process.argv.slice(2);
  const lines = await registerLines(dataDir, name, Number(days));
  if (!lines) throw new Error(`${dataDir}: expected the data folder of a demonstration`);
  process.stdout.write(`${lines.join('\n')}\n`);
}
