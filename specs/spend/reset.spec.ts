import {
  admittedNames,
  each,
  matrix,
  organizationMatrix,
  orgAdmins,
  refused,
  spendInRows,
  inLargeParts,
  test,
  turnedAway,
  updated,
  type Acting,
  type SpendInRows,
} from '../../fixtures';

inLargeParts();

// Authentication asks for the master key before it looks at any other: no proxy admin gets in, and nobody is told what is wrong
// with a key.
const masterKeyOnly = refused(401, 'which is only for MASTER KEY');

const asked = {
  act: ({ as, claim }: Acting<SpendInRows>) => as.post('/global/spend/reset', claim.body, claim.query),
  wide: 'what every key and team has spent',
  // Of the whole database, keys and teams alone: what users, organizations and memberships have spent stays. No audit row
  // tells of it.
  effects: ({ target: { key, team } }: Acting<SpendInRows>) => [
    updated(key.row, { spend: [3, 0] }),
    updated(team.row, { spend: [3, 0] }),
  ],
};

for (const scenario of matrix('POST /global/spend/reset', spendInRows, {
  ...asked,
  answers: {
    ...turnedAway,
    ...each(admittedNames, masterKeyOnly),
    master_key: 200,
    ...each(['unknown_key', 'expired_key', 'blocked_key', 'key_of_blocked_team', 'deleted_key'], masterKeyOnly),
    logged_out_session: masterKeyOnly,
  },
}))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of organizationMatrix('POST /global/spend/reset', spendInRows, {
  ...asked,
  answers: { ...each(orgAdmins, masterKeyOnly), org_admin_member: masterKeyOnly },
}))
  test(scenario.title, scenario.details, scenario.run);
