/** What other rooms use of the signer: hand operator messages in, get the chain's answer. Nothing here can hold a key. */
import { LineClient } from '../vault/wire/line-client.ts';

/**
 * A message by its type URL, its value as protobuf JSON (camelCase, bytes in base64, 64-bit integers as strings). `operator` is filled in.
 */
export interface OperatorMessage {
  typeUrl: string;
  value: Record<string, unknown>;
}
/** The chain's answer. code 0: included at `height`. Otherwise refused, with the chain's codespace, code and log; nothing changed. */
export interface Submitted {
  txHash: string;
  height: number;
  code: number;
  codespace: string;
  log: string;
}

export interface Signer {
  address(): Promise<string>;
  /**
   * All messages in one transaction; resolves when it is in a block, or refused. VaultError `unreachable`, `chain-unreachable`: the fate is
   * unknown.
   */
  submit(messages: readonly OperatorMessage[]): Promise<Submitted>;
  /** Signs and publishes the sealing key (hex) of an epoch for who can open a box that is sealed to it. As `submit`. */
  publishNodeKey(epoch: number, key: string, open: (box: Uint8Array) => Uint8Array): Promise<Submitted>;
  /** Signs and sends the n-th rotation of the operator, to another account. As `submit`. */
  rotateOperator(n: number, address: string): Promise<Submitted>;
  /** Signs the head of an invoice, given as its canonical JSON text. Hex. VaultError `bad-request` naming the field, `wrong-chain`. */
  signInvoice(invoice: string): Promise<{ publicKey: string; signature: string }>;
  /** The node keys on the chain, oldest first, keys as hex. */
  nodeKeys(): Promise<{ epoch: number; key: string }[]>;
  /** How old the chain's newest node key is. VaultError `chain-unreachable`. */
  keyAge(): Promise<KeyAge>;
  close(): void;
}

/** What the books ask of it. */
export type BooksSigner = Pick<Signer, 'address' | 'submit' | 'signInvoice' | 'close'>;

/** All by the chain: its clock, its parameters. */
export interface KeyAge {
  /** the newest key on the chain; 0 where there is none */
  epoch: number;
  /** chain time since it took effect */
  ageS: number;
  /** at this age it is too old (genesis: keyMaxAge) */
  maxAgeS: number;
  /** chain seconds per second */
  rate: number;
  /** the newest key has this operator's signature for this chain: meters take no other */
  signed?: boolean;
}

/** What the vault asks of it. */
export type KeySigner = Pick<Signer, 'address' | 'nodeKeys' | 'keyAge' | 'publishNodeKey' | 'close'>;

/**
 * A client of one of the signer's sockets: which of this it may ask, the socket decides (doors.ts). Connects at the first call, and again
 * after the signer was away. `credential`: the operator's, at the operator's socket.
 */
export function connectSigner(
  socketPath: string,
  { timeoutMs = 180_000, credential }: { timeoutMs?: number; credential?: string } = {},
): Signer {
  const lines = new LineClient({ path: socketPath, name: 'signer', timeoutMs });
  const client = {
    call: (method: string, params?: object) => lines.call(method, credential === undefined ? params : { ...params, credential }),
    close: () => lines.close(),
  };
  return {
    address: async () => ((await client.call('address')) as { address: string }).address,
    submit: (messages) => client.call('submit', { messages }) as Promise<Submitted>,
    publishNodeKey: async (epoch, key, open) => {
      const { challenge } = (await client.call('challengeNodeKey', { key })) as { challenge: string };
      const answer = Buffer.from(open(Buffer.from(challenge, 'base64'))).toString('base64');
      return client.call('publishNodeKey', { epoch, key, answer }) as Promise<Submitted>;
    },
    rotateOperator: (n, address) => client.call('rotateOperator', { n, address }) as Promise<Submitted>,
    signInvoice: (invoice) => client.call('signInvoice', { invoice }) as Promise<{ publicKey: string; signature: string }>,
    nodeKeys: async () => ((await client.call('nodeKeys')) as { nodeKeys: { epoch: number; key: string }[] }).nodeKeys,
    keyAge: () => client.call('keyAge') as Promise<KeyAge>,
    close: () => client.close(),
  };
}
