/**
 * A key that the gateway never sees: `openssl` signs with it, a process of its own. For `signer:` in the gateway's settings.
 *
 *   openssl ecparam -name secp256k1 -genkey -noout -out chip.pem      a file, to try it
 *   ELECTRA_SIGNER_KEY=chip.pem                                       or what a provider of OpenSSL names: a TPM's or a chip's handle
 *   ELECTRA_SIGNER_OPTIONS='-provider tpm2'                           more of openssl's options, where that needs some
 *   ELECTRA_DEVICE_SECRET=device-secret                               32 random bytes of this device alone: head -c 32 /dev/urandom
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

const {
  ELECTRA_SIGNER_KEY: key = 'chip.pem',
  ELECTRA_SIGNER_OPTIONS: options = '',
  ELECTRA_DEVICE_SECRET: secret = 'device-secret',
} = process.env;
const more = options.split(' ').filter(Boolean);

/** What openssl says to what it is given; rejects with its last words. */
function openssl(args, input = new Uint8Array(0)) {
  return new Promise((resolve, reject) => {
    const child = spawn('openssl', args, { stdio: 'pipe' });
    const [said, complained] = [[], []];
    child.stdout.on('data', (bytes) => said.push(bytes));
    child.stderr.on('data', (bytes) => complained.push(bytes));
    child.stdin.on('error', () => {}); // it ended before it read: its exit says why
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve(Buffer.concat(said)) : reject(new Error(`openssl ${args[0]}: ${Buffer.concat(complained)}`.trim())),
    );
    child.stdin.end(input);
  });
}

/** r and s of a signature as openssl writes it (DER), of 32 bytes each. */
function compact(der) {
  const numberAt = (at) => der.subarray(at + 2, at + 2 + der[at + 1]);
  const r = numberAt(2);
  const s = numberAt(4 + r.length);
  const padded = (number) => Buffer.concat([Buffer.alloc(32), number]).subarray(-32);
  return Uint8Array.from(Buffer.concat([padded(r), padded(s)]));
}

export default async function open() {
  const der = await openssl(['pkey', ...more, '-in', key, '-pubout', '-ec_conv_form', 'compressed', '-outform', 'DER']);
  return {
    key: {
      publicKey: Uint8Array.from(der.subarray(-33)),
      sign: async (digest) => compact(await openssl(['pkeyutl', ...more, '-sign', '-inkey', key], digest)),
    },
    deviceSecret: Uint8Array.from(readFileSync(secret)),
  };
}
