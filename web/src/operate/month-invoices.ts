/** How far the invoices of a month are: what is issued, what is left, what has changed since; and which gates that opens. */
import type { MemberInvoicing } from './question.ts';

export interface Invoices {
  /** members with bills of the month */
  members: number;
  /** of them, those with an invoice that is the month as it is now */
  current: number;
  /** of whom none was issued */
  left: readonly MemberInvoicing[];
  /** of whom bills were released or corrected after the newest one */
  changed: readonly MemberInvoicing[];
}

export function invoicesOf(members: readonly MemberInvoicing[]): Invoices {
  const left = members.filter(({ revision }) => revision === null);
  const changed = members.filter(({ revision, changed: bills }) => revision !== null && bills > 0);
  return { members: members.length, current: members.length - left.length - changed.length, left, changed };
}

export type GateState = 'done' | 'open' | 'later';

/**
 * The last three gates. Before the month is complete and proven nothing is due, whatever is issued already: days that come after it will be
 * for a revision. `handed`: a member finds what is issued in its pages, so it is done when that is the month as it is.
 */
export function gatesOf({ members, current }: Invoices, monthIsReady: boolean): Record<'preview' | 'issue' | 'handed', GateState> {
  const done = monthIsReady && members > 0 && current === members;
  const todo: GateState = !monthIsReady ? 'later' : done ? 'done' : 'open';
  return { preview: todo, issue: todo, handed: done ? 'done' : current > 0 ? 'open' : 'later' };
}
