/** The kernel takes only short socket paths; a data folder may lie deep. */
import { closeSync, openSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { VaultError } from '../errors.ts';

const SOCKET_PATH_MAX = 103; // sun_path is 104 bytes on some systems, 108 on Linux

/** The path to hand to the kernel, which takes only short ones: a long path goes through an open handle of its folder (Linux). */
export function kernelPath(path: string): { path: string; release(): void } {
  if (Buffer.byteLength(path) <= SOCKET_PATH_MAX) return { path, release: () => {} };
  if (process.platform !== 'linux')
    throw new VaultError(
      'bad-request',
      `${path}: longer than the ${SOCKET_PATH_MAX} bytes that a socket's path may have; choose a data folder nearer to /`,
    );
  const folder = openSync(dirname(path), 'r');
  return { path: `/proc/self/fd/${folder}/${basename(path)}`, release: () => closeSync(folder) };
}
