import { describe, expect, test } from 'vitest'
import type { SystemFigures } from '../base/system-figures.ts'
import { buildMetrics } from './metrics.ts'

const FIGURES: SystemFigures = {
  runs: [{ model: 'churn', state: 'trained', count: 3 }],
  decisions: [{ model: 'churn', kind: 'keep', count: 40 }],
  models: [
    {
      model: 'churn',
      windowsClosed: 12,
      windowsMatured: 10,
      newestTime: 90_000,
      closedTo: 60_000,
      halvesWaiting: 7,
      halvesExpired: 3,
    },
    {
      model: 'new',
      windowsClosed: 0,
      windowsMatured: 0,
      newestTime: null,
      closedTo: null,
      halvesWaiting: 0,
      halvesExpired: 0,
    },
  ],
  outboxWaiting: 2,
  outboxGivenUp: 1,
}

function stage(figures: () => SystemFigures = () => FIGURES) {
  let now = 100_000
  let reads = 0
  const metrics = buildMetrics({
    figures: async () => {
      reads++
      return figures()
    },
    pool: () => ({ total: 5, idle: 3, waiting: 0 }),
    clock: { now: () => now },
  })
  return { metrics, reads: () => reads, wait: (ms: number) => (now += ms) }
}

describe('what Prometheus reads', () => {
  test('holds events, requests, runs, decisions, windows, lags, outbox and connections', async () => {
    const { metrics } = stage()
    metrics.countEvents({ accepted: 10, repeated: 2, conflicts: 1 })
    metrics.countEvents({ accepted: 5, repeated: 0, conflicts: 0 })
    metrics.observeRequest({ method: 'GET', route: '/v1/models/:model', status: 200, ms: 30 })
    const lines = (await metrics.text()).split('\n')
    for (const line of [
      'keepfit_events_total{outcome="accepted"} 15',
      'keepfit_events_total{outcome="repeated"} 2',
      'keepfit_events_total{outcome="conflict"} 1',
      'keepfit_http_request_seconds_bucket{le="0.025",method="GET",route="/v1/models/:model",status="200"} 0',
      'keepfit_http_request_seconds_bucket{le="0.05",method="GET",route="/v1/models/:model",status="200"} 1',
      'keepfit_runs{model="churn",state="trained"} 3',
      'keepfit_decisions{model="churn",kind="keep"} 40',
      'keepfit_windows{model="churn",state="closed"} 12',
      'keepfit_windows{model="churn",state="matured"} 10',
      'keepfit_event_lag_seconds{model="churn"} 10',
      'keepfit_window_lag_seconds{model="churn"} 30',
      'keepfit_event_halves{model="churn",state="waiting"} 7',
      'keepfit_event_halves{model="churn",state="expired"} 3',
      'keepfit_outbox{state="waiting"} 2',
      'keepfit_outbox{state="given-up"} 1',
      'keepfit_database_connections{state="total"} 5',
    ])
      expect(lines).toContain(line)
    expect(lines.some((line) => line.startsWith('process_resident_memory_bytes'))).toBe(true)
    expect(lines.some((line) => line.includes('lag_seconds{model="new"}'))).toBe(false)
  })

  test('asks the database at most every five seconds, and forgets what is gone', async () => {
    let figures = FIGURES
    const { metrics, reads, wait } = stage(() => figures)
    await metrics.text()
    figures = { ...FIGURES, runs: [] }
    wait(4_999)
    expect(await metrics.text()).toContain('keepfit_runs{model="churn"')
    expect(reads()).toBe(1)
    wait(1)
    expect(await metrics.text()).not.toContain('keepfit_runs{model="churn"')
    expect(reads()).toBe(2)
    wait(-60_000)
    await metrics.text()
    expect(reads()).toBe(3)
  })
})
