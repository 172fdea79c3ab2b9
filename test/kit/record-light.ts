/**
 * Records src/reader/light/testdata/chain.json from a real chain: node test/kit/record-light.ts
 * Three meters begin their service and state a day, one of them late; what may be said of a day is said of it. Then four validators are
 * replaced one by one (4 → 5 → 4, four times) until nobody of the first set is left; each new one takes over the
 * process of the one that goes. Months pass in seconds. Then proofs of one height: of what is there, of what is not, of the first and last
 * key, of ranges, the log's among them. At last two thirds of the validators, whose keys are at hand, sign a second header at the same
 * height.
 */

import { createHash, createPrivateKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CometRpc } from '../../sdk/ts/src/index.ts';
import { type CommitJson, type HeaderJson, headerHash, voteSignBytes } from '../../src/protocol/comet/index.ts';
import { fieldToBytes } from '../../src/protocol/index.ts';
import type { KeyRange, ProofOps } from '../../src/reader/light/index.ts';
import { METER_STORE, nextInRange, stateKeys, stateRanges, verifyState } from '../../src/reader/light/index.ts';
import { message, startTestChain, testAccount } from './chain.ts';
import { asked, blockAt, commitAt, validatorsAt } from './comet-answers.ts';
import { until } from './until.ts';

const OUT = new URL('../../src/reader/light/testdata/chain.json', import.meta.url);
const RATE = 43_200;
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

const startUnixS = 20_000 * 86_400;
const chain = await startTestChain({
  validators: 4,
  lightMeters: 2,
  chainId: 'electra-light-5eed1157',
  clock: { startUnixS, rate: RATE },
  timeoutCommit: '100ms',
  firstDay: 20_000,
  params: { graceS: 259_200, graceBlocks: 2, validatorDelayS: 3600, validatorWindowS: 3600, lateS: 86_400 * 400 },
});
try {
  const genesis = JSON.parse(readFileSync(chain.genesisFile, 'utf8'));
  const today = async (): Promise<number> => {
    const { header } = await blockAt(chain.rpc, await chain.height());
    return Math.floor((startUnixS + (RATE * (Date.parse(header.time) - Date.parse(genesis.genesis_time))) / 1000) / 86_400);
  };
  const setAt = (height: number) => validatorsAt(chain.rpc, height);
  const size = (count: number) => until(async () => (await setAt(await chain.height())).length === count, 30_000, `a set of ${count}`);

  // A day on which three meters begin their service; then one with statements of them, one of which is late, and what may be said of it.
  const first = 20_000;
  const day = first + 1;
  const ended = (which: number) => until(async () => (await today()) > which, 20_000, `the end of day ${which}`);
  const close = (which: number, ...ofMeters: number[]) =>
    Promise.all(
      ofMeters.map((i) =>
        chain.send(chain.meters[i], [
          message('CloseDay', {
            meter: chain.meters[i].address,
            day: which,
            keyEpoch: 1,
            commitment: Buffer.concat([Buffer.alloc(1), randomBytes(31)]),
            sealed: randomBytes(715),
          }),
        ]),
      ),
    );
  await ended(first);
  await close(first, 0, 4, 5);
  await ended(day);
  await close(day, 0, 4);
  const frozen = async (): Promise<boolean> =>
    (await asked(chain.rpc, 'abci_query', { path: '/store/meter/key', data: hex(stateKeys.roster(day, false)) })).response.value !== null;
  await until(frozen, 30_000, 'the roster');
  await close(day, 5);
  const { operator, meters } = chain;
  const by = { operator: operator.address };
  const anchor = (which: number) => {
    const bookHash = createHash('sha256').update(`a book of ${which}`).digest();
    return message('AnchorBook', { ...by, day: which, version: 1, bookHash, totals: fieldToBytes(6n) });
  };
  await chain.send(operator, [
    message('DisputeDay', { ...by, meter: meters[0].address, day, reason: 'does not open' }),
    message('DisputeDay', { ...by, meter: meters[4].address, day, reason: 'does not open' }),
    anchor(first),
    anchor(day),
    message('SetTariff', {
      ...by,
      fromDay: day + 1000,
      rule: 'mid-market/1',
      retailNelPerWh: Array(96).fill(400_000n),
      feedInNelPerWh: Array(96).fill(-2000n),
      feePerDayNel: 1n,
    }),
  ]);
  await chain.send(meters[4].member, [message('NoBill', { member: meters[4].member.address, meter: meters[4].address, day })]);

  const seeds: Buffer[] = chain.homes.map((home) => seedOf(home));
  for (let i = 0; i < 4; i++) {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const consensusKey = Buffer.from(publicKey.export({ format: 'jwk' }).x!, 'base64url');
    seeds[i] = Buffer.from(privateKey.export({ format: 'jwk' }).d!, 'base64url');
    await chain.send(operator, [
      message('EnrolMeter', {
        operator: operator.address,
        meter: testAccount().address,
        member: testAccount().address,
        firstDay: (await today()) + 20,
        maxWhPerSlot: 100,
        consensusKey,
      }),
    ]);
    await size(5);
    await chain.kill(i);
    replaceKey(chain.homes[i], seeds[i], consensusKey);
    await chain.restart();
    await until(
      async () => !(await asked(new CometRpc({ urls: [chain.rpcUrls[i]] }), 'status')).sync_info.catching_up,
      30_000,
      'the node to catch up',
    );
    await chain.reach((await chain.height()) + 3);
    await chain.send(operator, [
      message('RetireMeter', { operator: operator.address, meter: meters[i].address, lastDay: (await today()) + 2 }),
    ]);
    await size(4);
  }
  const firstSet = new Set((await setAt(1)).map(({ address }) => address));
  if ((await setAt(await chain.height())).some(({ address }) => firstSet.has(address)))
    throw new Error('a validator of the first set is left');

  // The block whose state is proven changes it: the state before is under another app hash.
  const { height: last } = await chain.send(meters[0].member, [
    message('NoBill', { member: meters[0].member.address, meter: meters[0].address, day }),
  ]);
  // Commits: the canonical one of a height is in the next block.
  await chain.reach(last + 3);
  const sets: Record<string, unknown> = {};
  const light = async (height: number) => {
    const { header, commit } = await commitAt(chain.rpc, height);
    sets[header.validators_hash] ??= (await setAt(height)).map(({ address, pub_key, voting_power }) => ({
      address,
      pub_key,
      voting_power,
    }));
    return { header, commit };
  };
  const state = last;
  const heights = new Set([1, 2, 3, state, state + 1, state + 2]);
  for (let height = 1; height <= last; height++) {
    const { header } = await blockAt(chain.rpc, height);
    if (header.validators_hash !== header.next_validators_hash) for (const h of [height, height + 1]) heights.add(h);
  }
  const blocks = [];
  for (const height of [...heights].sort((a, b) => a - b)) blocks.push(await light(height));

  // Proofs of the state after block `state`, and one of the block before, which another app hash vouches for.
  const appHash = Buffer.from(blocks.find(({ header }) => Number(header.height) === state + 1)!.header.app_hash, 'hex');
  const ask = async (key: Uint8Array, store = METER_STORE, height = state): Promise<ProofOps> => {
    const { response } = await asked(chain.rpc, 'abci_query', {
      path: `/store/${store}/key`,
      data: hex(key),
      height: String(height),
      prove: true,
    });
    return response.proofOps.ops;
  };
  const keys = {
    params: stateKeys.params(),
    genesisHash: stateKeys.genesisHash(),
    meter: stateKeys.meter(meters[0].address),
    nodeKey: stateKeys.nodeKey(1),
    roster: stateKeys.roster(day, false),
    dispute: stateKeys.dispute(day, meters[0].address),
    anchor: stateKeys.anchor(day, 1),
    noBill: stateKeys.noBill(day, meters[4].address),
    tariff: stateKeys.tariff(20_000),
    noLateRoster: stateKeys.roster(day, true),
    noDispute: stateKeys.dispute(day, meters[5].address),
    noSecondVersion: stateKeys.anchor(day, 2),
    noNoBill: stateKeys.noBill(day, meters[5].address),
    noNodeKey: stateKeys.nodeKey(2),
    tariffInForce: stateKeys.tariff(day + 1),
    tariffAnnounced: stateKeys.tariff(day + 1001),
    noTariff: stateKeys.tariff(0),
    noMeter: stateKeys.meter(testAccount().address),
    beyondTheLast: Uint8Array.of(0xff),
  };
  const proofs = Object.fromEntries(
    await Promise.all(Object.entries(keys).map(async ([name, key]) => [name, { key: hex(key), ops: await ask(key) }])),
  );
  const range = async ({ from, to }: KeyRange) => {
    const steps: ProofOps[] = [];
    for (let key: Uint8Array | null = from; key !== null; ) {
      const asked: Uint8Array = key;
      const ops = await ask(asked);
      steps.push(ops);
      key = nextInRange(asked, to, verifyState(appHash, METER_STORE, asked, ops));
    }
    return { from: hex(from), to: hex(to), steps };
  };
  const ranges = {
    disputes: await range(stateRanges.disputes(day)),
    anchors: await range(stateRanges.anchors(day)),
    noBills: await range(stateRanges.noBills(day)),
    noDisputes: await range(stateRanges.disputes(day + 1)),
    meters: await range(stateRanges.meters()),
    tariffs: await range(stateRanges.tariffs()),
    log: await range(stateRanges.log(1)),
    logFromThree: await range(stateRanges.log(3)),
  };
  const otherStore = { key: hex(keys.params), ops: await ask(keys.params, 'consensus') };
  const newest = stateKeys.noBill(day, meters[0].address);
  const before = { key: hex(newest), ops: await ask(newest, METER_STORE, state - 1) };
  const after = { key: hex(newest), ops: await ask(newest) };
  const fork = forge(blocks.find(({ header }) => Number(header.height) === state + 1)!, seeds);
  writeFileSync(
    OUT,
    `${JSON.stringify({
      chainId: chain.chainId,
      day,
      state,
      meters: meters.map(({ address }) => address),
      genesis: { chain_id: genesis.chain_id, genesis_time: genesis.genesis_time, app_state: { meter: genesis.app_state.meter } },
      sets,
      blocks,
      proofs,
      ranges,
      otherStore,
      before,
      after,
      fork,
    })}\n`,
  );
  console.log(
    `${blocks.length} headers up to ${last}, ${Object.keys(sets).length} sets, ${Object.keys(proofs).length} proofs, ` +
      `disputes ${ranges.disputes.steps.length}, meters ${ranges.meters.steps.length}`,
  );
} finally {
  await chain.stop();
}

function seedOf(home: string): Buffer {
  const { priv_key } = JSON.parse(readFileSync(join(home, 'config', 'priv_validator_key.json'), 'utf8'));
  return Buffer.from(priv_key.value, 'base64').subarray(0, 32);
}

/** Gives a stopped node another validator's key. */
function replaceKey(home: string, seed: Uint8Array, publicKey: Uint8Array): void {
  const address = createHash('sha256').update(publicKey).digest().subarray(0, 20).toString('hex').toUpperCase();
  writeFileSync(
    join(home, 'config', 'priv_validator_key.json'),
    JSON.stringify({
      address,
      pub_key: { type: 'tendermint/PubKeyEd25519', value: Buffer.from(publicKey).toString('base64') },
      priv_key: { type: 'tendermint/PrivKeyEd25519', value: Buffer.concat([seed, publicKey]).toString('base64') },
    }),
  );
  writeFileSync(join(home, 'data', 'priv_validator_state.json'), JSON.stringify({ height: '0', round: 0, step: 0 }));
}

/** Another header of the same height, by the same validators: another app hash, signed again. */
function forge({ header, commit }: { header: HeaderJson; commit: CommitJson }, all: Buffer[]): unknown {
  const other = structuredClone({ header, commit });
  other.header.app_hash = createHash('sha256').update('another state').digest('hex').toUpperCase();
  other.commit.block_id.hash = hex(headerHash(other.header)).toUpperCase();
  const byAddress = new Map(
    all.map((seed) => {
      const key = createPrivateKey({
        key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]),
        format: 'der',
        type: 'pkcs8',
      });
      const publicKey = Buffer.from(key.export({ format: 'jwk' }).x!, 'base64url');
      return [createHash('sha256').update(publicKey).digest().subarray(0, 20).toString('hex').toUpperCase(), key];
    }),
  );
  other.commit.signatures.forEach((vote, i) => {
    const key = byAddress.get(vote.validator_address);
    if (key && vote.block_id_flag === 2)
      vote.signature = sign(null, voteSignBytes(header.chain_id, other.commit, i), key).toString('base64');
  });
  return other;
}
