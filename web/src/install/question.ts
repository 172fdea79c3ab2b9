/** What the installer's page asks: of the one meter whose code this browser has used. */
import { ApiTrouble, ask } from '../api/client.ts';

export interface Installation {
  meter: string;
  expiresAt: string;
  enrolled: boolean;
  firstDay: string | null;
  validator: boolean;
  powerDueAt: string | null;
  firstReportAt: string | null;
  lastReportAt: string | null;
  registers: { at: string; importWh: string; exportWh: string } | null;
}

export interface Shown {
  installation: Installation | null;
  /** the code was none, or is good no more */
  refused: boolean;
  timeZone: string;
}

const FIELDS = `meter expiresAt enrolled firstDay validator powerDueAt firstReportAt lastReportAt registers { at importWh exportWh }`;

const CODE = /^#([A-Za-z0-9_-]{22})$/;

/** The code of the address, which it leaves at once: nobody is to find it there. */
export function takeCode(): string | null {
  const code = CODE.exec(location.hash)?.[1] ?? null;
  if (code !== null) history.replaceState(null, '', location.pathname);
  return code;
}

/** Exchanges the code, if it is good. @returns whether it was */
export async function exchange(meter: string, code: string): Promise<boolean> {
  try {
    await ask('mutation ($meter: String!, $code: String!) { useInstallCode(meter: $meter, code: $code) { meter } }', { meter, code });
    return true;
  } catch (error) {
    if (error instanceof ApiTrouble && error.trouble.code === 'NOT_FOUND') return false;
    throw error;
  }
}

export async function askInstallation(meter: string): Promise<Omit<Shown, 'refused'>> {
  const { installation, service } = await ask<{ installation: Installation | null; service: { timeZone: string } }>(
    `{ service { timeZone } installation { ${FIELDS} } }`,
  );
  return { installation: installation?.meter === meter ? installation : null, timeZone: service.timeZone };
}
