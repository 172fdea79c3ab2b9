/**
 * Who may ask the signer for what. Each caller has a socket of its own, in a folder of its own, behind which stands what that caller needs
 * and nothing more: a flaw in the books can have a false book anchored, which chain and audit find, but publishes no key and no tariff.
 *
 *   books     anchors, proven books, disputes, invoices; of an exchange also what communities owe for a period
 *   vault     the sealing key of an epoch, whose secret it shows to hold
 *   operator  whatever else the operator may say, with a credential that the other processes do not have
 */
import { randomBytes } from 'node:crypto';
import { MAIN_MESSAGES, type MainMessageName } from '../../protocol/messages/main-table.ts';
import { MESSAGES, type MessageName } from '../../protocol/messages/table.ts';
import { sealBox } from '../../protocol/meter/seal.ts';
import { VaultError } from '../vault/errors.ts';

export type Caller = 'books' | 'vault' | 'operator';
export const CALLERS: readonly Caller[] = ['books', 'vault', 'operator'];

/** Built by the signer itself (node-key.ts): a signature for meters is never handed in. */
const BUILT_HERE: readonly MessageName[] = ['PublishNodeKey', 'RotateOperator'];
const OPERATORS = MESSAGES.filter(({ signer, name }) => signer === 'operator' && !BUILT_HERE.includes(name)).map(({ name }) => name);

/** Of the main chain's: what names the operator as its signer, and what any registered account or registrar may say. */
const OPERATORS_OF_MAIN = MAIN_MESSAGES.filter(({ signer, name }) => signer === 'operator' || name === 'RegisterAccount').map(
  ({ name }) => name,
);

/** What each caller may have put into a transaction. */
export const MAY_SEND: Readonly<Record<Caller, readonly (MessageName | MainMessageName)[]>> = {
  books: ['AnchorBook', 'DisputeDay', 'ProveBook', 'Settle'],
  vault: [],
  operator: [...OPERATORS, ...OPERATORS_OF_MAIN],
};

/** What each caller may ask. */
export const MAY_ASK: Readonly<Record<Caller, readonly string[]>> = {
  books: ['address', 'submit', 'signInvoice'],
  vault: ['address', 'nodeKeys', 'keyAge', 'challengeNodeKey', 'publishNodeKey'],
  operator: ['address', 'nodeKeys', 'submit', 'signInvoice', 'rotateOperator'],
};

const WAITING_MAX = 16;
const NONCE_BYTES = 32;

/** Whether who publishes a key holds its secret: it opens a box that was sealed to it. Each challenge is good once; several may be out. */
export class Possession {
  /** nonce → key, hex */
  readonly #waiting = new Map<string, string>();

  /** A sealed nonce, for the holder of the key (hex) to open. */
  challenge(key: string): Uint8Array {
    const nonce = randomBytes(NONCE_BYTES);
    this.#waiting.set(nonce.toString('hex'), key);
    if (this.#waiting.size > WAITING_MAX) this.#waiting.delete(this.#waiting.keys().next().value!);
    return sealBox(nonce, Buffer.from(key, 'hex'), randomBytes(32));
  }

  /** @throws VaultError not-allowed */
  check(key: string, answer: Uint8Array): void {
    const nonce = Buffer.from(answer).toString('hex');
    const sealedTo = this.#waiting.get(nonce);
    this.#waiting.delete(nonce);
    if (sealedTo !== key)
      throw new VaultError('not-allowed', 'answer: expected what was sealed to the key: only who holds its secret may publish it');
  }
}
