/** The reader, for Node and browsers: the audit, the member's check, and what a bundle is. For disks and threads, in Node: node.ts. */
export * from './audit/index.ts';
export { type BookVersion, type Bundle, type BundleDay, type FileFault, type Parsed, parseBundle } from './bundle.ts';
export { BundleError, readFiles } from './bundle-text.ts';
export * from './member/index.ts';
export { DEVELOPMENT_KEY_IDS, isDevelopmentKey } from './verifier/index.ts';
export { readZip, writeZip } from './zip.ts';
