/**
 * `electra exchange register`: takes a community in, from the file that its operator wrote by `electra uplink join`: its treasury may hold
 * ELECTRA, its uplink is enrolled as a meter of this chain, and its own chain is registered behind it. What is there already is left.
 */
import type { Command } from 'commander';
import { type DataFolder, dataFolder, readSettings, rpcUrls } from '../../node/processes/data-folder.ts';
import type { OperatorMessage, Signer } from '../../node/signer/client.ts';
import { mainChain } from '../../node/uplink/index.ts';
import type { Meter } from '../../protocol/messages/generated/electra/meter/v1/types.ts';
import { mainTypeUrlOf } from '../../protocol/messages/main-table.ts';
import { typeUrlOf } from '../../protocol/messages/table.ts';
import { dateToDay } from '../../protocol/values/time.ts';
import { readText } from '../../reader/cli/command.ts';
import { CliError } from '../errors.ts';
import { type OrderOptions, yesOption } from '../main-chain/order.ts';
import { dataOption, example, jsonOption } from '../options.ts';
import { assertTaken } from '../refusals.ts';
import { electra } from './amount.ts';
import { operatorSigner, printDone } from './operator.ts';
import { readRequest, type UplinkRequest } from './uplink/request.ts';

/** What was done before: codespace and code of its refusal. */
const THERE_ALREADY = { treasury: 'electra/14', uplink: 'meter/41' } as const;

const ASK_MS = 60_000;

async function say(signer: Signer, message: OperatorMessage, there?: string): Promise<number | null> {
  const answer = await signer.submit([message]);
  if (there !== undefined && `${answer.codespace}/${answer.code}` === there) return null;
  assertTaken(answer);
  return answer.height;
}

export const messagesOf = (r: UplinkRequest): Record<'treasury' | 'uplink' | 'community', OperatorMessage> => ({
  treasury: { typeUrl: mainTypeUrlOf('RegisterAccount'), value: { address: r.treasury, kind: 'treasury' } },
  uplink: {
    typeUrl: typeUrlOf('EnrolMeter'),
    value: { meter: r.uplink, member: r.treasury, firstDay: dateToDay(r.from), maxWhPerSlot: r.capacityWhPerSlot },
  },
  community: {
    typeUrl: mainTypeUrlOf('RegisterCommunity'),
    value: {
      ...{ uplink: r.uplink, chainId: r.chainId, genesisHash: Buffer.from(r.genesisHash, 'hex').toString('base64') },
      ...{ checkpoint: r.checkpoint, creditNel: r.creditNel, members: r.members },
    },
  },
});

/** What it would do. */
export const inWords = ({ chainId, uplink, treasury, capacityWhPerSlot, members, creditNel, from }: UplinkRequest): string =>
  `let ${treasury} hold ELECTRA as treasury, enrol uplink ${uplink} with ${capacityWhPerSlot} Wh a slot from ${from} on, ` +
  `and register ${chainId} behind it (${members} members, credit ${electra(BigInt(creditNel))} ELECTRA)`;

/** What is enrolled already, where it is another than the file asks for. */
export function otherThan(request: UplinkRequest, { member, maxWhPerSlot }: Pick<Meter, 'member' | 'maxWhPerSlot'>): string | null {
  const { uplink, treasury, capacityWhPerSlot } = request;
  if (member === treasury && maxWhPerSlot === capacityWhPerSlot) return null;
  return (
    `<file>: uplink ${uplink} is enrolled already, with treasury ${member} and ${maxWhPerSlot} Wh; ` +
    `expected treasury ${treasury} and ${capacityWhPerSlot} Wh: settlement would pay somebody else`
  );
}

async function assertSame(data: DataFolder, request: UplinkRequest): Promise<void> {
  const joined = { chainId: readSettings(data).chainId, genesisHash: new Uint8Array(32), operator: { n: 0, address: '' } };
  const main = mainChain({ ...joined, rpcUrls: rpcUrls(data) }, request.uplink, { signer: null, signal: AbortSignal.timeout(ASK_MS) });
  const meter = await main.meter();
  const other = meter && otherThan(request, meter);
  if (other) throw new CliError(other);
}

export function registerCommunity(exchange: Command): void {
  const c = exchange
    .command('register')
    .argument('<file>', 'the community’s file, by `electra uplink join`')
    .description('take a community in: treasury, uplink, its chain; in force after seven days, unless it is vetoed')
    .addOption(yesOption())
    .addOption(jsonOption())
    .addOption(dataOption());
  example(c, 'npx electra exchange register uplink-request.json --yes');
  c.action(async (file: string) => {
    const o = c.opts<OrderOptions & { data: string }>();
    const request = readRequest(readText('<file>', file));
    const data = dataFolder(o.data);
    const signer = operatorSigner(data);
    if (!signer) throw new CliError(`the signer does not run on ${data.dir}: start \`electra sign\` first`);
    const messages = messagesOf(request);
    try {
      if (!o.yes) throw new CliError(`--yes: expected, to ${inWords(request)}, signed by ${await signer.address()}`);
      await say(signer, messages.treasury, THERE_ALREADY.treasury);
      if ((await say(signer, messages.uplink, THERE_ALREADY.uplink)) === null) await assertSame(data, request);
      const height = await say(signer, messages.community);
      const words = `${request.chainId} is registered behind ${request.uplink} (block ${height}); it comes into force after seven days`;
      printDone(Boolean(o.json), words, { chainId: request.chainId, uplink: request.uplink, height });
    } finally {
      signer.close();
    }
  });
}
