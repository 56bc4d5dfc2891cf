import { withoutPlaces } from '../../base/places.ts'
import type { FleetStatus, ModelStatus } from '../../http/shapes/status.ts'
import { watermark } from '../../live/windows.ts'
import { type FleetRow, fleetRows } from '../../store/loop/fleet-rows.ts'
import type { Database } from '../../store/postgres/database.ts'
import type { PolicyReader, RulingPolicy } from './policies.ts'
import { proposalOf } from './proposal.ts'

/** Every model as it is now: how it does, what was decided last, and what comes next. */
export async function fleetStatus(
  database: Database,
  policies: PolicyReader,
  { now }: { readonly now: number },
): Promise<FleetStatus> {
  const models: ModelStatus[] = []
  for (const row of await fleetRows(database)) {
    if (row.policy === null || row.phase === null) continue
    const asks = row.state === null ? null : await proposalOf(database.kysely, row.name, row.state)
    const policy = await policies.at(row.name, row.policy)
    models.push(statusOf(row, policy, { now, asks }))
  }
  return { at: now, models }
}

interface Moment {
  readonly now: number
  /** The decision that waits for an answer. */
  readonly asks: number | null
}

function statusOf(row: FleetRow, policy: RulingPolicy, { now, asks }: Moment): ModelStatus {
  const { live } = policy
  const { state } = row
  const { firstTime, newestTime, lastReceivedAt } = row
  const mark = watermark({ firstTime, newestTime, lastReceivedAt, newestSeq: 0 }, live, now)
  const { performance } = row
  const best = performance?.metrics[0]
  const proposed = state?.proposal ?? null
  const decision = row.decision
  const sentence = decision?.record.because.map(({ text }) => text).join('; ') ?? ''
  return {
    name: row.name,
    phase: row.phase ?? 'gathering',
    mode: live.loop.mode,
    state: wordFor(row, policy),
    champion: row.champion,
    quality:
      performance === null || best === undefined || row.performanceWindow === null
        ? null
        : {
            metric: best.metric,
            value: best.value,
            low: best.low,
            high: best.high,
            rows: best.rows,
            window: row.performanceWindow,
            version: performance.version,
          },
    lastDecision: decision === null ? null : { seq: decision.seq, kind: decision.kind, at: decision.at, sentence },
    activeRun: row.run,
    proposal:
      proposed === null || asks === null ? null : { decision: asks, sentence: proposed.map(wordsFor).join('; ') },
    breaker: { open: state?.breaker.openedAt != null, because: state?.breaker.because ?? null },
    watermark: Number.isFinite(mark) ? mark : null,
    closedTo: row.closedTo,
    windows: { closed: row.nextWindow, matured: row.nextMatured },
    isDeciding: row.isDeciding,
    // Nobody knows when a window by rows will have its rows.
    nextWindowEnd: row.closedTo === null || live.windowRows !== undefined ? null : row.closedTo + live.everyMs,
    labelLagMs:
      row.performanceEnd === null || newestTime === null ? null : Math.max(0, newestTime - row.performanceEnd),
    events: { predictions: row.predictions, labels: row.labels },
    waitingFor: row.trouble === null ? waitingFor(row, policy) : `it cannot be moved on: ${withoutPlaces(row.trouble)}`,
  }
}

function wordFor({ phase, state, run, trouble }: FleetRow, { live }: RulingPolicy): ModelStatus['state'] {
  if (trouble !== null) return 'stuck'
  if (run !== null) return 'retraining'
  if (phase === 'gathering' || state === null) return 'gathering'
  if (state.breaker.openedAt !== null) return 'blocked'
  if (state.proposal !== null) return 'proposed'
  if (state.probation !== null || state.pending !== null) return 'watching'
  return live.loop.labelDelayWindows > 0 && state.window < 0 ? 'waiting' : 'fit'
}

function wordsFor(effect: NonNullable<NonNullable<FleetRow['state']>['proposal']>[number]): string {
  if (effect.kind === 'serve') return `version ${effect.version} would answer from now on (${effect.reason})`
  return effect.kind === 'start-run' ? 'a training would start' : effect.kind
}

function waitingFor(row: FleetRow, { live }: RulingPolicy): string {
  if (row.predictions === 0) return 'the first prediction event'
  if (row.run !== null) return `run ${row.run.number} to end (${row.run.step ?? 'queued'})`
  if (row.phase === 'gathering') {
    if (row.nextMatured < live.warmupWindows)
      return `${live.warmupWindows} label-complete windows for the first version; there are ${row.nextMatured}`
    return row.champion === null
      ? "a person to start the first training: keepfit run MODEL --because '…'"
      : 'the loop to begin'
  }
  if (row.state?.proposal != null) return 'a person: keepfit approve or reject'
  const labels = row.nextWindow - row.nextMatured
  return labels > 0 ? `the labels of window ${row.nextMatured}` : `window ${row.nextWindow} to close`
}
