import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { seededRng } from '../../src/base/rng.ts'
import type { FleetStatus, ModelStatus } from '../../src/http/shapes/status.ts'
import { CHURN_YAML, churnDay } from '../support/churn-events.ts'
import { startKeepfit } from '../support/server.ts'
import { type OpenApi, operationsOf } from './document.ts'
import { reportOf, type Tally } from './report.ts'
import { nextShot } from './shots.ts'
import { type Outcome, type Shot, shoot } from './wire.ts'

/** `npm run proof:fuzz`: malformed requests against a living server, and a page that says what came of them. */
const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '100000' },
    minutes: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    lanes: { type: 'string', default: '24' },
    report: { type: 'string' },
  },
})
const startedAt = Date.now()
const [wanted, seed] = [Number(values.requests), Number(values.seed)]
const until = startedAt + Number(values.minutes) * 60_000
const say = (line: string) => process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`)
execFileSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' })

const folder = mkdtempSync(join(tmpdir(), 'keepfit-fuzz-'))
const DAYS = 8
/** Words of a stack trace, and of places on the server's disk. */
const LEAK = /\n\s+at \S|node:internal|node_modules|\.keepfit\/|\/dist\//
const tally: Tally = {
  wanted,
  seed,
  sent: 0,
  tookMs: 0,
  kinds: new Map(),
  statuses: new Map(),
  problems: [],
  unanswered: 0,
  memory: [],
}

writeFileSync(join(folder, 'keepfit.yaml'), CHURN_YAML)
const server = await startKeepfit(folder)
const port = Number(new URL(server.url).port)
const bump = (counts: Map<string, number>, key: string, by = 1) => counts.set(key, (counts.get(key) ?? 0) + by)
const problem = (what: string) => {
  if (tally.problems.length < 50) tally.problems.push(what)
  say(`PROBLEM ${what}`)
}
/** Resident memory of the process that answers. MB. */
const memory = () =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${server.child.pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
const isGone = () => server.child.exitCode !== null || server.child.signalCode !== null

async function living(isSo: (model: ModelStatus) => boolean): Promise<ModelStatus> {
  for (let tried = 0; tried < 900; tried++) {
    const { models } = (await server.json('/v1/status')) as FleetStatus
    const model = models.find(({ name }) => name === 'churn')
    if (model !== undefined && isSo(model)) return model
    await sleep(100)
  }
  throw new Error('the model never became as it should be')
}

function take(shot: Shot, { answers, isSilent }: Outcome): void {
  const requests = shot.methods.length
  tally.sent += requests
  bump(tally.kinds, shot.kind, requests)
  if (isSilent) problem(`no answer to ${shot.kind}: ${JSON.stringify(shot.bytes.toString('latin1').slice(0, 600))}`)
  tally.unanswered += requests - Math.min(answers.length, requests)
  for (const { status, text } of answers) {
    bump(tally.statuses, String(status))
    const isBad = status >= 500 || status < 200 || (status >= 400 && LEAK.test(text))
    if (isBad)
      problem(
        `${status} ${text.slice(0, 300)} for ${shot.kind}: ${JSON.stringify(shot.bytes.toString('latin1').slice(0, 600))}`,
      )
  }
}

async function lane(number: number, target: Parameters<typeof nextShot>[0]): Promise<void> {
  const rng = seededRng(seed * 1000 + number)
  while (tally.sent < wanted && Date.now() < until && !isGone()) {
    const shot = nextShot(target, rng)
    take(shot, await shoot(port, shot))
  }
}

try {
  for (let day = 0; day < DAYS; day++) await server.send(churnDay(day, { rows: 150 }))
  await living(({ champion, isDeciding }) => champion !== null && !isDeciding)
  const document = (await server.json('/v1/openapi.json')) as OpenApi
  const target = { document, operations: operationsOf(document), token: server.token, port }
  say(`${target.operations.length} operations, ${wanted} requests`)
  tally.memory.push(memory())
  const beat = setInterval(() => {
    tally.memory.push(memory())
    say(`${tally.sent} sent, ${tally.memory.at(-1)?.toFixed(0)} MB`)
  }, 5000)
  await Promise.all(Array.from({ length: Number(values.lanes) }, (_, number) => lane(number, target)))
  clearInterval(beat)
  if (isGone()) problem(`the server ended: ${server.output().stderr.slice(-2000)}`)
  else {
    // It is as it was: it takes in the next day, moves on, and its books are in order.
    tally.memory.push(memory())
    if ((await server.ask('/v1/health')).status !== 200) problem('health is not 200 afterwards')
    const before = await living(() => true)
    const taken = await server.send(churnDay(DAYS, { rows: 150 }))
    if (taken.status !== 200) problem(`the next day is refused: ${taken.status} ${await taken.text()}`)
    await living(({ windows, isDeciding }) => windows.matured > before.windows.matured && !isDeciding).catch(() =>
      problem('the model does not move on'),
    )
    const audit = (await server.json('/v1/audit/verify')) as { readonly ok?: boolean }
    if (audit.ok !== true) problem(`the audit: ${JSON.stringify(audit)}`)
    tally.memory.push(memory())
    const code = await server.stop()
    if (code !== 0) problem(`it ended with ${code}`)
  }
  const { stderr, stdout } = server.output()
  for (const line of `${stderr}\n${stdout}`.split('\n'))
    if (/unhandled|uncaught|INTERNAL|FATAL|"level":(?:50|60)|something broke/i.test(line))
      problem(`said: ${line.slice(0, 400)}`)
  tally.tookMs = Date.now() - startedAt
  const { text, isFine } = reportOf(tally)
  if (values.report !== undefined) writeFileSync(values.report, text)
  process.stdout.write(text)
  process.exitCode = isFine ? 0 : 1
} finally {
  if (!isGone()) await server.stop()
  rmSync(folder, { recursive: true, force: true })
}
