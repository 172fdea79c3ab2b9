/**
 * Backup and restore: all keys of a vault in one encrypted file, in the form of a keystore file (kind "backup") under a passphrase of its
 * own choice. Restoring writes the keys under the new vault's passphrase, which may be another one: so this is also how a passphrase is
 * changed.
 */
import { existsSync } from 'node:fs';
import { readSecret } from '../../db/secrets.ts';
import { VaultError } from '../errors.ts';
import { ensureFolder, listEpochs, markPublished, openEpoch, operatorFile, storeEpoch } from './epochs.ts';
import type { OperatorPlace } from './init.ts';
import type { Cost } from './keystore.ts';
import { openSecret, readPrivate, sealSecret, Unlocker, writePrivate } from './keystore.ts';
import { nextOperatorDir, openOperator, storeOperator } from './operator.ts';

const BACKUP_FORMAT = 'electra/vault-backup/v1';
interface Stored {
  secretKey: string;
  createdUnixS: number;
}
interface Backup {
  format: string;
  operator: Stored | null;
  /** the operator's who is to come, drawn and not in use yet */
  next: Stored | null;
  epochs: (Stored & { epoch: number; publishedUnixS: number | null })[];
}

/** What a backup holds. `next`: the key of the operator who is to come. */
export interface Held {
  epochs: number[];
  operator: boolean;
  next: boolean;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));

/** The operator's key in a folder, if there is one. */
function stored(dir: string, unlocker: Unlocker): Stored | null {
  if (!existsSync(operatorFile(dir))) return null;
  const { secretKey, createdUnixS } = openOperator(dir, unlocker);
  return { secretKey: hex(secretKey), createdUnixS };
}

/**
 * Writes every key of the vault in `dir` to the new file `out` (mode 0600). `backupPassphraseFile`: the vault's own unless given. Returns
 * what is in it.
 */
export function backupVault({
  dir,
  passphraseFile,
  out,
  operator: place = { dir, passphraseFile },
  backupPassphraseFile = passphraseFile,
  nowUnixS = Date.now() / 1000,
  cost,
}: {
  dir: string;
  passphraseFile: string;
  out: string;
  operator?: OperatorPlace;
  backupPassphraseFile?: string;
  nowUnixS?: number;
  cost?: Cost;
}): Held {
  const unlocker = new Unlocker(readSecret(passphraseFile));
  const operators = new Unlocker(readSecret(place.passphraseFile));
  const forBackup = new Unlocker(readSecret(backupPassphraseFile));
  try {
    const operator = stored(place.dir, operators);
    const next = stored(nextOperatorDir(place.dir), operators);
    const kept = listEpochs(dir).filter(({ state }) => state !== 'destroyed');
    const backup: Backup = {
      format: BACKUP_FORMAT,
      operator,
      next,
      epochs: kept.map(({ epoch, createdUnixS, publishedUnixS }) => ({
        epoch,
        createdUnixS,
        publishedUnixS,
        secretKey: hex(openEpoch(dir, epoch, unlocker)!.secretKey),
      })),
    };
    const head = { kind: 'backup', epoch: null, publicKey: '', createdUnixS: Math.floor(nowUnixS) } as const;
    writePrivate(out, sealSecret(Buffer.from(JSON.stringify(backup)), head, forBackup, { cost }));
    return { epochs: kept.map(({ epoch }) => epoch), operator: operator !== null, next: next !== null };
  } finally {
    unlocker.forget();
    operators.forget();
    forBackup.forget();
  }
}

/** Writes the keys of a backup into `dir`, which may hold some of them but no other key under the same name. Never overwrites. */
export function restoreVault({
  file,
  dir,
  passphraseFile,
  operator: place = { dir, passphraseFile },
  backupPassphraseFile = passphraseFile,
  cost,
}: {
  file: string;
  dir: string;
  passphraseFile: string;
  operator?: OperatorPlace;
  backupPassphraseFile?: string;
  cost?: Cost;
}): Held {
  const unlocker = new Unlocker(readSecret(passphraseFile));
  const operators = new Unlocker(readSecret(place.passphraseFile));
  const forBackup = new Unlocker(readSecret(backupPassphraseFile));
  try {
    const backup = readBackup(file, forBackup);
    ensureFolder(dir);
    assertNoConflict(dir, backup, unlocker, { dir: place.dir, unlocker: operators });
    const have = new Set(listEpochs(dir).map(({ epoch }) => epoch));
    for (const [folder, key] of operatorsIn(backup, place.dir))
      if (!existsSync(operatorFile(folder))) storeOperator(folder, { ...key, secretKey: bytes(key.secretKey) }, operators, cost);
    for (const { epoch, createdUnixS, publishedUnixS, secretKey } of backup.epochs) {
      if (!have.has(epoch)) storeEpoch(dir, { epoch, createdUnixS, secretKey: bytes(secretKey) }, unlocker, cost);
      if (publishedUnixS !== null) markPublished(dir, epoch, publishedUnixS);
    }
    return { epochs: backup.epochs.map(({ epoch }) => epoch), operator: backup.operator !== null, next: backup.next !== null };
  } finally {
    unlocker.forget();
    operators.forget();
    forBackup.forget();
  }
}

/** The operators' keys of a backup, and the folder of each. */
const operatorsIn = ({ operator, next }: Backup, dir: string): [string, Stored][] =>
  [[dir, operator] as const, [nextOperatorDir(dir), next] as const].flatMap(([folder, key]) => (key ? [[folder, key]] : []));

function readBackup(file: string, unlocker: Unlocker): Backup {
  const { head, secret } = openSecret(readPrivate(file), unlocker, file);
  const backup = head.kind === 'backup' ? (JSON.parse(Buffer.from(secret).toString('utf8')) as Backup) : null;
  if (backup?.format !== BACKUP_FORMAT)
    throw new VaultError('bad-keystore', `${file}: expected a vault backup, found a key (${head.kind})`);
  return backup;
}

// All is checked before anything is written. A key destroyed in this vault stays destroyed.
function assertNoConflict(dir: string, backup: Backup, unlocker: Unlocker, operator: { dir: string; unlocker: Unlocker }): void {
  const clash = (what: string) => new VaultError('exists', `${dir} holds another ${what} than the backup: restore into an empty folder`);
  for (const [folder, key] of operatorsIn(backup, operator.dir))
    if ((stored(folder, operator.unlocker) ?? key).secretKey !== key.secretKey) throw clash('operator key');
  for (const { epoch, secretKey } of backup.epochs) {
    const own = openEpoch(dir, epoch, unlocker);
    if (own && hex(own.secretKey) !== secretKey) throw clash(`key of epoch ${epoch}`);
  }
}
