/**
 * proofs.json of a book: built once, when every proof of it is there, and kept as exact bytes. From the provers come only the proofs, from
 * the books S.
 */
import type { ProofJson, Source } from '../../../protocol/index.ts';
import { compareAddresses, encodeProofs } from '../../../protocol/index.ts';
import type { Tx } from '../../db/index.ts';
import { billJobId, clearingJobId, substituteJobId } from '../job-id.ts';

interface Day {
  chainId: string;
  day: number;
  version: number;
  hash: string;
}

/** The text of proofs.json, or how many proofs are still missing. */
export async function proofsText(tx: Tx, { chainId, day, version, hash }: Day): Promise<{ text: string } | { missing: number }> {
  const isFirst = version === 1;
  const [{ short }] = await tx<{ short: number }[]>`
    select ((select count(*) + count(*) filter (where ${isFirst} and source <> 'metered') from books.entry
        where day = ${day} and version = ${version}) + ${isFirst ? 1 : 0}::int
      - (select count(*) from prove.proof
          where day = ${day} and version = ${version} and book_hash = decode(${hash}, 'hex')))::int as short`;
  if (short > 0) return { missing: short }; // asked often while the provers work: counted before anything is read
  const entries = await tx<
    { meter: string; source: Source; masked_sum: string }[]
  >`select meter, source, masked_sum from books.entry where day = ${day} and version = ${version}`;
  const rows = await tx<
    { id: string; proof: ProofJson }[]
  >`select id, proof from prove.proof where day = ${day} and version = ${version} and book_hash = decode(${hash}, 'hex')`;
  const proofs = new Map(rows.map(({ id, proof }) => [id, proof]));
  entries.sort((a, b) => compareAddresses(a.meter, b.meter));
  const copied = isFirst ? entries.filter(({ source }) => source !== 'metered') : [];
  const wanted = [
    ...entries.map(({ meter }) => billJobId(hash, meter)),
    ...copied.map(({ meter }) => substituteJobId(hash, meter)),
    ...(isFirst ? [clearingJobId(hash)] : []),
  ];
  const missing = wanted.filter((id) => !proofs.has(id)).length;
  if (missing > 0) return { missing };
  const bills = entries.map(({ meter, masked_sum: sum }) => ({ meter, S: BigInt(sum), proof: proofs.get(billJobId(hash, meter))! }));
  const clearing = isFirst ? { proof: proofs.get(clearingJobId(hash))! } : null;
  const substitutes = copied.map(({ meter }) => ({ meter, proof: proofs.get(substituteJobId(hash, meter))! }));
  return { text: encodeProofs({ chainId, day, version, bookHash: hash, bills, clearing, substitutes }) };
}
