import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { campaign } from './campaign.ts'
import { faultNamed } from './faults.ts'
import { makeSite } from './site.ts'

/** `npm run proof:crash`: kills a living system again and again, and writes down what came of it. */
const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    events: { type: 'string', default: '500000' },
    minutes: { type: 'string', default: '45' },
    seed: { type: 'string', default: '1' },
    layout: { type: 'string' },
    bin: { type: 'string', default: 'bin/keepfit' },
    rows: { type: 'string', default: '600' },
    only: { type: 'string' },
    keep: { type: 'string' },
  },
})
const say = (line: string) => process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`)
const layout = values.layout === 'split' ? 'split' : 'one'
const site = await makeSite({
  layout,
  bin: resolve(values.bin),
  ...(values.keep === undefined ? {} : { root: values.keep }),
})
say(`${layout} in ${site.folder}, seed ${values.seed}`)
try {
  const result = await campaign(site, {
    seed: Number(values.seed),
    kills: Number(values.kills),
    events: Number(values.events),
    rowsADay: Number(values.rows),
    endAt: Date.now() + Number(values.minutes) * 60_000,
    restMs: 4000,
    say,
    ...(values.only === undefined ? {} : { first: values.only.split(',').map(faultNamed) }),
  })
  process.stdout.write(`${JSON.stringify(result, null, 1)}\n`)
  process.exitCode = result.violations.length === 0 ? 0 : 1
} finally {
  await site.close()
}
