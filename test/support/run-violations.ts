import type { Database } from '../../src/store/postgres/database.ts'

/** What must never be seen of runs, each as a query that finds it. */
const LAWS: Readonly<Record<string, string>> = {
  'two active runs of a model': `select model from run where state in ('queued', 'running') group by model having count(*) > 1`,
  'a run that registered twice': `select model, run from version where run is not null group by model, run having count(*) > 1`,
  'a version number with a gap before it': `select model from version group by model having max(number) <> count(*)`,
  'a version of an attempt that was not the newest': `select v.model, v.number from version v join run r on r.model = v.model and r.number = v.run
    where v.epoch is distinct from r.epoch`,
  'a version whose run has not ended as trained': `select v.model, v.number from version v left join run r on r.model = v.model and r.number = v.run
    where v.origin = 'trained' and r.state is distinct from 'trained'`,
  'a trained run without its version': `select r.model, r.number from run r left join version v on v.model = r.model and v.run = r.number
    where r.state = 'trained' and (v.number is null or (r.outcome->>'model')::int is distinct from v.number)`,
  'a run that ended without an outcome': `select model, number from run where (ended_at is null) <> (outcome is null)
    or (ended_at is null) <> (state in ('queued', 'running'))`,
  'a step of an attempt that there never was': `select s.model, s.run from run_step s join run r on r.model = s.model and r.number = s.run where s.epoch > r.epoch`,
}

/** The laws that are broken now, each with whom by. Empty: all is well. */
export async function runViolations({ pool }: Database): Promise<string[]> {
  const found: string[] = []
  for (const [law, query] of Object.entries(LAWS)) {
    const { rows } = await pool.query(query)
    if (rows.length > 0) found.push(`${law}: ${JSON.stringify(rows[0])}`)
  }
  return found
}
