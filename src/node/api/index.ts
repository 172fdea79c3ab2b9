/** The API room's door. */
export { runApi, ApiStartError } from './run.ts';
export type { RunApiOptions } from './run.ts';
export { makeApi } from './server.ts';
export type { Api, ApiOptions } from './server.ts';
export { graphql, signInWithKey, ApiClientError } from './client.ts';
export type { SignedIn } from './client.ts';
export { addAuditor, auditors, removeAuditor } from './auditors.ts';
