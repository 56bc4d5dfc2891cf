import { bySql, type Invariant, type Scene } from './invariant.ts'

const STEPS = `(values ('collect', 1), ('validate', 2), ('train', 3), ('judge', 4), ('register', 5)) as place(step, n)`

const pathsOfRuns = bySql(
  'I5',
  'a run goes its declared way, step by step',
  `select model || ': run ' || number || ' is ' || state || ', and ' || case when ended_at is null then 'has not ended' else 'has ended' end as said
   from run where (state in ('trained', 'blocked', 'failed', 'cancelled')) <> (ended_at is not null and outcome is not null)`,
  `select model || ': run ' || number || ' is ' || state || ', and came to ' || (outcome->>'kind') as said
   from run where outcome is not null and outcome->>'kind' <> state`,
  `select s.model || ': run ' || s.run || ' began ' || s.step || ' in attempt ' || s.epoch || ' without having ended ' || before.step as said
   from run_step s join ${STEPS} on place.step = s.step
   join (select * from ${STEPS}) before on before.n = place.n - 1
   where not exists (select from run_step e where e.model = s.model and e.run = s.run and e.step = before.step
     and e.epoch <= s.epoch and e.ended_at is not null)`,
  `select s.model || ': run ' || s.run || ' has a step ' || s.step as said
   from run_step s where s.step not in (select step from ${STEPS})`,
  `select r.model || ': run ' || r.number || ' has trained without ' || place.step as said
   from run r cross join ${STEPS} where r.state = 'trained' and not exists (
     select from run_step s where s.model = r.model and s.run = r.number and s.step = place.step and s.ended_at is not null)`,
)

/** What is final is remembered by its hash; whatever is different at a later look has changed. */
const FINAL = `
  select 'run ' || number || ' of ' || model as name, md5(concat(state, outcome, ended_at, epoch, plan, learned)) as hash
  from run where state in ('trained', 'blocked', 'failed', 'cancelled')
  union all select 'version ' || number || ' of ' || model, md5(v::text) from version v
  union all select 'stretch ' || number || ' of ' || model, md5(s::text) from serving s where to_at is not null
  union all select 'decision ' || seq || ' of ' || model, md5(d::text) from decision d
  union all select 'observation ' || seq || ' of ' || model, md5(o::text) from observation o
  union all select 'entry ' || seq || ' of the audit', hash from audit`

const FINAL_KEY = 'final: '

export const declaredPaths: Invariant = {
  id: 'I5',
  holds: 'only declared paths; what is final stays as it is',
  async look(scene) {
    return [...(await pathsOfRuns.look(scene)), ...(await changedFinals(scene))]
  },
}

async function changedFinals({ sql, memory }: Scene): Promise<string[]> {
  const rows = await sql<{ name: string; hash: string }>(FINAL)
  const found: string[] = []
  const now = new Map(rows.map(({ name, hash }) => [name, hash]))
  for (const [key, hash] of memory) {
    if (!key.startsWith(FINAL_KEY)) continue
    const name = key.slice(FINAL_KEY.length)
    const later = now.get(name)
    if (later === undefined) found.push(`${name} was final, and is gone`)
    else if (later !== hash) found.push(`${name} was final, and has changed`)
  }
  for (const [name, hash] of now) memory.set(FINAL_KEY + name, hash)
  return found
}

export const runsEnd: Invariant = {
  id: 'I6',
  holds: 'every run goes on or ends by its deadline, and the loop hears of it',
  async look({ sql, now, patienceMs }) {
    const silent = await sql<{ said: string }>(
      `select model || ': run ' || number || ' is ' || state || ' at ' || coalesce(step, 'no step') || ' and says nothing' as said from run
       where state = 'running' and heartbeat_at < $1
       union all select model || ': run ' || number || ' is past its deadline' from run
       where state in ('queued', 'running') and deadline_at < $1
       union all select model || ': the loop was not told that run ' || number || ' has ended' from run
       where ended_at < $1 and observation is null`,
      [now - patienceMs],
    )
    return silent.map(({ said }) => said)
  },
}
