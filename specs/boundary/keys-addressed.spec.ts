import {
  auditedAs,
  byRelease,
  asksForItself,
  idsAt,
  inLargeParts,
  keyTargets,
  madeKey,
  rawPayloads,
  refused,
  refusedInItem,
  rotatesKey,
  targetKey,
  test,
  type Acting,
  type RawCase,
  type ScratchKey,
} from '../../fixtures';

inLargeParts();

// Keys in lists and in addresses, which nobody puts straight on the way.

const notUtf8 = refused(500, 'invalid byte sequence for encoding');
const noKeys = refused(404, 'No keys found');
const neither = refused(422, "At least one of 'keys' or 'key_aliases' must be provided");
const unknownKey = refused(401, 'Invalid proxy server token passed');

const deleting = {
  route: 'POST /key/delete',
  caller: 'proxy_admin',
  target: keyTargets.inNoTeam,
  effects: byRelease<ScratchKey>(({ removed, archived }) => ({ target, caller }) => [
    removed(target),
    archived(target, caller),
    auditedAs('deleted', target.row, caller),
  ]),
  uses: [asksForItself<ScratchKey>(targetKey, unknownKey)],
} as const;

for (const scenario of rawPayloads<ScratchKey>(deleting, {
  'no body': { sent: {}, answer: refused(422, 'Field required') },
  'broken JSON': { sent: '{"keys": [', answer: refused(422, 'JSON decode error') },
  'a list': { sent: '[]', answer: refused(500, 'Internal server error') },
  '{}': { sent: '{}', answer: neither },
  '"keys": []': { sent: '{"keys": []}', answer: neither },
  '"keys": null': { sent: '{"keys": null}', answer: neither },
  '"keys": [], "key_aliases": []': { sent: '{"keys": [], "key_aliases": []}', answer: neither },
  '"keys": "text"': { sent: '{"keys": "text"}', answer: refused(422, 'Input should be a valid list') },
  'a key and a number': {
    sent: ({ target }) => `{"keys": ["${target.cleartext}", 7]}`,
    answer: refused(422, 'Input should be a valid string'),
  },
  'a key with NUL': { sent: '{"keys": ["a\\u0000b"]}', answer: notUtf8 },
  'an alias with NUL': { sent: '{"key_aliases": ["a\\u0000b"]}', answer: notUtf8 },
  // No wildcard.
  'an alias of a percent sign': { sent: '{"key_aliases": ["%"]}', answer: noKeys },
  'a key with slashes and percent signs': { sent: '{"keys": ["a/../b%2Fc"]}', answer: noKeys },
  '10,000 keys': {
    sent: `{"keys": [${Array.from({ length: 10_000 }, (_, index) => `"ghost-${index}"`).join()}]}`,
    answer: noKeys,
  },
  'a key twice': { sent: ({ target }) => `{"keys": ["${target.cleartext}", "${target.cleartext}"]}`, answer: 200 },
  'a key and a ghost': { sent: ({ target }) => `{"keys": ["${target.cleartext}", "a-ghost"]}`, answer: 200 },
}))
  test(scenario.title, scenario.details, scenario.run);

const manyUpdates = JSON.stringify({
  keys: Array.from({ length: 10_000 }, (_, index) => ({ key: `ghost-${index}`, max_budget: 7 })),
});

for (const scenario of rawPayloads<ScratchKey>(
  {
    route: 'POST /key/bulk_update',
    caller: 'proxy_admin',
    target: keyTargets.inNoTeam,
    refusals: idsAt('failed_updates[].failed_reason'),
  },
  {
    '10,000 keys': { sent: manyUpdates, answer: refused(400, 'Maximum 500 keys can be updated at once') },
    'a budget of NaN': {
      sent: ({ target }) => `{"keys": [{"key": "${target.cleartext}", "max_budget": NaN}]}`,
      answer: refusedInItem('must be a non-negative finite number'),
    },
  },
))
  test(scenario.title, scenario.details, scenario.run);

const asking = {
  route: 'GET /key/info',
  caller: 'proxy_admin',
  target: keyTargets.inNoTeam,
  returned: idsAt('info.key_alias'),
  returns: ({ target }: Acting<ScratchKey>) => [target.alias],
} as const;

/** A path instead of the route's, made of the key's hash, without a body. */
const at = (path: (hashed: string) => string, answer: RawCase<ScratchKey>['answer']): RawCase<ScratchKey> => ({
  sent: ({ target }) => ({ path: path(target.hashed), contentType: null }),
  answer,
});
const noSuchKey = refused(404, 'Key not found in database');
const notFound = refused(404, 'Not Found');

for (const scenario of rawPayloads<ScratchKey>(asking, {
  'key=%00': at(() => '/key/info?key=%00', notUtf8),
  'key=a%2F..%2Fb': at(() => '/key/info?key=a%2F..%2Fb', noSuchKey),
  'key=%25': at(() => '/key/info?key=%25', noSuchKey),
  // Taken as it is, or for the character that stands for what is none.
  'key=%zz': at(() => '/key/info?key=%zz', noSuchKey),
  'key=%FF': at(() => '/key/info?key=%FF', noSuchKey),
  'key=a%0D%0Ab': at(() => '/key/info?key=a%0D%0Ab', noSuchKey),
  // Beyond 16 KB it depends on how the system cuts the request into reads: h11 gives up a head that has not come whole by then.
  'key of 15,000 characters': at(() => `/key/info?key=${'a'.repeat(15_000)}`, noSuchKey),
  // The last one counts.
  'key twice': at((hashed) => `/key/info?key=a-ghost&key=${hashed}`, 200),
  'a letter percent-encoded': at((hashed) => `/key/%69nfo?key=${hashed}`, 200),
  'two slashes': at((hashed) => `//key/info?key=${hashed}`, notFound),
  'two dots': at((hashed) => `/key/../key/info?key=${hashed}`, notFound),
  'two dots percent-encoded': at((hashed) => `/key/%2e%2e/key/info?key=${hashed}`, notFound),
  'in capitals': at((hashed) => `/KEY/INFO?key=${hashed}`, notFound),
  'a body besides': {
    sent: ({ target }) => ({ path: `/key/info?key=${target.hashed}`, body: '{"key": "a-ghost"}' }),
    answer: 200,
  },
  // Nobody needs it, and authentication reads it.
  'a broken body besides': {
    wide: 'the count of all requests for information that were turned away',
    sent: ({ target }) => ({ path: `/key/info?key=${target.hashed}`, body: '{' }),
    answer: refused(400, 'Invalid JSON payload'),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

const regenerating = {
  route: 'POST /key/{key:path}/regenerate',
  caller: 'proxy_admin',
  target: keyTargets.inNoTeam,
  uses: [asksForItself<ScratchKey>(madeKey)],
} as const;
const to = (path: (hashed: string) => string, answer: RawCase<ScratchKey>['answer']): RawCase<ScratchKey> => ({
  sent: ({ target }) => ({ path: path(target.hashed), body: '{}' }),
  answer,
});

for (const scenario of rawPayloads<ScratchKey>(regenerating, {
  'key %00': to(() => '/key/%00/regenerate', notUtf8),
  'key a%2Fb': to(() => '/key/a%2Fb/regenerate', refused(404, 'Key a/b not found')),
  'key a/b': to(() => '/key/a/b/regenerate', refused(404, 'Key a/b not found')),
  'key %25': to(() => '/key/%25/regenerate', refused(404, 'Key % not found')),
  'key ..': to(() => '/key/../regenerate', refused(404, 'Key .. not found')),
  'key x/../<hash>': to((hashed) => `/key/x/../${hashed}/regenerate`, refused(404, 'not found')),
  'an empty key': to(() => '/key//regenerate', refused(400, 'No key passed in')),
  // It is compared with the master key in constant time, which Python does for ASCII alone.
  'key %FF': to(() => '/key/%FF/regenerate', refused(500, 'non-ASCII characters is not supported')),
  'the hash in capitals': to((hashed) => `/key/${hashed.toUpperCase()}/regenerate`, refused(404, 'not found')),
  'the hash percent-encoded': to(
    // Its last letter: `%34` is a 4, and so with the first one what stands there could be the hash again.
    (hashed) => `/key/${hashed.slice(0, -1)}%${hashed.charCodeAt(63).toString(16)}/regenerate`,
    rotatesKey(),
  ),
}))
  test(scenario.title, scenario.details, scenario.run);
