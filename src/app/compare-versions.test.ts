import { expect, test } from 'vitest'
import { frame } from '../data/frame.ts'
import type { KnownVersion, LivePorts } from '../live/ports.ts'
import { compareOnRows } from './compare-versions.ts'

const KNOWN: KnownVersion = {
  number: 1,
  windows: [0, 1, 2],
  rows: 1,
  cutOffAt: 300,
  origin: 'trained',
  isCollected: false,
}

/** Twelve matured windows of 50 rows, one every 100 ms; version 2 is wrong on even rows. */
function stage(versions: Readonly<Record<number, KnownVersion>>) {
  const read: number[] = []
  const ports = {
    settings: async () => ({ labels: { absentAfterMs: null, absentMeans: 'no' } }),
    life: async () => ({ cursor: { nextMatured: 12 } }),
    shape: async () => ({ schema: { task: { kind: 'binary', classes: ['no', 'yes'] }, features: [] } }),
    version: async (_model: string, number: number) => versions[number],
    windows: async (_model: string, numbers: readonly number[]) =>
      numbers.map((number) => ({
        number,
        start: number * 100,
        end: number * 100 + 100,
        maturedSeq: number === 11 ? null : 9,
      })),
    async rows(_model: string, { start, labels }: { start: number; labels: unknown }) {
      expect(labels).toEqual({ upToSeq: 9, absentAs: null })
      read.push(start / 100)
      const values = new Float64Array(50)
      const features = frame([{ kind: 'numeric', name: 'x', values, missing: new Uint8Array(50) }])
      return { features, labels: new Float64Array(50).fill(1) }
    },
    scores: async (_model: string, version: number) =>
      Float32Array.from({ length: 50 }, (_, row) => (version === 2 && row % 2 === 0 ? 0.1 : 0.9)),
  } as unknown as LivePorts
  return { ports, read }
}

test('two versions are compared on the newest matured windows that neither has learned from', async () => {
  const { ports, read } = stage({ 1: KNOWN, 2: { ...KNOWN, number: 2, windows: [4, 5, 6] } })
  const found = await compareOnRows(ports, 'm', 1, 2)
  expect(read).toEqual([7, 8, 9, 10])
  expect(found).toMatchObject({ rows: 200, agreement: 0.5, meanLossA: 0, meanLossB: 0.5, difference: { value: 0.5 } })
})

test('not more than the newest eight are read', async () => {
  const { ports, read } = stage({ 1: { ...KNOWN, windows: [0] }, 2: { ...KNOWN, windows: [1] } })
  await compareOnRows(ports, 'm', 1, 2)
  expect(read).toEqual([4, 5, 6, 7, 8, 9, 10])
})

test('of an adopted version its cut-off says what it may know; without one nothing is compared', async () => {
  const adopted = { ...KNOWN, number: 2, windows: [], cutOffAt: 850, origin: 'adopted' as const }
  const { ports, read } = stage({ 1: KNOWN, 2: adopted })
  await compareOnRows(ports, 'm', 1, 2)
  expect(read).toEqual([9, 10])
  const unknown = stage({ 1: KNOWN, 2: { ...adopted, cutOffAt: null } })
  expect(await compareOnRows(unknown.ports, 'm', 1, 2)).toBeNull()
  expect(unknown.read).toEqual([])
})
