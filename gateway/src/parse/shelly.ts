/**
 * Shelly's meters of the second generation: Pro 3EM (EMData) and Pro EM (EM1Data), by RPC over HTTP.
 *
 * Spec: shelly-api-docs.shelly.cloud, gen2 components EMData and EM1Data, `GetStatus`. Energies in Wh with two decimals; `total_act` and
 * `total_act_ret` of EMData add the phases each for itself, where a grid meter nets them: import and export are both higher than its. The
 * device stores energies once a minute, and sets them to 0 on a factory reset.
 */
import { type Telegram, TelegramBuilder } from '../telegram.ts';
import { energyAt, parseJson } from './json.ts';

export const shellyPath = (model: 'pro-3em' | 'pro-em', channel: number): string =>
  `/rpc/${model === 'pro-3em' ? 'EMData' : 'EM1Data'}.GetStatus?id=${channel}`;

export function parseShelly(bytes: Uint8Array, model: 'pro-3em' | 'pro-em'): Telegram {
  const data = parseJson(bytes);
  const [imported, exported] = model === 'pro-3em' ? ['total_act', 'total_act_ret'] : ['total_act_energy', 'total_act_ret_energy'];
  const builder = new TelegramBuilder();
  builder.register('1.8.0', energyAt(data, imported, 'Wh', '1.8.0'));
  builder.register('2.8.0', energyAt(data, exported, 'Wh', '2.8.0'));
  return builder.done();
}
