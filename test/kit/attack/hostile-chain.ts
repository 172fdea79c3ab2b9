/**
 * A chain of one process and no network: electrad's own binary, with the attacker as its consensus engine (abci.ts). Blocks come when asked
 * for, at the time asked for.
 *
 * `judge` puts a transaction through every door: CheckTx, a proposal, a block. A rule holds if each refuses with the same error.
 */

import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BaseAccount } from 'cosmjs-types/cosmos/auth/v1beta1/auth';
import { QueryAccountRequest, QueryAccountResponse } from 'cosmjs-types/cosmos/auth/v1beta1/query';
import getPort from 'get-port';
import { signTx } from '../../../sdk/ts/src/index.ts';
import { verificationKeysJson } from '../../../src/protocol/genesis/index.ts';
import type { EncodedMessage } from '../../../src/protocol/messages/sign.ts';
import { ELECTRAD, encodeMessage, message, signGeneses, type TestAccount, type TestMessage, testAccount, testNodeKey } from '../chain.ts';
import { keyBytes } from '../development-keys.ts';
import { AbciClient } from './abci.ts';
import { onClose } from './clean-up.ts';

export { message };
export const DAY_S = 86_400;
/** 2026-07-01, where every chain here begins. */
export const FIRST_DAY = 20_635;
const START_UNIX_S = FIRST_DAY * DAY_S;
const GRACE_S = 21_600;
/** Two days instead of thirty, so that late rosters come soon. */
const LATE_S = 172_800;
/** Fewer than in production, where a day would take 600 blocks to freeze. */
export const GRACE_BLOCKS = 20;

export interface ChainPlan {
  chainId?: string;
  params?: Record<string, number>;
  /** the first meter, if not drawn */
  firstMeter?: TestAccount;
  /** meters of genesis; the first four are validators */
  meters?: number;
}

export interface Verdict {
  codespace: string;
  code: number;
  log: string;
}
/** What each door said: `accepted`, or the error's codespace and code; the proposal only says yes or no. */
export interface Doors {
  checkTx: string;
  proposal: 'accepted' | 'refused';
  block: string;
}

const nameOf = ({ codespace, code }: { codespace: string; code: number }): string => (code === 0 ? 'accepted' : `${codespace}/${code}`);
const time = (unixS: number) => ({ seconds: BigInt(unixS), nanos: 0 });
const FLAT = {
  rule: 'mid-market/1',
  retailNelPerWh: Array<number>(96).fill(300_000),
  feedInNelPerWh: Array<number>(96).fill(80_000),
  feePerDayNel: '250000000',
};

export class AttackChain {
  readonly chainId: string;
  readonly operator = testAccount();
  readonly meters: readonly TestAccount[];
  readonly members: readonly TestAccount[];
  readonly nodeKey = testNodeKey();
  genesisHash: Uint8Array = new Uint8Array(32);
  /** chain time of the last block */
  nowUnixS = START_UNIX_S;
  height = 0;
  /** hex of consensus key → power, as the application asked for */
  readonly validators = new Map<string, number>();
  /** the latest epoch of the node's key */
  keyEpoch = 1;
  #abci!: AbciClient;
  #frozen = FIRST_DAY - 2;
  #taken = 1; // the first meter sends nothing, so that its account stays as it was at genesis

  private constructor({ chainId, firstMeter, meters = 5 }: ChainPlan) {
    this.chainId = chainId ?? `electra-attack-${randomBytes(4).toString('hex')}`;
    this.meters = Array.from({ length: meters }, (_, i) => (i === 0 && firstMeter ? firstMeter : testAccount()));
    this.members = this.meters.map(() => testAccount());
  }

  static async start(plan: ChainPlan = {}): Promise<AttackChain> {
    const chain = new AttackChain(plan);
    const dir = mkdtempSync(join(tmpdir(), 'electra-attack-'));
    const spec = {
      chainId: chain.chainId,
      genesisTime: new Date(START_UNIX_S * 1000).toISOString().replace('.000Z', 'Z'),
      clock: { startUnixS: START_UNIX_S, rate: 1 },
      operator: chain.operator.address,
      timeoutCommit: '1s',
      params: { graceBlocks: GRACE_BLOCKS, lateS: LATE_S, ...plan.params },
      ports: { rpc: await ports(4), p2p: await ports(4) },
      meters: chain.meters.map(({ address }, i) => ({
        address,
        member: chain.members[i].address,
        firstDay: FIRST_DAY,
        maxWhPerSlot: 10_000,
        validator: i < 4,
      })),
      nodeKeys: [{ epoch: 1, key: Buffer.from(chain.nodeKey.publicKey).toString('hex') }],
      tariffs: [{ fromDay: FIRST_DAY, ...FLAT }],
      verificationKeys: verificationKeysJson(keyBytes()),
    };
    writeFileSync(join(dir, 'spec.json'), JSON.stringify(spec));
    const made = spawnSync(ELECTRAD, ['devnet', '--spec', join(dir, 'spec.json'), '--out', join(dir, 'net')], { encoding: 'utf8' });
    if (made.status !== 0) throw new Error(`electrad devnet: ${made.stderr || made.stdout || made.error}`);
    const [{ home }] = (JSON.parse(made.stdout) as { homes: { home: string }[] }).homes;
    chain.genesisHash = await signGeneses([home], chain.operator.signer);
    const port = await getPort({ host: '127.0.0.1' });
    const log = openSync(join(dir, 'log.txt'), 'a');
    const process_ = spawn(
      ELECTRAD,
      [
        'start',
        '--development',
        '--home',
        home,
        '--with-comet=false',
        '--transport',
        'socket',
        '--address',
        `tcp://127.0.0.1:${port}`,
        '--log_level',
        'error',
      ],
      { stdio: ['ignore', log, log] },
    );
    closeSync(log);
    const kill = () => {
      process_.kill('SIGKILL');
      rmSync(dir, { recursive: true, force: true });
    };
    process.once('exit', kill);
    onClose(() => {
      chain.#abci?.close();
      kill();
    });
    chain.#abci = await connected(port, () => readFileSync(join(dir, 'log.txt'), 'utf8').slice(-800));
    await chain.#init(JSON.parse(readFileSync(join(home, 'config/genesis.json'), 'utf8')));
    return chain;
  }

  async #init(genesis: {
    chain_id: string;
    app_state: unknown;
    consensus: { validators: { pub_key: { value: string }; power: string }[]; params: { block: { max_bytes: string; max_gas: string } } };
  }): Promise<void> {
    const { block } = genesis.consensus.params;
    const validators = genesis.consensus.validators.map(({ pub_key, power }) => ({
      pubKey: { ed25519: Buffer.from(pub_key.value, 'base64') },
      power: BigInt(power),
    }));
    await this.#abci.call({
      initChain: {
        time: time(START_UNIX_S),
        chainId: genesis.chain_id,
        initialHeight: 1n,
        validators,
        appStateBytes: Buffer.from(JSON.stringify(genesis.app_state)),
        consensusParams: {
          block: { maxBytes: BigInt(block.max_bytes), maxGas: BigInt(block.max_gas) },
          evidence: { maxAgeNumBlocks: 100_000n, maxAgeDuration: { seconds: 172_800n, nanos: 0 }, maxBytes: 1_048_576n },
          validator: { pubKeyTypes: ['ed25519'] },
          version: { app: 0n },
        },
      },
    });
    for (const { pubKey, power } of validators) this.validators.set(pubKey.ed25519.toString('hex'), Number(power));
    await this.block();
  }

  /** Makes a block, `afterS` later than the last. Returns what each transaction came to. */
  async block(txs: readonly Uint8Array[] = [], afterS = 1): Promise<Verdict[]> {
    this.height++;
    this.nowUnixS += afterS;
    const { finalizeBlock } = await this.#abci.call({
      finalizeBlock: {
        txs: [...txs],
        height: BigInt(this.height),
        time: time(this.nowUnixS),
        hash: randomBytes(32),
        decidedLastCommit: { round: 0, votes: [] },
        proposerAddress: new Uint8Array(20),
      },
    });
    await this.#abci.call({ commit: {} });
    for (const { pubKey, power } of finalizeBlock!.validatorUpdates) {
      const key = Buffer.from(pubKey!.ed25519!).toString('hex');
      if (power === 0n) this.validators.delete(key);
      else this.validators.set(key, Number(power));
    }
    return finalizeBlock!.txResults.map(({ codespace, code, log }) => ({ codespace, code, log }));
  }

  get today(): number {
    return Math.floor(this.nowUnixS / DAY_S);
  }

  /** A meter of genesis that no attack has used. */
  take(): TestAccount {
    if (this.#taken === this.meters.length) throw new Error('more attacks than meters');
    return this.meters[this.#taken++];
  }

  /** Lets time pass to `unixS` in one block, and then `blocks` more blocks, a second apart. */
  async until(unixS: number, blocks = 0): Promise<void> {
    if (unixS > this.nowUnixS) await this.block([], unixS - this.nowUnixS);
    for (let i = 0; i < blocks; i++) await this.block();
  }

  /** Lets time pass until a day's roster is frozen: days freeze one a block. */
  async freeze(day: number): Promise<void> {
    await this.until((day + 1) * DAY_S);
    await this.until((day + 1) * DAY_S + GRACE_S + 120, GRACE_BLOCKS + day - this.#frozen);
    this.#frozen = day;
  }

  /** Lets time pass until a day's late roster is frozen. */
  async freezeLate(day: number): Promise<void> {
    await this.freeze(day);
    await this.until(this.nowUnixS + LATE_S, day - FIRST_DAY + 2);
  }

  async #account(address: string): Promise<{ accountNumber: bigint; sequence: bigint }> {
    const { query } = await this.#abci.call({
      query: {
        path: '/cosmos.auth.v1beta1.Query/Account',
        data: QueryAccountRequest.encode({ address }).finish(),
        height: 0n,
        prove: false,
      },
    });
    const { account } = QueryAccountResponse.decode(query!.value);
    return account ? BaseAccount.decode(account.value) : { accountNumber: 0n, sequence: 0n };
  }

  /** How many transactions an account has sent. */
  sequence = async ({ address }: TestAccount): Promise<bigint> => (await this.#account(address)).sequence;

  signed = (from: TestAccount, messages: readonly TestMessage[], chainId = this.chainId): Promise<Uint8Array> =>
    this.signedAs(from, messages.map(encodeMessage), chainId);

  /** Signs bytes that somebody encoded as they liked. */
  async signedAs(from: TestAccount, messages: readonly EncodedMessage[], chainId = this.chainId): Promise<Uint8Array> {
    const { accountNumber, sequence } = await this.#account(from.address);
    return (await signTx({ messages, chainId, accountNumber, sequence }, from.signer)).bytes;
  }

  /** Shows a transaction to CheckTx, then proposes it regardless, then puts it into a block regardless. */
  async judge(tx: Uint8Array): Promise<Doors> {
    const { checkTx } = await this.#abci.call({ checkTx: { tx, type: 0 } });
    const { processProposal } = await this.#abci.call({
      processProposal: {
        txs: [tx],
        height: BigInt(this.height + 1),
        time: time(this.nowUnixS + 1),
        hash: randomBytes(32),
        proposedLastCommit: { round: 0, votes: [] },
        proposerAddress: new Uint8Array(20),
      },
    });
    const [block] = await this.block([tx]);
    return { checkTx: nameOf(checkTx!), proposal: Number(processProposal!.status) === 1 ? 'accepted' : 'refused', block: nameOf(block) };
  }

  async send(from: TestAccount, ...messages: TestMessage[]): Promise<Doors> {
    return this.judge(await this.signed(from, messages));
  }

  /** Sends what must be accepted. */
  async must(from: TestAccount, ...messages: TestMessage[]): Promise<void> {
    const doors = await this.send(from, ...messages);
    if (doors.block !== 'accepted') throw new Error(`the chain refused what the attack builds on: ${JSON.stringify(doors)}`);
  }
}

async function ports(count: number): Promise<number[]> {
  const found: number[] = [];
  while (found.length < count) found.push(await getPort({ host: '127.0.0.1', exclude: found }));
  return found;
}

async function connected(port: number, log: () => string): Promise<AbciClient> {
  for (const endMs = Date.now() + 30_000; Date.now() < endMs; await sleep(50)) {
    const client = await AbciClient.open(port).catch(() => null);
    if (client) return client;
  }
  throw new Error(`electrad does not answer: ${log()}`);
}
