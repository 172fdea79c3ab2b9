import { toBase64 } from '@cosmjs/encoding';
import { getNamedType, isCompositeType, isIntrospectionType, isObjectType } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { amountOf, blindingOf, INVITE_CODE, NAMES, numberOf, READ_BLINDING, READ_WH } from '../../../test/kit/api/community.ts';
import type { Expectation } from '../../../test/kit/api/expectations.ts';
import { ARGUMENTS, EXPECTATIONS } from '../../../test/kit/api/expectations.ts';
import type { Answer, TestApi } from '../../../test/kit/api/harness.ts';
import { startTestApi } from '../../../test/kit/api/harness.ts';
import type { Person } from '../../../test/kit/api/people.ts';
import { meters, people } from '../../../test/kit/api/people.ts';
import { dayToDate } from '../../protocol/values/time.ts';
import { signText } from './adr36.ts';
import { signInWithKey } from './client.ts';
import { globalId } from './ids.ts';
import { makeSchema } from './schema.ts';

const EVERYBODY = [null, 'alice', 'bob', 'auditor', 'operator'] as const;
const schema = makeSchema();
/** What a stream gives has no document of one answer: streams.test.ts asks it as everybody. */
const STREAMED = ['Subscription', 'Change'];
const types = Object.values(schema.getTypeMap())
  .filter((type) => isObjectType(type) && !isIntrospectionType(type))
  .filter(isObjectType)
  .filter(({ name }) => !STREAMED.includes(name));

let locked: TestApi;
let unlocked: TestApi;
let api: TestApi;
beforeAll(async () => {
  // A slow machine asks for minutes: the last block grows old meanwhile, and that is no fault of it.
  const options = { lagLimitS: 3_600, origin: 'http://localhost:4000' };
  locked = await startTestApi(options);
  unlocked = await startTestApi({ unlocked: true, ...options });
});
beforeEach(() => {
  api = locked;
});
afterAll(async () => {
  await locked.stop();
  await unlocked.stop();
});

let clients = 0;
/** One document as somebody. Every call is another client: limits are tested elsewhere. */
async function ask(token: string | null, query: string): Promise<Answer> {
  const response = await api.fetch(
    '/graphql',
    {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
      body: JSON.stringify({ query }),
    },
    `matrix-${clients++}`,
  );
  const text = await response.text();
  return { status: response.status, errors: [], ...JSON.parse(text), text };
}

async function signInArguments(): Promise<string> {
  const { address, privKey } = people.clerk;
  const { data } = await ask(null, `mutation { requestChallenge(address: "${address}") { text } }`);
  const challenge: string = data.requestChallenge.text;
  const { publicKey, signature } = signText({ address, privateKey: privKey, text: challenge });
  const signed = `pubKey: "${toBase64(publicKey)}", signature: "${toBase64(signature)}"`;
  return `address: "${address}", ${signed}, challenge: ${JSON.stringify(challenge)}`;
}

async function fill(template: string, who: Person | null): Promise<string> {
  const { first, third, fourth, second } = api.days;
  const values: Record<string, string> = {
    $first: dayToDate(first),
    $second: dayToDate(second),
    $third: dayToDate(third),
    $fourth: dayToDate(fourth),
    $month: dayToDate(first).slice(0, 7),
    $addressClerk: people.clerk.address,
    $noCode: Buffer.alloc(16, 99).toString('base64url'),
    $meterOwn: who === 'bob' ? meters.bob1 : meters.alice1,
    $idBill: globalId('Bill', first, 1, meters.alice1),
    $idCopying: globalId('Bill', second, 1, meters.alice2),
    $idMeter: globalId('Meter', meters.alice1),
    $idPosting: await alicePosting(),
    $idBook: globalId('Book', first, 1),
    $idRoster: globalId('Roster', first, 0),
    $code: INVITE_CODE,
    $idNobodys: '00000000-0000-4000-8000-000000000000',
    $answer: JSON.stringify(JSON.stringify({ id: 'AAAA', response: { clientDataJSON: 'e30' } })),
    $signIn: template.includes('$signIn') ? await signInArguments() : '',
  };
  return template.replace(/\$[a-zA-Z0-9]+/g, (name) => values[name] ?? name);
}

const postings = new Map<TestApi, Promise<string>>();
const alicePosting = (): Promise<string> => {
  const known =
    postings.get(api) ??
    api
      .ask('alice', '{ member { statement(first: 1) { edges { node { id } } } } }')
      .then(({ data }) => data.member.statement.edges[0].node.id);
  postings.set(api, known);
  return known;
};

/** The document that asks for one field, and nothing else, by the way of the table. */
function documentOf({ type, at }: Expectation, field: string): string {
  const definition = types.find((t) => t.name === type)!.getFields()[field];
  const named = getNamedType(definition.type);
  const inner = !isCompositeType(named) ? '' : named.name.endsWith('Connection') ? '{ edges { __typename } }' : '{ __typename }';
  const selection = at.replace('@', `${field}${ARGUMENTS[`${type}.${field}`] ?? ''} ${inner}`);
  if (type === 'Mutation') return `mutation { ${selection} }`;
  return at.startsWith('mutation ') ? `mutation { ${selection.slice('mutation '.length)} }` : `{ ${selection} }`;
}

/** The value of the one field that a document asks for: the last of that name on the way down, lists by their first element. */
function leafOf(data: unknown, field: string): unknown {
  const value = Array.isArray(data) ? data[0] : data;
  if (value === null || typeof value !== 'object') return null;
  const [[name, inner]] = Object.entries(value);
  const further = JSON.stringify(inner ?? null).includes(`"${field}":`);
  return name === field && !further ? inner : leafOf(inner, field);
}

const LETTER: Record<string, string> = { UNAUTHENTICATED: 'U', FORBIDDEN: 'F', NOT_FOUND: 'N', INTERNAL: 'X' };

function outcomeOf({ data, errors }: Answer, field: string): string {
  if (errors.length > 0) return LETTER[errors[0].extensions?.code ?? ''] ?? `?${errors[0].message}`;
  const value = leafOf(data, field) as unknown[] | { edges?: unknown[] } | null | undefined;
  const empty = value === null || value === undefined || (Array.isArray(value) ? value : value.edges)?.length === 0;
  return empty ? '0' : 'v';
}

/** What may never be in an answer to somebody: numbers and names of others, and for everybody masks and the blindings of masks. */
function canaries(who: Person | null): string[] {
  // What was read of bob1 is his; a reading that the chain does not hold is nobody's.
  const found: string[] = [String(READ_WH + 5n), ...(who === 'bob' ? [] : [String(READ_WH), READ_BLINDING])];
  for (const [meter, owner] of [
    [meters.alice1, 'alice'],
    [meters.alice2, 'alice'],
    [meters.bob1, 'bob'],
  ] as const) {
    for (const day of Object.values(api.days)) {
      found.push(numberOf(2, meter, day), numberOf(3, meter, day), numberOf(2, meter, day, 2));
      if (who !== owner) found.push(numberOf(1, meter, day), numberOf(9, meter, day), String(amountOf(meter, day)));
    }
    // By GraphQL nobody is shown what blinds a statement: it comes with the statement, as a file.
    found.push(blindingOf(meter).toString('hex'));
    if (who !== owner && who !== 'operator') found.push(NAMES[owner]);
    if (who !== owner && who !== 'auditor' && who !== 'operator') found.push(meter);
  }
  return found;
}

const cases = EXPECTATIONS.flatMap((e) =>
  Object.entries(e.fields).flatMap(([outcome, fields]) => fields.split(' ').map((field) => ({ e, field, outcome }))),
);

describe('the table is complete', () => {
  const listed = new Set(cases.map(({ e, field }) => `${e.type}.${field}`));
  const existing = types.flatMap((type) => Object.keys(type.getFields()).map((field) => `${type.name}.${field}`));
  test('every field of the schema is in it', () => expect(existing.filter((name) => !listed.has(name))).toEqual([]));
  test('every field in it is in the schema', () => expect([...listed].filter((name) => !existing.includes(name))).toEqual([]));
  test('every way to a type covers all of its fields', () => {
    for (const e of EXPECTATIONS) {
      const fields = Object.values(e.fields)
        .flatMap((names) => names.split(' '))
        .sort();
      expect(fields, `${e.type} ${e.of ?? ''}`).toEqual(Object.keys(types.find((t) => t.name === e.type)!.getFields()).sort());
    }
  });
  test('a schema whose field does not say who may read it does not start', async () => {
    const { createSchema } = await import('graphql-yoga');
    const { guard } = await import('./guard.ts');
    const sdl = (needs: string) => `directive @needs(any: [Access!]!) on OBJECT | FIELD_DEFINITION
      enum Access { ANYONE SIGNED_IN MEMBER AUDITOR OPERATOR }
      type Query { open: Int @needs(any: [ANYONE]) forgotten: Int ${needs} }`;
    expect(() => guard(createSchema({ typeDefs: sdl('') }))).toThrow('Query.forgotten');
    expect(() => guard(createSchema({ typeDefs: sdl('@needs(any: [MEMBER])') }))).not.toThrow();
  });
});

async function wrongAnswers(e: Expectation): Promise<string[]> {
  const tokens = await Promise.all(
    EVERYBODY.map((who) => (who === null ? null : e.type === 'Mutation' ? freshToken(who) : api.token(who))),
  );
  const wrong: string[] = [];
  for (const { field, outcome } of cases.filter((c) => c.e === e)) {
    await Promise.all(
      EVERYBODY.map(async (who, i) => {
        const answer = await ask(tokens[i], await fill(documentOf(e, field), who));
        const got = outcomeOf(answer, field);
        if (got !== outcome[i]) wrong.push(`${e.type}.${field} as ${who ?? 'nobody'}: expected ${outcome[i]}, got ${got}`);
        for (const secret of canaries(who))
          if (answer.text.includes(secret)) wrong.push(`${e.type}.${field} as ${who ?? 'nobody'} shows ${secret}`);
      }),
    );
  }
  return wrong;
}

const named = (list: readonly Expectation[]) => list.map((e) => [`${e.type}${e.of ? ` (${e.of})` : ''}`, e] as const);

describe('every field, as everybody', () => {
  test.each(named(EXPECTATIONS))('%s', async (_name, e) => expect(await wrongAnswers(e)).toEqual([]));
});

describe("the API's own predicates hold alone, without the database's", () => {
  const personal = EXPECTATIONS.filter(
    ({ at, type }) => (/^(member|node|priceDay)/.test(at) || type === 'Query') && !/Edge$|Connection$/.test(type),
  );
  test.each(named(personal))('%s', async (_name, e) => {
    api = unlocked;
    expect(await wrongAnswers(e)).toEqual([]);
  });
});

const freshToken = (who: Person): Promise<string> =>
  signInWithKey({
    fetch: (url: string, init: RequestInit) => api.fetch(new URL(url).pathname, init, `fresh-${clients++}`),
    privKey: people[who].privKey,
  }).then((session) => session.token);
