/**
 * ELECTRA that are worth nothing, by the test issuer whose keys everybody has (docs/electra.md): attested, issued to each treasury, and of
 * them some laid into escrow, from which settlements are paid.
 */
import { createHash } from 'node:crypto';
import { CometRpc, rpcChain } from '../../../../sdk/ts/src/index.ts';
import { createSubmitter } from '../../../node/signer/submit.ts';
import { electra, mainTypeUrlOf, settlement } from '../../../protocol/messages/main-messages.ts';
import { type EncodedMessage, keySigner, type Signer } from '../../../protocol/messages/sign.ts';
import { assertTaken } from '../../refusals.ts';

const NEL = 1_000_000_000n;
const ISSUED_NEL = 500n * NEL;
const ESCROW_NEL = 200n * NEL;
/** What is attested besides: whoever tries things out mints it, to an account of a member (docs/balance.md). */
const SPARE_NEL = 1_000n * NEL;

/** Who has a part in ELECTRA in a demonstration. */
const roleOf = (role: 'attestor' | 'issuer'): Signer =>
  keySigner(new Uint8Array(createHash('sha256').update(`electra/test-issuer/v1/${role}`).digest()));

interface Treasury {
  uplink: string;
  signer: Signer;
}

export async function giveMoney(
  treasuries: readonly Treasury[],
  { rpcUrls, chainId, signal }: { rpcUrls: readonly string[]; chainId: string; signal: AbortSignal },
): Promise<void> {
  const rpc = new CometRpc({ urls: rpcUrls });
  const send = async (signer: Signer, messages: readonly EncodedMessage[]): Promise<void> =>
    assertTaken(await createSubmitter({ rpc, chainId, signer, signal })(messages));
  const { chainUnixS } = await rpcChain(rpc).status();
  const [attestor, issuer] = [roleOf('attestor'), roleOf('issuer')];
  const attested = {
    ...{
      attestor: attestor.address,
      asOfUnixS: BigInt(Math.floor(chainUnixS) - 1),
      amountNel: ISSUED_NEL * BigInt(treasuries.length) + SPARE_NEL,
    },
    documentHash: new Uint8Array(createHash('sha256').update('a demonstration has no reserve').digest()),
  };
  await send(attestor, [
    {
      typeUrl: mainTypeUrlOf('AttestReserve'),
      value: electra.MsgAttestReserve.encode(electra.MsgAttestReserve.fromPartial(attested)).finish(),
    },
  ]);
  for (const { signer } of treasuries) {
    const minted = { issuer: issuer.address, to: signer.address, amountNel: ISSUED_NEL };
    await send(issuer, [{ typeUrl: mainTypeUrlOf('Mint'), value: electra.MsgMint.encode(electra.MsgMint.fromPartial(minted)).finish() }]);
  }
  for (const { uplink, signer } of treasuries) {
    const laid = { treasury: signer.address, uplink, amountNel: ESCROW_NEL };
    await send(signer, [
      { typeUrl: mainTypeUrlOf('Deposit'), value: settlement.MsgDeposit.encode(settlement.MsgDeposit.fromPartial(laid)).finish() },
    ]);
  }
}
