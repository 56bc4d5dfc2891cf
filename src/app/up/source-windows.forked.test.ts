import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { LabelTerms } from '../../live/settings.ts'
import type { RulingPolicy } from './policies.ts'
import { sourceWindows } from './source-windows.ts'

const folder = mkdtempSync(join(tmpdir(), 'keepfit-source-'))
afterAll(() => rmSync(folder, { recursive: true }))
const at = (second: number) => new Date(second * 1000).toISOString()
writeFileSync(
  join(folder, 'rows.csv'),
  ['id,at,known,x,y', `a,${at(1)},${at(5)},1,1`, `b,${at(2)},${at(15)},2,1`, `c,${at(3)},${at(25)},3,1`].join('\n'),
)

/** The labels of one window that ended at second 10. */
async function labelsOf(terms: Partial<LabelTerms>, labelledTo: number | null): Promise<number[]> {
  const labels = { delayMs: null, share: null, absentAfterMs: null, absentMeans: '0', ...terms }
  const policy = {
    settings: { trainFrom: { files: 'rows.csv', knownAt: 'known' }, id: 'id', time: 'at', label: { column: 'y' } },
    live: { labels },
  } as unknown as RulingPolicy
  const found = await sourceWindows({ baseFolder: folder, environment: {} }, policy, {
    schema: { task: { kind: 'binary', classes: ['0', '1'] }, features: [{ name: 'x', kind: 'numeric' }] },
    windows: [{ number: 0, start: 0, end: 10_000, rows: 3, profile: null, maturedSeq: 1, labelledRows: 3 }],
    labelledTo,
    signal: new AbortController().signal,
  })
  return [...(found[0]?.rows.labels ?? [])]
}

test('a label counts as absent only where it was not known when the labels of the newest window were complete', async () => {
  expect(await labelsOf({}, null)).toEqual([1, 0, 0])
  expect(await labelsOf({ delayMs: 5_000 }, null)).toEqual([1, 1, 0])
  expect(await labelsOf({ absentAfterMs: 15_000 }, null)).toEqual([1, 1, 1])
})

test('of windows by rows that is when the window closed that their delay names', async () => {
  expect(await labelsOf({ delayWindows: 1 }, 20_000)).toEqual([1, 1, 0])
  expect(await labelsOf({ delayWindows: 2 }, 30_000)).toEqual([1, 1, 1])
})
