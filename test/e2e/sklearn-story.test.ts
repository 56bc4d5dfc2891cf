import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DecisionList, ExplanationInfo, ReplayInfo } from '../../src/http/shapes/decisions.ts'
import { History } from '../../src/http/shapes/models.ts'
import { RunDetail } from '../../src/http/shapes/runs.ts'
import { FleetStatus, type ModelStatus } from '../../src/http/shapes/status.ts'
import { VersionInfo, VersionList } from '../../src/http/shapes/versions.ts'
import { keepfit } from '../support/command.ts'
import { runPython, toolsPython } from '../support/python.ts'
import { startKeepfit, type TestServer } from '../support/server.ts'

const EXAMPLE = fileURLToPath(new URL('../../examples/sklearn-random-forest/', import.meta.url))
const TRAIN = 'python train.py --data {train.csv} --label {label} --out {output}'
/** As the README says it: the old threshold, and that a training must pay. */
const TRIGGERS = `    triggers:
      - trigger: all-of
        of:
          - { trigger: performance-floor, metric: accuracy, floor: 0.85 }
          - { trigger: avoidable-loss }
`
const SECRET = 'planted-7f3c1e-in-the-environment'
const SETTLED_MS = 100_000

let folder = ''
let server: TestServer
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'keepfit-sklearn-story-'))
  cpSync(EXAMPLE, folder, { recursive: true, filter: (from) => !/\/(?:data|model|\.keepfit|__pycache__)$/.test(from) })
  execFileSync(process.execPath, ['make-data.mjs', join(folder, 'data')], { cwd: folder })
}, 60_000)
afterAll(async () => {
  if (server !== undefined && server.child.exitCode === null) await server.stop()
  rmSync(folder, { recursive: true, force: true })
}, 60_000)

/** What a command prints; it must end well. */
async function says(...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await keepfit(words, folder)
  expect(code, `keepfit ${words.join(' ')}: ${stdout}${stderr}`).toBe(0)
  return stdout
}

const answer = async (...words: string[]): Promise<unknown> => JSON.parse(await says(...words, '--json'))

async function status(): Promise<ModelStatus> {
  const [model] = FleetStatus.parse(await answer('status')).models
  return model ?? expect.unreachable('the model is looked after')
}

/** Sends what arrived in some weeks, and waits until Keepfit has nothing left to do with it. */
async function live(weeks: readonly number[]): Promise<ModelStatus> {
  const files = weeks.map((week) => join('data', 'events', `week-${String(week).padStart(2, '0')}.ndjson`))
  await says('ingest', ...files)
  // Labels of a week are complete a week later; window 0 is week 7.
  const matured = (weeks.at(-1) ?? 0) - 8
  const deadline = performance.now() + SETTLED_MS
  for (;;) {
    const model = await status()
    const { state, windows, isDeciding, activeRun } = model
    if (state !== 'retraining' && windows.matured >= matured && !isDeciding && activeRun === null) return model
    if (performance.now() > deadline) return expect.unreachable(`it never settled: ${JSON.stringify(model)}`)
    await sleep(250)
  }
}

function filesBelow(root: string): string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

const weeks = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i)

describe('a random forest of scikit-learn that somebody retrains by a threshold', () => {
  test('is adopted, and replaced by what its own script trains once that pays', { timeout: 240_000 }, async () => {
    await runPython(['-B', 'train.py', '--data', 'data/sample.csv', '--label', 'churned', '--out', 'model'], {
      cwd: folder,
    })
    const columns = ['--label', 'churned', '--time', 'time', '--id', 'customer']
    const spans = ['--every', '7d', '--label-delay', '7d']
    const wish = ['--mode', 'auto', '--trainer', TRAIN]
    await says('init', '--model', 'churn', '--sample', 'data/sample.csv', ...columns, ...spans, ...wish, '--yes')
    editConfiguration()

    const PATH = [dirname(toolsPython()), process.env['PATH']].join(delimiter)
    server = await startKeepfit(folder, [], { PATH, STORE_PASSWORD: SECRET, UNNAMED_PASSWORD: `${SECRET}-too` })
    const sample = ['--sample', 'data/sample.csv', '--label', 'churned', '--cut-off', '2025-02-17']
    expect(await says('adopt', 'churn', 'model/model.onnx', ...sample, '--note', 'trained by hand')).toContain(
      'version 1 of churn is adopted; it answers',
    )

    // Ten weeks as ever, then three of the competitor: below the threshold, but nothing to learn from yet.
    const before = await live(weeks(7, 20))
    expect(before.champion).toMatchObject({ version: 1, reason: 'adopted' })
    expect(before.events).toEqual({ predictions: 7000, labels: 6500 })
    expect((await answer('runs', 'churn')) as object).toMatchObject({ runs: [] })

    const after = await live(weeks(21, 24))
    expect(after.champion).toMatchObject({ version: 2, reason: 'promoted' })
  })

  test('serves as version 2, judged on the same rows as version 1, and the history says why', async () => {
    const { versions } = VersionList.parse(await answer('versions', 'churn'))
    expect(versions.map(({ number, origin, isLive }) => [number, origin, isLive])).toEqual([
      [2, 'trained', true],
      [1, 'adopted', false],
    ])
    const [second] = versions
    expect(second?.parent).toBe(1)
    expect(second?.metrics).toMatchObject({ accuracy: expect.any(Number), rows: 1600 })
    const paired = second?.verdicts.find(({ gate }) => gate === 'paired-blocks')
    expect(paired).toMatchObject({ outcome: 'pass', rows: 1000 })
    expect(paired?.interval?.low).toBeGreaterThan(0.1)

    const { history } = History.parse(await answer('history', 'churn'))
    expect(history.map(({ version, reason }) => [version, reason])).toEqual([
      [1, 'adopted'],
      [2, 'promoted'],
    ])
    const at = new Date((history[1]?.fromAt ?? 0) - 1).toISOString()
    expect(await says('history', 'churn', '--at', at)).toContain("version 1 of 'churn' answered: adopted")
  })

  test('every decision is explained with numbers of rows, and comes out the same when it is made again', async () => {
    const { decisions } = DecisionList.parse(await answer('decisions', 'churn'))
    const retrain = decisions.find(({ kind }) => kind === 'retrain')
    const promote = decisions.find(({ kind }) => kind === 'promote')
    const why = ExplanationInfo.parse(await answer('explain', 'churn', String(retrain?.seq)))
    const accuracy = why.evidence.find(({ what }) => what.includes('accuracy'))
    expect(accuracy).toMatchObject({ rows: 500, interval: { low: expect.any(Number), high: expect.any(Number) } })
    expect(accuracy?.interval?.high).toBeLessThan(0.85)
    expect(why.why.map(({ by }) => by).sort()).toEqual(['avoidable-loss', 'performance-floor'])
    const judged = ExplanationInfo.parse(await answer('explain', 'churn', String(promote?.seq)))
    expect(judged.gates.map(({ gate, outcome }) => [gate, outcome])).toContainEqual(['paired-blocks', 'pass'])
    // One of each kind: a command takes its time to start.
    for (const { kind, seq } of new Map(decisions.map((one) => [one.kind, one])).values())
      expect(await says('explain', 'churn', String(seq)), `${kind} ${seq}`).toMatch(/\[[\d., -]+\].* n = [\d,]+/)
    const replay = ReplayInfo.parse(await answer('replay', 'churn'))
    expect(replay).toMatchObject({ decisions: decisions.length, isSame: true, differing: 0 })
    expect(decisions.length).toBeGreaterThan(10)
  })

  test('learned from a snapshot that DVC knows by the same hash', async () => {
    const { snapshotMd5 } = VersionInfo.parse(await answer('versions', 'churn', '2'))
    const { snapshot } = RunDetail.parse(await answer('runs', 'churn', '1'))
    const repository = join(folder, 'dvc')
    cpSync(join(folder, '.keepfit', snapshot?.path ?? 'none'), join(repository, 'snapshot'), { recursive: true })
    const dvc = (...words: string[]) => runPython(['-m', 'dvc', ...words, '--quiet'], { cwd: repository })
    await dvc('init', '--no-scm')
    await dvc('add', 'snapshot')
    const [, md5] = /md5: (\S+)/.exec(readFileSync(join(repository, 'snapshot.dvc'), 'utf8')) ?? []
    expect(md5).toMatch(/^[0-9a-f]{32}\.dir$/)
    expect(snapshotMd5).toBe(md5)
    expect(snapshot?.md5).toBe(md5)
  })

  test('no secret of the environment is in any file of the data folder', async () => {
    expect(await server.stop()).toBe(0)
    const files = filesBelow(join(folder, '.keepfit'))
    expect(files.length).toBeGreaterThan(100)
    expect(files.filter((path) => readFileSync(path).includes(SECRET))).toEqual([])
  })
})

/** What the README changes by hand, and a secret that the script is given. */
function editConfiguration(): void {
  const path = join(folder, 'keepfit.yaml')
  const text = readFileSync(path, 'utf8')
  const [start, end] = [text.indexOf('    triggers:\n'), text.indexOf('    # Which rows a training learns from.')]
  expect(start).toBeGreaterThan(0)
  expect(end).toBeGreaterThan(start)
  const edited = `${text.slice(0, start)}${TRIGGERS}${text.slice(end)}`
  writeFileSync(path, edited.replace('      secrets: []\n', '      secrets: [STORE_PASSWORD]\n'))
  expect(readFileSync(path, 'utf8')).toContain('STORE_PASSWORD')
}
