/**
 * `npx electra-simulated-meter PROTOCOL`: an existing meter to try a gateway with, in real time. It shows a real household's registers, by
 * the machine's clock, and says how the gateway's settings name it. Ends with Ctrl-C.
 *
 *   npx electra-simulated-meter p1                               P1 of DSMR 5 on a pseudo-terminal, a telegram a second
 *   npx electra-simulated-meter sml --listen 0.0.0.0:8001        SML on a TCP port, for a gateway on another machine
 *   npx electra-simulated-meter dlms-mbus --member rural-004 --every 10
 */
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Argument, Command, InvalidArgumentError } from 'commander';
import { ExistingMeter } from './existing-meter.ts';
import { PROTOCOLS } from './speaking-meter.ts';

interface Options {
  community: string;
  member: string;
  serial: string;
  every: number;
  listen?: { host: string; port: number };
}

/** No secret: the key of a meter that does not exist. */
const KEY_HEX = '000102030405060708090a0b0c0d0e0f';

function parseListen(text: string): { host: string; port: number } {
  const match = /^([\w.-]+):(\d{1,5})$/.exec(text);
  if (!match) throw new InvalidArgumentError('expected HOST:PORT, such as 0.0.0.0:8001');
  return { host: match[1], port: Number(match[2]) };
}

function parseEvery(text: string): number {
  const everyS = Number(text);
  if (!(everyS >= 0.05 && everyS <= 3600)) throw new InvalidArgumentError('expected seconds, from 0.05 to 3600');
  return everyS;
}

async function speak(protocol: string, { community, member, serial, every, listen }: Options): Promise<void> {
  const meter = await ExistingMeter.load(community, member, serial);
  const keyFile = join(tmpdir(), 'electra-simulated-meter.key');
  writeFileSync(keyFile, `${KEY_HEX}\n`);
  const { source, close } = await PROTOCOLS[protocol](() => meter.at(Date.now()), {
    ...{ everyS: every, keyFile, key: Uint8Array.from(Buffer.from(KEY_HEX, 'hex')) },
    ...(listen ? { listen } : {}),
  });
  const { importMilliWh, exportMilliWh, powerW } = meter.at(Date.now());
  process.stdout.write(`source:\n${source.map((line) => `  ${line}\n`).join('')}`);
  const shown = [importMilliWh, exportMilliWh].map((milliWh) => (Number(milliWh / 1000n) / 1000).toFixed(3));
  process.stderr.write(`meter ${serial} of ${member} shows ${shown[0]} kWh import, ${shown[1]} kWh export, ${powerW} W now\n`);
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  await close();
}

const program = new Command('electra-simulated-meter')
  .description('A simulated existing meter, in real time, for a gateway to read. Prints the source for its settings.')
  .addArgument(new Argument('<protocol>', 'what it speaks').choices(Object.keys(PROTOCOLS)))
  .option('--community <name>', 'rural, village, suburb or town', 'rural')
  .option('--member <name>', 'whose profile it shows', 'rural-001')
  .option('--serial <text>', 'its number', '1EMH0012345678')
  .option('--every <seconds>', 'how often it speaks, where it does so by itself', parseEvery, 1)
  .option('--listen <host:port>', 'a TCP port in place of a pseudo-terminal; where Modbus, broker and HTTP listen', parseListen)
  .action(speak);

try {
  await program.parseAsync();
  process.exit();
} catch (error) {
  process.stderr.write(`electra-simulated-meter: ${(error as Error).message}\n`);
  process.exit(1);
}
