/**
 * The commands that send the main chain's messages, on a real main chain: of its operator, of a community's treasury and its uplink's key,
 * of the roles of ELECTRA. Each pair is what the chain takes, shown by proof of its state, and what it refuses, in words that name what was
 * typed.
 */
import { chmodSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { operatorState } from '../../sdk/ts/src/index.ts';
import { makeProgram } from '../../src/cli/commands.ts';
import { carryOut, type Order } from '../../src/cli/main-chain/order.ts';
import { deposit, mint, pause, send, withdraw, withdrawFund } from '../../src/cli/main-chain/orders.ts';
import { type Hand, mainOf } from '../../src/cli/main-chain/reach.ts';
import { operatorSigner } from '../../src/cli/operator/operator.ts';
import { encodeRequest } from '../../src/cli/operator/uplink/request.ts';
import { writeSecret } from '../../src/node/db/index.ts';
import {
  type DataFolder,
  dataFolder,
  makeFolders,
  readSettings,
  type Settings,
  writeSettings,
} from '../../src/node/processes/data-folder.ts';
import { createCredential, runSigner } from '../../src/node/signer/index.ts';
import { isInBlock } from '../../src/node/uplink/index.ts';
import { Unlocker } from '../../src/node/vault/keys/keystore.ts';
import { storeOperator } from '../../src/node/vault/keys/operator.ts';
import { encodeLightFile } from '../../src/protocol/bundle/light-file.ts';
import { dayToDate } from '../../src/protocol/values/time.ts';
import { encodeEvidence, type LightBlock } from '../../src/reader/light/index.ts';
import { startTestChain, TEST_DAY, type TestAccount, type TestChain, type TestMeter, testAccount, testRole } from '../kit/chain.ts';
import { forge, GENESIS_TIME, named, type Plan, setOf } from '../kit/light/forge.ts';
import { type LyingNode, startLyingNode } from '../kit/lying-node.ts';
import { keptHeader, registered, registerState } from '../kit/registered.ts';
import { until } from '../kit/until.ts';
import { TEST_COST } from '../kit/vault-process.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 90_000 });

const root = mkdtempSync(join(tmpdir(), 'electra-money-'));
const file = (name: string): string => join(root, name);
const stop = new AbortController();
const running: Promise<void>[] = [];
const quiet = { info: () => {}, warn: () => {}, error: () => {} };
let [main, production] = [] as unknown as [TestChain, TestChain];
let [community, exchange] = [] as unknown as [DataFolder, DataFolder];

// The chain of a community whose validators' keys the test holds: what main has kept of it, and two histories that go on from there.
const OTHER = 'electra-other-0badf00d';
const SET = named('abcd');
const AT_S = Math.floor((Date.now() - Date.parse(GENESIS_TIME)) / 1000) - 600;
const STILL = 'electra-still-0badf00d';
const planOf = (height: number, salt: string, chainId = OTHER): Plan => ({ height, set: SET, chainId, atS: AT_S + height, salt });
const block = (height: number, salt = '', chainId = OTHER): LightBlock => forge(planOf(height, salt, chainId));

/** light.json of these blocks. */
function lightFile(name: string, blocks: readonly LightBlock[]): string {
  const kept = blocks.map(({ signed_header, validator_set: { validators } }) => ({
    ...signed_header,
    validators: validators.map(({ pub_key, voting_power }) => ({ key: pub_key.value, power: voting_power })),
  }));
  writeFileSync(file(name), encodeLightFile(kept));
  return file(name);
}

/** A community's file with a new checkpoint. */
function checkpointOf(uplink: string, chainId: string): string {
  const { signed_header } = block(9, '', chainId);
  const request = {
    format: 'electra/uplink/v1' as const,
    ...{ chainId, genesisHash: '09'.repeat(32), uplink, treasury: uplink, capacityWhPerSlot: 5000, creditNel: '0', members: 1 },
    ...{
      from: dayToDate(TEST_DAY + 8),
      checkpoint: Buffer.from(encodeEvidence({ ...signed_header, validators: setOf(SET) })).toString('base64'),
    },
  };
  writeFileSync(file(`${chainId}.json`), encodeRequest(request));
  return file(`${chainId}.json`);
}
const modules = ({ meters }: { meters: readonly TestMeter[] }) => {
  const [own, shown, still, voted] = meters.map(({ address }) => address);
  const communities = [
    registered(own, 'electra-own-0badf00d'),
    registered(shown, OTHER),
    registered(still, STILL, { suspended: 'vote' }),
    registered(voted, 'electra-voted-0badf00d'),
  ];
  const kept = [own, shown, still, voted].map((uplink) => keptHeader(uplink, block(5), SET));
  return { register: registerState(true, communities, kept) };
};

/** The data folder of a node. */
function folder(name: string, settings: Partial<Settings> & Pick<Settings, 'chainId' | 'rpcUrls'>): DataFolder {
  const data = dataFolder(file(name));
  makeFolders(data);
  writeSettings(data, { version: 1, development: true, ...settings });
  return data;
}

beforeAll(async () => {
  [main, production] = await Promise.all([
    startTestChain({ main: { modules }, lightMeters: 3, timeoutCommit: '50ms' }),
    startTestChain({ main: { modules: { register: registerState(false, [], []) } }, timeoutCommit: '50ms' }),
  ]);
  const [uplink] = main.meters;
  const joined = { mainChainId: main.chainId, mainGenesisHash: Buffer.from(main.genesisHash).toString('hex'), fromDay: TEST_DAY };
  community = folder('community', {
    ...{ chainId: 'electra-own-0badf00d', rpcUrls: ['http://127.0.0.1:1'] },
    uplink: {
      ...{ ...joined, address: uplink.address, treasury: uplink.member.address, trustPeriodS: 1_209_600, rpcUrls: main.rpcUrls },
      operator: { n: 0, address: main.operator.address },
    },
  });
  writeSecret(community.uplinkPassphrase, 'for tests');
  storeOperator(community.uplink, { secretKey: uplink.privateKey, createdUnixS: 0 }, new Unlocker('for tests'), TEST_COST);
  exchange = folder('exchange', { chainId: main.chainId, rpcUrls: main.rpcUrls });
  for (const secret of [exchange.signerPassphrase, exchange.operatorCredential]) writeSecret(secret, 'for tests');
  createCredential({ file: exchange.operatorCredential, dir: exchange.signer });
  storeOperator(exchange.signer, { secretKey: main.operator.privateKey, createdUnixS: 0 }, new Unlocker('for tests'), TEST_COST);
  const { signer: dir, signerPassphrase: passphraseFile, signerSockets: sockets } = exchange;
  const { rpcUrls, chainId } = main;
  running.push(runSigner({ dir, passphraseFile, sockets, rpcUrls, chainId, signal: stop.signal, log: quiet }));
  await until(async () => existsSync(sockets.operator), 90_000, 'the signer');
  for (const role of ['issuer', 'attestor', 'guardian']) await done('money', 'new-key', '--out', file(role), '--test-issuer', role);
});
afterAll(async () => {
  stop.abort();
  await Promise.allSettled(running);
  await Promise.all([main?.stop(), production?.stop()]);
  rmSync(root, { recursive: true, force: true });
});

const quietly = (command: Command): void => {
  command.exitOverride().configureOutput({ writeErr: () => {}, writeOut: () => {} });
  command.commands.forEach(quietly);
};

/** A command as it is typed, in this process. Its JSON, or what it says where it cannot go on. */
async function typed(...args: string[]): Promise<{ said: Record<string, unknown>; error: string }> {
  const program = await makeProgram(args[0]);
  quietly(program);
  let out = '';
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  try {
    await program.parseAsync([...args, '--json'], { from: 'user' });
    return { said: JSON.parse(out) as Record<string, unknown>, error: '' };
  } catch (error) {
    return { said: {}, error: (error as Error).message };
  } finally {
    write.mockRestore();
  }
}

async function done(...args: string[]): Promise<Record<string, unknown>> {
  const { said, error } = await typed(...args);
  expect(error, args.join(' ')).toBe('');
  return said;
}
const refused = async (sentence: string | RegExp, ...args: string[]): Promise<void> =>
  expect((await typed(...args)).error, args.join(' ')).toMatch(sentence);

const nel = (amount: number): string => String(BigInt(amount) * 1_000_000_000n);
const treasury = (): TestAccount => main.meters[0].member;
const keyed = (name: string, { privateKey }: TestAccount): string => {
  if (!existsSync(file(name))) writeSecret(file(name), Buffer.from(privateKey).toString('hex'));
  return file(name);
};
const uplink = (...args: string[]): string[] => ['uplink', ...args, '--data', community.dir, '--yes'];
const byTreasury = (...args: string[]): string[] => [...uplink(...args), '--wallet-file', keyed('treasury', treasury())];
const byHolder = (...args: string[]): string[] => [
  ...['money', ...args, '--data', community.dir, '--yes'],
  ...['--wallet-file', keyed('treasury', treasury())],
];
const operator = (...args: string[]): string[] => [
  ...['exchange', ...args, '--data', exchange.dir, '--yes'],
  ...['--main-genesis', main.genesisFile],
];
const money = (role: string, ...args: string[]): string[] => [
  ...['money', ...args, '--key-file', file(role), '--yes'],
  ...['--main-genesis', main.genesisFile, '--rpc', main.rpcUrl],
];
const paper = (name: string): string => {
  writeFileSync(file(name), name);
  return file(name);
};
const other = testAccount();
const second = testAccount();

test('the operator lets accounts hold ELECTRA, once each', async () => {
  expect(await done(...operator('account', treasury().address, 'treasury'))).toMatchObject({ kind: 'treasury', by: main.operator.address });
  await done(...operator('account', other.address, 'other'));
  await done(...operator('account', second.address, 'treasury'));
  await refused('<address>: may hold ELECTRA already', ...operator('account', other.address, 'other'));
});

test('what is attested is minted up to it, by keys of the test issuer, which are marked', async () => {
  const asOf = `${dayToDate(TEST_DAY)}T01:00:00Z`;
  await refused('has attested nothing in the last 35 days', ...money('issuer', 'mint', treasury().address, '1'));
  const attested = await done(...money('attestor', 'attest', '1000', '--as-of', asOf, '--document', paper('statement')));
  expect(attested).toMatchObject({ amountNel: nel(1000), supplyNel: '0', testIssuer: true });
  await refused('--as-of: expected later', ...money('attestor', 'attest', '2000', '--as-of', asOf, '--document', paper('statement')));
  expect(await done(...money('issuer', 'mint', treasury().address, '600'))).toMatchObject({ supplyNel: nel(600), toBalanceNel: nel(600) });
  await refused('<amount>: expected less: supply', ...money('issuer', 'mint', treasury().address, '401'));
  await refused('the key that signed: expected that of who may say this', ...money('guardian', 'mint', treasury().address, '1'));
});

test('the treasury pays into its escrow, takes out of it, sends, and lets members hold ELECTRA', async () => {
  expect(await done(...byTreasury('deposit', '100'))).toMatchObject({ escrowNel: nel(100), balanceNel: nel(500) });
  await refused('<amount>: expected at most what the treasury has', ...byTreasury('deposit', '501'));
  expect(await done(...byTreasury('withdraw', '40'))).toMatchObject({ escrowNel: nel(60), balanceNel: nel(540) });
  await refused('<amount>: expected', ...byTreasury('withdraw', '61'));
  expect(await done(...byHolder('send', other.address, '0.5'))).toMatchObject({ toBalanceNel: '500000000' });
  await refused('<to>, <account>: expected one that may hold ELECTRA', ...byHolder('send', testAccount().address, '1'));
  await refused('expected 0.001 ELECTRA or more', ...byHolder('send', other.address, '0.0001'));
  await refused('expected ELECTRA, as 250 or 0.5', ...byHolder('send', other.address, '1e3'));
  for (const member of [testAccount(), testAccount()])
    expect(await done(...byTreasury('register-member', member.address))).toMatchObject({ address: member.address, kind: 'member' });
  await refused('<address>: expected fewer', ...byTreasury('register-member', testAccount().address));
});

test('anybody sees what an account has, and that one which is not registered may hold nothing', async () => {
  const shown = (address: string) => done('money', 'account', address, '--data', community.dir);
  expect(await shown(other.address)).toMatchObject({ kind: 'other', balanceNel: '500000000', lockedNel: '0', frozen: false });
  expect(await shown(testAccount().address)).toMatchObject({ kind: null, balanceNel: '0' });
  await refused('expected', 'money', 'account', 'nobody', '--data', community.dir);
});

test('nothing is sent without --yes, by another wallet than the treasury’s, or by a key that others can read', async () => {
  const deposit = ['uplink', 'deposit', '1', '--data', community.dir, '--wallet-file', keyed('treasury', treasury())];
  await refused(/^--yes: expected, to pay 1\.000000000 ELECTRA into the escrow of electra1/, ...deposit);
  const strangers = [...uplink('deposit', '1'), '--wallet-file', keyed('other', other)];
  await refused('--wallet-file: expected the treasury’s wallet', ...strangers);
  chmodSync(file('other'), 0o644);
  await refused('others can read', ...strangers);
  chmodSync(file('other'), 0o600);
});

test('a treasury that was replaced is followed by proof: its wallet signs at once, and electra.json names it by a command', async () => {
  const now = () => readSettings(community).uplink!.treasury;
  const settings = readSettings(community);
  writeSettings(community, { ...settings, uplink: { ...settings.uplink!, treasury: second.address } }); // as before it was replaced
  expect(await done(...byTreasury('deposit', '1'))).toMatchObject({ by: treasury().address });
  const byNamed = [...uplink('deposit', '1'), '--wallet-file', keyed('second', second)];
  await refused(`--wallet-file: expected the treasury’s wallet ${treasury().address}`, ...byNamed);
  const follow = ['uplink', 'treasury', '--follow', '--data', community.dir];
  await refused(new RegExp(`^--yes: expected, to have .* name ${treasury().address}, .* instead of ${second.address};`), ...follow);
  expect(now()).toBe(second.address);
  expect(await done(...follow, '--yes')).toEqual({ treasury: treasury().address, before: second.address });
  expect([now(), await done(...follow)]).toEqual([treasury().address, { treasury: treasury().address }]);
});

test('a redemption is paid out by its number, or given back, once', async () => {
  const { id } = await done(...byHolder('redeem', '10', 'RF18 5390'));
  await refused('expected ELECTRA in steps of 0.01', ...byHolder('redeem', '0.001', 'RF18'));
  const confirmed = await done(...money('issuer', 'confirm', String(id), '--payment', paper('payment')));
  expect(confirmed).toMatchObject({ state: 'confirmed', holder: treasury().address, amountNel: nel(10) });
  await refused(
    '<id>: expected the number of an open redemption',
    ...money('issuer', 'confirm', String(id), '--payment', paper('other paper')),
  );
  const again = String((await done(...byHolder('redeem', '5', 'RF19'))).id);
  await refused('--payment: expected another paper', ...money('issuer', 'confirm', again, '--payment', paper('payment')));
  expect(await done(...money('issuer', 'reject', again, 'wrong-reference'))).toMatchObject({ state: 'rejected' });
});

test('the guardian freezes and pauses, and ends both', async () => {
  const freezing = (name: string): string[] => money('guardian', name, treasury().address, '--reason', paper('order'));
  expect(await done(...freezing('freeze'))).toMatchObject({ frozen: true });
  await refused('frozen by the guardian', ...byHolder('send', other.address, '1'));
  expect(await done(...freezing('unfreeze'))).toMatchObject({ frozen: false });
  await refused('<account>: expected one that is frozen', ...freezing('unfreeze'));
  expect(await done(...money('guardian', 'pause'))).toMatchObject({ paused: true });
  await refused('ELECTRA is paused', ...byHolder('send', other.address, '1'));
  expect(await done(...money('guardian', 'unpause'))).toMatchObject({ paused: false });
  await refused('ELECTRA is not paused', ...money('guardian', 'unpause'));
});

test('a role is handed on by its key, held up by the guardian, and replaced at once by who has the power', async () => {
  const next = testAccount();
  expect(await done(...money('issuer', 'rotate-role', 'issuer', next.address))).toMatchObject({ address: next.address });
  await refused('<role>: a rotation of it waits already', ...money('issuer', 'rotate-role', 'issuer', testAccount().address));
  await done(...money('guardian', 'cancel-rotation', 'issuer'));
  await refused('<role>: expected one of which a rotation waits', ...money('guardian', 'cancel-rotation', 'issuer'));
  const powerless = [...uplink('replace-role', 'issuer', next.address), '--key-file', keyed('light', main.meters[1])];
  await refused('the key that signed: expected', ...powerless);
  expect(await done(...uplink('replace-role', 'issuer', next.address))).toMatchObject({ role: 'issuer', address: next.address });
  await refused('the key that signed: expected', ...money('issuer', 'mint', treasury().address, '1'));
  const status = await done('money', 'status', '--main-genesis', main.genesisFile, '--rpc', main.rpcUrl);
  expect(status).toMatchObject({ roles: { issuer: next.address }, supplyNel: nel(590), attested: { amountNel: nel(1000) }, open: [] });
});

test('what the operator asks for waits, is listed, and is vetoed by who has power, once', async () => {
  const [, shown, still] = main.meters.map(({ address }) => address);
  const { id } = await done(...operator('replace-treasury', shown, second.address));
  const listed = await done('uplink', 'pending', '--data', community.dir);
  expect(listed.pending).toEqual([
    expect.objectContaining({ id, uplink: shown, what: 'treasury', treasury: second.address, vetoedBy: [] }),
  ]);
  await refused('--key-file: expected', ...uplink('veto', String(id)), '--key-file', keyed('light', main.meters[1]));
  expect(await done(...uplink('veto', String(id)))).toMatchObject({ id, vetoedBy: [main.meters[0].address] });
  await refused('<id>: this meter has vetoed it already', ...uplink('veto', String(id)));
  await refused('<id>: expected the number of something that waits', ...uplink('veto', '99'));

  const resumed = await done(...operator('resume', checkpointOf(still, STILL)));
  expect(resumed).toMatchObject({ uplink: still });
  await refused('nothing to resume', ...operator('resume', checkpointOf(shown, OTHER)));
  await refused('the key that signed: expected', ...operator('withdraw-fund', '1'));
  await done(...operator('account', main.operator.address, 'other'));
  await refused('<amount>: expected', ...operator('withdraw-fund', '1'));
});

test('who has the power vetoes another operator that waits, and names one; nobody else', async () => {
  await refused('no rotation of the main chain’s operator is queued', ...uplink('veto-operator'));
  const signer = operatorSigner(exchange)!;
  const next = testAccount().address;
  expect((await signer.rotateOperator(1, next).finally(() => signer.close())).code).toBe(0);
  expect(await done(...uplink('veto-operator'))).toMatchObject({ n: 1, address: next, by: main.meters[0].address });
  await refused('the chain refused it', ...uplink('name-operator', next), '--key-file', keyed('light', main.meters[1]));
  const liar = await startLyingNode(main.rpcUrl);
  liar.alter = (method, _, result) => method === 'block' && Object.assign(result.block.data, { txs: [] });
  const byLiar = [...uplink('name-operator', testAccount().address), '--rpc', liar.url];
  await refused('expected what data_hash of header', ...byLiar).finally(liar.stop);
  const named = testAccount();
  expect(await done(...uplink('name-operator', named.address))).toMatchObject({ address: named.address });
  expect((await operatorState(main.rpc)).operator).toBe(named.address);
});

test('a community is suspended by a vote, or by two headers of one height that anybody shows', async () => {
  const [, shown, , voted] = main.meters.map(({ address }) => address);
  expect(await done(...uplink('suspend', voted))).toMatchObject({ suspended: 'vote' });
  await refused('<uplink>: the community is suspended already', ...uplink('suspend', voted));
  const [one, another] = [lightFile('one', [block(8)]), lightFile('other', [block(8, 'another')])];
  await refused('<other>: expected another header', ...uplink('conflict', shown, one, one));
  const unsigned = lightFile('unsigned', [forge({ ...planOf(8, 'x'), votes: (name) => (name < 'c' ? 'block' : 'absent') })]);
  await refused('two thirds', ...uplink('conflict', shown, one, unsigned));
  expect(await done(...uplink('conflict', shown, one, another))).toMatchObject({ suspended: 'conflict' });
});

test('a node’s word that something was taken is not enough where the proven state, or its block, does not show it', async () => {
  const words = { txHash: 'AB'.repeat(32), height: await main.height(), code: 0, codespace: '', log: '' };
  const liar: Hand = { address: treasury().address, submit: async () => words, close: () => {} };
  const joined = await mainOf({ data: community.dir });
  const believed = (order: Order) => carryOut(order, joined, liar, { yes: true });
  await expect(believed(pause())).rejects.toThrow(
    /a node said that block .* the state that is proven .* does not show it: ask another node/,
  );
  const at = main.meters[0].address;
  for (const order of [deposit(at, 1n), withdraw(at, 1n), send(other.address, 1n), mint(other.address, 1n), withdrawFund(1n)])
    await expect(believed(order), order.name).rejects.toThrow(
      /a node said that block .* that block, proven, does not show it: ask another node/,
    );
});

test('a transaction is in a block by what two headers name, whatever a node makes of the block or its results', async () => {
  const { height, txHash } = await done(...byHolder('send', other.address, '0.01'));
  const tx = { height: Number(height), txHash: String(txHash) };
  const liar = await startLyingNode(main.rpcUrl);
  const asked = (alter: LyingNode['alter'], of = tx) => {
    liar.alter = alter;
    const joined = { chainId: main.chainId, genesisHash: main.genesisHash, operator: { n: 0, address: main.operator.address } };
    return isInBlock({ ...joined, rpcUrls: [liar.url] }, of, AbortSignal.timeout(20_000));
  };
  try {
    expect(await asked(() => {})).toBe(true);
    expect(await asked(() => {}, { ...tx, height: tx.height - 1 })).toBe(false);
    const without: LyingNode['alter'] = (method, _, result) => method === 'block' && Object.assign(result.block.data, { txs: [] });
    await expect(asked(without)).rejects.toThrow('expected what data_hash of header');
    const failed: LyingNode['alter'] = (method, _, result) =>
      method === 'block_results' && Object.assign(result.txs_results[0], { code: 9 });
    await expect(asked(failed)).rejects.toThrow('expected what last_results_hash of header');
  } finally {
    await liar.stop();
  }
});

test('on a chain that is to be believed nobody signs by the test issuer’s keys, or is named by them', async () => {
  const there = ['--main-genesis', production.genesisFile, '--rpc', production.rpcUrl, '--yes'];
  await refused('is the test issuer’s, whose keys everybody has', 'money', 'pause', '--key-file', file('guardian'), ...there);
  const key = keyed('validator', production.meters[0]);
  const [own, tests] = [testAccount().address, testRole('issuer').address];
  await refused('is the test issuer’s', 'uplink', 'replace-role', 'guardian', tests, '--key-file', key, ...there);
  expect(await done('uplink', 'replace-role', 'guardian', own, '--key-file', key, ...there)).toMatchObject({ address: own });
});

test('a key is drawn into a file of its owner’s alone, and into none that is there', async () => {
  const { address } = await done('money', 'new-key', '--out', file('fresh'));
  expect([String(address).slice(0, 8), statSync(file('fresh')).mode & 0o777]).toEqual(['electra1', 0o600]);
  await refused('--out: ', 'money', 'new-key', '--out', file('fresh'));
});
