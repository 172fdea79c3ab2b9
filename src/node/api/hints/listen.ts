/** One connection of the process listens for what Postgres tells with each commit (migrations), and hands it to the streams. */
import type { Logger } from 'pino';
import { connect } from '../../db/connect.ts';
import { LIMITS } from '../limits.ts';
import type { ViewerPool } from '../pool.ts';
import { readLiveSessions } from '../rows/sessions.ts';
import type { Streams } from './streams.ts';

const CHANNEL = 'electra_changed';

/** What was said: `report` with meters, `day`, `ended` with a token's hash. */
function hear(streams: Streams, said: string): void {
  const [kind, ...about] = said.split(' ');
  if (kind === 'report') streams.tell('REPORT', about);
  else if (kind === 'day') streams.tell('DAY');
  else if (kind === 'ended') streams.end(about[0]);
}

/** Whatever was said while nobody listened. */
function missed(streams: Streams): void {
  streams.tell('REPORT');
  streams.tell('DAY');
}

/** Begins to listen, at once or as soon as the database is there. @returns ends it */
export function listenForHints(
  streams: Streams,
  { databaseUrl, pool, log }: { databaseUrl: string; pool: ViewerPool; log: Logger },
): () => Promise<void> {
  const sql = connect({ url: databaseUrl, max: 1, application: 'electra api hints' });
  let isEnded = false;
  // The driver listens again by itself whenever its connection was lost, or could not be made: to ask it twice would be to hear all twice.
  sql
    .listen(
      CHANNEL,
      (said) => hear(streams, said),
      () => missed(streams),
    )
    .catch((error: { code?: string }) => {
      if (!isEnded) log.warn({ code: error.code }, 'no hints: the database is away');
    });
  const check = setInterval(() => {
    // A session that ended while nobody listened; a meter that came or went.
    streams
      .check((sessions) =>
        pool.run(null, { house: true }, (tx) =>
          readLiveSessions(
            tx,
            sessions.map(({ tokenHash }) => tokenHash),
          ),
        ),
      )
      .catch((error: { code?: string }) => log.warn({ code: error.code }, 'the sessions of open streams were not looked at'));
  }, LIMITS.streams.checkMs).unref();
  return async () => {
    isEnded = true;
    clearInterval(check);
    streams.close();
    await sql.end({ timeout: 2 }).catch(() => {});
  };
}
