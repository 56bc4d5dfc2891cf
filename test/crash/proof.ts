import { execFileSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { FAULTS_AT_STEPS } from './at-steps.ts'
import { type CampaignResult, campaign } from './campaign.ts'
import { copyOfProduct } from './copy.ts'
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
    rows: { type: 'string', default: '1500' },
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
const copy = copyOfProduct(root)
const layouts: readonly Layout[] =
  values.layout === 'both' ? ['one', 'split'] : [values.layout === 'split' ? 'split' : 'one']

async function life(layout: Layout): Promise<CampaignResult> {
  const site = await makeSite({ layout, bin: join(copy, 'bin', 'keepfit') })
  say(`${layout} in ${site.folder}, seed ${values.seed}`)
  try {
    return await campaign(site, {
      seed: Number(values.seed),
      kills: Math.ceil(Number(values.kills) / layouts.length),
      events: Math.ceil(Number(values.events) / layouts.length),
      rowsADay: Number(values.rows),
      endAt: Date.now() + (Number(values.minutes) * 60_000) / layouts.length,
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

try {
  const results: CampaignResult[] = []
  let hunts: readonly Hunt[] = []
  if (values.mutants !== 'only') for (const layout of layouts) results.push(await life(layout))
  if (values.mutants !== undefined) hunts = await hunt(copy, values.hunt ?? null, say)
  const { text, isFine } = reportOf({ results, hunts, seed: values.seed, tookMs: Date.now() - startedAt })
  if (values.report === undefined) process.stdout.write(text)
  else {
    writeFileSync(values.report, text)
    writeFileSync(values.report.replace(/\.md$/, '.json'), `${JSON.stringify({ results, hunts }, null, 1)}\n`)
  }
  process.exitCode = isFine ? 0 : 1
} finally {
  rmSync(copy, { recursive: true, force: true })
}
