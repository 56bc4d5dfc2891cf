/** How the next trainings behave: the file `behaviour` beside the script holds one of these words. */
export const BEHAVIOURS = [
  'fine',
  'hangs',
  'stubborn',
  'forks',
  'no-model',
  'half-model',
  'nan',
  'greedy',
  'fails',
] as const
export type Behaviour = (typeof BEHAVIOURS)[number]

/** A user's trainer with Node's own modules: learns on which side of zero the positives are, and takes its time. */
export const TRAIN = `
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
const [data, label, out] = process.argv.slice(2)
const file = join(dirname(process.argv[1]), 'behaviour')
const behaviour = existsSync(file) ? readFileSync(file, 'utf8').trim() : 'fine'
console.log('the secret is ' + process.env.TRAINER_SECRET)
console.log(JSON.stringify(process.env))
const forever = () => setInterval(() => {}, 1000)
const rest = (ms) => new Promise((done) => setTimeout(done, ms))
if (behaviour === 'stubborn') { process.on('SIGTERM', () => {}); forever(); await rest(1e9) }
if (behaviour === 'hangs') { forever(); await rest(1e9) }
if (behaviour === 'forks') {
  for (const detached of [true, false]) {
    spawn(process.execPath, ['-e', 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)'], { detached, stdio: 'ignore' }).unref()
  }
  process.exit(1)
}
if (behaviour === 'greedy') { const kept = []; for (;;) { kept.push(Buffer.alloc(2 ** 24, 1)); await rest(20) } }
if (behaviour === 'fails') { console.error('it does not work'); process.exit(7) }
await rest(300 + (Date.now() % 1000) / 1000 * 1200)
if (behaviour === 'no-model') process.exit(0)
const [head, ...lines] = readFileSync(data, 'utf8').trim().split('\\n')
const columns = head.split(',')
const at = columns.indexOf(label), x = columns.indexOf('x')
let sum = 0
for (const line of lines) { const cells = line.split(','); sum += (cells[at] === '1' ? 1 : -1) * Number(cells[x]) }
const model = JSON.stringify({ sign: behaviour === 'nan' ? null : Math.sign(sum) || 1, rows: lines.length })
writeFileSync(join(out, 'model.json'), behaviour === 'half-model' ? model.slice(0, 6) : model)
writeFileSync(join(out, 'metrics.json'), behaviour === 'nan' ? '{"loss": NaN}' : '{"loss": 0.1}')
`

export const SCORE = `
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
const [folder, data, scores] = process.argv.slice(2)
const { sign } = JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8'))
const [head, ...lines] = readFileSync(data, 'utf8').trim().split('\\n')
const x = head.split(',').indexOf('x')
const score = (cells) => (sign === null ? NaN : Number(cells[x]) * sign > 0 ? 0.8 : 0.2)
writeFileSync(scores, 'score\\n' + lines.map((line) => score(line.split(',')) + '\\n').join(''))
`

export interface Places {
  readonly node: string
  readonly hook: string
  /** Of each model. */
  readonly budget?: string
}

/** Reached where trainings are quick; where they are not, one run at a time holds them up before it. */
const BUDGET = '{ trainings: 3, perWindows: 14 }'

/** Two models on one stream each: one that a command trains, one of the built-in forests. */
export function configText({ node, hook, budget = BUDGET }: Places): string {
  const hooks = `
    hooks:
      - on: [adopted, promoted, reinstated, returned, rolled-back, run-failed, breaker-opened, breaker-closed]
        webhook: { url: '${hook}', secretEnv: HOOK_SECRET, allow: [loopback] }`
  const stream = `
    task: binary
    time: time
    label: { column: label, positive: '1', delay: 1d }
    windows: { every: 1d }
    warmupWindows: 3
    mode: auto
    breaker: off
    budget: ${budget}${hooks}`
  return `version: 1
models:
  own:${stream}
    deploy: at-once
    triggers: [{ trigger: schedule, everyWindows: 2 }]
    trainer:
      trainer: command
      command: ['${node}', train.mjs, '{train.csv}', '{label}', '{output}']
      score: ['${node}', score.mjs, '{model}', '{data.csv}', '{scores}']
      secrets: [TRAINER_SECRET]
      memoryMb: 300
      limit: 20s
      graceSeconds: 1
  forest:${stream}
    deploy: gated
    triggers: [{ trigger: schedule, everyWindows: 3 }, { trigger: avoidable-loss }]
    trainer: { trainer: ydf-gradient-boosting }
`
}
