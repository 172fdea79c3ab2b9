/** Secrets live in files that only their owner can read (0600), never in arguments or the environment, where other users see them. */
import {
  chmodSync,
  closeSync,
  existsSync,
  fchmodSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { ElectraError } from '../../protocol/values/errors.ts';

/** A secret's file is missing, empty or open to others. */
export class SecretError extends ElectraError<'bad-secret'> {
  constructor(message: string) {
    super('bad-secret', message);
  }
}

/** A descriptor that whoever started us opened (systemd, a shell, a pipe from a TPM's tool): `/dev/fd/3`, `/dev/stdin`. */
const DESCRIPTOR = /^\/dev\/(?:fd\/(\d+)|stdin)$/;
/** It can be read once, and is asked for at each rotation of a key. */
const fromDescriptors = new Map<string, string>();

function readDescriptor(path: string, number: number): string {
  const known = fromDescriptors.get(path);
  if (known !== undefined) return known;
  let text: string;
  try {
    text = readFileSync(number, 'utf8').replace(/\r?\n$/, '');
  } catch {
    throw new SecretError(`${path}: expected an open descriptor with a secret`);
  }
  if (text.length === 0) throw new SecretError(`${path}: expected a secret, it holds nothing`);
  fromDescriptors.set(path, text);
  return text;
}

/**
 * Reads a one-line secret, from a file or a descriptor. Refuses a file that others may read, and an empty one; the message names the file,
 * never its content.
 */
export function readSecret(path: string): string {
  const descriptor = DESCRIPTOR.exec(path);
  if (descriptor) return readDescriptor(path, Number(descriptor[1] ?? 0));
  let mode: number;
  try {
    mode = statSync(path).mode;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new SecretError(`${path}: expected a file with a secret, found none`);
  }
  if ((mode & 0o077) !== 0)
    throw new SecretError(`${path}: others can read this secret (mode ${(mode & 0o777).toString(8)}); expected 600: chmod 600 ${path}`);
  const text = readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  if (text.length === 0) throw new SecretError(`${path}: expected a secret, the file is empty`);
  return text;
}

/** Writes a secret so that a crash leaves the old file or the new one, and nobody else can read either. */
export function writeSecret(path: string, text: string): void {
  const folder = dirname(path);
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true, mode: 0o700 });
  const fresh = `${path}.new`;
  const file = openSync(fresh, 'w', 0o600);
  try {
    fchmodSync(file, 0o600);
    writeSync(file, `${text}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(fresh, path);
  chmodSync(path, 0o600);
}
