import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Clock } from '../base/clock.ts'
import { MOST_HALVES_COUNTED, type SystemFigures } from '../base/system-figures.ts'
import type { ObservedRequest } from './app.ts'

export interface DatabasePool {
  readonly total: number
  readonly idle: number
  readonly waiting: number
}

export interface MetricsPorts {
  figures(): Promise<SystemFigures>
  pool(): DatabasePool
  readonly clock: Clock
}

/** What the rest of the process reports, and what a scrape is answered with. */
export interface Metrics {
  countEvents(counts: { readonly accepted: number; readonly repeated: number; readonly conflicts: number }): void
  observeRequest(request: ObservedRequest): void
  /** In Prometheus' text format. */
  text(): Promise<string>
  readonly contentType: string
}

/** A scrape every second must not ask the database every second. Milliseconds. */
const FIGURES_MS = 5_000
const DURATIONS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]

export function buildMetrics({ figures, pool, clock }: MetricsPorts): Metrics {
  const register = new Registry()
  const registers = [register]
  collectDefaultMetrics({ register })
  const events = new Counter({
    name: 'keepfit_events_total',
    help: 'Events that this process was sent, by what became of them.',
    labelNames: ['outcome'],
    registers,
  })
  const requests = new Histogram({
    name: 'keepfit_http_request_seconds',
    help: 'Time to answer a request, by route and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: DURATIONS,
    registers,
  })
  const tell = figureGauges(registers)
  const poolSize = new Gauge({
    name: 'keepfit_database_connections',
    help: 'Connections of this process, and requests that wait for one.',
    labelNames: ['state'],
    registers,
  })
  let readAt = Number.NEGATIVE_INFINITY
  return {
    contentType: register.contentType,
    countEvents({ accepted, repeated, conflicts }) {
      events.inc({ outcome: 'accepted' }, accepted)
      events.inc({ outcome: 'repeated' }, repeated)
      events.inc({ outcome: 'conflict' }, conflicts)
    },
    observeRequest({ method, route, status, ms }) {
      requests.observe({ method, route, status }, Math.max(0, ms) / 1000)
    },
    async text() {
      const now = clock.now()
      if (now - readAt >= FIGURES_MS || now < readAt) {
        tell(await figures(), now)
        readAt = now
      }
      const { total, idle, waiting } = pool()
      for (const [state, value] of Object.entries({ total, idle, waiting })) poolSize.set({ state }, value)
      return register.metrics()
    },
  }
}

function figureGauges(registers: Registry[]): (figures: SystemFigures, now: number) => void {
  const gauge = <T extends string>(name: string, help: string, labelNames: readonly T[]) =>
    new Gauge({ name, help, labelNames: [...labelNames], registers })
  const runs = gauge('keepfit_runs', 'Runs by state.', ['model', 'state'])
  const decisions = gauge('keepfit_decisions', 'Decisions by kind.', ['model', 'kind'])
  const windows = gauge('keepfit_windows', 'Windows that are closed, and of them those with labels.', [
    'model',
    'state',
  ])
  const lag = gauge('keepfit_event_lag_seconds', 'Age of the newest event, by event time.', ['model'])
  const behind = gauge('keepfit_window_lag_seconds', 'From the end of the newest closed window to the newest event.', [
    'model',
  ])
  const halves = gauge(
    'keepfit_event_halves',
    `Requests or answers that wait for their other half, counted up to ${MOST_HALVES_COUNTED}, and those whose other half never came.`,
    ['model', 'state'],
  )
  const outbox = gauge('keepfit_outbox', 'Messages to the world: waiting, or given up.', ['state'])
  return (figures, now) => {
    for (const one of [runs, decisions, windows, lag, behind, halves]) one.reset()
    for (const { model, state, count } of figures.runs) runs.set({ model, state }, count)
    for (const { model, kind, count } of figures.decisions) decisions.set({ model, kind }, count)
    for (const { model, windowsClosed, windowsMatured, newestTime, closedTo, ...logged } of figures.models) {
      windows.set({ model, state: 'closed' }, windowsClosed)
      windows.set({ model, state: 'matured' }, windowsMatured)
      halves.set({ model, state: 'waiting' }, logged.halvesWaiting)
      halves.set({ model, state: 'expired' }, logged.halvesExpired)
      if (newestTime === null) continue
      lag.set({ model }, (now - newestTime) / 1000)
      if (closedTo !== null) behind.set({ model }, (newestTime - closedTo) / 1000)
    }
    outbox.set({ state: 'waiting' }, figures.outboxWaiting)
    outbox.set({ state: 'given-up' }, figures.outboxGivenUp)
  }
}
