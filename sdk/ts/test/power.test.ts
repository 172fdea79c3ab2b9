/** What a meter says of who has power, as the chain decodes it. */
import { describe, expect, test } from 'vitest';
import * as query from '../../../src/protocol/messages/generated/electra/meter/v1/query.ts';
import { type CometRpc, leaveValidators, MsgLeaveValidators, MsgVetoValidator, queuedChanges, vetoValidator } from '../src/index.ts';

describe('a message of power', () => {
  test.each([true, false])('is a veto with whom it is against, and whether of an end (%s)', (end) => {
    const { typeUrl, value } = vetoValidator({ meter: 'electra1by', target: 'electra1of', end });
    expect(typeUrl).toBe('/electra.meter.v1.MsgVetoValidator');
    expect(MsgVetoValidator.decode(value)).toEqual({ meter: 'electra1by', target: 'electra1of', end });
  });
  test('is the meter’s own leave', () => {
    const { typeUrl, value } = leaveValidators('electra1by');
    expect(typeUrl).toBe('/electra.meter.v1.MsgLeaveValidators');
    expect(MsgLeaveValidators.decode(value)).toEqual({ meter: 'electra1by' });
  });
});

test('the queue is told with every change, its vetoes and how much power there is', async () => {
  const change = {
    meter: 'electra1of',
    consensusKey: new Uint8Array(32),
    dueUnixS: 7n,
    asked: false,
    vetoedBy: ['electra1by'],
    height: 3n,
  };
  const value = query.QueryValidatorChangesResponse.encode(
    query.QueryValidatorChangesResponse.fromPartial({
      power: 4n,
      changes: [
        { ...change, power: 1n },
        { ...change, power: 0n, asked: true },
      ],
    }),
  ).finish();
  const rpc = { query: async () => ({ value, height: 9 }) } as unknown as CometRpc;
  expect(await queuedChanges(rpc)).toEqual({
    power: 4,
    changes: [
      { meter: 'electra1of', end: false, asked: false, dueUnixS: 7, vetoedBy: ['electra1by'] },
      { meter: 'electra1of', end: true, asked: true, dueUnixS: 7, vetoedBy: ['electra1by'] },
    ],
  });
});
