/**
 * Who asks, by address: whom limits count. An address that a reverse proxy tells is believed only of proxies that were named; anybody can
 * write such a header.
 */
import { BlockList, isIP } from 'node:net';
import { ElectraError } from '../../../protocol/values/errors.ts';

class ProxyListError extends ElectraError<'usage'> {
  constructor(entry: string) {
    super(
      'usage',
      `--trust-proxy: expected addresses, networks such as 10.0.0.0/8, "loopback" or "private", by commas; got ${JSON.stringify(entry)}`,
    );
  }
}

const LOOPBACK = ['127.0.0.0/8', '::1/128'];
const NAMED: Record<string, readonly string[]> = {
  loopback: LOOPBACK,
  private: [...LOOPBACK, '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};

const family = (address: string): 'ipv4' | 'ipv6' => (address.includes(':') ? 'ipv6' : 'ipv4');

/** An IPv4 address in IPv6 dress is the IPv4 address; a zone is no part of it. */
function plainAddress(address: string): string {
  const bare = address.split('%')[0];
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1] ?? bare;
}

/** An IPv6 client commands a whole /64: that is one client. */
export function clientKey(address: string): string {
  const plain = plainAddress(address);
  if (!plain.includes(':')) return plain;
  const [head, tail] = plain.toLowerCase().split('::');
  const left = head === '' ? [] : head.split(':');
  const right = !tail ? [] : tail.split(':');
  const groups = tail === undefined ? left : [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right];
  return groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}

export class TrustedProxies {
  readonly #list = new BlockList();

  /** `text` as of `--trust-proxy`; none: nobody is believed. @throws ProxyListError */
  constructor(text = '') {
    for (const entry of text.split(',').map((one) => one.trim()))
      if (entry) for (const net of NAMED[entry] ?? [entry]) this.#add(net, entry);
  }

  #add(net: string, entry: string): void {
    const [address, bits] = net.split('/');
    const most = isIP(address) === 6 ? 128 : 32;
    if (!isIP(address) || (bits !== undefined && !(/^\d{1,3}$/.test(bits) && Number(bits) <= most)) || net.split('/').length > 2)
      throw new ProxyListError(entry);
    if (bits === undefined) this.#list.addAddress(address, family(address));
    else this.#list.addSubnet(address, Number(bits), family(address));
  }

  has(address: string): boolean {
    const plain = plainAddress(address);
    return isIP(plain) !== 0 && this.#list.check(plain, family(plain));
  }

  /** The client of a connection: its other end, or the nearest one that trusted proxies tell of and that is none of them. */
  clientOf(remote: string, forwarded: string | undefined): string {
    let client = plainAddress(remote);
    for (const told of (forwarded ?? '').split(',').reverse()) {
      if (!this.has(client)) break;
      const plain = plainAddress(told.trim());
      if (isIP(plain) === 0) break;
      client = plain;
    }
    return client;
  }
}
