import { describe, expect, test } from 'vitest';
import { MsgAnchorBook, MsgEnrolMeter, MsgSetPrices, MsgSetTariff } from '../../protocol/messages/generated/electra/meter/v1/tx.ts';
import { MsgSettle } from '../../protocol/messages/generated/electra/settlement/v1/tx.ts';
import { MAY_SEND } from './doors.ts';
import { encodeMessages } from './messages.ts';

const operator = 'electra1operator';
const hash = Buffer.alloc(32, 7).toString('base64');
const anchor = (value: object = {}) => ({
  typeUrl: '/electra.meter.v1.MsgAnchorBook',
  value: { day: 1, version: 1, bookHash: hash, totals: hash, ...value },
});
const slots = Array<string>(96).fill('-80000');

describe('the operator may sign', () => {
  test('an anchor, as the chain decodes it, with itself as the operator', () => {
    const [{ typeUrl, value }] = encodeMessages([anchor()], operator, MAY_SEND.operator);
    expect(typeUrl).toBe('/electra.meter.v1.MsgAnchorBook');
    expect(MsgAnchorBook.decode(value)).toEqual({
      operator,
      day: 1,
      version: 1,
      bookHash: new Uint8Array(32).fill(7),
      totals: new Uint8Array(32).fill(7),
    });
  });
  test('a tariff with negative prices, a fee of 64 bits', () => {
    const message = {
      typeUrl: '/electra.meter.v1.MsgSetTariff',
      value: { fromDay: 9, rule: 'mid-market/1', retailNelPerWh: slots, feedInNelPerWh: slots, feePerDayNel: '18446744073709551615' },
    };
    expect(MsgSetTariff.decode(encodeMessages([message], operator, MAY_SEND.operator)[0].value)).toMatchObject({
      retailNelPerWh: Array(96).fill(-80000n),
      feePerDayNel: 18446744073709551615n,
    });
  });
  test('prices of as many slots as it likes', () => {
    const prices = (count: number) => Array<string>(count).fill('-40000');
    const message = (count: number) => ({
      typeUrl: '/electra.meter.v1.MsgSetPrices',
      value: { fromSlot: 7, retailNelPerWh: prices(count), feedInNelPerWh: prices(count) },
    });
    for (const count of [1, 200])
      expect(MsgSetPrices.decode(encodeMessages([message(count)], operator, MAY_SEND.operator)[0].value)).toEqual({
        operator,
        fromSlot: 7,
        retailNelPerWh: Array(count).fill(-40_000n),
        feedInNelPerWh: Array(count).fill(-40_000n),
      });
  });
  test('what communities owe, as the main chain decodes it: through the books’ door, as the account that sends it', () => {
    const proof = Buffer.alloc(128, 3).toString('base64');
    const settle = (entry: object = {}) => ({
      typeUrl: '/electra.settlement.v1.MsgSettle',
      value: { fromDay: 7, entries: [{ uplink: 'u', amountNel: '-5', sumProof: proof, ...entry }] },
    });
    const [{ value }] = encodeMessages([settle()], operator, MAY_SEND.books);
    expect(MsgSettle.decode(value)).toEqual({
      sender: operator,
      fromDay: 7,
      entries: [{ uplink: 'u', amountNel: -5n, sumProof: new Uint8Array(128).fill(3) }],
    });
    for (const [field, entry] of Object.entries({
      'entries[0].amountNel': { amountNel: -5 },
      'entries[0].sumProof': { sumProof: '*' },
      'entries[0]': { member: 'x' },
    }))
      expect(() => encodeMessages([settle(entry)], operator, MAY_SEND.books)).toThrow(`messages[0].value.${field}`);
    expect(() => encodeMessages([settle()], operator, MAY_SEND.vault)).toThrow('messages[0].typeUrl');
  });
  test('a light meter and a validator', () => {
    const enrol = (consensusKey?: string) => ({
      typeUrl: '/electra.meter.v1.MsgEnrolMeter',
      value: { operator, meter: 'm', member: 'w', firstDay: 3, maxWhPerSlot: 5, ...(consensusKey === undefined ? {} : { consensusKey }) },
    });
    const [light, validator] = encodeMessages([enrol(), enrol(hash)], operator, MAY_SEND.operator).map(
      ({ value }) => MsgEnrolMeter.decode(value).consensusKey.length,
    );
    expect([light, validator]).toEqual([0, 32]);
  });
});

describe('the signer refuses, naming the field,', () => {
  test.each<[string, unknown, string]>([
    ['no list', undefined, 'messages'],
    ['an empty list', [], 'messages'],
    ['a hundred and one messages', Array.from({ length: 101 }, () => anchor()), 'messages'],
    ['nothing', [null], 'messages[0].typeUrl'],
    ["a meter's message", [{ typeUrl: '/electra.meter.v1.MsgReport', value: {} }], 'messages[0].typeUrl'],
    ["a member's message", [{ typeUrl: '/electra.meter.v1.MsgNoBill', value: {} }], 'messages[0].typeUrl'],
    ['a message of another module', [{ typeUrl: '/cosmos.bank.v1beta1.MsgSend', value: {} }], 'messages[0].typeUrl'],
    ['a type by a prototype’s name', [{ typeUrl: '/electra.meter.v1.toString', value: {} }], 'messages[0].typeUrl'],
    ['no value', [{ typeUrl: '/electra.meter.v1.MsgAnchorBook' }], 'messages[0].value'],
    ['a field that is none', [anchor({ bookhash: hash })], 'messages[0].value.bookhash'],
    ['a missing field', [anchor({ day: undefined })], 'messages[0].value.day'],
    ['a number with letters', [anchor({ day: '12abc' })], 'messages[0].value.day'],
    ['a number of 33 bits', [anchor({ version: 2 ** 32 })], 'messages[0].value.version'],
    ['a hash of 31 bytes', [anchor({ bookHash: Buffer.alloc(31).toString('base64') })], 'messages[0].value.bookHash'],
    ['totals of 31 bytes', [anchor({ totals: Buffer.alloc(31).toString('base64') })], 'messages[0].value.totals'],
    ['a hash that is no base64', [anchor({ bookHash: '!!' })], 'messages[0].value.bookHash'],
    [
      '95 prices',
      [
        {
          typeUrl: '/electra.meter.v1.MsgSetTariff',
          value: { fromDay: 1, rule: 'r', retailNelPerWh: slots.slice(1), feedInNelPerWh: slots, feePerDayNel: '0' },
        },
      ],
      'messages[0].value.retailNelPerWh',
    ],
    [
      'a price of 65 bits',
      [
        {
          typeUrl: '/electra.meter.v1.MsgSetTariff',
          value: {
            fromDay: 1,
            rule: 'r',
            retailNelPerWh: [...slots.slice(1), '9223372036854775808'],
            feedInNelPerWh: slots,
            feePerDayNel: '0',
          },
        },
      ],
      'messages[0].value.retailNelPerWh',
    ],
    [
      'a negative fee',
      [
        {
          typeUrl: '/electra.meter.v1.MsgSetTariff',
          value: { fromDay: 1, rule: 'r', retailNelPerWh: slots, feedInNelPerWh: slots, feePerDayNel: '-1' },
        },
      ],
      'messages[0].value.feePerDayNel',
    ],
    ['another operator', [anchor({ operator: 'electra1other' })], 'messages[0].value.operator'],
    ['a bad message after a good one', [anchor(), anchor({ day: -1 })], 'messages[1].value.day'],
  ])('%s', (_, messages, field) => {
    expect(() => encodeMessages(messages, operator, MAY_SEND.operator)).toThrow(
      expect.objectContaining({ code: 'bad-request', message: expect.stringContaining(field) }),
    );
  });
});

describe('through each door', () => {
  const value = { meter: 'm', day: 1, reason: 'r' };
  test.each(Object.entries(MAY_SEND))('%s sends what is its own', (caller, names) => {
    const dispute = [{ typeUrl: '/electra.meter.v1.MsgDisputeDay', value }];
    if (caller === 'vault')
      expect(() => encodeMessages(dispute, operator, names)).toThrow(expect.objectContaining({ code: 'bad-request' }));
    else expect(encodeMessages(dispute, operator, names)).toHaveLength(1);
  });
  test('nobody hands in what meters take on a signature', () => {
    expect(Object.values(MAY_SEND).flat()).not.toContain('PublishNodeKey');
    expect(Object.values(MAY_SEND).flat()).not.toContain('RotateOperator');
    expect(MAY_SEND.operator).toContain('SetTariff');
    expect([...MAY_SEND.books].sort()).toEqual(['AnchorBook', 'DisputeDay', 'ProveBook', 'Settle']);
  });
});
