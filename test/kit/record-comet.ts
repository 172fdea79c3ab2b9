/**
 * Records src/protocol/comet/testdata/chain.json from a real chain: node test/kit/record-comet.ts
 * Four validators become five by an enrolment; the fifth never runs, so that later commits hold absent votes and, at its turns, later
 * rounds.
 */

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { message, startTestChain, TEST_DAY, testAccount } from './chain.ts';
import { asked, blockAt, commitAt, validatorsAt } from './comet-answers.ts';
import { until } from './until.ts';

const OUT = new URL('../../src/protocol/comet/testdata/chain.json', import.meta.url);

const chain = await startTestChain({
  validators: 4,
  chainId: 'electra-recorded-0badcafe',
  params: { validatorDelayS: 1, validatorWindowS: 1 },
});
try {
  const consensusKey = Buffer.from(generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }).x!, 'base64url');
  const [meter] = chain.meters;
  await chain.send(chain.operator, [
    message('EnrolMeter', {
      operator: chain.operator.address,
      meter: testAccount().address,
      member: testAccount().address,
      firstDay: TEST_DAY + 1,
      maxWhPerSlot: 100,
      consensusKey,
    }),
  ]);
  await chain.send(
    meter,
    [0, 1].map((i) => message('Report', { meter: meter.address, slot: chain.firstDay * 96 + i, keyEpoch: 1, sealed: randomBytes(112) })),
  );
  const setAt = (height: number) => validatorsAt(chain.rpc, height);
  await until(async () => (await setAt(await chain.height())).length === 5, 20_000, 'the fifth validator');
  const last = (await chain.height()) + 8;
  await chain.reach(last + 1);

  const blocks = [];
  const validators: Record<string, unknown> = {};
  for (let height = 1; height <= last; height++) {
    const block = await blockAt(chain.rpc, height);
    const { txs_results } = await asked(chain.rpc, 'block_results', { height: String(height) });
    validators[block.header.validators_hash] ??= (await setAt(height)).map(({ pub_key, voting_power }) => ({
      pub_key,
      voting_power,
    }));
    blocks.push({
      header: block.header,
      txs: block.data.txs,
      lastCommit: block.last_commit,
      results: (txs_results ?? []).map(({ code, data, gas_wanted, gas_used }) => ({ code, data, gas_wanted, gas_used })),
    });
  }
  const { commit } = await commitAt(chain.rpc, last);
  writeFileSync(OUT, `${JSON.stringify({ chainId: chain.chainId, blocks, commit, validators })}\n`);
  console.log(
    `${blocks.length} blocks, ${blocks.reduce((sum, { txs }) => sum + txs.length, 0)} transactions, sets of ` +
      `${Object.values(validators).map((set) => (set as unknown[]).length)}`,
  );
} finally {
  await chain.stop();
}
