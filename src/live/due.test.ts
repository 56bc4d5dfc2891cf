import { describe, expect, it, test } from 'vitest'
import { nextDue } from './due.ts'
import type { ClosedWindow, LivePorts } from './ports.ts'
import type { LabelTerms, LiveSettings } from './settings.ts'
import type { Cursor } from './turn.ts'

const TERMS: LabelTerms = { delayMs: null, share: null, absentAfterMs: null, absentMeans: null }

interface Shown {
  readonly newest?: number
  /** Ends of the windows that are known. */
  readonly closed?: readonly number[]
  readonly labels?: LabelTerms
  readonly latenessMs?: number
  readonly matured?: number
}

/** A stream of predictions at `times`, cut three by three, of which `closed` windows are known. */
function duesOf(
  times: readonly number[],
  { newest = times.at(-1) ?? 0, closed = [], labels = TERMS, latenessMs = 0, matured }: Shown = {},
) {
  const known: ClosedWindow[] = closed.map((end, number) => {
    const start = closed[number - 1] ?? 0
    return { number, start, end, rows: 3, profile: null, maturedSeq: null, labelledRows: null }
  })
  const asked: Pick<LivePorts, 'stream' | 'nextPrediction' | 'windows' | 'recentCounts'> = {
    recentCounts: async () => ({ rows: 3, labelled: 2 }),
    stream: async () => ({ firstTime: times[0] ?? null, newestTime: newest, lastReceivedAt: 0, newestSeq: 9 }),
    nextPrediction: async (_, from, nth = 1) => times.filter((time) => time >= from)[nth - 1] ?? null,
    windows: async (_, numbers) => known.filter(({ number }) => numbers.includes(number)),
  }
  const cursor: Cursor = {
    nextWindow: closed.length,
    nextMatured: matured ?? closed.length,
    nextObservation: 1,
    closedTo: closed.at(-1) ?? null,
  }
  const settings = { everyMs: 1000, windowRows: 3, latenessMs, labels } as LiveSettings
  return nextDue(asked as LivePorts, 'm', { cursor, settings, now: 0 })
}

describe('a window by rows', () => {
  const closes = (start: number, end: number, window = 0) => ({
    kind: 'closes',
    window,
    span: { start, end },
    isNew: true,
  })

  it('closes when it has its predictions and a later event has come', async () => {
    expect(await duesOf([5, 7])).toBeNull()
    expect(await duesOf([5, 7, 9])).toBeNull()
    expect(await duesOf([5, 7, 9], { newest: 10 })).toEqual(closes(5, 10))
    expect(await duesOf([5, 7, 9, 30])).toEqual(closes(5, 10))
  })

  it('keeps all of the same instant together', async () => {
    expect(await duesOf([5, 9, 9, 9, 9, 30])).toEqual(closes(5, 10))
    expect(await duesOf([5, 9, 9, 9, 9, 30, 31, 31, 40], { closed: [10] })).toEqual(closes(10, 32, 1))
  })

  it('begins where the one before it ended, and waits for events that come late', async () => {
    const times = [5, 7, 9, 20, 22, 24, 30]
    expect(await duesOf(times, { closed: [10] })).toEqual(closes(10, 25, 1))
    expect(await duesOf(times, { closed: [10], latenessMs: 6 })).toBeNull()
    expect(await duesOf(times, { closed: [10], latenessMs: 5 })).toEqual(closes(10, 25, 1))
  })
})

describe('the labels of a window by rows mature', () => {
  const times = [5, 7, 9, 20, 22, 24, 30]
  const matures = (window: number, start: number, end: number, now: number) => ({
    kind: 'matures',
    window,
    span: { start, end },
    now,
    upToSeq: 9,
  })

  test('at once where they are known at once', async () => {
    const labels = { ...TERMS, delayWindows: 0 }
    expect(await duesOf(times, { closed: [10], matured: 0, labels })).toEqual(matures(0, 5 - 5, 10, 10))
  })

  test('when so many more windows have closed', async () => {
    const labels = { ...TERMS, delayWindows: 1 }
    expect(await duesOf(times, { closed: [10], matured: 0, labels })).toMatchObject({ kind: 'closes', window: 1 })
    expect(await duesOf(times, { closed: [10, 25], matured: 0, labels })).toEqual(matures(0, 0, 10, 25))
    expect(await duesOf(times, { closed: [10, 25], matured: 1, labels })).toBeNull()
  })

  test('but not before a missing one counts', async () => {
    const labels = { ...TERMS, delayWindows: 0, absentAfterMs: 18 }
    expect(await duesOf(times, { closed: [10], matured: 0, labels })).toMatchObject({ kind: 'closes' })
    expect(await duesOf(times, { closed: [10, 25], matured: 0, labels })).toEqual(matures(0, 0, 10, 28))
  })

  test('with enough of them, at the end of the window or as far as the events have come', async () => {
    const enough = { ...TERMS, share: 0.6 }
    expect(await duesOf(times.slice(0, 3), { closed: [10], matured: 0, labels: enough })).toEqual(matures(0, 0, 10, 10))
    const later = { closed: [10], matured: 0, newest: 17 }
    expect(await duesOf(times.slice(0, 3), { ...later, labels: enough })).toEqual(matures(0, 0, 10, 17))
    expect(await duesOf(times.slice(0, 3), { ...later, labels: { ...TERMS, share: 0.7 } })).toBeNull()
  })
})
