import { expect, test } from '../../fixtures';
import type { Scratch } from '../../fixtures/scratch';
import { quoted } from '../../stack/postgres/rows';
import type { World } from '../../stack/template/world';

/** Columns in which a minted row differs from an inserted one, and why no route can tell by them which it is. */
const differing: Readonly<Record<string, string>> = {
  token: 'each key has its own',
  key_name: 'it is the end of the key',
  key_alias: 'it is unique',
  created_at: 'the moment',
  updated_at: 'the moment',
};

const options: Readonly<
  Record<string, (world: World) => Omit<Parameters<Scratch['key']>[0] & object, 'via' | 'columns'>>
> = {
  'of nobody': () => ({}),
  'of a user': (world) => ({ user: world.actors.owner }),
  // Left out, the organization would be taken from the team by 1.106.0: an inserted row has what it is given.
  'in a team': ({ actors, teams, organizations }) => ({
    user: actors.owner,
    team: teams.alpha,
    organization: organizations.a,
  }),
  'of an organization': (world) => ({ organization: world.organizations.a }),
  'with models and metadata': () => ({ models: ['a', 'b'], metadata: { of: 'test', nested: [null] } }),
};

for (const [what, of] of Object.entries(options)) {
  test(`a key that is inserted is like one that /key/generate made: ${what}`, async ({ scratch, db, world }) => {
    const by = world.actors.proxy_admin;
    const inserted = await scratch.key({ ...of(world), createdBy: by });
    const minted = await scratch.key({ ...of(world), via: by });
    const { rows: columns } = await db.query<{ name: string }>(
      `SELECT column_name AS name FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name = 'LiteLLM_VerificationToken' AND column_name <> ALL ($1)`,
      [Object.keys(differing)],
    );
    // As text: the null of JSON is not the null of SQL.
    const texts = columns.map(({ name }) => `${quoted(name)}::text`).join(', ');
    const rowOf = async (token: string) => {
      const { rows } = await db.query<Record<string, string | null>>(
        `SELECT ${texts} FROM "LiteLLM_VerificationToken" WHERE token = $1`,
        [token],
      );
      return rows[0] ?? {};
    };
    const [like, real] = [await rowOf(inserted.hashed), await rowOf(minted.hashed)];
    expect(Object.keys(like).length).toBeGreaterThan(20);
    expect(like).toEqual(real);
  });
}
