/**
 * What the main chain was shown of this community's chain, beside what this community's own nodes have. Two headers of one height, each
 * signed by more than two thirds, mean that its validators (or who stole their keys) have signed two histories: the main chain is told by
 * itself, and takes nothing of the community any more until somebody has looked.
 */
import { bytesToHex } from '@noble/hashes/utils.js';
import { equalBytes, headerHash, readHeight, readHex, readValidatorSet, verifyEd25519 } from '../../protocol/comet/index.ts';
import { lightValidators, readEvidence } from '../../protocol/index.ts';
import { mainTypeUrlOf, register } from '../../protocol/messages/main-messages.ts';
import { evidenceOf, type LightBlock, readLightBlock } from '../../reader/light/index.ts';
import { ChainNode } from '../indexer/index.ts';
import type { Log } from '../shared/log.ts';
import type { MainChain } from './main-chain.ts';
import type { MainView } from './main-view.ts';

export interface HistoriesOptions {
  view: Pick<MainView, 'shown'>;
  main: Pick<MainChain, 'send' | 'leave'>;
  chainId: string;
  uplink: string;
  /** of a height, from each of the own nodes that has it */
  ownBlocks: (height: number) => Promise<LightBlock[]>;
  log: Pick<Log, 'warn' | 'error'>;
}

const LOOK_BACK = 20;

/** By hash of the header that was shown: null where there is nothing to tell, or what a node of the main chain answered last. */
export type Looked = Map<string, string | null>;

/**
 * Looks at what was shown lately and not looked at yet. A conflict is told until the index shows that the main chain has taken one: a
 * node's word that it was taken, or refused, ends nothing. Returns how many were taken, by that word.
 */
export async function compareHistories(options: HistoriesOptions, looked: Looked): Promise<number> {
  let taken = 0;
  for (const bytes of await options.view.shown(LOOK_BACK)) {
    const { shown, announced } = readEvidence(bytes, 'evidence');
    const height = readHeight(shown.header.height, 'header.height');
    const hash = bytesToHex(headerHash(shown.header));
    if (looked.get(hash) === null) continue;
    const one: LightBlock = {
      signed_header: { header: shown.header, commit: shown.commit },
      validator_set: { validators: lightValidators(shown.validators, 'validators') },
    };
    const blocks = await options.ownBlocks(height);
    const other = blocks.find((block) => isOther(block, one, options));
    if (other) {
      const answer = await show(options, [one, other], announced && lightValidators(announced, 'announced'), looked.get(hash));
      looked.set(hash, answer);
      taken += answer === TAKEN ? 1 : 0;
    } else if (blocks.length > 0) looked.set(hash, null);
  }
  return taken;
}

/** Another header of the height, and not only a node's invention. */
function isOther(block: LightBlock, shown: LightBlock, { chainId, log }: HistoriesOptions): boolean {
  const [own, theirs] = [block, shown].map(({ signed_header }) => headerHash(signed_header.header));
  if (equalBytes(own, theirs)) return false;
  try {
    readLightBlock(block, chainId, verifyEd25519);
    return true;
  } catch (error) {
    log.warn({ height: block.signed_header.header.height }, `an own node gives a header that is not signed: ${(error as Error).message}`);
    return false;
  }
}

const TAKEN = 'taken';

/** @param before what was answered the last time, which is not said again */
async function show(
  { main, uplink, chainId, log }: HistoriesOptions,
  pair: readonly [LightBlock, LightBlock],
  announced: readonly LightBlock['validator_set']['validators'][number][] | null,
  before: string | null | undefined,
): Promise<string> {
  const setOf = (block: LightBlock) => readValidatorSet([...block.validator_set.validators]);
  const trusted = announced ? readValidatorSet([...announced]) : setOf(pair[0]);
  const [one, other] = pair.map((block) => evidenceOf({ ...block.signed_header, validators: setOf(block), trusted }));
  const [shown, own] = pair.map(({ signed_header: { header } }) => bytesToHex(headerHash(header)));
  const fields = { height: Number(pair[0].signed_header.header.height), shown, own };
  if (before === undefined)
    log.error(fields, `${chainId} has two histories: the main chain was shown another header than this node has, and is told so`);
  const value = register.MsgConflict.encode({ sender: uplink, uplink, one, other }).finish();
  if (before !== undefined) main.leave(); // what a node said a while ago did not come true, or may be untrue: another one is asked
  const { code, codespace, log: words } = await main.send([{ typeUrl: mainTypeUrlOf('Conflict'), value }]);
  const answer = code === 0 ? TAKEN : `${codespace} ${code}: ${words}`;
  if (answer !== TAKEN && answer !== before) log.error(fields, `the main chain did not take the conflict: ${answer}`);
  return answer;
}

/** Of each own node that answers; one that has forgotten the height, or is away, has no part in it. */
export const ownBlocksFrom =
  (rpcUrls: readonly string[], signal: AbortSignal) =>
  async (height: number): Promise<LightBlock[]> => {
    const blocks: LightBlock[] = [];
    for (const url of rpcUrls) {
      const node = new ChainNode(url, signal);
      try {
        const { header, commit } = await node.signedHeader(height);
        const { validators } = await node.validators(
          height,
          node.read(() => readHex(header.validators_hash, 'validators_hash')),
        );
        const list = validators.map(({ publicKey, power }) => ({ key: Buffer.from(publicKey).toString('base64'), power: String(power) }));
        blocks.push({ signed_header: { header, commit }, validator_set: { validators: lightValidators(list, 'validators') } });
      } catch {
        signal.throwIfAborted();
      } finally {
        node.close();
      }
    }
    return blocks;
  };
