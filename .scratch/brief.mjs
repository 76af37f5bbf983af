import { readFileSync } from 'node:fs';
const { scenarios } = JSON.parse(readFileSync(process.argv[2] ?? 'report/behaviors.json', 'utf8'));
for (const s of scenarios) {
  console.log('##', s.target, s.variant, s.caller, s.outcome, s.ms);
  for (const st of s.steps) {
    console.log('  -', st.name, st.observed.status, String(st.observed.detail).slice(0, 260));
    for (const e of st.effects ?? []) {
      const c = Object.entries(e.columns).map(([k, [a, b]]) => `${k}:${JSON.stringify(a)?.slice(0,40)}→${JSON.stringify(b)?.slice(0, 60)}`).join(' ');
      console.log('     ', e.op, e.table, (e.row ?? ''), c.slice(0, 900));
    }
  }
}
