import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { BacktestReport } from '../../src/backtest/report.ts'
import { keepfit } from '../support/command.ts'
import { historyCsv, historyRows } from '../support/history.ts'

/** From this row on, in the eighth of twelve windows, x lies two higher and says the opposite of what it said. */
const CHANGED_FROM = 700

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keepfit-'))
  const rows = historyRows(1200).map((row, at) =>
    at < CHANGED_FROM ? row : { ...row, x: row.x + 2, churned: 1 - row.churned },
  )
  await writeFile(join(folder, 'history.csv'), historyCsv(rows))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const MODEL = `version: 1
models:
  churn:
    label: { column: churned }
    time: day
    source: history.csv
    windows: { count: 12 }
    contract: off
    deploy: at-once
    probationWindows: 0
`

async function play(...lines: string[]) {
  await writeFile(join(folder, 'keepfit.yaml'), MODEL + lines.map((line) => `    ${line}\n`).join(''))
  return keepfit(['backtest', '--config', 'keepfit.yaml', '--policy', 'churn', '--json', '-'], folder)
}

async function trained(...lines: string[]): Promise<readonly number[]> {
  const { code, stdout, stderr } = await play(...lines)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const report: BacktestReport = JSON.parse(stdout)
  return report.policies[0]?.byCost['0.1']?.trained ?? []
}

/** Enough new labels, and x among the drifting features or an alarm in the errors. */
const COMBINED = [
  'triggers:',
  '  - trigger: all-of',
  '    of:',
  '      - { trigger: new-labels, rows: 200 }',
  '      - trigger: any-of',
  '        of:',
  '          - { trigger: drifting-share, detector: psi, share: 0.3 }',
  '          - { trigger: concept-drift, detector: ddm }',
]

describe('a keepfit.yaml with a combination of triggers', () => {
  test('trains only when its members agree, heard by detectors with the options of the file', async () => {
    const sharp = 'detectors: [{ detector: psi, threshold: 1 }, { detector: ddm, deviations: 5 }]'
    // The change comes with window 7; 200 new labels have come by window 5, and again two windows after a training.
    expect(await trained(...COMBINED, sharp)).toEqual([7])
    expect(await trained('triggers: [{ trigger: new-labels, rows: 200 }]')).toEqual([5, 7, 9])
    const deaf = 'detectors: [{ detector: psi, threshold: 100 }, { detector: ddm, deviations: 20 }]'
    expect(await trained(...COMBINED, deaf)).toEqual([])
  })

  test('keeps to a cooldown in days and to the least labelled rows', async () => {
    // Windows of ten days and 100 rows, four of them in the warm-up.
    const eager = 'triggers: [{ trigger: new-labels, rows: 100 }]'
    expect(await trained(eager, 'cooldown: 25d', 'minLabelledRows: 600')).toEqual([5, 8])
  })

  test('in which only hints could start a training is refused with its line', async () => {
    const { code, stdout, stderr } = await play('triggers:', '  - trigger: estimated-performance')
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('keepfit.yaml:12: models.churn.triggers[0] needs somebody who measures')
  })
})
