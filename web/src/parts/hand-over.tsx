/** An address for the operator: as text, as a QR code, in the clipboard. */
import { useSignal } from '@preact/signals';
import { joinTexts } from '../i18n/join/index.ts';
import { QrCode } from './qr-code.tsx';

export function HandOver({ address }: { address: string }) {
  const texts = joinTexts();
  const copied = useSignal(false);
  const copy = (): void => {
    navigator.clipboard.writeText(address).then(
      () => (copied.value = true),
      () => (copied.value = false), // it stands on the page
    );
  };
  return (
    <section class="stack">
      <h2>{texts.addressTitle}</h2>
      <p class="read">{texts.addressText}</p>
      <p>
        <code class="address">{address}</code>
      </p>
      <QrCode text={address} label={texts.qr(address)} />
      <div class="buttons">
        <button type="button" class="button" onClick={copy}>
          {texts.copy}
        </button>
        <a class="button plain" href="/home">
          {texts.signIn}
        </a>
        <span role="status">{copied.value && `✓ ${texts.copied}`}</span>
      </div>
    </section>
  );
}
