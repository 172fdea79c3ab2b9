/** What of a main chain's genesis production would not have, beside what production.ts says of every chain's. */
import type { MainStates } from './main-states.ts';
import { isDevelopmentKeyId } from './production.ts';

/** The test issuer's addresses (docs/electra.md): everybody has their keys. */
const TEST_ROLES: Readonly<Record<string, string>> = {
  attestor: 'electra1mts75ae3fglxgkksu02pdemy82fgvy24m55hmy',
  guardian: 'electra1fkytafmpv8jhx5h7ujdevq5wc430le47at3ltp',
  issuer: 'electra1qzaypjx2mph48sul30dakzvwvqkh9zcdej2r68',
};

export const isTestIssuer = (address: string): boolean => Object.values(TEST_ROLES).includes(address);

/** What of a main chain's further modules production would not have; chain/mainapp says the same. */
export function mainDeparturesOf(main: MainStates | null | undefined): string[] {
  if (!main) return [];
  const { register, electra } = main;
  const roles = [...electra.roles, ...electra.roleChanges];
  const tests = roles.filter(({ address }) => isTestIssuer(address)).map(({ role }) => role);
  return [
    ...(register.development ? ['register.development is true: communities for development are taken'] : []),
    ...register.communityKeys
      .filter(({ circuit, id }) => isDevelopmentKeyId(circuit, id))
      .map(({ circuit }) => `register.community_keys: development keys (${circuit}), with which whoever made them can forge proofs`),
    ...(tests.length === 0 ? [] : [`the test issuer (${tests.join(', ')}), whose keys everybody has`]),
  ];
}
