/** The file by which a community is taken in on a main chain: written by `electra uplink join`, read by `electra exchange register`. */
import { z } from 'zod';
import { Evidence } from '../../../protocol/messages/generated/electra/meter/v1/types.ts';
import { addressBytes } from '../../../protocol/values/address.ts';
import { checkChainId } from '../../../protocol/values/checks.ts';
import { dateToDay, U32_MAX } from '../../../protocol/values/time.ts';
import type { EvidenceParts } from '../../../reader/light/index.ts';
import { encodeEvidence } from '../../../reader/light/index.ts';
import { CliError } from '../../errors.ts';

const holds = (work: (text: string) => unknown) => (text: string) => {
  try {
    work(text);
    return true;
  } catch {
    return false;
  }
};
const address = z.string().refine(holds(addressBytes), 'expected an address electra1…');

const shape = z.strictObject({
  format: z.literal('electra/uplink/v1'),
  /** of the community's own chain */
  chainId: z.string().refine(holds(checkChainId), 'expected 1 to 50 printable ASCII characters'),
  genesisHash: z.string().regex(/^[0-9a-f]{64}$/),
  uplink: address,
  treasury: address,
  capacityWhPerSlot: z.int().min(1).max(1_048_575),
  creditNel: z.string().regex(/^(0|[1-9][0-9]{0,18})$/),
  members: z.int().min(1).max(U32_MAX),
  /** the first day that is shared */
  from: z.string().refine(holds(dateToDay), 'expected a date YYYY-MM-DD'),
  /** an Evidence, in base64 */
  checkpoint: z.base64(),
});
type RequestFile = z.infer<typeof shape>;

/** `checkpoint`: as a message has it, in JSON. */
export type UplinkRequest = Omit<RequestFile, 'checkpoint'> & { checkpoint: unknown };

/** A registration may have 64 KiB; all but its checkpoint has less than this. */
const CHECKPOINT_BYTES = 64 * 1024 - 512;

/** @throws CliError where no registration holds it: each validator brings its key, its power and its signature */
function assertHeld(bytes: number, validators: number): void {
  if (bytes > CHECKPOINT_BYTES)
    throw new CliError(
      `this community’s chain has ${validators} validators, whose signatures make a checkpoint of ${bytes} bytes; a registration ` +
        `holds ${CHECKPOINT_BYTES}, which are about ${Math.floor((validators * CHECKPOINT_BYTES) / bytes)} validators: ` +
        'with fewer that have power, join again',
    );
}

/** In base64. @throws CliError where no registration holds it */
export function checkpointText(evidence: EvidenceParts): string {
  const bytes = encodeEvidence(evidence);
  assertHeld(bytes.length, evidence.validators.validators.length);
  return Buffer.from(bytes).toString('base64');
}

export const encodeRequest = (request: RequestFile): string => `${JSON.stringify(request, null, 2)}\n`;

/** @throws CliError naming the field */
export function readRequest(text: string): UplinkRequest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new CliError('<file>: expected JSON');
  }
  const parsed = shape.safeParse(json);
  if (!parsed.success) throw new CliError(`<file>: ${parsed.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`).join('; ')}`);
  return { ...parsed.data, checkpoint: checkpointOf(parsed.data.checkpoint) };
}

function checkpointOf(base64: string): unknown {
  const bytes = Buffer.from(base64, 'base64');
  let evidence: Evidence;
  try {
    evidence = Evidence.decode(bytes);
    if (!Buffer.from(Evidence.encode(evidence).finish()).equals(bytes)) throw new Error('another encoding');
  } catch {
    throw new CliError('<file>: checkpoint: expected the one encoding of an Evidence');
  }
  assertHeld(bytes.length, evidence.validators.length);
  return jsonOf(evidence);
}

const base64Of = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const setOf = (list: readonly { key: Uint8Array; power: bigint }[]) =>
  list.map(({ key, power }) => ({ key: base64Of(key), power: String(power) }));

/** As the signer takes a message in a message: every field, the empty ones too. */
export const jsonOf = ({ signedHeader, validators, trustedValidators, storeProof, proofs }: Evidence) => ({
  ...{ signedHeader: base64Of(signedHeader), validators: setOf(validators), trustedValidators: setOf(trustedValidators) },
  ...{ storeProof: base64Of(storeProof), proofs: proofs.map(base64Of) },
});
