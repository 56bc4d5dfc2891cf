import { execFileSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { FAULTS_AT_STEPS } from './at-steps.ts'
import { type CampaignResult, campaign } from './campaign.ts'
import { copyOfProduct, HASTE } from './copy.ts'
import { faultNamed } from './faults.ts'
import { type Hunt, hunt } from './mutants.ts'
import { reportOf } from './report.ts'
import { type Layout, makeSite } from './site.ts'

/** `npm run proof:crash`: kills a living system again and again, and writes down what came of it. */
const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    events: { type: 'string', default: '500000' },
    minutes: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    layout: { type: 'string', default: 'both' },
    root: { type: 'string', default: '.' },
    rows: { type: 'string', default: '500' },
    only: { type: 'string' },
    mutants: { type: 'string' },
    /** Only the mistake whose name holds this. */
    hunt: { type: 'string' },
    report: { type: 'string' },
  },
})
const startedAt = Date.now()
const say = (line: string) => process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`)
const root = resolve(values.root)
if (values.root === '.') execFileSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' })
const copy = copyOfProduct(root, HASTE)
let isStopped = false
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    say('it comes to its end: the last look, and the result')
    isStopped = true
  })
}
/** Enough for all that a life writes. */
const DISK_MB = 4096
const wanted = { kills: Number(values.kills), events: Number(values.events) }
const layouts: readonly Layout[] =
  values.layout === 'both' ? ['one', 'split'] : [values.layout === 'split' ? 'split' : 'one']

async function life(layout: Layout, endAt: number): Promise<CampaignResult> {
  const site = await makeSite({ layout, bin: join(copy, 'bin', 'keepfit'), diskMb: DISK_MB })
  say(`${layout} in ${site.folder}, seed ${values.seed}`)
  try {
    return await campaign(site, {
      seed: Number(values.seed),
      kills: Math.ceil(Number(values.kills) / layouts.length),
      events: Math.ceil(Number(values.events) / layouts.length),
      rowsADay: Number(values.rows),
      endAt,
      isStopped: () => isStopped,
      promotions: 1,
      restMs: 4000,
      isTrainerBad: true,
      say,
      first: values.only === undefined ? FAULTS_AT_STEPS : values.only.split(',').map(faultNamed),
    })
  } finally {
    await site.close()
  }
}

const results: CampaignResult[] = []
const hunts: Hunt[] = []

/** After every part of it, so that what was found is on record whatever comes later. */
function write(): void {
  const { text, isFine } = reportOf({ results, hunts, seed: values.seed, tookMs: Date.now() - startedAt, wanted })
  process.exitCode = isFine ? 0 : 1
  if (values.report === undefined) return
  writeFileSync(values.report, text)
  writeFileSync(values.report.replace(/\.md$/, '.json'), `${JSON.stringify({ results, hunts }, null, 1)}\n`)
}

try {
  const endAt = Date.now() + Number(values.minutes) * 60_000
  for (const [i, layout] of values.mutants === 'only' ? [] : layouts.entries()) {
    if (isStopped) break
    results.push(await life(layout, Date.now() + (endAt - Date.now()) / (layouts.length - i)))
    write()
  }
  if (values.mutants !== undefined)
    await hunt(copy, values.hunt ?? null, say, (one) => {
      hunts.push(one)
      write()
      return !isStopped
    })
  write()
  if (values.report === undefined)
    process.stdout.write(reportOf({ results, hunts, seed: values.seed, tookMs: Date.now() - startedAt, wanted }).text)
} finally {
  rmSync(copy, { recursive: true, force: true })
}
