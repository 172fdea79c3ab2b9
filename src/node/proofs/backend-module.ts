/** Address of the WebAssembly backend's module, for those who hand it on and need not load it themselves: the reader's threads do. */
export const WASM_BACKEND_MODULE = new URL('./backend-wasm.ts', import.meta.url);
