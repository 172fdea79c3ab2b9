/**
 * RFC 8785 canonical JSON: the one text of a value, which is what gets hashed and signed outside the chain (protocol §2).
 * Integers are decimal strings there, so that no reader's number type can change them.
 */
import canonicalize from 'canonicalize';
import { ProtocolError } from './errors.ts';

export type Json = null | boolean | string | number | readonly Json[] | { readonly [key: string]: Json };

/** Undefined for what RFC 8785 has no text for: half a surrogate pair, a number beyond JavaScript's. JSON.parse lets both through. */
function canonicalText(value: Json): string | undefined {
  try {
    return canonicalize(value);
  } catch {
    return undefined;
  }
}

export function canonicalJson(value: Json): string {
  const text = canonicalText(value);
  if (text === undefined) throw new ProtocolError('not-canonical', 'value', 'something JSON can express');
  return text;
}

/**
 * Parses text that must be its own canonical form: no spaces, sorted keys, no repeated key, one escape per character.
 * @throws ProtocolError `not-json` when it is no JSON, `not-canonical` when its bytes differ from their re-encoding.
 */
export function parseCanonical(text: string, field: string): Json {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    throw new ProtocolError('not-json', field, 'JSON (is the file truncated?)');
  }
  if (canonicalText(value) !== text) throw new ProtocolError('not-canonical', field, 'RFC 8785 canonical JSON, byte for byte');
  return value;
}
