/**
 * The secrets of a demo fleet: one signing key per meter, one wallet per member for ready sign-ins, and the auditor's wallet. 32 CSPRNG
 * bytes each, as hex in a 0600 file of a 0700 folder; made once and never replaced, because a meter's key is the meter.
 */
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { keySigner } from '../sdk/ts/src/index.ts';
import { assertCommunity, type Member, PROFILES_DIR, readMembers, SimulatorError } from './profiles.ts';
import { maxWhPerSlot } from './registers.ts';

export const AUDITOR = '.auditor';

export interface FleetMember {
  /** As in members.csv. */
  member: string;
  meterAddress: string;
  memberAddress: string;
  maxWhPerSlot: number;
}

/** DIR/meters, and in it one folder per member. */
export const fleetDir = (dataDir: string, member = ''): string => join(dataDir, 'meters', member);

/** Reads a secret, making it first where there is none. The file is written whole before it has its name. */
async function secretFile(path: string): Promise<Uint8Array> {
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(`${randomBytes(32).toString('hex')}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return readSecret(path);
}

async function readSecret(path: string): Promise<Uint8Array> {
  const text = (await readFile(path, 'utf8')).trim();
  if (!/^[0-9a-f]{64}$/.test(text)) throw new SimulatorError('bad-key', path, '32 bytes in lower-case hex');
  return Uint8Array.from(Buffer.from(text, 'hex'));
}

/** The meter's signing key of a member. */
export const meterKey = (dataDir: string, member: string): Promise<Uint8Array> => readSecret(join(fleetDir(dataDir, member), 'key'));

/** The wallet of a member, or of the auditor (`AUDITOR`). */
export const walletKey = (dataDir: string, member: string): Promise<Uint8Array> => readSecret(join(fleetDir(dataDir, member), 'wallet'));

async function privateFolder(path: string): Promise<string> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  await chmod(path, 0o700);
  return path;
}

async function createMember(dataDir: string, member: Member): Promise<FleetMember> {
  const folder = await privateFolder(fleetDir(dataDir, member.member));
  const [key, wallet] = [await secretFile(join(folder, 'key')), await secretFile(join(folder, 'wallet'))];
  return {
    member: member.member,
    meterAddress: keySigner(key).address,
    memberAddress: keySigner(wallet).address,
    maxWhPerSlot: maxWhPerSlot(member),
  };
}

/**
 * Makes (or finds again) the keys of a whole community, in the order of members.csv, before there is a genesis. Repeating it changes
 * nothing.
 */
export async function createFleet({
  dir,
  community,
  profilesDir = PROFILES_DIR,
}: {
  dir: string;
  community: string;
  profilesDir?: string;
}): Promise<FleetMember[]> {
  const members = await readMembers(assertCommunity(community), profilesDir);
  await secretFile(join(await privateFolder(fleetDir(dir, AUDITOR)), 'wallet'));
  const fleet: FleetMember[] = [];
  for (const member of members) fleet.push(await createMember(dir, member));
  return fleet;
}

/** The auditor's wallet address. */
export const auditorAddress = async (dataDir: string): Promise<string> => keySigner(await walletKey(dataDir, AUDITOR)).address;
