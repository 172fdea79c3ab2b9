/**
 * A chain node of which there is no chain: it answers as a node would whose blocks and state are those of a bundle of the audit's tests,
 * with the bundle's books in its blocks, in parts.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { toBase64 } from '@cosmjs/encoding';
import { TxBody, TxRaw } from 'cosmjs-types/cosmos/tx/v1beta1/tx';
import {
  bookPath,
  dayToDate,
  encodeWhole,
  parseChainFile,
  parseProofs,
  proofsPath,
  proveParts,
  VOID_AFTER_S,
} from '../../src/protocol/index.ts';
import { Proven } from '../../src/protocol/messages/generated/electra/meter/v1/types.ts';
import { MsgProveBook, typeUrlOf } from '../../src/protocol/messages/messages.ts';
import { METER_STORE, stateKeys } from '../../src/reader/light/index.ts';
import { VALIDATORS, withChain } from './audit/chain.ts';
import { setOf, signedHeader } from './audit/headers.ts';
import type { Entry, State } from './audit/iavl.ts';
import { bodyOf } from './body.ts';
import type { Untyped } from './untyped.ts';

export interface PretendNode {
  url: string;
  /** what an operator's own export of the same block would have: the bundle as it was, on this chain */
  files: Map<string, string>;
  /** the block as of which the state is */
  height: number;
  /** changes a result before it is given */
  alter: (method: string, params: Untyped, result: Untyped) => void;
  asked: Record<string, number>;
  stop(): Promise<void>;
}

interface Block {
  txs: string[];
  /** of each transaction */
  codes: number[];
}

const PARTS_BYTES = 5000;

/** Books in blocks: each after its anchor, the last part ten blocks later; a part that the chain refused lies between. */
function blocksOf(files: ReadonlyMap<string, string>): { blocks: Map<number, Block>; proven: Entry[] } {
  const blocks = new Map<number, Block>();
  const proven: Entry[] = [];
  for (const [path, text] of files) {
    if (!/chain\.json$/.test(path)) continue;
    const { day, anchors } = parseChainFile(text);
    for (const { version, bookHash, totals, height, unixS } of anchors) {
      const [book, proofs] = [bookPath, proofsPath].map((of) => files.get(of(dayToDate(day), version)));
      if (book === undefined || proofs === undefined) continue;
      const parts = proveParts(encodeWhole(book, parseProofs(proofs)), PARTS_BYTES);
      const last = height + 10;
      const put = (at: number, part: number, bytes: Uint8Array, code = 0): void => {
        const value = MsgProveBook.encode({ operator: 'electra1', day, version, part, parts: parts.length, bytes }).finish();
        const body = TxBody.encode(TxBody.fromPartial({ messages: [{ typeUrl: typeUrlOf('ProveBook'), value }] })).finish();
        const tx = TxRaw.encode(TxRaw.fromPartial({ bodyBytes: body, signatures: [Uint8Array.of(1)] })).finish();
        const block = blocks.get(at) ?? { txs: [], codes: [] };
        blocks.set(at, { txs: [...block.txs, toBase64(tx)], codes: [...block.codes, code] });
      };
      parts.forEach((bytes, part) => {
        const at = part === parts.length - 1 ? last : last - 3;
        put(at, part, Uint8Array.of(9), 120);
        put(at, part, bytes);
      });
      const value = Proven.encode({
        day,
        version,
        bookHash: Buffer.from(bookHash, 'hex'),
        totals: Buffer.from(totals ?? '', 'hex'),
        entries: JSON.parse(book).meters.length,
        copies: 0,
        height: BigInt(last),
        unixS: BigInt(unixS + 50),
        pricesHash: new Uint8Array(32).fill(3),
      }).finish();
      proven.push({ key: stateKeys.proven(day, version), value });
    }
  }
  return { blocks, proven };
}

/** `bundle`: files without a chain (filesOf of audit/bundles.ts); `isVoid`: days whose time is over without proofs. */
export async function startPretendNode(
  bundle: ReadonlyMap<string, string>,
  isVoid: (day: number) => boolean = () => false,
): Promise<PretendNode> {
  const { blocks, proven: taken } = blocksOf(bundle);
  const proven = taken.filter(({ key }) => !isVoid(new DataView(Uint8Array.from(key).buffer).getUint32(1)));
  const chains = [...bundle].flatMap(([path, text]) => (/chain\.json$/.test(path) ? [parseChainFile(text)] : []));
  const ends = chains.filter(({ day }) => isVoid(day)).map(({ frozenUnixS }) => frozenUnixS + VOID_AFTER_S);
  let state: State | undefined;
  let height = 0;
  const top = Math.max(...blocks.keys()) + 5;
  const logFrom = (text: string): number => Number(JSON.parse(text).proofs.length);
  const options = {
    extra: proven,
    provenAt: () => null,
    ...(ends.length > 0 ? { nowUnixS: Math.max(...ends) } : {}),
    height: top,
    onState: (of: State, at: number) => {
      [state, height] = [of, at];
    },
  };
  // The log from its end on, as a node's own export has it: how far it goes is known from the whole of it.
  const entries = logFrom(withChain(new Map(bundle), options).get('log.json')!);
  const files = withChain(new Map(bundle), { ...options, logFrom: entries });
  const [signed] = JSON.parse(files.get('light.json')!).blocks;
  const { chain_id: chainId } = JSON.parse(files.get('genesis.json')!);
  const first = signedHeader({ chainId, height: 1, time: signed.header.time, appHash: new Uint8Array(32), set: VALIDATORS });
  const node: PretendNode = { url: '', files, height, alter: () => {}, asked: {}, stop: async () => {} };
  const answers: Record<string, (params: Untyped) => Untyped> = {
    status: () => ({
      node_info: { network: chainId },
      sync_info: { latest_block_height: String(height + 1), catching_up: false },
    }),
    genesis: () => ({ genesis: JSON.parse(files.get('genesis.json')!) }),
    commit: (params) => {
      const at = Number(params.height);
      return { signed_header: at === height + 1 ? signed : { ...first, header: { ...first.header, height: String(at) } } };
    },
    validators: () => {
      const { validators } = setOf(VALIDATORS);
      return {
        total: String(validators.length),
        validators: validators.map(({ publicKey, address, power }) => ({
          address: Buffer.from(address).toString('hex').toUpperCase(),
          pub_key: { type: 'tendermint/PubKeyEd25519', value: toBase64(publicKey) },
          voting_power: String(power),
        })),
      };
    },
    abci_query: (params) => {
      const key = Buffer.from(params.data, 'hex');
      const ops = [
        { type: 'ics23:iavl', key: toBase64(key), data: state!.prove(key) },
        { type: 'ics23:simple', key: toBase64(Buffer.from(METER_STORE)), data: state!.store },
      ];
      return { response: { code: 0, log: '', proofOps: { ops } } };
    },
    block: (params) => {
      const { header } = first;
      const { txs } = blocks.get(Number(params.height)) ?? { txs: [] };
      return { block: { header: { ...header, height: params.height }, data: { txs }, last_commit: first.commit } };
    },
    block_results: (params) => {
      const { codes } = blocks.get(Number(params.height)) ?? { codes: [] };
      return { height: params.height, txs_results: codes.map((code) => ({ code })), finalize_block_events: [] };
    },
  };
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    if (body === null) return;
    const calls = JSON.parse(body.toString('utf8'));
    const told = [calls].flat().map(({ id, method, params }: Untyped) => {
      node.asked[method] = (node.asked[method] ?? 0) + 1;
      const result = structuredClone(answers[method](params));
      node.alter(method, params, result);
      return { jsonrpc: '2.0', id, result };
    });
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(Array.isArray(calls) ? told : told[0]));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  node.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  node.stop = () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return node;
}
