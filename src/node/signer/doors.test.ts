/** Whoever publishes a sealing key shows to hold its secret: by what was sealed to that key, once. */
import { x25519 } from '@noble/curves/ed25519.js';
import { describe, expect, test } from 'vitest';
import { openBox } from '../../protocol/meter/seal.ts';
import { Possession } from './doors.ts';

const own = x25519.keygen();
const another = x25519.keygen();
const hexOf = (key: Uint8Array): string => Buffer.from(key).toString('hex');
const ownKey = hexOf(own.publicKey);

const answerOf = (possession: Possession, { publicKey, secretKey } = own): Uint8Array =>
  openBox(possession.challenge(hexOf(publicKey)), publicKey, secretKey);
const refused = (work: () => void) => expect(work).toThrow(expect.objectContaining({ code: 'not-allowed' }));

describe('a sealing key', () => {
  test('is let through for what was sealed to it, with several challenges out at once', () => {
    const possession = new Possession();
    const answers = [answerOf(possession), answerOf(possession), answerOf(possession)];
    for (const answer of answers.reverse()) possession.check(ownKey, answer);
  });

  test('is refused for an answer that was given before', () => {
    const possession = new Possession();
    const answer = answerOf(possession);
    possession.check(ownKey, answer);
    refused(() => possession.check(ownKey, answer));
  });

  test('is refused for what was sealed to another key, and that answer is spent', () => {
    const possession = new Possession();
    const answer = answerOf(possession, another);
    refused(() => possession.check(ownKey, answer));
    refused(() => possession.check(hexOf(another.publicKey), answer));
  });

  test('is refused for anything else, and without an answer', () => {
    const possession = new Possession();
    possession.challenge(ownKey);
    for (const answer of [new Uint8Array(32), new Uint8Array(0)]) refused(() => possession.check(ownKey, answer));
  });

  test('is refused for the first of more challenges than wait at once', () => {
    const possession = new Possession();
    const [first, second] = [answerOf(possession), answerOf(possession)];
    for (let i = 0; i < 15; i++) possession.challenge(ownKey);
    refused(() => possession.check(ownKey, first));
    possession.check(ownKey, second);
  });
});
