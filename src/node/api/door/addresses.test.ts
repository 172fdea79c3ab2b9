import { describe, expect, test } from 'vitest';
import { clientKey, TrustedProxies } from './addresses.ts';

describe('one client', () => {
  test.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:0db8:0001:0002::9', '2001:db8:1:2'],
    ['2001:DB8::1', '2001:db8:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['::1', '0:0:0:0'],
  ])('%s is counted as %s', (address, key) => {
    expect(clientKey(address)).toBe(key);
  });
});

describe('the address of a client', () => {
  const of = (trusted: string | undefined, remote: string, forwarded?: string) => new TrustedProxies(trusted).clientOf(remote, forwarded);
  test('is the other end of the connection, whatever a stranger writes into a header', () => {
    expect(of(undefined, '198.51.100.1', '203.0.113.5')).toBe('198.51.100.1');
    expect(of('10.0.0.0/8', '198.51.100.1', '203.0.113.5')).toBe('198.51.100.1');
  });
  test('behind a named proxy it is what that proxy saw, and not what a stranger wrote before it', () => {
    expect(of('10.0.0.2', '10.0.0.2', '1.1.1.1, 203.0.113.5')).toBe('203.0.113.5');
    expect(of('private', '::ffff:172.18.0.1', '1.1.1.1, 2001:db8::5')).toBe('2001:db8::5');
    expect(of('loopback', '::1', '203.0.113.5')).toBe('203.0.113.5');
  });
  test('behind several of one’s own it is the nearest that is none of them', () => {
    expect(of('10.0.0.0/8', '10.0.0.2', '203.0.113.5, 10.0.0.9')).toBe('203.0.113.5');
  });
  test('is the proxy itself where it says nothing, or nonsense', () => {
    for (const forwarded of [undefined, '', 'unknown', 'for=203.0.113.5', '203.0.113.5, x'])
      expect(of('10.0.0.2', '10.0.0.2', forwarded)).toBe('10.0.0.2');
  });
  test.each(['x', '10.0.0.0/33', '10.0.0.0/8/8', '10.0.0.0/', 'localhost', '::/129', '10.0.0.1;10.0.0.2'])('%s names no proxy', (text) => {
    expect(() => new TrustedProxies(text)).toThrow(/--trust-proxy: expected addresses, networks/);
  });
});
