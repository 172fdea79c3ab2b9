/** The reader, for Node and browsers: the audit, the member's check, and what a bundle is. For disks and threads, in Node: node.ts. */
export * from './audit/index.ts';
export * from './member/index.ts';
export { parseBundle, type Bundle, type BundleDay, type BookVersion, type FileFault, type Parsed } from './bundle.ts';
export { BundleError } from './bundle-text.ts';
export { readZip, writeZip } from './zip.ts';
export { DEVELOPMENT_KEY_HASHES } from './verifier/index.ts';
