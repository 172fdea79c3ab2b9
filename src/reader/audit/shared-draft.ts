/**
 * What the exchange node asks of a book before it anchors it (docs/exchange.md): check 3 of a book of communities, and every proof of it,
 * by the genesis' own keys. All is read from the exact texts that would be sent to the chain, as a stranger would read them.
 */
import type { SharedGenesis } from '../../protocol/genesis/index.ts';
import { bookHash, encodeSharedWhole, ProtocolError, parseProofs, parseSharedBook } from '../../protocol/index.ts';
import { type Backend, decodeKeyBytes, PUBLIC_INPUTS, type Random, verifyBatch } from '../verifier/index.ts';
import { type Check, type CheckId, type Fault, lines } from './checks.ts';
import { type SharedDayFacts, sharedBookFaults, sharedInputs } from './shared-book-checks.ts';

/** `keyIds` and `chainId` of the facts are the genesis'; `totals` of a draft are what it will anchor: the book's own. */
export interface SharedDraft {
  genesis: Pick<SharedGenesis, 'chainId' | 'keyIds' | 'params' | 'verificationKeys'>;
  book: string;
  proofs: string;
  facts: Pick<SharedDayFacts, 'roster' | 'disputed' | 'tariff'>;
}

interface Options {
  random: Random;
  backend?: Backend;
}

async function proofFaults({ genesis, book: text, proofs: proofsText }: SharedDraft, { random, backend }: Options): Promise<Fault[]> {
  const [book, proofs] = [parseSharedBook(text), parseProofs(proofsText)];
  encodeSharedWhole(text, proofs); // the form in which the chain takes them
  const inputs = sharedInputs(book, { hash: bookHash(text), tick: genesis.params.tick, bills: proofs.bills });
  const bills = proofs.bills.map(({ meter, proof }, i) => ({ id: meter, proof, publicInputs: inputs.bills[i] }));
  const clearing = [{ id: 'the shared clearing', proof: proofs.clearing!.proof, publicInputs: inputs.clearing }];
  const verify = async (circuit: 'day-bill' | 'clearing-shared', claims: typeof bills) =>
    (await verifyBatch(decodeKeyBytes(genesis.verificationKeys[circuit], PUBLIC_INPUTS[circuit]), claims, random, backend)).bad;
  return [...(await verify('day-bill', bills)), ...(await verify('clearing-shared', clearing))].map(({ id, detail }) => ({
    detail: `${id}: ${detail}`,
  }));
}

/** The lines of check 3 and of the proofs; a text that cannot be read is a line too. */
export async function auditSharedDraft(draft: SharedDraft, options: Options): Promise<Check[]> {
  const { genesis, facts } = draft;
  const [id, day] = ['3' as CheckId, undefined];
  try {
    const book = parseSharedBook(draft.book);
    const of = { ...facts, chainId: genesis.chainId, tick: genesis.params.tick, keyIds: genesis.keyIds, totals: book.X };
    return [
      ...Object.entries(sharedBookFaults(book, of)).flatMap(([name, faults]) => lines({ id, name, day }, faults, 'as the chain says')),
      ...lines({ id: '5', name: 'proofs', day }, await proofFaults(draft, options), 'every proof holds'),
    ];
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return lines({ id, name: 'book', day }, [{ detail: error.message, status: 'unreadable' }], '');
  }
}
