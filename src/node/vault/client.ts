/** What other rooms use of the vault: hand sealed boxes in, get values or reason codes out. Nothing here can hold a key. */
import { type ReportJson, reportOfJson, type StatementJson, statementOfJson } from '../../protocol/meter/json.ts';
import type { Report } from '../../protocol/meter/report.ts';
import type { Statement } from '../../protocol/meter/statement.ts';
import type { EpochState } from './keys/epochs.ts';
import { LineClient } from './wire/line-client.ts';

/** Why a box was refused (protocol §3). */
export type RefusalReason =
  | 'wrong-size'
  | 'wrong-version'
  | 'wrong-kind'
  | 'wrong-epoch'
  | 'wrong-context'
  | 'out-of-range'
  | 'unknown-epoch'
  | 'not-decryptable'
  | 'low-order';

/** A sealed box with what its carrying transaction says. `at`: the slot of a report, the day of a statement. */
export interface SealedBox {
  kind: 'report' | 'statement';
  chainId: string;
  meter: string;
  at: number;
  keyEpoch: number;
  sealed: Uint8Array;
}
export type OpenedBox = { ok: true; report: Report } | { ok: true; statement: Statement } | { ok: false; reason: RefusalReason };

export interface VaultStatus {
  chainId: string;
  newest: number;
  /** epochs of the chain whose key is not this vault's, when it last looked: somebody else reads what is sealed to them */
  foreign: number[];
  epochs: { epoch: number; createdUnixS: number; publishedUnixS: number | null; publicKey: string; state: EpochState }[];
}

export const BOXES_PER_REQUEST_MAX = 500;

export interface Vault {
  /**
   * Opens boxes in order, any number (in requests of up to 500). Throws VaultError `unreachable` when the vault is away: nothing was judged
   * then.
   */
  openBoxes(boxes: readonly SealedBox[]): Promise<OpenedBox[]>;
  status(): Promise<VaultStatus>;
  close(): void;
}

interface Wire {
  ok: boolean;
  reason?: RefusalReason;
  report?: ReportJson;
  statement?: StatementJson;
}

function fromWire(box: Wire): OpenedBox {
  if (!box.ok) return { ok: false, reason: box.reason! };
  return box.report ? { ok: true, report: reportOfJson(box.report) } : { ok: true, statement: statementOfJson(box.statement!) };
}

/** A client of the vault's socket; connects at the first call, and again after the vault was away. */
export function connectVault(socketPath: string, { timeoutMs }: { timeoutMs?: number } = {}): Vault {
  const client = new LineClient({ path: socketPath, name: 'vault', timeoutMs });
  return {
    async openBoxes(boxes) {
      const opened: OpenedBox[] = [];
      for (let i = 0; i < boxes.length; i += BOXES_PER_REQUEST_MAX) {
        const part = boxes.slice(i, i + BOXES_PER_REQUEST_MAX).map((box) => ({
          ...box,
          sealed: Buffer.from(box.sealed.buffer, box.sealed.byteOffset, box.sealed.byteLength).toString('base64'),
        }));
        const { boxes: answers } = (await client.call('open', { boxes: part })) as { boxes: Wire[] };
        for (const answer of answers) opened.push(fromWire(answer));
      }
      return opened;
    },
    status: () => client.call('status') as Promise<VaultStatus>,
    close: () => client.close(),
  };
}

async function once<T>(socketPath: string, work: (vault: Vault) => Promise<T>): Promise<T> {
  const vault = connectVault(socketPath);
  try {
    return await work(vault);
  } finally {
    vault.close();
  }
}

/** Opens boxes over a connection of its own. */
export const openBoxes = (socketPath: string, boxes: readonly SealedBox[]): Promise<OpenedBox[]> =>
  once(socketPath, (vault) => vault.openBoxes(boxes));
/** The vault's epochs over a connection of its own. */
export const vaultStatus = (socketPath: string): Promise<VaultStatus> => once(socketPath, (vault) => vault.status());
