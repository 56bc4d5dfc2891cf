import { describe, expect, test } from 'vitest'
import { seededRng } from '../../base/rng.ts'
import type { NumericColumn } from '../../data/frame.ts'
import { windowsByTime } from '../../data/windows.ts'
import { FLIPPED_SHARE, type Incident, type IncidentKind, KILOMETRES_PER_MILE, TURNED_FROM_HOUR } from './incidents.ts'
import { inject } from './inject.ts'

const DAY = 86_400_000
const PER_DAY = 240
const ROWS = 3 * PER_DAY
const rng = seededRng(5)

function numeric(name: string, valueAt: (row: number) => number): NumericColumn {
  return {
    kind: 'numeric',
    name,
    values: Float64Array.from({ length: ROWS }, (_, i) => valueAt(i)),
    missing: new Uint8Array(ROWS),
  }
}

const recorded = {
  windows: windowsByTime(
    Float64Array.from({ length: ROWS }, (_, i) => Date.UTC(2001, 0, 1) + (i * DAY) / PER_DAY),
    DAY,
  ),
  distance: numeric('distance', () => 100 + 900 * rng()),
  hour: numeric('hour', (i) => Math.floor(((i % PER_DAY) * 24) / PER_DAY)),
  labels: Float64Array.from({ length: ROWS }, () => (rng() < 0.3 ? 1 : 0)),
}

/** On the second of three days. */
function incident(kind: IncidentKind): Incident {
  return { id: kind, kind, from: '2001-01-02', to: '2001-01-02', happens: '', asked: '' }
}

const changed = (a: Float64Array, b: Float64Array) => Array.from(a.keys()).filter((i) => a[i] !== b[i])
const isSecondDay = (row: number) => row >= PER_DAY && row < 2 * PER_DAY

describe('an injected incident', () => {
  test('turns miles into kilometres on its days only, and leaves what was given untouched', () => {
    const before = recorded.distance.values.slice()
    const { distance, labels } = inject(recorded, [incident('kilometres')], 1)
    expect(changed(distance.values, before)).toHaveLength(PER_DAY)
    expect(changed(distance.values, before).every(isSecondDay)).toBe(true)
    expect(distance.values[PER_DAY]).toBe(before[PER_DAY]! * KILOMETRES_PER_MILE)
    expect(labels).toEqual(recorded.labels)
    expect(recorded.distance.values).toEqual(before)
  })

  test('flips labels in the records, not what really happened, and the same ones for the same seed', () => {
    const one = inject(recorded, [incident('flipped-labels')], 1)
    const flipped = changed(one.labels, recorded.labels)
    expect(flipped.every(isSecondDay)).toBe(true)
    expect(Math.abs(flipped.length / PER_DAY - FLIPPED_SHARE)).toBeLessThan(0.12)
    expect(one.outcomes).toEqual(recorded.labels)
    expect(inject(recorded, [incident('flipped-labels')], 1).labels).toEqual(one.labels)
    expect(inject(recorded, [incident('flipped-labels')], 2).labels).not.toEqual(one.labels)
  })

  test('turns the outcome round in the evening, and that is what really happened', () => {
    const { labels, outcomes } = inject(recorded, [incident('new-rule')], 1)
    const turned = changed(outcomes, recorded.labels)
    expect(turned).toEqual(
      Array.from({ length: ROWS }, (_, i) => i).filter(
        (i) => isSecondDay(i) && recorded.hour.values[i]! >= TURNED_FROM_HOUR,
      ),
    )
    expect(labels).toEqual(outcomes)
  })

  test('a wrong join or the return of the old rule changes nothing that is recorded', () => {
    const { distance, labels, outcomes, misjoined } = inject(
      recorded,
      [incident('wrong-join'), incident('old-rule')],
      1,
    )
    expect(distance.values).toEqual(recorded.distance.values)
    expect(labels).toEqual(recorded.labels)
    expect(outcomes).toEqual(recorded.labels)
    expect(misjoined.subarray(0, ROWS - 1)).toEqual(recorded.labels.subarray(1))
  })
})
