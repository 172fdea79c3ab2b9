/**
 * Lets a process believe that it is another instant: ELECTRA_PRETEND=2028-02-29T23:59:50Z node --import ./test/kit/pretend.mjs …
 *
 * From then on time runs as it does. Only Date is told the tale: performance.now and timers, other processes (Postgres, electrad) and file
 * times keep the machine's. So what is shared with those must not be compared with Date, or must be told the instant some other way, as the
 * chain is by its genesis' clock.
 */
const toldMs = Date.parse(process.env.ELECTRA_PRETEND ?? '');
if (Number.isNaN(toldMs)) throw new Error('ELECTRA_PRETEND: expected an instant such as 2028-02-29T23:59:50Z');

const RealDate = globalThis.Date;
const aheadMs = toldMs - RealDate.now();

class PretendedDate extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(RealDate.now() + aheadMs);
    else super(...args);
  }

  static now() {
    return RealDate.now() + aheadMs;
  }
}
Object.defineProperty(PretendedDate, 'name', { value: 'Date' });
globalThis.Date = PretendedDate;
