import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CommandInfo, DecisionList } from '../../src/http/shapes/decisions.ts'
import { History } from '../../src/http/shapes/models.ts'
import { RunList } from '../../src/http/shapes/runs.ts'
import type { ModelStatus } from '../../src/http/shapes/status.ts'
import { Adopted, VersionList } from '../../src/http/shapes/versions.ts'
import { CHURN_YAML, churnDay } from '../support/churn-events.ts'
import { embeddedPlace, type KeepfitPlace } from '../support/keepfit-place.ts'

const MODES = ['observe', 'advise', 'approve', 'auto'] as const
type Mode = (typeof MODES)[number]

const WARMUP = 5
/** The rule changes on day 14: enough days follow to see it, and to judge who learned the new one. */
const LAST = 21
const WHY = ['--because', 'somebody looked at it'] as const

/** The churn model four times, called by the mode that it is in. */
const FOUR_MODELS = [
  'version: 1',
  'models:',
  ...MODES.map((mode) =>
    CHURN_YAML.split('models:\n')[1]?.replace('churn:', `${mode}:`).replace('mode: auto', `mode: ${mode}`).trimEnd(),
  ),
  '',
].join('\n')

/** One server and the same stream four times; only the modes differ. */
describe('the four modes on one stream', () => {
  let here: KeepfitPlace
  /** Decisions as they were once every mode had seen the whole stream and nobody had said a word. */
  let alone: Readonly<Record<Mode, readonly string[]>>

  const decisionsOf = async (model: Mode) =>
    DecisionList.parse(await here.json('decisions', model, '--limit', '1000')).decisions
  const runsOf = async (model: Mode) => RunList.parse(await here.json('runs', model)).runs
  const versionsOf = async (model: Mode) =>
    VersionList.parse(await here.json('versions', model)).versions.map(({ number }) => number)
  const livesOf = async (model: Mode) =>
    History.parse(await here.json('history', model)).history.map(({ version, reason }) => `${version} ${reason}`)
  const calm = ({ isDeciding, activeRun }: ModelStatus) => !isDeciding && activeRun === null

  async function send(model: Mode, days: readonly number[]): Promise<void> {
    for (const day of days) expect((await here.api.send(churnDay(day, { model }))).status).toBe(200)
  }

  beforeAll(async () => {
    here = await embeddedPlace()
    await writeFile(join(here.folder, 'keepfit.yaml'), FOUR_MODELS)
    await here.up()
    const early = Array.from({ length: WARMUP + 1 }, (_, day) => day)
    await Promise.all([send('auto', early), send('approve', early)])
    await here.until((model) => model.champion?.version === 1 && calm(model), 'auto')
    await here.until((model) => model.champion?.version === 1 && calm(model), 'approve')

    // Where no training starts alone, the first version is one that the team has already.
    const artifact = await here.api.ask('/v1/models/auto/versions/1/artifact')
    await writeFile(join(here.folder, 'first.keepfit'), Buffer.from(await artifact.arrayBuffer()))
    for (const mode of ['observe', 'advise'] as const) {
      const words = ['adopt', mode, 'first.keepfit', '--cut-off', '2026-01-05'] as const
      expect(Adopted.parse(await here.json(...words))).toMatchObject({ version: 1, isLive: true })
    }

    const later = Array.from({ length: LAST - WARMUP }, (_, at) => WARMUP + 1 + at)
    await Promise.all([
      send('observe', [...early, ...later]),
      send('advise', [...early, ...later]),
      send('approve', later),
      send('auto', later),
    ])
    for (const mode of MODES) await here.until((model) => model.windows.matured >= LAST - 1 && calm(model), mode)
    const kindsOf = async (mode: Mode) => (await decisionsOf(mode)).map(({ kind }) => kind)
    const [observe, advise, approve, auto] = [
      kindsOf('observe'),
      kindsOf('advise'),
      kindsOf('approve'),
      kindsOf('auto'),
    ]
    alone = { observe: await observe, advise: await advise, approve: await approve, auto: await auto }
  })
  afterAll(async () => {
    await here.stop()
  })

  test('auto trains and promotes, and nobody is asked', async () => {
    expect(alone.auto).toContain('retrain')
    expect(alone.auto).toContain('promote')
    const [first, ...then] = await livesOf('auto')
    expect(first).toBe('1 first')
    expect(then).toContain('2 promoted')
  })

  test('observe writes down what it would do, and changes nothing, also when it is told to', async () => {
    expect(alone.observe).toContain('retrain')
    expect((await here.until(calm, 'observe')).proposal).toBeNull()
    expect(await runsOf('observe')).toEqual([])
    expect(await versionsOf('observe')).toEqual([1])
    const before = await livesOf('observe')

    const { code, stderr } = await here.run('approve', 'observe', ...WHY)
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('nothing waits for an answer') })
    await send('observe', [LAST + 1, LAST + 2])
    const { champion } = await here.until((model) => model.windows.matured > LAST && calm(model), 'observe')
    expect(champion?.version).toBe(1)
    expect(await runsOf('observe')).toEqual([])
    expect(await livesOf('observe')).toEqual(before)
    expect((await decisionsOf('observe')).length).toBeGreaterThan(alone.observe.length)
  })

  test('advise trains when a person approves, and lets the version answer when a person approves that, too', async () => {
    expect(alone.advise).toContain('retrain')
    expect(alone.advise).not.toContain('promote')
    expect(await runsOf('advise')).toEqual([])
    const training = await here.until(({ proposal }) => proposal !== null, 'advise')
    expect(training).toMatchObject({ state: 'proposed', champion: { version: 1 } })

    CommandInfo.parse(await here.json('approve', 'advise', ...WHY))
    const serving = await here.until(
      (model) => calm(model) && model.proposal !== null && model.proposal.decision !== training.proposal?.decision,
      'advise',
    )
    expect(serving).toMatchObject({ champion: { version: 1 }, lastDecision: { kind: 'promote' } })
    expect(await versionsOf('advise')).toHaveLength(2)

    CommandInfo.parse(await here.json('approve', 'advise', ...WHY))
    const { champion } = await here.until((model) => model.champion?.version === 2, 'advise')
    expect(champion).toMatchObject({ reason: 'promoted' })
    expect(await runsOf('advise')).toHaveLength(1)
  })

  test('approve trains alone; what a person rejects never answers', async () => {
    expect(alone.approve).toContain('retrain')
    expect(alone.approve).toContain('promote')
    const { proposal, champion } = await here.until((model) => model.proposal !== null, 'approve')
    expect(champion?.version).toBe(1)
    expect((await runsOf('approve')).length).toBeGreaterThan(1)
    expect((await versionsOf('approve')).length).toBeGreaterThan(1)

    CommandInfo.parse(await here.json('reject', 'approve', String(proposal?.decision), ...WHY))
    const after = await here.until((model) => model.proposal === null && calm(model), 'approve')
    expect(after.champion?.version).toBe(1)
    expect(await livesOf('approve')).toEqual(['1 first'])
    const { code, stderr } = await here.run('approve', 'approve', ...WHY)
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('nothing waits for an answer') })
    expect((await decisionsOf('approve'))[0]).toMatchObject({ kind: 'declined' })
  })
})
