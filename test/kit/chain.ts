/**
 * A real chain for a test file: `const chain = await startTestChain()` in beforeAll, `await chain.stop()` in afterAll. N validators of
 * `electrad` on free ports of 127.0.0.1 in a temporary folder, 20 ms commits unless asked otherwise.
 *
 * Every account's keys are at hand, so a test can act as meter, member or operator: `await chain.send(chain.meters[0], [message])`.
 * One transaction per account is in flight at a time; several messages may share one.
 */
import type { ChildProcess } from 'node:child_process';
import { spawn, spawnSync } from 'node:child_process';
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { hexToBytes } from '@noble/hashes/utils.js';
import getPort from 'get-port';
import type { AccountState, EncodedMessage, MeterChain, Signer } from '../../sdk/ts/src/index.ts';
import { CometRpc, keySigner, meterTypes, rpcChain, signTx } from '../../sdk/ts/src/index.ts';
import { MAIN_CIRCUIT_NAMES } from '../../src/protocol/circuits.ts';
import { keysJson, readAnyGenesis, signNodeKeys, verificationKeysJson } from '../../src/protocol/genesis/index.ts';
import { type MainMessageName, mainTypes, mainTypeUrlOf } from '../../src/protocol/messages/main-messages.ts';
import { type ChainIdentity, nodeKeyDigest } from '../../src/protocol/meter/operator-signature.ts';
import { keyBytes, mainKeyBytes } from './development-keys.ts';
import { firstAnswer, until } from './until.ts';

export const ELECTRAD = process.env.ELECTRAD ?? fileURLToPath(new URL('../../chain/bin/electrad', import.meta.url));
const ELECTRA_MAIND = process.env.ELECTRA_MAIND ?? fileURLToPath(new URL('../../chain/bin/electra-maind', import.meta.url));

export interface TestAccount {
  address: string;
  /** secp256k1, 32 bytes */
  privateKey: Uint8Array;
  signer: Signer;
}

export interface TestMeter extends TestAccount {
  member: TestAccount;
  firstDay: number;
  maxWhPerSlot: number;
  validator: boolean;
}

export interface TestChainOptions {
  /**
   * A main chain, of `electra-maind`: its meters are uplinks by the rule shared/1, the states of its further modules those of a genesis or,
   * left out, the defaults, with the test issuer and development communities (docs/main-chain.md). Left out: a community's.
   */
  main?: {
    modules?: Record<string, unknown> | ((accounts: { operator: TestAccount; meters: readonly TestMeter[] }) => Record<string, unknown>);
  };
  /** validators, which are meters too (default 1) */
  validators?: number;
  /** meters without a consensus key besides (default 0) */
  lightMeters?: number;
  /** camelCase fields of x/meter's params; the rest are production's */
  params?: Record<string, number | string>;
  /** chain time = startUnixS + rate · elapsed; default: from the noon of a fixed day on, whatever day and hour it is on the machine */
  clock?: { startUnixS?: number; rate?: number };
  /** such as '1s' (default '20ms') */
  timeoutCommit?: string;
  /** so often without anything to say; default: all the time */
  emptyBlockS?: number;
  /** first day of every meter and of the tariff (default: yesterday in chain time) */
  firstDay?: number;
  maxWhPerSlot?: number;
  tariff?: { retailNelPerWh: number[]; feedInNelPerWh: number[]; feePerDayNel: string };
  chainId?: string;
  /** where the homes go; default: a temporary folder, removed by stop() */
  dir?: string;
  /** given instead of drawn keys: the operator's 32-byte key, in hex */
  operatorKey?: string;
  /** given instead of a drawn one: the public key of epoch 1, in hex, whose secret a vault holds */
  nodePublicKey?: string;
}

/** A message as `send` takes it: camelCase fields, as the SDK's generated types have them. */
export interface TestMessage {
  typeUrl: string;
  value: Record<string, unknown>;
}
export interface Sent {
  hash: string;
  height: number;
  code: number;
  codespace: string;
  log: string;
}

const types = new Map([...meterTypes, ...mainTypes] as unknown as ReadonlyArray<
  [string, { fromPartial(value: unknown): unknown; encode(value: unknown): { finish(): Uint8Array } }]
>);

/** `/electra.meter.v1.Msg<name>` with its fields. */
export const message = (name: string, value: Record<string, unknown>): TestMessage => ({ typeUrl: `/electra.meter.v1.Msg${name}`, value });

/** A role of the test issuer, whose key everybody has (docs/electra.md). */
export function testRole(role: 'attestor' | 'guardian' | 'issuer'): TestAccount {
  const privateKey = new Uint8Array(createHash('sha256').update(`electra/test-issuer/v1/${role}`).digest());
  const signer = keySigner(privateKey);
  return { address: signer.address, privateKey, signer };
}

/** A message of the main chain's other modules, such as RegisterCommunity. */
export const mainMessage = (name: MainMessageName, value: Record<string, unknown>): TestMessage => ({
  typeUrl: mainTypeUrlOf(name),
  value,
});

export function encodeMessage({ typeUrl, value }: TestMessage): EncodedMessage {
  const type = types.get(typeUrl);
  if (!type) throw new TypeError(`${typeUrl}: not a message of either kind of chain`);
  return { typeUrl, value: type.encode(type.fromPartial(value)).finish() };
}

export function testAccount(privateKey: Uint8Array = randomBytes(32)): TestAccount {
  const signer = keySigner(privateKey);
  return { address: signer.address, privateKey, signer };
}

/** The X25519 key of an epoch; `privateKey` opens what is sealed to it. */
export function testNodeKey(): { publicKey: Uint8Array; privateKey: Uint8Array } {
  const { publicKey, privateKey } = generateKeyPairSync('x25519');
  return {
    publicKey: Buffer.from(publicKey.export({ format: 'jwk' }).x!, 'base64url'),
    privateKey: Buffer.from(privateKey.export({ format: 'jwk' }).d!, 'base64url'),
  };
}

export type TestChain = Awaited<ReturnType<typeof startTestChain>>;

const DAY_S = 86_400;
/** The day on which a test's chain begins, and when on that day: no test may pass in the afternoon and fail after midnight. */
export const TEST_DAY = 20_635;
const TEST_START_UNIX_S = TEST_DAY * DAY_S + DAY_S / 2;
const FLAT_TARIFF = {
  retailNelPerWh: Array<number>(96).fill(300_000),
  feedInNelPerWh: Array<number>(96).fill(80_000),
  feePerDayNel: '250000000',
};
/** One price of what is shared. */
const SHARED_TARIFF = {
  retailNelPerWh: Array<number>(96).fill(191_000),
  feedInNelPerWh: Array<number>(96).fill(0),
  feePerDayNel: '250000000',
};

export async function startTestChain(options: TestChainOptions = {}) {
  const {
    validators = 1,
    lightMeters = 0,
    params = {},
    clock = {},
    timeoutCommit = '20ms',
    maxWhPerSlot = 10_000,
    main,
    tariff = main ? SHARED_TARIFF : FLAT_TARIFF,
  } = options;
  const program = main ? ELECTRA_MAIND : ELECTRAD;
  if (!existsSync(program)) throw new Error(`${program} is not built: run \`node scripts/chain.mjs${main ? ' main' : ''}\``);
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), 'electra-test-chain-'));
  const chainId = options.chainId ?? `electra-test-${randomBytes(4).toString('hex')}`;
  const startUnixS = clock.startUnixS ?? TEST_START_UNIX_S;
  const firstDay = options.firstDay ?? Math.floor(startUnixS / DAY_S) - 1;
  const operator = testAccount(options.operatorKey ? Buffer.from(options.operatorKey, 'hex') : undefined);
  const nodeKey = options.nodePublicKey
    ? { publicKey: Buffer.from(options.nodePublicKey, 'hex'), privateKey: new Uint8Array() }
    : testNodeKey();
  const meters: TestMeter[] = Array.from({ length: validators + lightMeters }, (_, i) => ({
    ...testAccount(),
    member: testAccount(),
    firstDay,
    maxWhPerSlot,
    validator: i < validators,
  }));
  const ports = { rpc: await freePorts(validators), p2p: await freePorts(validators) };
  const spec = {
    chainId,
    clock: { rate: 1, ...clock, startUnixS },
    params,
    operator: operator.address,
    timeoutCommit,
    emptyBlockS: options.emptyBlockS ?? 0,
    ports,
    meters: meters.map(({ address, member, validator }) => ({ address, member: member.address, firstDay, maxWhPerSlot, validator })),
    nodeKeys: [{ epoch: 1, key: Buffer.from(nodeKey.publicKey).toString('hex') }],
    tariffs: [{ fromDay: firstDay, rule: main ? 'shared/1' : 'mid-market/1', ...tariff }],
    verificationKeys: main ? keysJson(MAIN_CIRCUIT_NAMES, mainKeyBytes()) : verificationKeysJson(keyBytes()),
    ...(main?.modules ? { modules: typeof main.modules === 'function' ? main.modules({ operator, meters }) : main.modules } : {}),
  };
  writeFileSync(join(dir, 'spec.json'), JSON.stringify(spec));
  const made = spawnSync(program, ['devnet', '--spec', join(dir, 'spec.json'), '--out', join(dir, 'net')], { encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`${program} devnet: ${made.stderr || made.stdout || made.error}`);
  const { homes } = JSON.parse(made.stdout) as { homes: { home: string; rpc: string }[] };
  const genesisHash = await signGeneses(
    homes.map(({ home }) => home),
    operator.signer,
  );
  const rpcUrls = homes.map(({ rpc }) => rpc);
  const nodes = new Nodes(
    program,
    homes.map(({ home }) => home),
  );
  await nodes.start(rpcUrls[0]);

  const rpc = new CometRpc({ urls: rpcUrls });
  const chain = rpcChain(rpc);
  const sender = new Sender(chainId, chain);
  const { chainUnixS: seenUnixS } = await firstAnswer(() => chain.status(), 10_000, 'the chain’s clock');
  const seenMs = performance.now();
  return {
    chainId,
    dir,
    operator,
    meters,
    members: meters.map(({ member }) => member),
    nodeKey,
    firstDay,
    rpc,
    chain,
    rpcUrls,
    rpcUrl: rpcUrls[0],
    homes: homes.map(({ home }) => home),
    genesisFile: genesisOf(homes[0].home),
    /** The key of an epoch, signed by the operator as the chain and meters want it. */
    nodeKeyMessage: (epoch: number, key: Uint8Array, by: TestAccount = operator) =>
      nodeKeyMessage({ chainId, genesisHash }, by, epoch, key),
    genesisHash,
    /** Signs, broadcasts and waits for inclusion. @throws when the mempool or the chain refuses, unless `refused` is expected. */
    send: (from: TestAccount, messages: readonly TestMessage[], expect: 'accepted' | 'any' = 'accepted') =>
      sender.send(from, messages, expect),
    /** Bytes as they are: garbage too. Returns CheckTx's verdict. */
    broadcast: (bytes: Uint8Array) => rpc.broadcast(bytes),
    height: async () => (await rpc.status()).height,
    /** Chain time: what a meter's clock shows. */
    nowMs: () => seenUnixS * 1000 + (clock.rate ?? 1) * (performance.now() - seenMs),
    /** Waits until the chain has a height. */
    reach: async (height: number, timeoutMs = 30_000) =>
      until(async () => (await rpc.status()).height >= height, timeoutMs, `height ${height}`),
    /** kill -9 of every node, or of one. */
    kill: (node?: number) => nodes.kill('SIGKILL', node),
    /** Starts what does not run. */
    restart: () => nodes.start(rpcUrls[0]),
    /** Stops every node, keeps the folder. */
    halt: () => nodes.kill('SIGTERM'),
    stop: async () => {
      await nodes.kill('SIGKILL');
      if (!options.dir) rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** PublishNodeKey with the signature of an account, the operator's or not. */
export function nodeKeyMessage(chain: ChainIdentity, by: TestAccount, epoch: number, key: Uint8Array): TestMessage {
  const signature = secp256k1.sign(nodeKeyDigest(chain, epoch, key), by.privateKey, { prehash: false, lowS: true });
  return message('PublishNodeKey', { operator: by.address, epoch, key, signature });
}

/** Signs the sealing keys of a development network's geneses, without the operator's key as they were written. Their hash. */
export async function signGeneses(homes: readonly string[], operator: Signer): Promise<Uint8Array> {
  for (const home of homes) {
    const file = genesisOf(home);
    writeFileSync(file, JSON.stringify(await signNodeKeys(JSON.parse(readFileSync(file, 'utf8')), operator)));
  }
  return hexToBytes(readAnyGenesis(JSON.parse(readFileSync(genesisOf(homes[0]), 'utf8'))).hash);
}

const genesisOf = (home: string): string => join(home, 'config', 'genesis.json');

async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) ports.push(await getPort({ host: '127.0.0.1', exclude: ports }));
  return ports;
}

/** The chain's processes. They end with the test process, however it ends. */
class Nodes {
  readonly #program: string;
  readonly #homes: string[];
  readonly #running = new Map<number, ChildProcess>();

  constructor(program: string, homes: string[]) {
    this.#program = program;
    this.#homes = homes;
    process.once('exit', () => {
      for (const child of this.#running.values()) child.kill('SIGKILL');
    });
  }

  async start(rpcUrl: string): Promise<void> {
    this.#homes.forEach((home, i) => {
      if (this.#running.has(i)) return;
      const log = openSync(join(home, 'log.txt'), 'a');
      const child = spawn(this.#program, ['start', '--development', '--home', home], { stdio: ['ignore', log, log] });
      closeSync(log);
      this.#running.set(i, child);
      child.once('exit', () => this.#running.delete(i));
    });
    const rpc = new CometRpc({ urls: [rpcUrl] });
    const before = await rpc.status().then(
      ({ height }) => height,
      () => 0,
    );
    try {
      await until(async () => (await rpc.status()).height > before, 30_000, 'the chain’s first block');
    } catch (error) {
      throw new Error(`${(error as Error).message}: ${readFileSync(join(this.#homes[0], 'log.txt'), 'utf8').slice(-1500)}`);
    }
  }

  async kill(signal: NodeJS.Signals, only?: number): Promise<void> {
    await Promise.all(
      [...this.#running]
        .filter(([i]) => only === undefined || i === only)
        .map(
          ([, child]) =>
            new Promise<void>((resolve) => {
              if (child.exitCode !== null || child.signalCode !== null) return resolve();
              child.once('exit', () => resolve());
              child.kill(signal);
            }),
        ),
    );
  }
}

/** Keeps each account's sequence, so that one transaction follows another without asking. */
class Sender {
  readonly #chainId: string;
  readonly #chain: MeterChain;
  readonly #accounts = new Map<string, AccountState>();

  constructor(chainId: string, chain: MeterChain) {
    this.#chainId = chainId;
    this.#chain = chain;
  }

  async send(from: TestAccount, messages: readonly TestMessage[], expect: 'accepted' | 'any'): Promise<Sent> {
    const account = this.#accounts.get(from.address) ?? (await this.#chain.account(from.address));
    if (!account) throw new Error(`${from.address} has no account on the chain`);
    const tx = await signTx({ messages: messages.map(encodeMessage), chainId: this.#chainId, ...account }, from.signer);
    const check = await this.#chain.broadcast(tx.bytes);
    if (check.code !== 0) {
      this.#accounts.delete(from.address);
      if (expect === 'any') return { hash: tx.hash, height: 0, ...check };
      throw new Error(`refused by the mempool: ${check.codespace} ${check.code} ${check.log}`);
    }
    const found = await firstAnswer(() => this.#chain.tx(tx.hash), 20_000, `transaction ${tx.hash}`);
    this.#accounts.set(from.address, { ...account, sequence: account.sequence + 1n });
    if (found.code !== 0 && expect === 'accepted') throw new Error(`refused by the chain: ${found.codespace} ${found.code} ${found.log}`);
    return { hash: tx.hash, ...found };
  }
}
