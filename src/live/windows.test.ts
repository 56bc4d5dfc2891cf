import { describe, expect, it, test } from 'vitest'
import { hasEnoughLabels, maturesAt, type Stream, spanHolding, watermark } from './windows.ts'

const HOUR = 3_600_000
const TERMS = { delayMs: null, share: null, absentAfterMs: null, absentMeans: null }

describe('the watermark', () => {
  const terms = { everyMs: 1000, latenessMs: 10 }
  const stream: Stream = { firstTime: 0, newestTime: 5000, lastReceivedAt: 5000, newestSeq: 1 }

  it('is nowhere before the first event', () => {
    expect(watermark({ ...stream, newestTime: null, lastReceivedAt: null }, terms, 9000)).toBe(Number.NEGATIVE_INFINITY)
  })

  it('stays with the newest event until it was silent for as long as a window, and goes on with the clock then', () => {
    expect([5000, 6000, 6001, 7500].map((now) => watermark(stream, terms, now))).toEqual([4990, 4990, 4991, 6490])
  })

  it('is ahead of the clock only where the events are', () => {
    // They came with times that were 3 s ahead.
    const ahead = { ...stream, lastReceivedAt: 2000 }
    expect([2000, 4500, 5500].map((now) => watermark(ahead, terms, now))).toEqual([4990, 4990, 5490])
  })

  it('does not go back where the clock does', () => {
    expect(watermark(stream, terms, 0)).toBe(4990)
  })
})

describe('the window that holds an instant', () => {
  it('is counted from the last multiple of itself before the first event where it is shorter than a day', () => {
    expect(spanHolding(36 * HOUR, 30 * HOUR, 7 * HOUR)).toEqual({ start: 35 * HOUR, end: 42 * HOUR })
    expect(spanHolding(30 * HOUR, 30 * HOUR, 7 * HOUR)).toEqual({ start: 28 * HOUR, end: 35 * HOUR })
  })

  it('is counted from the midnight before the first event where it is longer', () => {
    expect(spanHolding(95 * HOUR, 30 * HOUR, 72 * HOUR)).toEqual({ start: 24 * HOUR, end: 96 * HOUR })
    expect(spanHolding(96 * HOUR, 30 * HOUR, 72 * HOUR)).toEqual({ start: 96 * HOUR, end: 168 * HOUR })
  })
})

describe('labels', () => {
  test('mature after the longer of both waits, and never by time alone where there is none', () => {
    const span = { start: 0, end: 100 }
    expect(maturesAt(span, { ...TERMS, delayMs: 5 })).toBe(105)
    expect(maturesAt(span, { ...TERMS, delayMs: 5, absentAfterMs: 9 })).toBe(109)
    expect(maturesAt(span, { ...TERMS, delayMs: 0 })).toBe(100)
    expect(maturesAt(span, TERMS)).toBe(Number.POSITIVE_INFINITY)
  })

  test('are enough from their share on; of no rows and of no share they never are', () => {
    const share = { ...TERMS, share: 0.5 }
    expect([hasEnoughLabels(share, 10, 4), hasEnoughLabels(share, 10, 5)]).toEqual([false, true])
    expect([hasEnoughLabels(share, 0, 0), hasEnoughLabels(TERMS, 10, 10)]).toEqual([false, false])
  })
})
