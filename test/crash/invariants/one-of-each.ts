import { STEP_BACK_MS } from '../clock-of-members.ts'
import { bySql } from './invariant.ts'

export const oneChampion = bySql(
  'I1',
  'a model has one champion once it has had one, and its history has no gap',
  `select model || ' has ' || count(*) filter (where to_at is null) || ' champions' as said
   from serving group by model having count(*) filter (where to_at is null) <> 1`,
  `select model || ': stretch ' || number || ' begins at ' || from_at || ', the last ended at ' || coalesce(before::text, 'no time') as said
   from (select *, lag(to_at) over w as before, row_number() over w as place from serving window w as (partition by model order by number)) s
   where number <> place or (place > 1 and before is distinct from from_at)`,
  `select l.model || ' lives with version ' || (l.state->'live'->>'version') || ', but version ' || coalesce(s.version::text, 'none') || ' serves' as said
   from loop_state l left join serving s on s.model = l.model and s.to_at is null
   where l.phase = 'living' and (l.state->'live'->>'version')::int is distinct from s.version`,
)

export const oneActiveRun = bySql(
  'I2',
  'a model has at most one active run',
  `select model || ' has ' || count(*) || ' active runs' as said
   from run where state in ('queued', 'running') group by model having count(*) > 1`,
)

/** Where the clock has stepped back between two attempts the older one seems to be later, by more than half a step. */
export const noStaleWrite = bySql(
  'I4',
  'what an older attempt writes is refused: a trained run has one version, of its newest attempt',
  `select v.model || ': version ' || v.number || ' is of attempt ' || v.epoch || ' of run ' || v.run || ', which is at ' || coalesce(r.epoch::text, 'nothing') as said
   from version v left join run r on r.model = v.model and r.number = v.run
   where v.origin = 'trained' and (r.epoch is distinct from v.epoch or r.state is distinct from 'trained')`,
  `select r.model || ': run ' || r.number || ' has trained ' || count(v.number) || ' versions' as said
   from run r left join version v on v.model = r.model and v.run = r.number
   where r.state = 'trained' group by r.model, r.number
   having count(v.number) <> 1 or min(v.number) is distinct from min((r.outcome->>'model')::int)`,
  `select s.model || ': step ' || s.step || ' of run ' || s.run || ' is of attempt ' || s.epoch || ', the run at ' || r.epoch as said
   from run_step s join run r on r.model = s.model and r.number = s.run where s.epoch > r.epoch`,
  `select a.model || ': attempt ' || a.epoch || ' of run ' || a.run || ' began ' || a.step || ' after attempt ' || b.epoch || ' had begun' as said
   from run_step a join (select model, run, epoch, min(started_at) as began from run_step group by model, run, epoch) b
     on b.model = a.model and b.run = a.run and b.epoch > a.epoch where a.started_at > b.began and a.started_at < b.began + ${STEP_BACK_MS} / 2`,
)

export const budgetHeld = bySql(
  'I14',
  'no more runs than were decided on, and than the budget allows',
  `select r.model || ': ' || count(*) || ' runs, but ' || coalesce(max(d.n), 0) || ' decisions for one' as said
   from run r left join (select model, count(*) as n from decision where kind in ('retrain', 'approved') group by model) d using (model)
   where r.champion is not null group by r.model having count(*) > coalesce(max(d.n), 0)`,
  `with budget as (
     select distinct on (model) model, (settings->'budget'->>'trainings')::int as most, (settings->'budget'->>'perWindows')::int as span
     from policy where settings->'budget'->>'perWindows' is not null order by model, number desc
   ), begun as (
     select d.model, (d.record->>'window')::int as at from decision d join observation o on o.model = d.model and o.seq = d.observation
     where d.kind = 'retrain' and o.body->>'kind' <> 'command'
   )
   select a.model || ': ' || count(*) || ' trainings in ' || b.span || ' windows up to ' || a.at || '; the budget is ' || b.most as said
   from (select distinct model, at from begun) a join budget b using (model)
   join begun c on c.model = a.model and c.at > a.at - b.span and c.at <= a.at
   group by a.model, a.at, b.span, b.most having count(*) > b.most`,
)
