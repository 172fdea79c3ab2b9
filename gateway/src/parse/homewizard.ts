/**
 * HomeWizard's P1 and kWh meters, local API v1.
 *
 * Spec: api-documentation.homewizard.com, v1, `GET /api/v1/data`. Energies in kWh, total and by tariff; `unique_id` is the P1 meter's
 * number, kWh meters have their device's. The answer does not say when the meter sent it: pulled off its port, the P1 reader goes on
 * answering with its last telegram. Registers that stand still under power are noticed later (slots/judge.ts).
 */
import { type Telegram, TelegramBuilder } from '../telegram.ts';
import { energyAt, numberAt, parseJson, textAt } from './json.ts';
import { serialOf } from './values.ts';

export const HOMEWIZARD_PATH = '/api/v1/data';

export function parseHomeWizard(bytes: Uint8Array): Telegram {
  const data = parseJson(bytes);
  const builder = new TelegramBuilder();
  for (const [prefix, word] of [['1.8', 'import'] as const, ['2.8', 'export'] as const]) {
    for (let tariff = 0; tariff <= 4; tariff++) {
      const path = `total_power_${word}${tariff === 0 ? '' : `_t${tariff}`}_kwh`;
      const name = `${prefix}.${tariff}`;
      if (numberAt(data, path) !== undefined) builder.register(name, energyAt(data, path, 'kWh', name));
    }
  }
  const power = numberAt(data, 'active_power_w');
  if (power !== undefined) builder.power(power);
  builder.serial(serialOf(textAt(data, 'unique_id') ?? ''));
  return builder.done();
}
