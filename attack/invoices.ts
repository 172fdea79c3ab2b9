/**
 * Bills handed to a member, and evidence against an operator: what the member's own check refuses, and what a stranger refuses of a member
 * (protocol §6, Invoices).
 */
import { type BillOpening, encodeOperatorsFile, encodeSignedInvoice, invoiceHead, OPERATORS_PATH } from '../src/protocol/index.ts';
import { keySigner } from '../src/protocol/messages/sign.ts';
import { rotationDigest } from '../src/protocol/meter/operator-signature.ts';
import {
  encodeEvidence,
  type OwnInputs,
  type OwnOptions,
  type OwnVerdict,
  verifyBill,
  verifyEvidence,
} from '../src/reader/member/index.ts';
import { concludeOwn } from '../src/reader/member/own-verdict.ts';
import { booksOf, DAY1, DAY2, edit } from '../test/kit/audit/bundles.ts';
import { CHAIN_ID } from '../test/kit/audit/readings.ts';
import { once } from '../test/kit/made-once.ts';
import {
  bundle,
  exportOf,
  exportText,
  invoiceText,
  OWN_OPTIONS,
  openingsOf,
  openingsText,
  operator,
  signed,
  withChain,
} from '../test/kit/member.ts';
import type { Attack, Outcome, Player } from './attack.ts';

const group = 'bills and evidence';
const ME = 'rural-003';
const NEIGHBOUR = 'rural-004';
const files = once(() => withChain(bundle()));

/** The same, of a chain whose operator handed its key on before any of these books was anchored. */
const handedOn = once(() => {
  const { address } = keySigner(new Uint8Array(32).fill(8));
  const signature = Buffer.from(operator.sign(rotationDigest(CHAIN_ID, 1, address)) as Uint8Array).toString('hex');
  const rotated = bundle().set(OPERATORS_PATH, encodeOperatorsFile({ chainId: CHAIN_ID, rotations: [{ address, signature }] }));
  return withChain(rotated, { rotatedUnixS: [1_000_000_000] });
});

const second = (change: (o: BillOpening) => Partial<BillOpening>): BillOpening[] =>
  openingsOf(ME).map((o, i) => (i === 1 ? { ...o, ...change(o) } : o));

/** The second day, the first there for its links, as the node says it: not as the chain froze it. */
const dayBeforeBent = once(() => {
  const bent = withChain(bundle());
  bent.delete(`days/${DAY1}/proofs.json`);
  edit(bent, `days/${DAY1}/chain.json`, (chain) => {
    chain.frozenHeight = String(Number(chain.frozenHeight) - 1);
  });
  return bent;
});

const billOf = (inputs: Partial<OwnInputs>, options: Partial<OwnOptions> = {}): Promise<OwnVerdict> =>
  verifyBill({ files: files(), meterExport: exportText(ME), ...inputs }, { ...OWN_OPTIONS, quick: true, ...options });

const refusals = (verdict: OwnVerdict): string[] =>
  [...new Set(verdict.checks.filter((c) => c.status === 'failed' || c.status === 'unreadable').map((c) => c.name))].sort();

/** The member's check of what the operator hands it; then its conclusion without the lines that refused. */
const ownAttack = (
  name: string,
  by: Player,
  does: string,
  refusedBy: readonly OwnVerdict['checks'][number]['name'][],
  inputs: () => Partial<OwnInputs>,
  options: () => Partial<OwnOptions> = () => ({}),
): Attack => ({
  name,
  group,
  by,
  does,
  refusedBy,
  run: async (): Promise<Outcome> => {
    const verdict = await billOf(inputs(), options());
    const { exitCode: _exit, status: _status, ...parts } = verdict;
    const rest = concludeOwn({ ...parts, checks: verdict.checks.filter((c) => !refusedBy.includes(c.name)) });
    return {
      refusals: refusals(verdict),
      without: { succeeds: [0, 3, 4].includes(rest.exitCode), how: `the rest of the member's check: ${rest.status}` },
    };
  },
});

/** Whoever got hold of a key that was handed on accuses the community's operator. */
const formerKey: Attack = {
  name: 'evidence-by-a-former-operator',
  group,
  by: 'forger',
  does: 'signs a false line with the key of an operator that was rotated out before, and calls it evidence',
  refusedBy: ['signature'],
  run: async (): Promise<Outcome> => {
    const [evidence] = (await billOf({ invoice: invoiceText(second((o) => ({ s: o.s ^ 1n }))) })).evidence;
    const { checks } = await verifyEvidence(encodeEvidence(evidence), handedOn(), OWN_OPTIONS);
    return {
      refusals: checks.filter((c) => !c.ok).map((c) => c.name),
      without: { succeeds: checks.every((c) => c.ok || c.name === 'signature'), how: 'line, book and opening are in order' },
    };
  },
};

/** A member accuses an honest operator: true evidence of a false line, with the operator's true line in its place. */
const falseAccusation: Attack = {
  name: 'evidence-against-an-honest-operator',
  group,
  by: 'forger',
  does: 'presents a true line, signed by the operator, as one that does not open',
  refusedBy: ['opening'],
  run: async (): Promise<Outcome> => {
    const [evidence] = (await billOf({ invoice: invoiceText(second((o) => ({ s: o.s ^ 1n }))) })).evidence;
    const honest = signed(openingsOf(ME));
    const text = encodeEvidence({
      ...evidence,
      head: invoiceHead(honest.invoice),
      signature: honest.signature,
      line: honest.invoice.lines[1],
    });
    const { checks } = await verifyEvidence(text, files(), OWN_OPTIONS);
    const refused = checks.filter((c) => !c.ok).map((c) => c.name);
    return {
      refusals: refused,
      without: { succeeds: checks.every((c) => c.ok || c.name === 'opening'), how: 'signature, line and book are in order' },
    };
  },
};

export const invoiceAttacks: readonly Attack[] = [
  ownAttack(
    'signed-line-that-does-not-open',
    'operator',
    "signs an invoice with one s that is not the book's, the amount being right",
    ['opening'],
    () => ({ invoice: invoiceText(second((o) => ({ s: o.s ^ 1n }))) }),
  ),
  ownAttack('invoice-of-another-day', 'operator', "puts one day's amount and s under another day", ['opening'], () => ({
    invoice: invoiceText(
      second(() => {
        const [{ amountNel, s }] = openingsOf(ME);
        return { amountNel, s };
      }),
    ),
  })),
  ownAttack(
    'neighbours-readings-as-mine',
    'forger',
    "shows a member its neighbour's day as the member's own",
    ['statement', 'amount'],
    () => {
      const [mine, theirs] = [ME, NEIGHBOUR].map((who) => JSON.parse(exportText(who)));
      return { meterExport: JSON.stringify({ ...mine, days: theirs.days }), invoice: invoiceText(openingsOf(ME)) };
    },
  ),
  ownAttack('invoice-signed-by-a-stranger', 'forger', "signs a member's invoice with a key of its own", ['invoice'], () => ({
    invoice: encodeSignedInvoice(signed(openingsOf(ME), {}, keySigner(new Uint8Array(32).fill(8)))),
  })),
  ownAttack(
    'invoice-by-a-former-operator',
    'forger',
    'bills a month with the key of an operator that was rotated out before it',
    ['invoice'],
    () => ({ files: handedOn(), invoice: invoiceText(openingsOf(ME)) }),
  ),
  ownAttack(
    'opening-withheld',
    'operator',
    `hands out no opening for ${DAY2}, a year long`,
    ['opening'],
    () => ({ invoice: invoiceText(openingsOf(ME).slice(0, 1)) }),
    () => ({ openingsAtUnixS: 2 ** 31 }),
  ),
  ownAttack(
    'another-bill-checked-instead',
    'operator',
    'answers a page that checks one day with the true files of another',
    ['book'],
    () => ({ openings: openingsText(openingsOf(ME)) }),
    () => ({ about: { chainId: CHAIN_ID, meter: exportOf(ME).meter, day: '2026-07-03' } }),
  ),
  ownAttack(
    'day-before-not-of-the-chain',
    'operator',
    'shows a member a day before its own that the chain does not have so',
    ['book'],
    () => ({ files: dayBeforeBent(), openings: openingsText(openingsOf(ME).slice(1)) }),
    () => ({ auditedBooks: booksOf(dayBeforeBent(), DAY1) }),
  ),
  falseAccusation,
  formerKey,
];
