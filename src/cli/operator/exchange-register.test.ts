import { expect, test } from 'vitest';
import { address } from '../../../test/kit/books/index-rows.ts';
import { recording } from '../../../test/kit/light/recorded-evidence.ts';
import { MAY_SEND } from '../../node/signer/doors.ts';
import { encodeMessages } from '../../node/signer/messages.ts';
import { readValidatorSet } from '../../protocol/comet/index.ts';
import { register } from '../../protocol/messages/main-messages.ts';
import { MsgEnrolMeter } from '../../protocol/messages/messages.ts';
import { encodeEvidence, evidenceOf } from '../../reader/light/index.ts';
import { inWords, messagesOf, otherThan } from './exchange-register.ts';
import { checkpointText, encodeRequest, readRequest } from './uplink/request.ts';

const chain = recording();
const shown = chain.blocks.find(({ header }) => Number(header.height) === chain.state + 1)!;
const parts = { ...shown, validators: readValidatorSet(chain.sets[shown.header.validators_hash]), proofs: [chain.proofs.params.ops] };
const FILE = {
  format: 'electra/uplink/v1' as const,
  ...{ chainId: chain.chainId, genesisHash: 'ab'.repeat(32), uplink: address('uplink'), treasury: address('treasury') },
  ...{ capacityWhPerSlot: 5000, creditNel: '250000000000', members: 13, from: '2026-12-01' },
  checkpoint: Buffer.from(encodeEvidence(parts)).toString('base64'),
};

test('the file of a community becomes the messages that take it in, its checkpoint byte for byte', () => {
  const { treasury, uplink, community } = messagesOf(readRequest(encodeRequest(FILE)));
  const encoded = encodeMessages([treasury, uplink, community], address('operator'), MAY_SEND.operator);
  expect(encoded.map(({ typeUrl }) => typeUrl.split('.').at(-1))).toEqual(['MsgRegisterAccount', 'MsgEnrolMeter', 'MsgRegisterCommunity']);
  expect(MsgEnrolMeter.decode(encoded[1].value)).toMatchObject({ meter: FILE.uplink, member: FILE.treasury, maxWhPerSlot: 5000 });
  const sent = register.MsgRegisterCommunity.decode(encoded[2].value);
  expect(sent).toMatchObject({ operator: address('operator'), chainId: chain.chainId, creditNel: 250_000_000_000n, members: 13 });
  expect(sent.checkpoint).toEqual(evidenceOf(parts));
});

test.each([
  ['no JSON', '{', '<file>: expected JSON'],
  ['another address', JSON.stringify({ ...FILE, uplink: 'electra1' }), '<file>: uplink: expected an address electra1…'],
  ['a day that is none', JSON.stringify({ ...FILE, from: '2026-13-01' }), '<file>: from: expected a date YYYY-MM-DD'],
  [
    'a checkpoint cut short',
    JSON.stringify({ ...FILE, checkpoint: FILE.checkpoint.slice(0, 400) }),
    'checkpoint: expected the one encoding',
  ],
  ['a chain’s id that brings a line of its own', JSON.stringify({ ...FILE, chainId: 'a\nb' }), '<file>: chainId: expected 1 to 50'],
  ['a field more', JSON.stringify({ ...FILE, note: '' }), 'Unrecognized key'],
])('a file with %s is refused by name', (_, text, sentence) => {
  expect(() => readRequest(text)).toThrow(sentence);
});

test('what it would do is said before it is done: who gets what, and by which terms', () => {
  const words = inWords(readRequest(encodeRequest(FILE)));
  expect(words).toContain(
    `let ${FILE.treasury} hold ELECTRA as treasury, enrol uplink ${FILE.uplink} with 5000 Wh a slot from 2026-12-01 on`,
  );
  expect(words).toContain(`register ${chain.chainId} behind it (13 members, credit 250.000000000 ELECTRA)`);
});

test('an uplink that was enrolled before goes on only with the treasury and the capacity of the file', () => {
  const request = readRequest(encodeRequest(FILE));
  const there = { member: FILE.treasury, maxWhPerSlot: 5000 };
  expect(otherThan(request, there)).toBeNull();
  expect(otherThan(request, { ...there, maxWhPerSlot: 6000 })).toContain('6000 Wh; expected');
  expect(otherThan(request, { ...there, member: address('another') })).toContain(`treasury ${address('another')} and 5000 Wh; expected`);
});

test('a checkpoint of more validators than a registration holds is refused, with how many they are and how many may be', () => {
  expect(checkpointText(parts)).toBe(FILE.checkpoint);
  const { validators } = parts.validators;
  const many = Array.from({ length: 2000 }, (_, i) => validators[i % validators.length]);
  const large = { ...parts, validators: { ...parts.validators, validators: many } };
  const words = /has 2000 validators, .* holds 65024, which are about \d{3,4} validators/;
  expect(() => checkpointText(large)).toThrow(words);
  const written = { ...FILE, checkpoint: Buffer.from(encodeEvidence(large)).toString('base64') }; // by an earlier version
  expect(() => readRequest(encodeRequest(written))).toThrow(words);
});
