import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { verifyAudit } from '../../../src/store/audit/verify.ts'
import { bySql, type Invariant } from './invariant.ts'

export const auditHolds: Invariant = {
  id: 'audit',
  holds: 'the audit is an unbroken chain',
  async look({ database }) {
    const { ok, broken } = await verifyAudit(database)
    return ok ? [] : [`the audit is broken at ${broken?.seq}: ${broken?.how}`]
  },
}

export const cursorsFit: Invariant = bySql(
  'cursor',
  "the loop's place in the stream fits the windows and observations that were written",
  `select l.model || ': closed to ' || coalesce(l.closed_to::text, 'nothing') || ', but its newest window ends at ' || coalesce(max(w.end_at)::text, 'none') as said
   from loop_state l left join stream_window w using (model) group by l.model, l.closed_to having l.closed_to is distinct from max(w.end_at)`,
  `select model || ': window ' || number || ' stands where ' || place || ' belongs, or overlaps the one before' as said
   from (select model, number, start_at, row_number() over w - 1 as place, lag(end_at) over w as before
     from stream_window window w as (partition by model order by number)) s where number <> place or start_at < before`,
  `select l.model || ': the next window is ' || l.next_window || ', the next to mature ' || l.next_matured || ', of ' || count(w.number) as said
   from loop_state l left join stream_window w using (model) group by l.model, l.next_window, l.next_matured
   having l.next_window > count(w.number) or l.next_matured > l.next_window`,
  `select w.model || ': window ' || w.number || ' was passed without having matured' as said
   from stream_window w join loop_state l using (model) where w.number < l.next_matured and w.matured_at is null`,
  `select l.model || ': the next observation is ' || l.next_observation || ', of ' || count(o.seq) || ' up to ' || coalesce(max(o.seq), 0) as said
   from loop_state l left join observation o using (model) group by l.model, l.next_observation
   having l.next_observation <> coalesce(max(o.seq), 0) + 1 or count(o.seq) <> coalesce(max(o.seq), 0)`,
  `select model || ': decision ' || seq || ' stands where ' || place || ' belongs' as said
   from (select model, seq, row_number() over (partition by model order by seq) as place from decision) d
   where seq <> place + (select min(seq) - 1 from decision m where m.model = d.model)`,
)

const HALF = /\.(?:part|tmp|temp)$/
/** Milliseconds. */
const OLD = 60_000

export const noHalfFiles: Invariant = {
  id: 'files',
  holds: 'half files are cleared away soon',
  async look({ dataFolder, patienceMs }) {
    // Files have the disk's time, whatever the clock of the processes says.
    const now = Date.now()
    return filesBelow(dataFolder)
      .filter(({ path }) => HALF.test(path))
      .filter(({ changedAt }) => now - changedAt > Math.max(OLD, patienceMs))
      .map(({ path }) => `${path} was left behind`)
  },
}

interface FoundFile {
  readonly path: string
  readonly changedAt: number
  readonly bytes: number
}

/** Everything in the data folder but the database; links are not followed. */
export function filesBelow(folder: string, within = ''): FoundFile[] {
  const found: FoundFile[] = []
  for (const entry of listOf(join(folder, within))) {
    const path = join(within, entry.name)
    if (path === 'postgres') continue
    const facts = statSync(join(folder, path), { throwIfNoEntry: false })
    if (facts === undefined || entry.isSymbolicLink()) continue
    found.push({ path, changedAt: facts.mtimeMs, bytes: facts.size })
    if (entry.isDirectory()) found.push(...filesBelow(folder, path))
  }
  return found
}

/** Folders come and go while they are read. */
function listOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
}
