/** The lines of a member's own check: one per thing looked at, by day. They name no reading, no amount and no secret. */
import type { CheckStatus } from '../audit/index.ts';

/** What of the bill a line is about. */
export type OwnName = 'meter export' | 'invoice' | 'openings' | 'statement' | 'opening' | 'amount' | 'registers' | 'book';

export interface OwnCheck {
  name: OwnName;
  /** as in the audit: `open` is nothing wrong, but something to know */
  status: CheckStatus;
  detail: string;
  /** `YYYY-MM-DD` */
  day?: string;
}

export const own = (name: OwnName, status: CheckStatus, detail: string, day?: string): OwnCheck => ({
  name,
  status,
  detail,
  ...(day === undefined ? {} : { day }),
});
