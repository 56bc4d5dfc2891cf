import pg from 'pg'
import type { Fault } from './faults.ts'
import { killAll } from './processes.ts'
import type { Site } from './site.ts'

const STEPS = ['claimed', 'collect', 'validate', 'train', 'judge', 'register', 'trained'] as const
type Step = (typeof STEPS)[number]

/** How long a run is waited for. Milliseconds. */
const LIMIT = 60_000

/**
 * Kills at the boundaries of a run's steps: the moment that the database tells of the next one. What was done before it is
 * on record then, and nothing of what comes after it.
 */
export const FAULTS_AT_STEPS: readonly Fault[] = STEPS.flatMap((step): readonly Fault[] => [
  {
    name: `at ${step}`,
    weight: 0,
    layouts: ['one', 'split'],
    strike: (site) => killAt(site, step, () => site.members.filter(({ name }) => name !== 'api').map(({ pid }) => pid)),
  },
  {
    name: `all at ${step}`,
    weight: 0,
    layouts: ['one', 'split'],
    strike: (site) => killAt(site, step, () => site.everything()),
  },
])

async function killAt(site: Site, step: Step, whom: () => readonly number[]): Promise<boolean> {
  const client = new pg.Client({ connectionString: site.databaseUrl() })
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query('listen keepfit_runs')
    const isThere = await new Promise<boolean>((resolve) => {
      setTimeout(() => resolve(false), LIMIT).unref()
      client.on('end', () => resolve(false))
      client.on('notification', ({ payload = '{}' }) => {
        void isAt(site, payload, step).then((is) => {
          if (is) resolve(true)
        })
      })
    })
    return isThere && (await killAll(whom()))
  } catch {
    return false
  } finally {
    await client.end().catch(() => {})
  }
}

async function isAt({ database }: Site, payload: string, step: Step): Promise<boolean> {
  const { model, run } = JSON.parse(payload) as { model: string; run: number }
  const { rows } = await database.pool
    .query<{ at: string | null }>(
      `select case state when 'trained' then 'trained' when 'running' then coalesce(step, 'claimed') end as at
       from run where model = $1 and number = $2`,
      [model, run],
    )
    .catch(() => ({ rows: [] }))
  return rows[0]?.at === step
}
