import {
  allowed,
  asksForItself,
  auditedAs,
  inLargeParts,
  payloads,
  refused,
  targetKey,
  test,
  updated,
  withRow,
  type Acting,
  type Cell,
  type Loaded,
  type ScratchKey,
  type Stage,
} from '../../fixtures';

inLargeParts();

// How a key may be named to /key/block and /key/unblock, and what either does to one that is so already.

const invalid = refused(400, 'Invalid key format');
const noSuchKey = refused(404, 'Key not found');
const isBlocked = [asksForItself<Loaded<ScratchKey>>(targetKey, refused(401, 'Key is blocked'))];
const isNot = [asksForItself<Loaded<ScratchKey>>(targetKey)];

/** Whose row came back, hash included, and whether it is blocked there. */
const rowTold = (body: unknown): (string | null)[] => {
  if (typeof body !== 'object' || body === null) return [null];
  return ['key_alias', 'token', 'blocked'].map((name) => String(Reflect.get(body, name)));
};

for (const [route, action, after, uses] of [
  ['block', 'blocked', true, isBlocked],
  ['unblock', 'unblocked', false, isNot],
] as const) {
  const from = (before: boolean | null): Cell<Loaded<ScratchKey>> =>
    allowed<Loaded<ScratchKey>>({
      effects: ({ target, caller }) => [
        ...(before === after ? [] : [updated(target.row, { blocked: [before, after] })]),
        auditedAs(action, target.row, caller),
      ],
    });

  for (const scenario of [true, false, null].flatMap((before) =>
    payloads<ScratchKey>(
      {
        family: 'F7+',
        route: `POST /key/${route}`,
        caller: 'proxy_admin',
        target: {
          what: before === true ? 'blocked key' : before === false ? 'unblocked key' : 'key that was never blocked',
          arrange: async (stage: Stage) =>
            withRow({ blocked: before })(stage, await stage.scratch.key({ user: stage.world.actors.owner })),
        },
        act: ({ as, target: { payload } }: Acting<Loaded<ScratchKey>>) => as.post(`/key/${route}`, payload),
        returned: rowTold,
        returns: ({ target: { alias, hashed } }) => [alias, hashed, String(after)],
        uses,
      },
      {
        'by hash': { sent: ({ target: { hashed } }) => ({ key: hashed }), answer: from(before) },
        ...(before === null
          ? {
              // Only small letters are written there.
              'by hash in capitals': {
                sent: ({ target: { hashed } }) => ({ key: hashed.toUpperCase() }),
                answer: noSuchKey,
              },
              'by hash, a character short': {
                sent: ({ target: { hashed } }) => ({ key: hashed.slice(1) }),
                answer: invalid,
              },
              'by alias': { sent: ({ target: { alias } }) => ({ key: alias }), answer: invalid },
              'by cleartext with a character that none has': {
                sent: ({ target: { cleartext } }) => ({ key: `${cleartext}.` }),
                answer: invalid,
              },
              'by 100 characters': { sent: { key: 'sk-'.padEnd(100, '0') }, answer: noSuchKey },
              'by 101 characters': { sent: { key: 'sk-'.padEnd(101, '0') }, answer: invalid },
              'by sk- alone': { sent: { key: 'sk-' }, answer: invalid },
              'by an empty text': { sent: { key: '' }, answer: invalid },
              'by null': { sent: { key: null }, answer: refused(422, 'valid string') },
              'by nothing': { sent: {}, answer: refused(422, 'Field required') },
              // Before anybody asks whose key it would be.
              'by alias, by its owner': {
                sent: ({ target: { alias } }) => ({ key: alias }),
                caller: 'owner',
                answer: invalid,
              },
            }
          : {}),
      },
    ),
  ))
    test(scenario.title, scenario.details, scenario.run);
}
