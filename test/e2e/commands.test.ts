import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AuditReport } from '../../src/http/shapes/audit.ts'
import { CommandInfo, DecisionList, ExplanationInfo, ReplayInfo } from '../../src/http/shapes/decisions.ts'
import { History, Ordered } from '../../src/http/shapes/models.ts'
import { ApplyAnswer } from '../../src/http/shapes/policies.ts'
import { RunDetail, Run as RunInfo, RunList, RunLogLine, RunRequested } from '../../src/http/shapes/runs.ts'
import { FleetStatus } from '../../src/http/shapes/status.ts'
import { CreatedToken, TokenList } from '../../src/http/shapes/tokens.ts'
import { Adopted, Card, Diff, VersionInfo, VersionList } from '../../src/http/shapes/versions.ts'
import { WindowList } from '../../src/http/shapes/windows.ts'
import { DAY_MS, FIRST_DAY } from '../support/churn-events.ts'
import { advising, lines, sample } from '../support/churn-files.ts'
import { follow } from '../support/follow.ts'
import { embeddedPlace, type KeepfitPlace, separatePlace } from '../support/keepfit-place.ts'
import { expectAllRefused, expectRefused, ofUnknownModel, type Refusal } from '../support/refusals.ts'

const DAYS = 8
const ROWS = 150
const WHY = ['--because', 'somebody wants it'] as const
/** What a trainer is that never comes to an end by itself. */
const SLOW = "setInterval(() => undefined, 1000); console.log('the slow one is here')"

const EVERYWHERE = [
  ['one process with its own Postgres', embeddedPlace],
  ['an API and two workers on another Postgres', separatePlace],
] as const

describe.each(EVERYWHERE)('the whole command line, with %s', (_, start) => {
  let here: KeepfitPlace
  const write = (name: string, text: string) => writeFile(join(here.folder, name), text)
  const read = (name: string) => readFile(join(here.folder, name), 'utf8')

  beforeAll(async () => {
    here = await start()
  })
  afterAll(async () => {
    await here.stop()
  })

  /** A command that works: its words, and that it complains of nothing. */
  async function said(...words: string[]): Promise<string> {
    const { code, stdout, stderr } = await here.run(...words)
    expect({ words, code, stderr }).toEqual({ words, code: 0, stderr: '' })
    return stdout
  }

  const refused = (words: readonly string[], sentence: string, code = 2) =>
    expectRefused(here.run, words, sentence, code)
  const refusedAll = (cases: readonly Refusal[]) => expectAllRefused(here.run, cases)

  test('init, up and apply: from a sample to a server that knows the model', async () => {
    await write('history.csv', sample(DAYS, ROWS))
    const init = ['init', '--model', 'churn', '--sample', 'history.csv', '--label', 'churned', '--time', 'time']
    await refused(['status'], "'keepfit up'", 3)
    await refused([...init.slice(0, -1), 'nope', '--yes'], "'nope'")
    const words = [...init, '--every', '1d', '--label-delay', '1d', '--mode', 'auto', '--yes']
    expect(await said(...words)).toContain("predicts 'churned' ('0', '1'; '1' is positive) from 3 features")
    await refused(words, "'keepfit.yaml' cannot be written")
    await here.up()
    const { changes } = ApplyAnswer.parse(await here.json('apply'))
    expect(changes).toMatchObject([{ model: 'churn', change: 'unchanged', number: 1 }])
    expect(FleetStatus.parse(await here.json('status')).models).toMatchObject([{ phase: 'gathering', mode: 'auto' }])
    for (const command of [['versions'], ['windows'], ['decisions'], ['runs'], ['history']])
      expect(await said(...command, 'churn')).toMatch(/no |No |Nothing|nothing/)
    await refused(['card', 'churn'], "no version of 'churn' answers")
  })

  test('ingest: what is told twice changes nothing, and what contradicts is refused', async () => {
    const events = DAYS * ROWS * 2
    await write(
      'events.jsonl',
      lines(
        Array.from({ length: DAYS }, (_x, day) => day),
        ROWS,
      ),
    )
    expect(await here.json('ingest', 'events.jsonl')).toEqual({ accepted: events, repeated: 0 })
    expect(await said('ingest', 'events.jsonl')).toContain(`0 events taken, ${events} were there already`)
    await write('other.jsonl', (await read('events.jsonl')).split('\n')[0]?.replace('"score":0.5', '"score":0.7') ?? '')
    await refused(['ingest', 'other.jsonl'], 'p0-0')
    await write('broken.jsonl', '{"id": 1')
    await refused(['ingest', 'broken.jsonl'], '1')

    await here.until(({ champion, isDeciding }) => champion?.version === 1 && !isDeciding)
    await said('export', 'events', '--model', 'churn', '--out', 'back.jsonl')
    expect((await read('back.jsonl')).trim().split('\n')).toHaveLength(events)
    await said('export', 'events', '--model', 'churn', '--format', 'parquet', '--out', 'back.parquet')
    expect(await here.json('check', 'back.parquet', 'back.parquet')).toBeTruthy()
    const day = ['--from', new Date(FIRST_DAY).toISOString(), '--to', new Date(FIRST_DAY + DAY_MS / 2).toISOString()]
    const half = (await said('export', 'events', '--model', 'churn', ...day)).trim().split('\n')
    expect(half).toHaveLength(ROWS / 2)
  })

  test('status, windows, decisions, explain, card: what is told of a living model', async () => {
    expect(await said('status')).toContain('version 1 since')
    expect(await said('status', '--brief')).toMatch(/^churn .*\n$/)
    const { windows } = WindowList.parse(await here.json('windows', 'churn', '--limit', '3'))
    expect(windows.map(({ number, rows }) => [number, rows])).toEqual([
      [DAYS - 1, ROWS],
      [DAYS - 2, ROWS],
      [DAYS - 3, ROWS],
    ])
    expect(await said('windows', 'churn', '--before', '1')).toContain('2026-01-01 00:00')

    const { decisions } = DecisionList.parse(await here.json('decisions', 'churn'))
    expect(decisions.length).toBeGreaterThan(1)
    const none = DecisionList.parse(await here.json('decisions', 'churn', '--kind', 'promote'))
    expect(none.decisions).toEqual([])
    for (const { seq } of decisions) {
      const told = ExplanationInfo.parse(await here.json('explain', 'churn', String(seq)))
      expect(told.evidence.length).toBeGreaterThan(0)
      for (const { value, interval, rows, verdict } of told.evidence) {
        expect(rows).toBeGreaterThanOrEqual(0)
        if (verdict !== 'insufficient') expect(value === null || rows > 0 || interval !== null).toBe(true)
      }
    }
    expect(await said('explain', '1')).toContain('churn, decision 1')

    expect(Card.parse(await here.json('card', 'churn'))).toMatchObject({ version: 1, live: [{ reason: 'first' }] })
    expect(await said('card', 'churn', '1')).toMatch(/^# churn, version 1\n/)
  })

  test('run, runs, logs, versions, diff: a training that a person asks for', async () => {
    const detail = RunDetail.parse(await here.json('run', 'churn', ...WHY, '--wait'))
    expect(detail).toMatchObject({
      run: { number: 2, state: 'trained', version: 2, because: expect.stringContaining('somebody wants it') },
    })
    expect(detail.steps.map(({ step }) => step)).toEqual(['collect', 'validate', 'train', 'judge', 'register'])

    const { runs } = RunList.parse(await here.json('runs', 'churn'))
    expect(runs.map(({ number, state }) => [number, state])).toEqual([
      [2, 'trained'],
      [1, 'trained'],
    ])
    expect(RunList.parse(await here.json('runs', '--limit', '1')).runs).toMatchObject([{ number: 2 }])
    expect(await said('runs', 'churn', '1')).toContain('run 1 of churn: trained')
    const log = (await said('logs', 'churn', '2', '--json')).trim().split('\n')
    expect(log.map((line) => RunLogLine.parse(JSON.parse(line)).line)).toContain('register')
    // What has ended is not waited for.
    expect(await said('logs', 'churn', '2', '-f')).toContain('· register')

    const { versions } = VersionList.parse(await here.json('versions', 'churn'))
    expect(versions.map(({ number, isLive }) => [number, isLive]).sort()).toEqual([
      [1, true],
      [2, false],
    ])
    expect(VersionInfo.parse(await here.json('versions', 'churn', '2'))).toMatchObject({ parent: 1, rows: ROWS * 4 })
    const diff = Diff.parse(await here.json('diff', 'churn', '1', '2'))
    expect(diff.differences).toContainEqual(expect.objectContaining({ part: 'artifact', isSame: false }))
  })

  test('promote, rollback, history: which version answered at any instant, and why', async () => {
    const liveIs = (version: number) => here.until(({ champion }) => champion?.version === version)
    await refused(['promote', 'churn', '1', ...WHY], "version 1 of 'churn' answers already")
    await refused(['rollback', 'churn', ...WHY], 'none answered before')
    expect(Ordered.parse(await here.json('promote', 'churn', '2', ...WHY))).toMatchObject({ version: 2 })
    await liveIs(2)
    expect(await said('rollback', 'churn', ...WHY)).toContain('version 1')
    await liveIs(1)

    const { history } = History.parse(await here.json('history', 'churn'))
    expect(history.map(({ version, reason }) => `${version} ${reason}`)).toEqual([
      '1 first',
      '2 promoted',
      '1 rolled-back',
    ])
    expect(history[1]).toMatchObject({
      actor: expect.stringContaining('first'),
      because: expect.stringContaining('somebody wants it'),
    })
    const at = async (instant: number) =>
      History.parse(await here.json('history', 'churn', '--at', String(instant))).served?.number ?? null
    const [first, second, third] = history.map(({ fromAt }) => fromAt) as [number, number, number]
    expect(await Promise.all([first - 1, first, second - 1].map(at))).toEqual([null, 1, 1])
    expect(await Promise.all([second, third - 1, third].map(at))).toEqual([2, 2, 3])
    const now = new Date(Date.now()).toISOString()
    expect(await said('history', 'churn', '--at', now)).toContain("version 1 of 'churn' answered: rolled-back by first")
    expect(await said('history', 'churn', '--at', '1999-12-31T00:00:00Z')).toContain('nothing answered')
  })

  test('adopt: what was trained elsewhere is version 1 of a model that nobody knew', async () => {
    const artifact = await here.api.ask('/v1/models/churn/versions/1/artifact')
    await writeFile(join(here.folder, 'churn-1.keepfit'), Buffer.from(await artifact.arrayBuffer()))
    const adopted = Adopted.parse(await here.json('adopt', 'twin', 'churn-1.keepfit', '--cut-off', '2026-01-05'))
    expect(adopted).toEqual({ model: 'twin', version: 1, isNew: true, isLive: true })
    expect(await said('adopt', 'twin', 'churn-1.keepfit')).toContain('is version 1 of twin already')
    expect(VersionInfo.parse(await here.json('versions', 'twin', '1'))).toMatchObject({
      origin: 'adopted',
      run: null,
      cutOffAt: Date.UTC(2026, 0, 5),
    })
  })

  test('apply, run, logs -f, cancel: a trainer that never ends is ended', async () => {
    await write('slow.mjs', SLOW)
    const before = await read('keepfit.yaml')
    await write('keepfit.yaml', before.replace(/mode: auto/, 'mode: sometimes'))
    await refused(['apply'], 'observe, advise, approve, auto')
    await write('keepfit.yaml', advising(before))
    expect(await said('apply', '--dry-run')).toContain('churn: a new configuration would rule; it differs in')
    const dry = ApplyAnswer.parse(await here.json('apply', '--dry-run'))
    expect(dry.changes).toMatchObject([{ model: 'churn', change: 'changed' }])
    expect(dry.changes[0]?.keys.toSorted()).toEqual(['mode', 'trainer', 'triggers'])
    expect(FleetStatus.parse(await here.json('status')).models[0]).toMatchObject({ mode: 'auto' })
    expect(await said('apply')).toContain('churn: configuration 2 rules now')

    const asked = RunRequested.parse(await here.json('run', 'churn', ...WHY))
    expect(asked.run).toBe(3)
    const log = follow(here.folder, 'logs', 'churn', '3', '-f')
    await log.saw('the slow one is here')
    expect(RunInfo.parse(await here.json('cancel', 'churn', '3', ...WHY))).toMatchObject({ number: 3 })
    expect(await log.ended).toBe(0)
    expect(RunDetail.parse(await here.json('runs', 'churn', '3')).run.state).toBe('cancelled')
    // Asked again, it is as it was.
    expect(await said('cancel', 'churn', '3', ...WHY)).toContain('run 3 of churn is cancelled')
    await refused(['cancel', 'churn', '2', ...WHY], 'cannot be cancelled')
  })

  test('approve and reject: what is proposed happens by the word of a person only', async () => {
    await refused(['approve', 'churn', ...WHY], 'nothing waits for an answer')
    const proposed = async (day: number) => {
      await write('day.jsonl', lines([day], ROWS))
      await said('ingest', 'day.jsonl')
      return (await here.until(({ proposal }) => proposal !== null)).proposal?.decision ?? 0
    }
    const first = await proposed(DAYS)
    expect(await said('status')).toContain('proposed')
    await refused(['reject', 'churn', String(first + 1), ...WHY], String(first))
    expect(CommandInfo.parse(await here.json('reject', 'churn', String(first), ...WHY))).toMatchObject({
      word: 'reject',
    })
    await here.until(({ proposal, isDeciding }) => proposal === null && !isDeciding)
    expect(RunList.parse(await here.json('runs', 'churn')).runs).toHaveLength(3)

    expect(await proposed(DAYS + 1)).toBeGreaterThan(first)
    expect(await said('approve', 'churn', ...WHY)).toContain('decision')
    const { activeRun: run } = await here.until(({ activeRun }) => activeRun !== null)
    await said('cancel', 'churn', String(run?.number), ...WHY)
    await here.until(({ activeRun }) => activeRun === null)
  })

  test('replay, audit, token, doctor: what was done can be held against what was written', async () => {
    await here.until(({ isDeciding }) => !isDeciding)
    const replay = ReplayInfo.parse(await here.json('replay', 'churn'))
    expect(replay).toMatchObject({ isSame: true, differing: 0, first: null })
    expect(replay.decisions).toBe(
      DecisionList.parse(await here.json('decisions', 'churn', '--limit', '1000')).decisions.length,
    )

    const made = CreatedToken.parse(await here.json('token', 'create', 'shop', '--scope', 'ingest', '--expires', '1d'))
    expect(TokenList.parse(await here.json('token', 'list')).tokens.map(({ name }) => name)).toEqual(['first', 'shop'])
    expect(await said('token', 'revoke', made.info.id)).toContain('(shop) is revoked')
    expect(await said('token', 'list')).not.toContain(made.token)

    const head = (await said('audit', 'head')).trim()
    expect(head).toMatch(/^\d+:[0-9a-f]{64}$/)
    const report = AuditReport.parse(await here.json('audit', 'verify', '--head', head))
    expect(report).toMatchObject({ ok: true, broken: null, entries: Number(head.split(':')[0]) })
    const list = await said('audit', 'list', '--limit', '1000')
    for (const action of ['policy-applied', 'token-created', 'token-revoked']) expect(list).toContain(action)
    const other = await here.run('audit', 'verify', '--head', `${head.split(':')[0]}:${'0'.repeat(64)}`)
    expect(other.code).toBe(1)

    const doctor = (await here.json('doctor')) as { version: number; lines: { what: string; state: string }[] }
    expect(doctor.version).toBe(1)
    expect(doctor.lines.filter(({ state }) => state === 'bad')).toEqual([])
    expect(doctor.lines.map(({ what }) => what)).toEqual(
      expect.arrayContaining(['database', 'clock', 'server', 'disk']),
    )
  })

  test('what does not exist, or cannot be, is refused with what is allowed', async () => {
    await refusedAll([
      [['ingest', 'nope.jsonl'], "there is no file 'nope.jsonl'"],
      [['explain', 'churn', '999'], "'churn' has no decision 999"],
      [['card', 'churn', '9'], "the model 'churn' has no version 9"],
      [['runs', 'churn', '9'], "the model 'churn' has no run 9"],
      [['logs', 'churn', '9'], "the model 'churn' has no run 9"],
      [['versions', 'churn', '9'], "the model 'churn' has no version 9"],
      [['diff', 'churn', '1', '9'], "the model 'churn' has no version 9"],
      [['promote', 'churn', '9', ...WHY], "the model 'churn' has no version 9"],
      [['rollback', 'churn', '--to', '9', ...WHY], "the model 'churn' has no version 9"],
      [['history', 'churn', '--at', 'yesterday'], "got 'yesterday'"],
      [['adopt', 'twin', 'history.csv', '--sample', 'history.csv', '--label', 'churned'], 'ONNX'],
      [['explain', '1'], 'say which model: there are 2 (churn, twin)'],
      [['cancel', 'churn', '9', ...WHY], "the model 'churn' has no run 9"],
      [['close-breaker', 'churn', ...WHY], 'the breaker is closed already'],
      [['token', 'revoke', 'shop'], 'must be an id such as 1f0c9a2e'],
      [['token', 'revoke', '00000000'], '00000000'],
      [['decisions', 'No Such Name'], 'must be a name of a-z'],
      [['adopt', 'twin', 'nope.onnx'], "there is no file 'nope.onnx'"],
    ])
  })

  test('a model that nobody knows is refused by every command that takes one', async () => {
    await refusedAll(ofUnknownModel('nope').map((words) => [words, "'nope'"]))
  })
})
