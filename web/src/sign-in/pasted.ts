/** A signature that was made elsewhere, as wallets give it (ADR-36): `{"pub_key": {"value": …}, "signature": …}`, both in base64. */

export interface Pasted {
  pubKey: string;
  signature: string;
}

const KEY = /^[A-Za-z0-9+/]{44}$/;
const SIGNATURE = /^[A-Za-z0-9+/]{86}==$/;
const is = (value: unknown, form: RegExp): value is string => typeof value === 'string' && form.test(value);

/** @returns null where the text is none */
export function readPasted(text: string): Pasted | null {
  try {
    const found = JSON.parse(text) as { pub_key?: { value?: unknown }; signature?: unknown } | null;
    const [pubKey, signature] = [found?.pub_key?.value, found?.signature];
    return is(pubKey, KEY) && is(signature, SIGNATURE) ? { pubKey, signature } : null;
  } catch {
    return null;
  }
}
