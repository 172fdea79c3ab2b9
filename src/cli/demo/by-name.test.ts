/** Links of a demonstration name `localhost` where that is the API and nobody else. */
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { isOursByName } from './by-name.ts';

test('a name that leads to this machine’s first loopback alone is ours', async () => {
  expect(await isOursByName(1, ['127.0.0.1'])).toBe(true);
});

test('a name under which another program answers, or that leads elsewhere alone, is not', async () => {
  const stranger = createServer().listen(0, '127.0.0.2');
  await new Promise((resolve) => stranger.once('listening', resolve));
  const { port } = stranger.address() as AddressInfo;
  expect(await isOursByName(port, ['127.0.0.2', '127.0.0.1'])).toBe(false);
  stranger.close();
  expect(await isOursByName(1, ['::1'])).toBe(false);
});
