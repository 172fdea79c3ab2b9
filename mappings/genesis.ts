/**
 * What the chain began with, as rows of height 0: the clock, the first meters, node keys and tariffs, and, where the chain continues an
 * exported one, its disputes, anchors, NoBills, rosters and commitments. An export carries commitments but no sealed boxes (those lie in
 * the old chain's blocks), so such statements have empty `sealed` bytes.
 */
import type { Genesis, SharedGenesis } from '../src/protocol/genesis/index.ts';
import { addressHex } from './address.ts';
import { CLOCK_ID } from './clock.ts';
import { setMainStates } from './genesis-main.ts';
import { hex, plainText } from './handler.ts';
import type { Store } from './types.ts';

/** What every chain's genesis has. */
export type AnyGenesis = Genesis | SharedGenesis;

export async function handleGenesis(genesis: AnyGenesis, store: Store): Promise<void> {
  const { startUnixS, rate, genesisUnixS, graceS, lateS, validatorDelayS, rule } = { ...genesis.clock, ...genesis.params };
  await store.set('Clock', CLOCK_ID, {
    id: CLOCK_ID,
    startUnixS: BigInt(startUnixS),
    rate: BigInt(rate),
    genesisUnixS: BigInt(genesisUnixS),
    graceS: BigInt(graceS),
    lateS: BigInt(lateS),
    validatorDelayS: BigInt(validatorDelayS),
    rule,
  });
  await setMeters(genesis, store);
  for (const { epoch, key, height, effectiveUnixS, signature } of genesis.nodeKeys) {
    await store.set('NodeKey', String(epoch), {
      id: String(epoch),
      epoch,
      key: hex(key),
      height,
      effectiveUnixS: BigInt(effectiveUnixS),
      signature: signature && hex(signature),
    });
  }
  for (const { fromDay, rule, retailNelPerWh, feedInNelPerWh, feePerDayNel, height } of genesis.tariffs) {
    const id = `${fromDay}-${height}`;
    await store.set('Tariff', id, {
      id,
      fromDay,
      rule: plainText(rule),
      feePerDayNel,
      height,
      retailNelPerWh: [...retailNelPerWh],
      feedInNelPerWh: [...feedInNelPerWh],
    });
  }
  await setHistory(genesis, store);
  for (const { fromDay, main, height } of genesis.uplinks) {
    const id = `${fromDay}-${height}`;
    const where = { mainChainId: main?.chainId ?? null, mainGenesisHash: main && hex(main.genesisHash), uplink: main?.uplink ?? null };
    await store.set('Uplink', id, { id, fromDay, ...where, height });
  }
  if ('main' in genesis && genesis.main) await setMainStates(genesis.main, genesis.initialHeight, store);
}

async function setMeters({ meters }: AnyGenesis, store: Store): Promise<void> {
  for (const { meter, consensusKey, ...m } of meters) {
    await store.set('Meter', meter, {
      id: meter,
      address: addressHex(meter, 'meter'),
      ...m,
      consensusKey: consensusKey && hex(consensusKey),
    });
  }
}

async function setHistory(genesis: AnyGenesis, store: Store): Promise<void> {
  const { commitments, disputes, anchors, noBills, finalReadings, slotPrices, rosters, changes, proving } = genesis;
  for (const { meter, day, commitment, height } of commitments) {
    const id = `${meter}-${day}`;
    await store.set('SealedStatement', id, { id, meter, day, keyEpoch: 0, commitment: hex(commitment), sealed: '0x', height });
  }
  for (const { meter, day, reason, height } of disputes) {
    await store.set('Dispute', `${meter}-${day}`, { id: `${meter}-${day}`, meter, day, reason: plainText(reason), height });
  }
  for (const { day, version, bookHash, totals, height, unixS } of anchors) {
    const id = `${day}-${version}`;
    await store.set('Anchor', id, {
      id,
      day,
      version,
      bookHash: hex(bookHash),
      totals: totals && hex(totals),
      height,
      unixS: BigInt(unixS),
    });
  }
  for (const { day, version, height, unixS } of proving?.books ?? []) {
    const id = `${day}-${version}`;
    await store.set('ProvenBook', id, { id, day, version, parts: 0, height, unixS: BigInt(unixS) });
  }
  for (const { meter, day, height } of noBills) {
    const id = `${meter}-${day}-${height}`;
    await store.set('NoBill', id, { id, meter, day, openHeight: height, withdrawnHeight: null });
  }
  for (const { meter, power, dueUnixS, asked, vetoedBy, height } of changes) {
    const id = `${meter}-${power === 0n ? 'end' : 'begin'}-${height}`;
    const about = { meter, ends: power === 0n, asked, height, dueUnixS: BigInt(dueUnixS) };
    await store.set('ValidatorChange', id, { id, ...about, fate: null, settledHeight: null });
    for (const by of vetoedBy) await store.set('ValidatorVeto', `${id}-${by}`, { id: `${id}-${by}`, change: id, meter: by, height });
  }
  for (const { meter, day, link, height, unixS, objectedHeight } of finalReadings) {
    const row = { id: meter, meter, day, link: hex(link), height, unixS: BigInt(unixS) };
    await store.set('FinalReading', meter, { ...row, objectedHeight: objectedHeight ?? null });
  }
  for (const { unixS, ...prices } of slotPrices) {
    const id = `${prices.slot}-${prices.height}`;
    await store.set('SlotPrices', id, { id, ...prices, unixS: BigInt(unixS) });
  }
  for (const { day, late, digest, encoded, height, unixS } of rosters) {
    const id = late ? `${day}-late` : String(day);
    await store.set('Roster', id, { id, day, late, digest: hex(digest), encoded: hex(encoded), height, unixS: BigInt(unixS) });
  }
}
