/** What the child process of a ceremony is asked to do, and what it says. Paths are absolute; the secret that it draws stays in it. */

export type Task =
  | { readonly kind: 'first'; readonly circuits: readonly { name: string; r1cs: string; to: string }[]; readonly powersOfTau: string }
  | {
      readonly kind: 'contribute';
      readonly circuits: readonly { name: string; from: string; to: string }[];
      readonly contributor: string;
      /** what the person typed; the child adds the system's randomness to it */
      readonly typed: string;
    }
  | { readonly kind: 'beacon'; readonly circuits: readonly { name: string; from: string; to: string }[]; readonly value: string }
  | { readonly kind: 'verify'; readonly circuits: readonly { name: string; first: string; zkey: string }[]; readonly powersOfTau: string }
  | { readonly kind: 'keys'; readonly circuits: readonly { name: string; zkey: string }[] };

/** Of one circuit: nothing where the work was done, the reason where it was refused, the verification key where that was asked for. */
export interface Done {
  readonly fault?: string;
  readonly key?: unknown;
}

export type Said =
  | { readonly begun: string }
  | { readonly ended: string; readonly seconds: number }
  | { readonly results: Readonly<Record<string, Done>> }
  | { readonly error: string };
