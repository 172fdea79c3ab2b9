/** The API room's door. */
export { addAuditor, auditors, removeAuditor } from './auditors.ts';
export type { SignedIn } from './client.ts';
export { ApiClientError, graphql, signInWithKey } from './client.ts';
export { readPages } from './pages/built.ts';
export type { RunApiOptions } from './run.ts';
export { ApiStartError, runApi } from './run.ts';
export type { Api, ApiOptions } from './server.ts';
export { makeApi } from './server.ts';
