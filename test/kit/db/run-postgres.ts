/** A parent that only starts a Postgres and waits to be killed: for the test of what happens then. */
import { startEmbeddedPostgres } from '../../../src/node/db/embedded/postgres.ts';

await startEmbeddedPostgres({ dir: process.argv[2], port: Number(process.argv[3]) });
process.send!('started');
setInterval(() => {}, 1_000);
