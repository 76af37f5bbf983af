import {
  allowed,
  inLargeParts,
  payloads,
  teamMadeWith,
  test,
  type Acting,
  type Effect,
  type EffectsOf,
  type Loaded,
  type Stage,
} from '../../fixtures';

inLargeParts();

// Whoever makes a team becomes its admin, unless the list of members that is sent names the maker already: then it is what that says.
type Making = Loaded<object>;
type Role = 'admin' | 'user';

const oneself =
  (role: Role) =>
  ({ caller }: Stage) => ({ members_with_roles: [{ user_id: caller.userId, role }] });
const made = teamMadeWith<Making>(() => ({}));
/** The maker stands there as this. */
const as = (role: Role) => {
  const standing =
    (effects: EffectsOf<Making>): EffectsOf<Making> =>
    (stage) =>
      effects(stage).map((effect): Effect => {
        const roster = { user_id: stage.caller.userId, user_email: null, role };
        return 'members_with_roles' in effect.columns && effect.op === 'update'
          ? { ...effect, columns: { members_with_roles: [[], [roster]] } }
          : effect;
      });
  return {
    '<=1.87.0': allowed({ effects: standing(made['<=1.87.0']) }),
    '>=1.106.0': allowed({ effects: standing(made['>=1.106.0']) }),
  };
};

for (const scenario of payloads<object>(
  {
    family: 'beyond',
    route: 'POST /team/new',
    caller: 'proxy_admin',
    target: { what: 'members', arrange: () => ({}) },
    act: ({ as: door, scratch, target }: Acting<Making>) => {
      const teamId = scratch.tag('made');
      return door.post('/team/new', { team_id: teamId, team_alias: teamId, ...target.payload });
    },
  },
  {
    none: { sent: {}, answer: as('admin') },
    'oneself as user': { sent: oneself('user'), answer: as('user') },
    'oneself as admin': { sent: oneself('admin'), answer: as('admin') },
  },
))
  test(scenario.title, scenario.details, scenario.run);
