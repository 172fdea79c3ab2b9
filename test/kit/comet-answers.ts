/** What a node of CometBFT 0.38 answers, as far as tests and recordings look at it; unverified, as it is on the wire. */
import type { CometRpc } from '../../sdk/ts/src/index.ts';
import type { CommitJson, HeaderJson, TxResultJson, ValidatorJson } from '../../src/protocol/comet/index.ts';
import type { ProofOps } from '../../src/reader/light/index.ts';

interface EventJson {
  type: string;
  attributes: { key: string; value: string; index?: boolean }[];
}

export interface CometAnswers {
  block: { block: { header: HeaderJson; data: { txs: string[] }; last_commit: CommitJson } };
  block_results: { txs_results: TxResultJson[] | null; finalize_block_events?: EventJson[] | null };
  commit: { signed_header: { header: HeaderJson; commit: CommitJson } };
  validators: { validators: ValidatorJson[] };
  status: { sync_info: { latest_block_height: string; catching_up: boolean } };
  abci_query: { response: { value: string | null; proofOps: { ops: ProofOps } } };
}

export const asked = <Method extends keyof CometAnswers>(
  rpc: CometRpc,
  method: Method,
  params: Record<string, unknown> = {},
): Promise<CometAnswers[Method]> => rpc.call<CometAnswers[Method]>(method, params);

export const blockAt = async (rpc: CometRpc, height: number): Promise<CometAnswers['block']['block']> =>
  (await asked(rpc, 'block', { height: String(height) })).block;

/** Up to a hundred validators, all of a test's chain. */
export const validatorsAt = async (rpc: CometRpc, height: number): Promise<ValidatorJson[]> =>
  (await asked(rpc, 'validators', { height: String(height), per_page: '100' })).validators;

export const commitAt = async (rpc: CometRpc, height: number): Promise<CometAnswers['commit']['signed_header']> =>
  (await asked(rpc, 'commit', { height: String(height) })).signed_header;
