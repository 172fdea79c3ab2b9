/**
 * A device with a passkey, without a browser: makes and signs what WebAuthn lays out (ES256, attestation "none"), and lets each part be
 * another than it should, which no browser would.
 */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** What an answer says otherwise than an honest browser would. */
export interface Oddity {
  origin?: string;
  host?: string;
  /** whether its person was recognised: by default yes */
  verified?: boolean;
  /** how often it says that it was used */
  count?: number;
  /** another device's signature */
  signedBy?: PasskeyDevice;
  type?: string;
}

const PRESENT = 0x01;
const VERIFIED = 0x04;
const HAS_CREDENTIAL = 0x40;

const sha256 = (bytes: Uint8Array | string): Buffer => createHash('sha256').update(bytes).digest();
const u16 = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff]);
const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
/** CBOR of a short text, and of bytes. */
const cborText = (text: string): Buffer => Buffer.concat([Buffer.from([0x60 + text.length]), Buffer.from(text)]);
const cborBytes = (bytes: Uint8Array): Buffer => Buffer.concat([Buffer.from([0x59]), u16(bytes.length), bytes]);

export class PasskeyDevice {
  readonly id = randomBytes(16);
  readonly #origin: string;
  readonly #publicKey: KeyObject;
  readonly #privateKey: KeyObject;
  count = 1;

  constructor(origin: string) {
    this.#origin = origin;
    ({ publicKey: this.#publicKey, privateKey: this.#privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' }));
  }

  /** The answer to `requestNewPasskey`'s options. */
  make(options: string, odd: Oddity = {}): string {
    const { x, y } = this.#publicKey.export({ format: 'jwk' });
    const [px, py] = [x!, y!].map((part) => Buffer.from(part, 'base64url'));
    // {1: 2 (EC2), 3: -7 (ES256), -1: 1 (P-256), -2: x, -3: y}
    const cose = Buffer.concat([Buffer.from('a5010203262001215820', 'hex'), px, Buffer.from('225820', 'hex'), py]);
    const authData = Buffer.concat([this.#head(odd, HAS_CREDENTIAL), Buffer.alloc(16), u16(this.id.length), this.id, cose]);
    const attestation = Buffer.concat([
      Buffer.from([0xa3]),
      ...[cborText('fmt'), cborText('none'), cborText('attStmt'), Buffer.from([0xa0]), cborText('authData'), cborBytes(authData)],
    ]);
    const clientDataJSON = this.#clientData(options, odd.type ?? 'webauthn.create', odd);
    return this.#answer({
      clientDataJSON: clientDataJSON.toString('base64url'),
      attestationObject: attestation.toString('base64url'),
    });
  }

  /** The answer to `requestPasskey`'s options. */
  use(options: string, odd: Oddity = {}): string {
    this.count = odd.count ?? this.count + 1;
    const authData = this.#head({ count: this.count, ...odd }, 0);
    const clientDataJSON = this.#clientData(options, odd.type ?? 'webauthn.get', odd);
    const signature = sign('sha256', Buffer.concat([authData, sha256(clientDataJSON)]), (odd.signedBy ?? this).#privateKey);
    return this.#answer({
      clientDataJSON: clientDataJSON.toString('base64url'),
      authenticatorData: authData.toString('base64url'),
      signature: signature.toString('base64url'),
    });
  }

  #head({ host, verified = true, count = this.count }: Oddity, flags: number): Buffer {
    const hash = sha256(host ?? new URL(this.#origin).hostname);
    return Buffer.concat([hash, Buffer.from([PRESENT | (verified ? VERIFIED : 0) | flags]), u32(count)]);
  }

  #clientData(options: string, type: string, odd: Oddity): Buffer {
    const { challenge } = JSON.parse(options) as { challenge: string };
    return Buffer.from(JSON.stringify({ type, challenge, origin: odd.origin ?? this.#origin, crossOrigin: false }));
  }

  #answer(response: Record<string, string>): string {
    const id = this.id.toString('base64url');
    return JSON.stringify({ id, rawId: id, type: 'public-key', clientExtensionResults: {}, response });
  }
}
